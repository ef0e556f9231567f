"""A tree of clusters: every node is divided in a space of its own, from the top down.

Where the tracks of a node fall into groups, these are its parts: *found*. Where they do not, it is
cut by K-Means into as many parts as keep the lists playable: *convenient*. That is done in the
view, of those that are given, in which halves of the tracks agree best on the cut: what all tracks
of a node share, such as a language, tells nothing in it, and where words say no more, the sound
decides.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from songatlas.clustering.groups import Groups, discriminant, find_groups
from songatlas.clustering.kmeans import kmeans
from songatlas.clustering.labels import canonical_labels
from songatlas.clustering.points import coincident_labels
from songatlas.distances import nearest_centre, nearest_first, spaced
from songatlas.geometry import cluster_means
from songatlas.types import BoolArray, FloatArray, IntArray

MAX_FIT = 10_000  # of more tracks, the means are those of so many evenly spaced ones
_MAX_HALVED = 1000
_N_SPLITS = 6
_MOST_PLACED = 0.9
# Ratio of distances that makes a level; the few distances of few groups differ by chance
_LEAP, _LEAP_OF_FEW = 1.6, 3.0


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What a person wants of a tree.

    Parameters
    ----------
    children_min, children_max
        Parts of a node where the division is convenient.
    leaf_min, leaf_max
        Tracks of a list.
    """

    children_min: int = 3
    children_max: int = 9
    leaf_min: int = 15
    leaf_max: int = 60

    def fitted(self, n_tracks: int) -> Sizes:
        """The same for a collection of so many tracks: of fewer than two lists, shorter ones.

        Examples
        --------
        >>> small = Sizes().fitted(60)
        >>> small.leaf_min, small.leaf_max, Sizes().fitted(200) == Sizes()
        (5, 15, True)
        """
        if n_tracks >= 2 * self.leaf_max:
            return self
        least, most = max(1, self.leaf_min // 3), max(self.leaf_min, n_tracks // 4)
        return dataclasses.replace(self, leaf_min=least, leaf_max=min(most, self.leaf_max))

    def n_parts(self, n_tracks: int) -> int:
        """Parts of a node of so many tracks where nothing else decides it; 1 for a list.

        Equal divisions on every level, until the leaves are somewhat below their greatest size.

        Examples
        --------
        >>> [Sizes().n_parts(n) for n in (30, 60, 61, 200, 400, 5000)]
        [1, 1, 3, 4, 7, 5]
        """
        if n_tracks <= self.leaf_max:
            return 1
        n_leaves = max(n_tracks / (0.9 * self.leaf_max), 2.0)
        depth = max(1, math.ceil(math.log(n_leaves) / math.log(self.children_max)))
        parts = round(math.exp(math.log(n_leaves) / depth))
        return max(2, min(max(parts, self.children_min), self.children_max))


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A node of the tree before it has a name.

    Parameters
    ----------
    parent
        Number of the branch that it is a part of, −1 for the root.
    rows
        The tracks, those nearest to their mean, in the view that they were divided in, first.
    found, view, evidence
        Of the division that made it.
    """

    parent: int
    rows: IntArray
    found: bool = False
    view: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)


def grow(
    views: Mapping[str, FloatArray],
    sizes: Sizes,
    *,
    random_state: int,
    points: Mapping[str, FloatArray] | None = None,
    counts: BoolArray | None = None,
) -> list[Branch]:
    """Divide all tracks, then every part, until all leaves are lists.

    Parameters
    ----------
    views
        Shape (n_tracks, n_coordinates) each. The first is that of all tracks; in others, those
        without a place have NaN.
    random_state
        The same gives the same tree.
    points
        Shape (n_tracks, n_features) each: what groups are looked for in, by the name of a view,
        those without a place with NaN; where groups are found in several, the surest are taken.
        None takes the first view.
    counts
        Shape (n_tracks,): tracks that groups are looked for among, such as all but copies.

    Returns
    -------
    Parents before children; the first has all tracks. Siblings by decreasing size.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(90, 2)) + np.repeat([[0], [9]], 45, axis=0)
    >>> tree = grow({"joint": X}, Sizes(), random_state=0)
    >>> [(len(branch.rows), branch.found) for branch in tree]
    [(90, False), (45, True), (45, True)]
    """
    main, X = next(iter(views.items()))
    points = {main: X} if points is None else points
    counts = np.ones(len(X), bool) if counts is None else counts
    branches = [Branch(parent=-1, rows=nearest_first(X, np.arange(len(X))), view=main)]
    for number, branch in enumerate(branches):  # it grows meanwhile
        rows, sure = np.sort(branch.rows), branch.found or not number
        evidence: dict[str, float] = {}
        groups, view = Groups(n_groups=1), main
        if len(rows) > sizes.leaf_max or (sure and len(rows) >= 2 * sizes.leaf_min):
            groups, view = _surest(points, rows, counts, random_state + number, strict=not sure)
            evidence = {"border": groups.border, "p_value": groups.p_value}
        found = groups.n_groups > 1
        if found:
            labels = _top(groups, points[view][rows], sizes.children_max)
        else:
            labels, view, agreement = _convenient(views, rows, sizes, random_state + number)
            evidence |= {"agreement": agreement}
        for part in range(int(labels.max(initial=0)) + 1 if labels.any() else 0):
            members = _typical_first(views.get(view, X), X, rows[labels == part])
            branches.append(
                Branch(parent=number, rows=members, found=found, view=view, evidence=evidence)
            )
    return branches


def place(X: FloatArray, labels: IntArray, new: FloatArray, *, found: bool) -> IntArray:
    """Part of a node in which other tracks belong: that with the nearest mean.

    Parameters
    ----------
    X, labels
        Shapes (n_tracks, n_coordinates) and (n_tracks,): the tracks of the node in the view that it
        was divided in, and their parts; those without a place have NaN.
    new
        Shape (n_new, n_coordinates), finite.
    found
        Whether the division was found: nearness is then in units of the spread within the parts.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [9.0]])
    >>> place(X, np.array([0, 0, 1]), np.array([[2.0], [7.0]]), found=False).tolist()
    [0, 1]
    """
    known = np.isfinite(X).all(axis=1) & (labels >= 0)
    X, labels = X[known], labels[known]
    if found:
        axes = discriminant(np.asarray(X, np.float64), np.unique(labels, return_inverse=True)[1])
        X, new = X @ axes, new @ axes
    return np.asarray(np.unique(labels)[nearest_centre(new, cluster_means(X, labels))])


def _surest(
    points: Mapping[str, FloatArray],
    rows: IntArray,
    counts: BoolArray,
    random_state: int,
    *,
    strict: bool,
) -> tuple[Groups, str]:
    """Groups of some of the tracks in the view that is surest of them, and its name.

    A view without a place for every tenth track is not asked; others are by the nearest mean.
    """
    tried = {}
    for name, X in points.items():
        placed = np.isfinite(X[rows]).all(axis=1)
        if placed.mean() >= _MOST_PLACED:
            some = X[rows[placed & counts[rows]]]
            tried[name] = find_groups(some, random_state=random_state, strict=strict)
    view = min(tried, key=lambda name: (tried[name].n_groups == 1, tried[name].p_value))
    return tried[view], view


def _top(groups: Groups, points: FloatArray, most: int) -> IntArray:
    """Groups in which the points are, those that are near each other made one.

    Groups of groups are a level above them where the distances, in units of the spread within the
    groups, make a leap; the groups below are found again inside.
    """
    labels = groups.assign(np.where(np.isfinite(points), points, 0.0))
    if groups.n_groups > 2:
        from scipy.cluster.hierarchy import fcluster, linkage

        merges = linkage(groups.means, "average")
        heights = merges[:, 2]
        leaps = heights[1:] / heights[:-1]
        n_top = groups.n_groups
        if leaps.max() >= (_LEAP if groups.n_groups > 4 else _LEAP_OF_FEW):
            n_top = groups.n_groups - 1 - int(leaps.argmax())
        top = fcluster(merges, min(n_top, most), "maxclust")
        labels = top[labels] - 1
    return canonical_labels(labels)


def _convenient(
    views: Mapping[str, FloatArray], rows: IntArray, sizes: Sizes, random_state: int
) -> tuple[IntArray, str, float]:
    """Parts of a node, the view that they were cut in, and how far halves agree on the cut."""
    main, n_parts = next(iter(views)), sizes.n_parts(len(rows))
    if n_parts < 2:
        return np.zeros(len(rows), int), main, 0.0
    agreement = {}
    for name, X in views.items():
        own = X[rows][np.isfinite(X[rows]).all(axis=1)]
        if 2 * len(own) >= len(rows):
            agreement[name] = half_agreement(own, n_parts, random_state=random_state)
    view = max(agreement, key=agreement.__getitem__)  # of equals the first
    labels = np.zeros(len(rows), int)
    placed = np.isfinite(views[view][rows]).all(axis=1)
    own = views[view][rows[placed]]
    labels[placed] = _cut(own - own.mean(axis=0), n_parts, sizes.leaf_min, random_state)
    if not placed.all() and labels.any():
        Z = views[main][rows]
        labels[~placed] = place(Z[placed], labels[placed], Z[~placed], found=False)
    return canonical_labels(labels), view, agreement[view]


def _cut(X: FloatArray, n_parts: int, least: int, random_state: int) -> IntArray:
    """K-Means without parts of fewer than `least` tracks: those have no say where the means are."""
    core = spaced(len(X), MAX_FIT)
    least = max(1, least * len(core) // len(X))
    while len(core) > max(n_parts, 2 * least) and coincident_labels(X[core], 2) is None:
        n_init = 10 if len(core) <= 2000 else 3
        labels = kmeans(X[core], n_parts, random_state=random_state, n_init=n_init)
        small = np.bincount(labels) < least
        if (~small).sum() > 1 or not small.any():
            large = np.flatnonzero(~small)
            means = np.stack([X[core[labels == k]].mean(axis=0) for k in large])
            return nearest_centre(X, means)
        core = core[~small[labels]]
    return np.zeros(len(X), int)


def half_agreement(X: FloatArray, n_parts: int, *, random_state: int) -> float:
    """Adjusted Rand index of what K-Means on two halves of the tracks says of all; best 1."""
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(random_state)
    if len(X) > _MAX_HALVED:
        X = X[rng.permutation(len(X))[:_MAX_HALVED]]
    if len(X) < 2 * (n_parts + 1):
        return 0.0
    found = []
    for split in range(_N_SPLITS):
        order = rng.permutation(len(X))
        said = []
        for half in (X[order[: len(X) // 2]], X[order[len(X) // 2 :]]):
            labels = kmeans(half, n_parts, random_state=random_state + split, n_init=1)
            said.append(nearest_centre(X, cluster_means(half, labels)))
        found.append(adjusted_rand_score(*said))
    return float(np.mean(found))


def _typical_first(X: FloatArray, main: FloatArray, rows: IntArray) -> IntArray:
    """`rows` by their distance to their mean; those without a place in the view last."""
    placed = np.isfinite(X[rows]).all(axis=1)
    return np.concatenate([nearest_first(X, rows[placed]), nearest_first(main, rows[~placed])])
