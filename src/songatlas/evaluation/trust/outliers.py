"""Is the separation that of a few extreme tracks from all the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.silhouette import silhouette_score
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import NOT, Check, Findings, Rows
from songatlas.evaluation.trust.cohesion import is_cohesive
from songatlas.evaluation.trust.core import core_tracks
from songatlas.numerals import number
from songatlas.types import BoolArray, Float64, IntArray

FADED = 0.5  # share of the silhouette, or of the clusters


@dataclass(frozen=True, kw_only=True)
class Outliers(Check):
    """A partition with and without the most extreme 5 % of the tracks.

    A group of at least 2 % that keeps to itself is no extreme, however far it is.

    Parameters
    ----------
    silhouette, silhouette_core
        Over all tracks, and of the same labels over the core; None where fewer than two clusters
        are there.
    n_clusters, n_emptied
        Number of clusters, and of those that lose more than half of their tracks with the extreme
        ones.
    """

    about = "sizes"
    silhouette: float | None
    silhouette_core: float | None
    n_clusters: int
    n_emptied: int

    @classmethod
    def measure(cls, case: Case) -> Outliers:
        """Score the clusters again without the extreme ones.

        Examples
        --------
        >>> X = np.append(np.linspace(0, 1, 97), [50.0, -70.0, 120.0])[:, None]
        >>> found = Outliers.measure(Case(X=X, labels=np.repeat([0, 1], [97, 3])))
        >>> found.silhouette > 0.9, found.silhouette_core, found.n_emptied
        (True, None, 1)
        """
        X, labels = np.asarray(case.X, np.float64), case.labels
        sizes = np.bincount(labels[labels >= 0])
        core, remaining = _without_extremes(X, labels, len(sizes))
        apart = [
            k
            for k in np.flatnonzero(2 * remaining < sizes)
            if is_cohesive(X, np.flatnonzero(labels == k))
        ]
        if apart:
            core, remaining = _without_extremes(X, labels, len(sizes), np.isin(labels, apart))
        return cls(
            silhouette=silhouette_score(X, labels),
            silhouette_core=silhouette_score(X[core], labels[core]),
            n_clusters=int((sizes > 0).sum()),
            n_emptied=int((2 * remaining < sizes).sum()),
        )

    def findings(self, case: Case) -> Findings:
        """Whether the separation goes with a few tracks."""
        whole, core = self.silhouette, self.silhouette_core
        faded = whole is not None and (core is None or (whole > 0.1 and core < FADED * whole))
        if faded or self.n_emptied >= FADED * max(self.n_clusters, 1):
            yield (
                NOT,
                "driven by outliers",
                "A few extreme tracks make the division, and without them it is gone. Silhouette "
                f"{_defined(whole)} and, without the most extreme 5 %, {_defined(core)}; "
                f"{self.n_emptied} of {self.n_clusters} clusters go with them.",
            )

    def rows(self) -> Rows:
        """The silhouette twice."""
        yield (
            "Silhouette, and without the most extreme 5 % of the tracks",
            f"{number(self.silhouette)}, {number(self.silhouette_core)}",
        )


def _without_extremes(
    X: Float64, labels: IntArray, n_clusters: int, apart: BoolArray | None = None
) -> tuple[IntArray, IntArray]:
    """The core, with all tracks `apart`, and how many of each cluster are in it."""
    rest = np.arange(len(X)) if apart is None else np.flatnonzero(~apart)
    core = rest[core_tracks(X[rest])]
    core = core if apart is None else np.sort(np.append(core, np.flatnonzero(apart)))
    return core, np.bincount(labels[core][labels[core] >= 0], minlength=n_clusters)


def _defined(value: float | None) -> str:
    return "not defined" if value is None or np.isnan(value) else f"{value:.3f}"
