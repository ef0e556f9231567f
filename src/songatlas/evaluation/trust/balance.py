"""Sizes of the clusters: one giant, and splinters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import NOT, TRUSTWORTHY, WEAK, Check, Findings, Rows
from songatlas.evaluation.trust.cohesion import is_cohesive
from songatlas.numerals import percent

SPLINTER_SHARE = 0.02
SPLINTER_TRACKS = 3
GIANT_SHARE = 0.9
MUCH_NOISE = 0.5


@dataclass(frozen=True, kw_only=True)
class Balance(Check):
    """Sizes of the clusters.

    Parameters
    ----------
    sizes
        Tracks a cluster, descending.
    largest_share
        Of all tracks, in [0, 1].
    n_splinters
        Clusters of fewer than 3 tracks or 2 % of all.
    n_apart
        Beside a cluster of 90 % and more: others that keep to themselves.
    n_noise
        Tracks in no cluster.
    """

    about = "sizes"
    sizes: tuple[int, ...]
    largest_share: float
    n_splinters: int
    n_apart: int = 0
    n_noise: int = 0

    @classmethod
    def measure(cls, case: Case) -> Balance:
        """Measure the clusters of all tracks; noise (negative) is in none.

        Examples
        --------
        >>> found = Balance.measure(Case(X=np.zeros((100, 1)), labels=np.repeat([0, 1], [98, 2])))
        >>> found.sizes, found.largest_share, found.n_splinters
        ((98, 2), 0.98, 1)
        """
        labels = case.labels
        clusters, counts = np.unique(labels[labels >= 0], return_counts=True)
        sizes = np.sort(counts)[::-1]
        whole = max(SPLINTER_TRACKS, SPLINTER_SHARE * len(labels))
        largest_share = float(sizes.max(initial=0) / max(len(labels), 1))
        apart = [
            is_cohesive(case.X, np.flatnonzero(labels == k))
            for k in clusters[counts < counts.max(initial=0)]
            if largest_share >= GIANT_SHARE
        ]
        return cls(
            sizes=tuple(int(size) for size in sizes),
            largest_share=largest_share,
            n_splinters=int((sizes < whole).sum()),
            n_apart=sum(apart),
            n_noise=int((labels < 0).sum()),
        )

    def findings(self, case: Case) -> Findings:
        """One giant cluster; splinters."""
        if self.n_apart:
            yield (
                TRUSTWORTHY,
                "a small group apart",
                "Nearly everything is in one cluster, and what is not keeps to itself. Sizes: "
                f"{self._sizes()}.",
            )
        elif self.largest_share >= GIANT_SHARE:
            yield (
                NOT,
                "one giant cluster",
                "Nearly everything is in one cluster, which divides nothing. It holds "
                f"{100 * self.largest_share:.1f} % of all tracks (sizes {self._sizes()}).",
            )
        if self.n_splinters:
            yield (
                WEAK,
                "splinters",
                "Some clusters are too small to be more than accidents. "
                f"{self.n_splinters} of {len(self.sizes)} hold fewer than 2 % of the tracks (sizes "
                f"{self._sizes()}).",
            )
        if self.n_noise:
            share = self.n_noise / (self.n_noise + sum(self.sizes))
            yield (
                WEAK if share > MUCH_NOISE else TRUSTWORTHY,
                "in no cluster",
                f"{'Most' if share > MUCH_NOISE else 'Some'} tracks are in no cluster, and count "
                f"as places between them. It is {self.n_noise:,}, {percent(share)}.",
            )

    def rows(self) -> Rows:
        """The sizes."""
        yield "Sizes of clusters", f"{self._sizes()} (largest {100 * self.largest_share:.1f} %)"

    def _sizes(self) -> str:
        return ", ".join(f"{size:,}" for size in self.sizes)
