"""Is there a valley between neighbouring clusters, or does K-Means cut through a plain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Check, Findings, Rows, either
from songatlas.evaluation.trust.labelled import unless_labelled
from songatlas.geometry import cluster_means, squared_distances
from songatlas.types import Float64, FloatArray, IntArray

HALF_WIDTH = 0.125  # of the distance between the two cluster means
NO_VALLEY, PLAIN = 0.6, 0.8


@dataclass(frozen=True, kw_only=True)
class Valleys(Check):
    """Density at the border of every cluster.

    Parameters
    ----------
    border
        One a cluster, in their order: tracks about midway between its mean and the nearest other
        cluster's, relative to those about the two means, along the line through both. About 0 for
        groups apart, 1 where a plain is cut, above 1 where one group is; None for clusters whose
        means coincide.
    """

    about = "clusters"
    border: tuple[float | None, ...]

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
        return measure_valleys(case.before, case.labels)

    def findings(self, case: Case) -> Findings:
        """Whether there are fewer tracks between clusters than within."""
        if self.highest is None:
            return
        said = (
            "Tracks midway to the nearest cluster, relative to those about the two means (groups "
            f"0, a cut plain 1): {self._borders()}."
        )
        if all(x is None or x > PLAIN for x in self.border):
            yield unless_labelled(case, "no valley anywhere", said)
        else:
            apart = self.highest <= NO_VALLEY
            yield either(apart, "valleys between clusters", "no valley between some clusters", said)

    def rows(self) -> Rows:
        """The border of every cluster."""
        yield (
            "Tracks midway to the nearest cluster, relative to those at the means",
            self._borders(),
        )

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
    return Valleys(border=tuple(border))


def _border(position: Float64) -> float:
    """Tracks about 0 relative to those about −½ and ½, where the means are."""

    def about(place: float) -> int:
        return int((np.abs(position - place) < HALF_WIDTH).sum())

    return 2 * about(0.0) / max(about(-0.5) + about(0.5), 1)
