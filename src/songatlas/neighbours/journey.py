"""A way from one track to another in small steps."""

from __future__ import annotations

import heapq

import numpy as np

from songatlas.distances import path_steps
from songatlas.neighbours.nearest import local_scale, nearest_neighbours
from songatlas.types import FloatArray, IntArray

_N_LINKS = 15
_MAX_LINKS = 240


def find_journey(
    X: FloatArray,
    start: int,
    end: int,
    length: int | None = None,
    *,
    scale: FloatArray | None = None,
) -> IntArray:
    """Tracks from `start` to `end`, each near the one before.

    The way with the least sum of squared scaled distances along nearest neighbours: squares make
    two small steps cheaper than a large one. With a `length`, as many of its tracks as that,
    evenly spaced along it, or tracks near the longest steps beside it. Between two groups that no
    chain of 240 neighbours joins, one long step stays.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates); `start` and `end` must be finite and different.
    length
        Number of tracks, both ends included, at least 2; None takes the way as it is.
    scale
        :func:`~songatlas.neighbours.nearest.local_scale` of `X`, where it is known.

    Returns
    -------
    Rows of the tracks, each once.

    Raises
    ------
    ValueError
        When an end has no place, both are one, or there are fewer tracks than `length`.

    Examples
    --------
    >>> X = np.arange(8.0)[:, None]
    >>> find_journey(X, 1, 5).tolist(), find_journey(X, 1, 5, 3).tolist()
    ([1, 2, 3, 4, 5], [1, 3, 5])
    """
    has_place = np.asarray(np.isfinite(X).all(axis=1))
    if start == end or not (has_place[start] and has_place[end]):
        raise ValueError("start and end must be two tracks that have a place.")
    if length is not None and not 2 <= length <= has_place.sum():
        raise ValueError(f"length must be in [2, {has_place.sum()}]. Got {length}.")
    n_links = _N_LINKS
    scale = local_scale(X) if scale is None else scale
    way: list[int] = []
    while not way:  # neighbours of neighbours may not lead there: look further
        way = _shortest(X, start, end, n_links, scale)
        n_links *= 2
        if n_links > _MAX_LINKS and not way:
            way = [start, end]
    if length is None or len(way) == length:
        return np.array(way)
    if len(way) > length:
        return _evenly(X, way, length)
    return _filled(X, way, length)


def _shortest(
    X: FloatArray, start: int, end: int, n_links: int, scale: FloatArray | None
) -> list[int]:
    """Dijkstra's way along links to neighbours, in either direction; empty where there is none."""
    found = nearest_neighbours(X, n_links, scale=scale)
    links: list[dict[int, float]] = [{} for _ in X]
    for i, (near, far) in enumerate(zip(found.indices, found.distances, strict=True)):
        for j, distance in zip(near.tolist(), far.tolist(), strict=True):
            if j >= 0:
                links[i][j] = links[j][i] = distance**2
    best, before, queue = {start: 0.0}, {start: start}, [(0.0, start)]
    while queue:
        so_far, here = heapq.heappop(queue)
        if here == end:
            break
        if so_far > best[here]:
            continue
        for there, cost in sorted(links[here].items()):
            if so_far + cost < best.get(there, np.inf):
                best[there], before[there] = so_far + cost, here
                heapq.heappush(queue, (so_far + cost, there))
    if end not in before:
        return []
    way = [end]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


def _evenly(X: FloatArray, way: list[int], length: int) -> IntArray:
    along = np.concatenate([[0.0], np.cumsum(path_steps(np.asarray(X, np.float64)[way]))])
    kept = [0]
    for n_left in range(length - 2, 0, -1):  # as far as possible, leaving enough for the rest
        wanted = along[kept[-1]] + (along[-1] - along[kept[-1]]) / (n_left + 1)
        choices = np.arange(kept[-1] + 1, len(way) - n_left)
        kept.append(int(choices[np.abs(along[choices] - wanted).argmin()]))
    return np.array(way)[[*kept, len(way) - 1]]


def _filled(X: FloatArray, way: list[int], length: int) -> IntArray:
    """The way with more tracks in it, each the nearest to the middle of the longest step."""
    points = np.asarray(X, np.float64)
    free = np.array(np.isfinite(points).all(axis=1))
    free[way] = False
    way = list(way)
    while len(way) < length:
        longest = int(path_steps(points[way]).argmax())
        middle = (points[way[longest]] + points[way[longest + 1]]) / 2
        choices = np.flatnonzero(free)
        chosen = int(choices[((points[choices] - middle) ** 2).sum(axis=1).argmin()])
        way.insert(longest + 1, chosen)
        free[chosen] = False
    return np.array(way)
