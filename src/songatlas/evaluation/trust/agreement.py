"""Two assignments of tracks to the same clusters: how often a track keeps its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from songatlas.evaluation.trust.check import Check
from songatlas.numerals import percent
from songatlas.types import IntArray

GOOD_KAPPA = 0.75


@dataclass(frozen=True, kw_only=True)
class Agreement(Check):
    """How often two cluster assignments of a track are the same (Cohen's kappa).

    Parameters
    ----------
    share
        Of `n_tracks` tracks, in [0, 1].
    chance
        The share if the two had nothing to do with each other.
    kappa
        (share − chance) / (1 − chance): best 1, by chance 0.
    """

    n_tracks: int
    share: float
    chance: float
    kappa: float

    @classmethod
    def between(cls, a: IntArray, b: IntArray) -> Self:
        """Compare two assignments to the same clusters, of shape (n_tracks,) each.

        Examples
        --------
        >>> from songatlas.evaluation.trust.halves import Halves
        >>> found = Halves.between(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]))
        >>> found.share, found.chance, found.kappa
        (0.75, 0.5, 0.5)
        """
        n_clusters = int(max(a.max(), b.max())) + 1
        share = float((a == b).mean())
        shares = [np.bincount(x, minlength=n_clusters) / len(x) for x in (a, b)]
        chance = float(shares[0] @ shares[1])
        kappa = (share - chance) / (1 - chance) if chance < 1 else 0.0
        return cls(n_tracks=len(a), share=share, chance=chance, kappa=kappa)

    def __str__(self) -> str:
        return (
            f"{percent(self.share)} of {self.n_tracks:,} tracks (by chance {percent(self.chance)}; "
            f"κ {self.kappa:.2f})"
        )
