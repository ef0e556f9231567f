"""A page of any number of tracks, without features, model or files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from songatlas.listening.map import SENTENCE
from songatlas.listening.page import MapView, page_html, payload, payload_of_sample
from songatlas.listening.sample import drawn_rows, part_of
from songatlas.types import Track
from songatlas.types.atlas import AtlasData, Cluster, TrackReason, View
from songatlas.types.tree import Node, Tree

N_CLUSTERS = 12
_LIST = 120


def collection(n_tracks: int) -> AtlasData:
    """Clouds of tracks in two views with two maps each."""
    rng = np.random.default_rng(0)
    labels = np.arange(n_tracks) % N_CLUSTERS
    centres = rng.normal(size=(N_CLUSTERS, 8))
    X = (4 * centres[labels] + rng.normal(size=(n_tracks, 8))).astype(np.float32)
    view = View(coordinates=X, maps={"tsne": X[:, :2], "umap": X[:, 2:4]})
    atlas = _atlas(n_tracks, labels, {"joint": view, "audio": view}, rng.random(n_tracks))
    return dataclasses.replace(atlas, tree=_tree(X, labels))


def collection_page(n_tracks: int) -> str:
    """The page of a collection, with neighbours that were not looked for."""
    atlas = collection(n_tracks)
    rows = drawn_rows(atlas)
    drawn, n = part_of(atlas, rows), len(rows)
    near = (np.arange(n)[:, None] + N_CLUSTERS * np.arange(1, 11)) % n
    share = np.random.default_rng(1).random(n)
    seen = MapView(near=near, faithful={"tsne": share, "umap": share})
    data = payload(drawn, {"joint": seen, "audio": seen})
    if n < n_tracks:
        data = payload_of_sample(atlas, rows, data, SENTENCE.format(n, n_tracks))
    return page_html(data)


def _tree(X: np.ndarray, labels: np.ndarray) -> Tree:
    """A region a cloud, cut in turn along the coordinates into nine parts down to lists."""
    nodes = [Node(id="all", parent=None, name="", found=False, tracks=tuple(range(len(X))))]

    def grow(key: str, parent: str, rows: np.ndarray, axis: int) -> None:
        node = Node(
            id=key, parent=parent, name=f"Around {key} and {len(rows)}", found=axis == 0,
            tracks=tuple(rows.tolist()),
        )  # fmt: skip
        nodes.append(node)
        if len(rows) > _LIST:
            parts = np.array_split(rows[X[rows, axis].argsort()], 9)
            for number, part in enumerate(parts):
                grow(f"{key}.{number + 1}", key, part, axis + 1)

    for k in range(N_CLUSTERS):
        grow(chr(ord("A") + k), "all", np.flatnonzero(labels == k), 0)
    return Tree(nodes=tuple(nodes))


def _atlas(
    n_tracks: int, labels: np.ndarray, views: dict[str, View], confidence: np.ndarray
) -> AtlasData:
    root = Path("/music")
    tracks = tuple(
        Track(
            path=f"Artist {i % 997}/Album {i % 13}/{i:06d} Song.mp3",
            source=root / f"Artist {i % 997}/Album {i % 13}/{i:06d} Song.mp3",
            content_hash="",
            title=f"Song {i}",
            artist=f"Artist {i % 997}",
            album=f"Album {i % 13}",
            genre=f"Genre {i % 17}",
            language=("en", "de", "fr")[i % 3],
        )
        for i in range(n_tracks)
    )
    clusters = tuple(
        Cluster(
            number=k, name=f"Cluster {k}", named_by="songatlas", reason="Nothing is typical.",
            rows=tuple(np.flatnonzero(labels == k).tolist()), exemplars=(k, k + N_CLUSTERS),
            traits=(), confidence=0.5, silhouette=0.1,
        )
        for k in range(N_CLUSTERS)
    )  # fmt: skip
    reason = TrackReason(
        shares={"sound": 0.6, "lyrics": 0.4}, second=0, second_confidence=0.2, exemplars=(),
        typical="fast: 140 BPM", atypical="quiet: -20 dB",
    )  # fmt: skip
    return AtlasData(
        folder=Path("/results"), root=root, tracks=tracks, seconds=np.full(n_tracks, 200.0),
        labels=labels, confidence=confidence, views=views, clusters=clusters,
        reasons=(reason,) * n_tracks, verdict="weak", findings=(),
    )  # fmt: skip
