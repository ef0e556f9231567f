"""Is there a valley between neighbouring clusters, or does K-Means cut through a plain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.distances import squared_distances
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Check, Findings, Rows, either
from songatlas.evaluation.trust.cohesion import LEAST_SHARE
from songatlas.evaluation.trust.density import N_NEAR, deepest_valley, landscape, passes
from songatlas.evaluation.trust.labelled import unless_labelled
from songatlas.geometry import cluster_means
from songatlas.types import Float64, FloatArray, IntArray
from songatlas.types.trust import FEW

HALF_WIDTH = 0.125  # of the distance between the two cluster means
NO_VALLEY, PLAIN = 0.6, 0.8
NO_PASS = 0.5  # of the densest place on the way, which is denser than the middle of a line
FLAT = 3.0
_FEWEST = 4


@dataclass(frozen=True, kw_only=True)
class Valleys(Check):
    """Density at the border of every cluster.

    Parameters
    ----------
    border
        One a cluster, in their order: how dense the tracks lie between it and the next, relative to
        inside. About 0 for groups apart, 1 where a plain is cut, above 1 where one group is; None
        where nothing can be said.
    line
        Tracks about midway between its mean and the nearest other cluster's, relative to those
        about the two means, along the line through both; None where the means coincide.
    highest_pass
        Along the data: the densest place that has to be passed on the way from neighbour to
        neighbour into another cluster; None for a cluster of strays alone.
    dimension
        In how many directions the tracks spread locally. In 3 or fewer the border is the pass,
        whatever shape the groups have; in more, where density is hard to see, the lower of the two.
    convenient
        Whether the border is none: above 0.8, or, where it is a pass that is not deep, above the
        deepest one inside the cluster.
    """

    about = "clusters"
    needs = "enough distinct tracks"
    border: tuple[float | None, ...]
    line: tuple[float | None, ...] = ()
    highest_pass: tuple[float | None, ...] = ()
    dimension: float = np.nan
    convenient: tuple[bool, ...] = ()

    @property
    def highest(self) -> float | None:
        """The least separate cluster's; None when there is none to be had."""
        known = [value for value in self.border if value is not None]
        return max(known, default=None)

    @classmethod
    def measure(cls, case: Case) -> Valleys | None:
        """Measure the tracks before they were brought to unit length."""
        if not case.enough_tracks:
            return None
        X, labels = case.before, case.labels
        line = measure_valleys(X, case.assigned).border
        clusters, sizes = np.unique(labels[labels >= 0], return_counts=True)
        n_near = int(np.clip(sizes.min() // 2, _FEWEST, N_NEAR))
        found = landscape(X, n_near)
        known = passes(found, labels[found.rows])
        along = [known.get(int(k)) for k in clusters]
        flat = found.dimension <= FLAT
        border = [
            (1.0 if b is None else b)
            if flat
            else min((x for x in (a, b) if x is not None), default=None)
            for a, b in zip(line, along, strict=True)
        ]
        convenient = [
            x is not None
            and (
                x > PLAIN or (flat and x > NO_PASS and x > _deepest_inside(X[labels == k], n_near))
            )
            for k, x in zip(clusters, border, strict=True)
        ]
        return cls(
            border=tuple(border),
            line=line,
            highest_pass=tuple(along),
            dimension=found.dimension,
            convenient=tuple(convenient),
        )

    def findings(self, case: Case) -> Findings:
        """Whether there are fewer tracks between clusters than within."""
        if self.highest is None:
            return
        said = f"Density at the borders, relative to inside (gap 0, plain 1): {self._borders()}."
        if all(x is None or c for x, c in zip(self.border, self.convenient, strict=True)):
            plain = "Each cluster passes gradually into the next: the borders could lie elsewhere."
            yield unless_labelled(case, "no valley anywhere", f"{plain} {said}")
        else:
            flat = self.dimension <= FLAT
            apart = self.highest <= (NO_PASS if flat else NO_VALLEY) and not any(self.convenient)
            plain = "There are gaps between the clusters."
            if len(case.labels) < FEW:
                plain = "So few tracks leave gaps between any clusters."
            if not apart:
                plain = "Some of the clusters pass gradually into their neighbours."
            said = f"{plain} {said}"
            yield either(apart, "valleys between clusters", "no valley between some clusters", said)

    def rows(self) -> Rows:
        """The border of every cluster."""
        yield ("Density at the border of every cluster, relative to inside", self._borders())

    def _borders(self) -> str:
        return ", ".join("–" if x is None else f"{x:.2f}" for x in self.border)


def measure_valleys(X: FloatArray, labels: IntArray) -> Valleys:
    """Measure the border between every cluster and the one with the nearest mean.

    Parameters
    ----------
    X, labels
        Shapes (n_tracks, n_coordinates) and (n_tracks,), without duplicates.

    Examples
    --------
    >>> plain = np.linspace(0, 1, 400)[:, None]
    >>> apart = plain + 3 * (plain > 0.5)
    >>> half = (plain[:, 0] > 0.5).astype(int)
    >>> [measure_valleys(x, half).highest for x in (plain, apart)]
    [1.0, 0.0]
    """
    clusters = np.unique(labels[labels >= 0])
    X = np.asarray(X, dtype=np.float64)
    means = cluster_means(X, labels)
    distance = np.sqrt(squared_distances(means, means))
    np.fill_diagonal(distance, np.inf)
    border: list[float | None] = []
    for i, j in enumerate(distance.argmin(axis=1)):
        if len(clusters) < 2 or distance[i, j] == 0:
            border.append(None)
            continue
        both = X[(labels == clusters[i]) | (labels == clusters[j])]
        line = (means[j] - means[i]) / distance[i, j] ** 2
        border.append(_border((both - (means[i] + means[j]) / 2) @ line))
    return Valleys(border=tuple(border), line=tuple(border))


def _deepest_inside(X: Float64, n_near: int) -> float:
    """What chance, or another division, makes of one cluster alone."""
    if len(X) <= n_near:
        return PLAIN
    return deepest_valley(landscape(X, n_near), max(N_NEAR, round(LEAST_SHARE * len(X))))


def _border(position: Float64) -> float:
    """Tracks about 0 relative to those about −½ and ½, where the means are."""

    def about(place: float) -> int:
        return int((np.abs(position - place) < HALF_WIDTH).sum())

    return 2 * about(0.0) / max(about(-0.5) + about(0.5), 1)
