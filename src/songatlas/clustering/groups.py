"""Groups that the points ask for: parts between which there is a valley, and none else.

Many small parts are proposed, and of two neighbours without a valley between them one is made, the
least separate first, until there is a valley between all that are left. A valley is tested on
points that had no part in finding the direction along which it is looked for. Which points these
are is dealt by chance: where p is not far from its limit, it is dealt several times, and what is in
the middle by certainty is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from songatlas.clustering.valley import deepest_valley
from songatlas.distances import nearest_centre, squared_distances
from songatlas.geometry import cluster_means, finite_points
from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray, IntArray

MAX_TRACKS = 2000  # that groups are looked for among, drawn at random
# Many valleys are tried: of five looks at each of 200 collections of noise the surest had 6e-4, and
# the surest of what was in the middle 9e-3.
MAX_P, MAX_P_STRICT = 1e-4, 1e-7
MAX_BORDER = 0.5
MIN_GROUP = 8
_N_FOLDS = 5
_MAX_AXES = 32
_N_NEIGHBOURS, _MOST_ROUNDS = 3, 20
_PARTS, _PARTS_STRICT = (2, 3, 4, 6, 9, 13), (2, 4, 9)
# What the folds decide by chance: p relative to its limit where it is looked again, and how often
_MAYBE, _N_LOOKS = (1e-3, 1e2), 9


@dataclass(frozen=True, kw_only=True)
class Groups:
    """What was found.

    Parameters
    ----------
    n_groups
        1 where there are none.
    border
        Points in the shallowest valley relative to those beside it, in [0, 1].
    p_value
        Of the least certain valley, not corrected for how many were tried; without groups, of the
        surest that was not enough.
    axes, means
        Shapes (n_features, n_features) and (n_groups, n_features): axes along which the spread
        within the groups is a ball of radius 1, and means of the groups along these.
    """

    n_groups: int
    border: float = 1.0
    p_value: float = 1.0
    axes: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    means: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))

    def assign(self, X: FloatArray) -> IntArray:
        """Shape (n_points,): group of every point, that with the nearest mean."""
        if self.n_groups == 1:
            return np.zeros(len(X), int)
        return nearest_centre(np.asarray(X, dtype=np.float64) @ self.axes, self.means)


def find_groups(X: FloatArray, *, random_state: int, strict: bool = False) -> Groups:
    """Groups of points.

    Parameters
    ----------
    X
        Shape (n_points, n_features), finite. Copies of a point count once; of more than 2,000 a
        random 2,000 are used.
    random_state
        The same gives the same groups.
    strict
        Whether the points are one of many pieces of a whole in which no groups were found: valleys
        must be surer then, and fewer parts are proposed.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=(200, 4))
    >>> find_groups(noise, random_state=0).n_groups
    1
    >>> two = noise + 9 * (np.arange(200) < 60)[:, None]
    >>> sorted(np.bincount(find_groups(two, random_state=0).assign(two)).tolist())
    [60, 140]
    """
    rng = np.random.default_rng(random_state)
    X = np.unique(finite_points(X), axis=0)
    points = X[np.sort(rng.permutation(len(X))[:MAX_TRACKS])]
    if len(points) < 2 * MIN_GROUP:
        return Groups(n_groups=1)
    with single_thread():
        Z = principal(points)
        looked = [_look(Z, rng, strict=strict)]
        if _MAYBE[0] < looked[0][2] / (MAX_P_STRICT if strict else MAX_P) < _MAYBE[1]:
            looked += [_look(Z, rng, strict=strict) for _ in range(_N_LOOKS - 1)]
        labels, border, p = sorted(looked, key=_doubt)[len(looked) // 2]
        n_groups = int(labels.max()) + 1
        if n_groups == 1:
            return Groups(n_groups=1, border=border, p_value=p)
        axes = discriminant(points, labels)
        means = cluster_means(points @ axes, labels)
    return Groups(n_groups=n_groups, border=border, p_value=p, axes=axes, means=means)


def principal(X: FloatArray) -> Float64:
    """At most 32 principal coordinates with 99 % of the variance."""
    centred = X - X.mean(axis=0)
    U, size, _ = np.linalg.svd(centred, full_matrices=False)
    share = np.cumsum(size**2) / max((size**2).sum(), 1e-300)
    n_axes = min(int(np.searchsorted(share, 0.99)) + 1, _MAX_AXES, len(size))
    return np.asarray(U[:, :n_axes] * size[:n_axes])


Merged = tuple[IntArray, float, float]  # labels, border and p


def _look(Z: Float64, rng: np.random.Generator, *, strict: bool) -> Merged:
    """The most groups, and of as many the surest, that any number of proposed parts leads to."""
    max_p = MAX_P_STRICT if strict else MAX_P
    proposed = _propose(Z, rng, _PARTS_STRICT if strict else _PARTS)
    best = max((_merged(Z, parts, rng, max_p) for parts in proposed), key=_evidence)
    if best[0].any():
        best = max(best, _merged(Z, _settled(Z, best[0]), rng, max_p), key=_evidence)
    return best


def _doubt(found: Merged) -> tuple[bool, float]:
    """Less where groups were found, and the less, the surer they are."""
    return not found[0].any(), found[2]


def _propose(
    points: Float64, rng: np.random.Generator, numbers: Sequence[int]
) -> Iterator[IntArray]:
    from sklearn.cluster import KMeans

    for n_parts in numbers:
        if n_parts * MIN_GROUP <= 2 * len(points):
            seed = int(rng.integers(2**31))
            yield KMeans(n_parts, n_init=2, random_state=seed).fit_predict(points)


class _Sums:
    """Number, sum and squares of the points of every part in every fold."""

    def __init__(self, X: Float64, labels: IntArray, fold: IntArray) -> None:
        n, d = int(labels.max()) + 1, X.shape[1]
        self.n = np.zeros((n, _N_FOLDS))
        self.sum = np.zeros((n, _N_FOLDS, d))
        self.squares = np.zeros((n, _N_FOLDS, d, d))
        for k in range(n):
            for f in range(_N_FOLDS):
                x = X[(labels == k) & (fold == f)]
                self.n[k, f], self.sum[k, f], self.squares[k, f] = len(x), x.sum(axis=0), x.T @ x

    def join(self, a: int, b: int) -> None:
        """Make one of two."""
        for sums in (self.n, self.sum, self.squares):
            sums[a] += sums[b]
            sums[b] = 0

    def neighbours(self) -> list[tuple[int, int]]:
        """Pairs of parts of which one is among the nearest of the other."""
        n = self.n.sum(axis=1)
        alive = np.flatnonzero(n)
        means = self.sum[alive].sum(axis=1) / n[alive, None]
        squared = squared_distances(means, means)
        nearest = np.argsort(squared, axis=1, kind="stable")[:, 1 : 1 + _N_NEIGHBOURS]
        pairs = {(min(a, b), max(a, b)) for a, found in enumerate(nearest.tolist()) for b in found}
        return sorted((int(alive[a]), int(alive[b])) for a, b in pairs if a != b)

    def lines(self, a: int, b: int) -> tuple[Float64, Float64] | None:
        """Directions and offsets with the mean of a at 0 and that of b at 1, each without a fold.

        Shapes (n_folds, n_features) and (n_folds,); None where a fold has no such line.
        """
        n = self.n[[a, b]].sum(axis=1, keepdims=True) - self.n[[a, b]]  # (2, n_folds)
        if n.min() < 2:
            return None
        means = self.sum[[a, b]].sum(axis=1, keepdims=True) - self.sum[[a, b]]
        means /= n[:, :, None]
        of_both = self.squares[a] + self.squares[b]
        within = of_both.sum(axis=0) - of_both
        within -= np.einsum("kf,kfi,kfj->fij", n, means, means)
        within = _shrunk(within / n.sum(axis=0)[:, None, None], n.sum(axis=0))
        apart = means[1] - means[0]
        w = np.linalg.solve(within, apart[:, :, None])[:, :, 0]
        length = np.einsum("fi,fi->f", apart, w)
        if not (length > 0).all():
            return None
        w /= length[:, None]
        return w, np.einsum("fi,fi->f", means[0], w)


def _shrunk(covariance: Float64, n: FloatArray | int) -> Float64:
    """Covariances of `n` points each, as much nearer to a ball as so few points ask for.

    Reference
    ---------
    Y. Chen, A. Wiesel, Y. Eldar and A. Hero, "Shrinkage algorithms for MMSE covariance estimation",
    IEEE Transactions on Signal Processing 58, 2010 (oracle approximating shrinkage).
    """
    d = covariance.shape[-1]
    trace = np.trace(covariance, axis1=-2, axis2=-1)
    squares = (covariance**2).sum(axis=(-2, -1))
    off_ball = (np.asarray(n) + 1 - 2 / d) * (squares - trace**2 / d)
    share = np.divide(
        (1 - 2 / d) * squares + trace**2, off_ball, out=np.ones_like(off_ball), where=off_ball > 0
    )
    share = np.clip(share, 0.01, 1)[..., None, None]
    ball = (trace / d + 1e-300)[..., None, None] * np.eye(d)
    return np.asarray((1 - share) * covariance + share * ball)


def _evidence(found: Merged) -> tuple[int, float]:
    return int(found[0].max()), -found[2]


def _settled(X: Float64, labels: IntArray) -> IntArray:
    """Groups whose points are all nearest to their mean, in units of the spread within groups."""
    for _ in range(_MOST_ROUNDS):
        Z = X @ discriminant(X, labels)
        moved = nearest_centre(Z, cluster_means(Z, labels))
        if (moved == labels).all() or len(np.unique(moved)) <= labels.max():
            break
        labels = moved
    return labels


def _merged(X: Float64, labels: IntArray, rng: np.random.Generator, max_p: float) -> Merged:
    """Proposed parts, those without a valley between them made one."""
    labels = np.unique(labels, return_inverse=True)[1]
    fold = rng.permutation(len(X)) % _N_FOLDS
    sums = _Sums(X, labels, fold)
    valley: dict[tuple[int, int], tuple[float, float]] = {}
    p = border = 1.0
    while True:
        pairs = sums.neighbours()
        for a, b in pairs:
            if (a, b) not in valley:
                valley[a, b] = _valley(X, labels, fold, sums, a, b)
        if not pairs:
            return np.zeros(len(X), int), border, p
        a, b = max(pairs, key=valley.__getitem__)
        p, border = valley[a, b]
        if p <= max_p and border <= MAX_BORDER:
            worst = max(valley[pair][1] for pair in pairs)
            labels = np.unique(labels, return_inverse=True)[1]
            return labels, worst, p
        labels = np.where(labels == b, a, labels)
        sums.join(a, b)
        valley = {pair: found for pair, found in valley.items() if not {a, b} & {*pair}}


def _valley(
    X: Float64, labels: IntArray, fold: IntArray, sums: _Sums, a: int, b: int
) -> tuple[float, float]:
    """p, and density in the valley relative to its sides."""
    if sums.n[[a, b]].sum(axis=1).min() < MIN_GROUP:
        return 1.0, 1.0
    lines = sums.lines(a, b)
    if lines is None:
        return 1.0, 1.0
    rows = np.flatnonzero((labels == a) | (labels == b))
    directions, offsets = lines
    along = np.einsum("ij,ij->i", X[rows], directions[fold[rows]]) - offsets[fold[rows]]
    return deepest_valley(along)


def discriminant(X: FloatArray, labels: IntArray) -> Float64:
    """Axes, (n_features, n_features), in which the spread within the groups is a ball."""
    within = X - cluster_means(X, labels)[labels]
    values, vectors = np.linalg.eigh(_shrunk(within.T @ within / len(X), len(X)))
    return np.asarray(vectors / np.sqrt(values))
