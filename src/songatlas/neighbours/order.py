"""An order of some tracks in which each is near the one before."""

from __future__ import annotations

import numpy as np

from songatlas.distances import squared_distances
from songatlas.threads import single_thread
from songatlas.types import FloatArray, IntArray

_MAX_IMPROVED = 400  # tracks whose whole order is improved; longer ones piece by piece
_MAX_ROUNDS = 50
MAX_GREEDY = 5_000  # tracks, all of which are looked at for each step; more go piece after piece


def order_to_flow(X: FloatArray, rows: IntArray) -> IntArray:
    """`rows` in an order that makes a short way through them.

    From the track that is farthest from their mean always to the nearest one that is left, then
    shortened by turning pieces
    of the way around (2-opt) as long as that helps; of more than 400 tracks, in pieces of 400.
    More than 5,000 are first halved, across where they spread most, and the half that is nearer
    comes first, until no part has more.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates), finite in `rows`.
    rows
        Which tracks, each once.

    Reference
    ---------
    G. A. Croes, "A method for solving traveling-salesman problems", Operations Research 6, 1958.

    Examples
    --------
    >>> X = np.array([[0.0], [3.0], [1.0], [2.0]])
    >>> order_to_flow(X, np.array([1, 2, 3, 0])).tolist()
    [1, 3, 2, 0]
    """
    rows = np.asarray(rows)
    if len(rows) < 3:
        return rows
    points = np.asarray(X, np.float64)[rows]
    first = int(((points - points.mean(axis=0)) ** 2).sum(axis=1).argmax())
    way = _through(points, np.arange(len(points)), first)
    for begin in range(0, len(way), _MAX_IMPROVED):
        piece = slice(begin, begin + _MAX_IMPROVED)
        way[piece] = way[piece][_shorten(points[way[piece]])]
    return rows[way]


def _through(points: FloatArray, part: IntArray, first: int) -> IntArray:
    """A way through the points of `part`, from the `first` of them."""
    if len(part) <= MAX_GREEDY:
        return part[_greedy(points[part], int(np.flatnonzero(part == first)[0]))]
    along = points[part, points[part].var(axis=0).argmax()]
    order = np.argsort(along, kind="stable")
    place = int(np.flatnonzero(part[order] == first)[0])
    middle = len(part) // 2
    halves = (part[order[:middle]], part[order[middle:]])
    near, far = halves if place < middle else halves[::-1]
    way = _through(points, near, first)
    begin = int(far[((points[far] - points[way[-1]]) ** 2).sum(axis=1).argmin()])
    return np.concatenate([way, _through(points, far, begin)])


def _greedy(points: FloatArray, first: int) -> IntArray:
    points = points - points.mean(axis=0)  # products are exact near the origin
    squares = np.einsum("ij,ij->i", points, points)
    way = np.empty(len(points), np.intp)
    here = first
    with single_thread():
        for step in range(len(points)):
            way[step] = here
            squares[here] = np.inf  # never again
            here = int((squares - 2 * (points @ points[here])).argmin())
    return way


def _shorten(points: FloatArray) -> IntArray:
    """Order of the points after 2-opt; the first stays the first."""
    distance = np.sqrt(squared_distances(points, points))
    way = np.arange(len(points))
    links = np.zeros(len(points))  # from each to the next; the last has none
    closing = np.zeros(len(points))
    links[:-1] = distance[way[:-1], way[1:]]
    for _ in range(_MAX_ROUNDS):
        improved = False
        for i in range(len(way) - 2):
            # turn around way[i + 1 .. j]: two links are replaced, or the last one left out
            closing[i + 2 : -1] = distance[way[i + 1]][way[i + 3 :]]
            gain = links[i] + links[i + 2 :]
            gain -= distance[way[i]][way[i + 2 :]]
            gain -= closing[i + 2 :]
            best = i + 2 + int(gain.argmax())
            if gain[best - i - 2] > 1e-9:
                way[i + 1 : best + 1] = way[i + 1 : best + 1][::-1]
                links[:-1] = distance[way[:-1], way[1:]]
                improved = True
        if not improved:
            break
    return way
