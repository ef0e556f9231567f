"""Which tracks the page of the map draws where there are more than a browser bears."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from songatlas.types import IntArray
from songatlas.types.atlas import AtlasData
from songatlas.types.tree import Tree

MAX_TRACKS = 100_000  # all of which are drawn: a page of 36 MB
SAMPLE = 50_000  # of more; a step of zooming takes a fifth of a second without a graphics card
_LEAST = 200  # of a cluster, where there are not too many clusters


def drawn_rows(atlas: AtlasData) -> IntArray:
    """Rows of the tracks that are drawn, ascending: all of them, or a sample.

    In the sample are the exemplars of the clusters, what lies outermost on every map, so that the
    maps keep their frames, and evenly spaced tracks of every cluster and of those in none.
    """
    n_tracks = len(atlas.tracks)
    if n_tracks <= MAX_TRACKS:
        return np.arange(n_tracks)
    needed = [row for cluster in atlas.clusters for row in cluster.exemplars]
    for view in atlas.views.values():
        for xy in view.maps.values():
            placed = np.flatnonzero(np.isfinite(xy).all(axis=1))
            if len(placed):
                needed += [*placed[xy[placed].argmin(axis=0)], *placed[xy[placed].argmax(axis=0)]]
    others = np.setdiff1d(np.arange(n_tracks), needed)
    n_more = max(SAMPLE - (n_tracks - len(others)), 0)
    return np.union1d(np.array(needed, int), others[_evenly(atlas.labels[others], n_more)])


def part_of(atlas: AtlasData, rows: IntArray) -> AtlasData:
    """An atlas of some of the tracks, which are its rows now; nothing else is in its lists."""
    position = np.full(len(atlas.tracks), -1)
    position[rows] = np.arange(len(rows))

    def here(those: Iterable[int]) -> tuple[int, ...]:
        found = position[np.fromiter(those, int)]
        return tuple(found[found >= 0].tolist())

    return dataclasses.replace(
        atlas,
        tracks=tuple(atlas.tracks[row] for row in rows),
        seconds=atlas.seconds[rows],
        labels=atlas.labels[rows],
        confidence=atlas.confidence[rows],
        views={name: view.each(lambda x: x[rows]) for name, view in atlas.views.items()},
        clusters=tuple(
            dataclasses.replace(found, rows=here(found.rows), exemplars=here(found.exemplars))
            for found in atlas.clusters
        ),
        reasons=tuple(
            dataclasses.replace(reason, exemplars=here(reason.exemplars))
            for reason in (atlas.reasons[row] for row in rows)
        ),
        tree=Tree(
            nodes=tuple(dataclasses.replace(node, tracks=here(node.tracks)) for node in atlas.tree)
        ),
    )


def _evenly(groups: IntArray, n: int) -> IntArray:
    """Positions of `n` values, evenly spaced within every group and by its size beyond the least.

    Examples
    --------
    >>> _evenly(np.array([0, 0, 0, 0, 0, 0, 1, 0, 0, 0]), 4).tolist()
    [0, 3, 6, 7]
    """
    if not len(groups):
        return np.arange(0)
    _, of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    least = np.minimum(sizes, min(_LEAST, n // (2 * len(sizes))))
    beyond = np.cumsum(sizes - least)
    shares = np.round(beyond * ((n - least.sum()) / max(beyond[-1], 1))).astype(int)
    members = np.split(np.argsort(of, kind="stable"), np.cumsum(sizes)[:-1])
    taken = [
        found[np.arange(k) * len(found) // max(k, 1)]
        for found, k in zip(members, least + np.diff(shares, prepend=0), strict=True)
    ]
    return np.sort(np.concatenate(taken))
