"""Every file of a results folder comes back as it was written, or is refused."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songatlas.errors import StorageError
from songatlas.results.arrays import (
    forget_views,
    read_cluster_labels,
    read_latents,
    read_views,
    write_arrays,
)
from songatlas.results.record import (
    Counts,
    RecordedView,
    RunRecord,
    digests,
    read_run,
    write_run,
)
from songatlas.results.skipped import SKIPPED_FILE, write_skipped
from songatlas.results.tracks import TRACKS_FILE, TrackTable, read_tracks, write_tracks
from songatlas.results.trust import TRUST_FILE, read_trust, write_trust
from songatlas.store.tables import read_csv
from songatlas.types import KChoice, Skip, Track
from songatlas.types.atlas import View
from songatlas.types.trust import Finding, Trust

ROOT = Path("/music")
# What a table or a spreadsheet could spoil, without what reading music takes away.
TEXTS = st.one_of(
    st.sampled_from(["", "=1+1", "'=1", "'tis", '"a", b', "x\ny", "夜 🎧", " ", "-1"]),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), max_size=12),
)
SECONDS = st.one_of(st.just(float("nan")), st.floats(0, 1e6, allow_nan=False))
per_example = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def tables(draw) -> TrackTable:
    texts = draw(st.lists(st.tuples(*[TEXTS] * 9), min_size=1, max_size=5))
    n_tracks = len(texts)

    def some(values):
        return draw(st.lists(values, min_size=n_tracks, max_size=n_tracks))

    names = ("title", "artist", "album", "year", "genre", "language")
    names += ("album_artist", "composer", "disc")
    labels = np.array(some(st.integers(-1, 3)))
    column = draw(st.sampled_from(["", "genre", "mood", "=mood"]))
    return TrackTable(
        tracks=tuple(
            Track(
                path=f"{i}.wav",
                source=ROOT / f"{i}.wav",
                content_hash=f"{i:032x}",
                artists=draw(st.sampled_from([(), ("Ann", "Bo"), ("=1", "夜", "x/y")])),
                compilation=draw(st.booleans()),
                **dict(zip(names, said, strict=True)),
            )
            for i, said in enumerate(texts)
        ),
        seconds=np.array(some(SECONDS)),
        confidence=np.where(labels < 0, 0.0, some(st.floats(0, 1))),
        clusters={"VAE + K-Means": labels, "PCA + K-Means": np.array(some(st.integers(-1, 3)))},
        label_column=column,
        classes=tuple(some(TEXTS)),
    )


@per_example
@given(table=tables())
def test_tracks(tmp_path, table):
    write_tracks(tmp_path, table)
    found = read_tracks(tmp_path, ROOT)
    assert found.tracks == table.tracks
    np.testing.assert_array_equal(found.seconds, table.seconds)
    np.testing.assert_array_equal(found.confidence, table.confidence)
    assert list(found.clusters) == list(table.clusters)
    for method, labels in table.clusters.items():
        np.testing.assert_array_equal(found.clusters[method], labels)
    own = table.label_column not in ("", "genre")
    assert found.label_column == (table.label_column if own else "")
    assert found.classes == (tuple(table.classes) if own else ())
    before = (tmp_path / TRACKS_FILE).read_bytes()
    write_tracks(tmp_path, found)
    assert (tmp_path / TRACKS_FILE).read_bytes() == before


def test_a_run_from_before_there_were_album_artists(tmp_path):
    track = Track(path="a.wav", source=ROOT / "a.wav", content_hash="0" * 32, composer="Bach")
    table = TrackTable(
        tracks=(track,),
        seconds=np.ones(1),
        confidence=np.ones(1),
        clusters={"VAE + K-Means": np.zeros(1, int)},
        label_column="mood",
        classes=("sad",),
    )
    write_tracks(tmp_path, table)
    (row,) = read_csv(tmp_path / TRACKS_FILE)
    new = ("album_artist", "composer", "disc", "artists", "compilation")
    old = {name: cell for name, cell in row.items() if name not in new}
    (tmp_path / TRACKS_FILE).write_text(f"{','.join(old)}\n{','.join(old.values())}\n")
    found = read_tracks(tmp_path, ROOT)
    assert found.tracks == (dataclasses.replace(track, composer=""),)
    assert (found.label_column, found.classes) == ("mood", ("sad",))


skips = st.builds(
    Skip,
    path=TEXTS,
    stage=TEXTS,
    code=st.sampled_from(["DUPLICATE", "E-TRUNC"]),
    reason=TEXTS,
    declared_seconds=st.none() | st.floats(0, 1e6),
    decoded_seconds=st.none() | st.floats(0, 1e6),
)


def numbers(row: dict[str, str]) -> dict[str, float | None]:
    return {k: float(row[k]) if row[k] else None for k in row if k.endswith("_seconds")}


@per_example
@given(skipped=st.lists(skips, max_size=4))
def test_skipped_files(tmp_path, skipped):
    write_skipped(tmp_path, skipped)
    written = read_csv(tmp_path / SKIPPED_FILE)
    cells = [{name: "" if x is None else str(x) for name, x in vars(s).items()} for s in skipped]
    assert [{**row, **numbers(row)} for row in written] == [{**c, **numbers(c)} for c in cells]


def view(seed: int) -> View:
    rng = np.random.default_rng(seed)
    maps = {kind: rng.normal(size=(4, 2)).astype(np.float32) for kind in ("tsne", "umap")}
    coordinates = rng.normal(size=(4, 3)).astype(np.float32)
    coordinates[seed % 4] = np.nan
    return View(coordinates=coordinates, maps=maps)


def test_arrays_and_views(tmp_path):
    latents, labels = np.arange(8.0).reshape(4, 2), np.array([0, 1, -1, 0])
    views = {name: view(seed) for seed, name in enumerate(("joint", "audio", "lyrics"))}
    names = write_arrays(tmp_path, latents=latents, labels=labels, classes=labels, views=views)
    assert len(names) == 3 + 3 * 3
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.npy")} == {*names}
    np.testing.assert_array_equal(read_latents(tmp_path), latents)
    assert read_latents(tmp_path).dtype == np.float32
    np.testing.assert_array_equal(read_cluster_labels(tmp_path), labels)
    found = read_views(tmp_path, "joint")
    assert list(found) == list(views)
    for name, made in views.items():
        np.testing.assert_array_equal(found[name].coordinates, made.coordinates)
        for kind, xy in made.maps.items():
            np.testing.assert_array_equal(found[name].maps[kind], xy)
    forget_views(tmp_path, {"lyrics", "joint"})  # the main one has no folder
    assert list(read_views(tmp_path, "joint")) == ["joint", "audio"]


def test_the_verdict(tmp_path):
    trust = Trust(
        findings=(Finding(code="stable", verdict="weak", sentence="Halves agree: 夜."),),
        measurements={"halves": {"n_tracks": 12, "agreement": 0.1}, "artists": None},
        duplicates=(("a.wav", "b.wav"),),
    )
    choice = KChoice(
        k=3, chosen_by="given", clear_k=None, ks=(2, 3), silhouette=(None, 0.25),
        agreement=(0.5, 1.0), smallest_cluster=(4, 3), votes=(0.0, 1.0),
    )  # fmt: skip
    write_trust(tmp_path, trust, choice)
    assert read_trust(tmp_path) == trust
    said = json.loads((tmp_path / TRUST_FILE).read_text(encoding="utf-8"))
    of_two = {"k": 2, "silhouette": None, "half_sample_agreement": 0.5, "smallest_cluster": 4}
    assert said["numbers_of_clusters"][0] == {**of_two, "votes": 0.0}
    nan = dataclasses.replace(trust, measurements={"halves": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        write_trust(tmp_path, nan, choice)
    assert read_trust(tmp_path) == trust  # nothing was written


RECORD = RunRecord(
    songatlas="0.1.0",
    identity="a",
    input_hash="b",
    root="/music/caf\udce9",  # a byte that is no UTF-8
    music=("/music/caf\udce9", "/more"),
    metadata=None,
    seed=42,
    config={"seed": 42, "clustering": {"k": 0}},
    view=RecordedView(name="joint", key="joint", weights={"audio": 1.0}, tracks_without_a_place=2),
    embedding=None,
    versions={"python": "3.11"},
    counts=Counts(discovered=3, analysed=2, skipped=1),
    files={"README.md": "sha256:0"},
)


@pytest.mark.parametrize("fitted", [None, ("1", "2")])
def test_the_record_of_a_run(tmp_path, fitted):
    record = dataclasses.replace(RECORD, fitted=fitted)
    write_run(tmp_path, record)
    assert read_run(tmp_path) == record
    said = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert ("fitted" in said) == (fitted is not None)
    said["of a later version"] = 1
    (tmp_path / "run.json").write_text(json.dumps(said), encoding="utf-8")
    assert read_run(tmp_path) == record


def test_digests_are_those_of_sha256_and_sorted(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).write_bytes(b"")
    empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert list(digests(tmp_path, ["b", "a"]).items()) == [("a", empty), ("b", empty)]


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("run.json", "[]", read_run),
        ("run.json", '{"root": "/music"}', read_run),
        (TRUST_FILE, '{"verdict": "weak"}', read_trust),
        (TRUST_FILE, '{"findings": [{"code": "a"}]}', read_trust),
        (TRACKS_FILE, "path,confidence\na.wav,1\n", lambda folder: read_tracks(folder, ROOT)),
        (TRACKS_FILE, "path\na.wav\n", lambda folder: read_tracks(folder, ROOT)),
        ("latent_features.npy", "", read_latents),
        ("latent_features.npy", "no array", read_latents),
    ],
)
def test_what_no_run_wrote_is_refused_by_its_name(tmp_path, name, text, read):
    (tmp_path / name).write_text(text)
    with pytest.raises(StorageError, match=rf"{name} must hold .* It does not: .*Run songatlas"):
        read(tmp_path)
