"""Sizes of the clusters: one giant, and splinters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import NOT, WEAK, Check, Findings, Rows

SPLINTER_SHARE = 0.02
SPLINTER_TRACKS = 3
GIANT_SHARE = 0.9


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
    """

    about = "sizes"
    sizes: tuple[int, ...]
    largest_share: float
    n_splinters: int

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
        sizes = np.sort(np.bincount(labels[labels >= 0]))[::-1]
        sizes = sizes[sizes > 0]
        whole = max(SPLINTER_TRACKS, SPLINTER_SHARE * len(labels))
        return cls(
            sizes=tuple(int(size) for size in sizes),
            largest_share=float(sizes.max(initial=0) / max(len(labels), 1)),
            n_splinters=int((sizes < whole).sum()),
        )

    def findings(self, case: Case) -> Findings:
        """One giant cluster; splinters."""
        if self.largest_share >= GIANT_SHARE:
            yield (
                NOT,
                "one giant cluster",
                f"One cluster holds {100 * self.largest_share:.1f} % of all tracks (sizes "
                f"{self._sizes()}): this divides nothing.",
            )
        if self.n_splinters:
            yield (
                WEAK,
                "splinters",
                f"{self.n_splinters} of {len(self.sizes)} clusters are splinters of "
                f"fewer than 2 % of the tracks (sizes {self._sizes()}).",
            )

    def rows(self) -> Rows:
        """The sizes."""
        yield "Sizes of clusters", f"{self._sizes()} (largest {100 * self.largest_share:.1f} %)"

    def _sizes(self) -> str:
        return ", ".join(f"{size:,}" for size in self.sizes)
