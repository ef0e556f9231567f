"""A small finished run, made by hand."""

import dataclasses
import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest
from batteries.html_payloads import HTML_PAYLOADS
from opened_page import Opened, with_tree

from benchmarks.page.browser import ARGUMENTS
from songatlas.types import Track
from songatlas.types.atlas import AtlasData, Cluster, TrackReason, Trait, View
from songatlas.types.trust import Finding


def make_atlas(folder: Path, root: Path, n_tracks: int = 12, n_clusters: int = 3) -> AtlasData:
    """Tracks on a line, cut into clusters of equal size."""
    position = np.arange(n_tracks, dtype=np.float32)
    labels = (position // -(-n_tracks // n_clusters)).astype(np.int64)
    tracks = tuple(
        Track(
            path=f"a/{i:05d}.ogg",
            source=root / f"a/{i:05d}.ogg",
            content_hash=f"{i:032x}",
            title=f"Song {i}",
            artist=f"Artist {i % 4}",
            album="Album",
            genre="rock" if i % 2 else "jazz",
            language="en",
        )
        for i in range(n_tracks)
    )
    view = View(
        coordinates=np.stack([position, 0 * position], axis=1),
        maps={
            "tsne": np.stack([position, position % 7], axis=1),
            "umap": np.stack([-position, position % 5], axis=1),
        },
    )
    trait = Trait(
        kind="sound", name="fast", measure="tempo", here=140.0, elsewhere=100.0, unit="BPM",
        effect=0.8, p=0.001,
    )  # fmt: skip
    clusters = tuple(
        Cluster(
            number=k,
            name=f"Fast {k}",
            named_by="songatlas",
            reason="Fast: 140 BPM, elsewhere 100.",
            rows=tuple(np.flatnonzero(labels == k).tolist()),
            exemplars=tuple(np.flatnonzero(labels == k)[:2].tolist()),
            traits=(trait,),
            confidence=0.9,
            silhouette=0.4,
        )
        for k in range(n_clusters)
    )
    reasons = tuple(
        TrackReason(
            shares={"sound": 0.75, "lyrics": 0.25},
            second=(int(label) + 1) % n_clusters,
            second_confidence=0.1,
            exemplars=clusters[label].exemplars,
            typical="fast",
            atypical="",
        )
        for label in labels
    )
    return AtlasData(
        folder=folder,
        root=root,
        tracks=tracks,
        seconds=np.full(n_tracks, 180.0),
        labels=labels,
        confidence=np.full(n_tracks, 0.9),
        views={"joint": view, "audio": view},
        clusters=clusters,
        reasons=reasons,
        verdict="weak",
        findings=(Finding(code="stable", verdict="weak", sentence="Halves agree."),),
    )


def renamed(atlas: AtlasData, **names: str) -> AtlasData:
    """Clusters with other names, by ``c0="…"``."""
    clusters = [
        dataclasses.replace(cluster, name=names.get(f"c{cluster.number}", cluster.name))
        for cluster in atlas.clusters
    ]
    return dataclasses.replace(atlas, clusters=tuple(clusters))


@pytest.fixture
def atlas(tmp_path) -> AtlasData:
    folder = tmp_path / "results"
    folder.mkdir()
    return make_atlas(folder, tmp_path / "music")


@pytest.fixture
def harmless_atlas(tmp_path) -> AtlasData:
    """As many tracks and clusters as there are payloads."""
    folder = tmp_path / "results"
    folder.mkdir(exist_ok=True)
    return make_atlas(folder, tmp_path / "music", len(HTML_PAYLOADS), len(HTML_PAYLOADS))


@pytest.fixture
def hostile_atlas(harmless_atlas) -> AtlasData:
    """A track and a cluster for every payload, which stands in every field of theirs."""
    atlas = harmless_atlas
    replace = dataclasses.replace
    fields = ("title", "artist", "album", "genre", "language", "path")
    return replace(
        atlas,
        tracks=tuple(
            replace(track, **dict.fromkeys(fields, text))
            for track, text in zip(atlas.tracks, HTML_PAYLOADS, strict=True)
        ),
        clusters=tuple(
            replace(
                cluster,
                name=text,
                reason=text,
                traits=(replace(cluster.traits[0], name=text, measure=text, unit=text),),
            )
            for cluster, text in zip(atlas.clusters, HTML_PAYLOADS, strict=True)
        ),
        reasons=tuple(
            replace(reason, typical=text, atypical=text)
            for reason, text in zip(atlas.reasons, HTML_PAYLOADS, strict=True)
        ),
        findings=(Finding(code=HTML_PAYLOADS[0], verdict="weak", sentence="".join(HTML_PAYLOADS)),),
    )


@pytest.fixture(scope="module")
def browser():
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed; apt-get install chromium")
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("playwright is not installed; pip install -e '.[test]'")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield found
        found.close()


@pytest.fixture
def opened(browser):
    pages = []

    def open_page(path, **options):
        pages.append(Opened(browser, path, **options))
        return pages[-1]

    yield open_page
    for one in pages:
        one.context.close()
        assert one.troubles == []
        assert {url for url in one.requests if not url.startswith(("data:", "blob:"))} == {one.url}


@pytest.fixture
def grown_atlas(tmp_path) -> AtlasData:
    """120 tracks in a tree of two regions and five parts."""
    folder = tmp_path / "results"
    folder.mkdir(exist_ok=True)
    return with_tree(make_atlas(folder, tmp_path / "music", 120))
