"""Do the clusters follow how far up the recordings go, which is no matter of the music."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.mutual_information import adjusted_mutual_info
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Check, Findings, Rows, either
from songatlas.numerals import number
from songatlas.types import Counts

FEW = 10  # tracks without their upper bands, of which nothing is said
MUCH = 0.3  # AMI: a third of what there is to know


@dataclass(frozen=True, kw_only=True)
class Bandwidths(Check):
    """Agreement of the clusters with the bandwidth of the recordings.

    Parameters
    ----------
    n_cut, highest
        Tracks that do not go all the way, and Hz above which none of those holds anything.
    n_judged
        Tracks that are in a cluster.
    ami
        Adjusted mutual information of the clusters with it; best 1, by chance 0.
    """

    about = "clusters"
    n_cut: int
    highest: float
    n_judged: int
    ami: float

    @classmethod
    def measure(cls, case: Case) -> Bandwidths | None:
        """Measure; None where (nearly) all recordings go all the way, or none does.

        Examples
        --------
        >>> tops = np.repeat([7125.0, np.inf], 30)
        >>> case = Case(X=np.zeros((60, 1)), labels=np.repeat([0, 1], 30), bandwidths=tops)
        >>> Bandwidths.measure(case).ami
        1.0
        """
        if case.bandwidths is None:
            return None
        placed = case.labels >= 0
        tops, codes = np.unique(case.bandwidths[placed], return_inverse=True)
        counts: Counts = np.bincount(codes, minlength=len(tops))
        if len(tops) < 2 or len(codes) - counts.max() < FEW:
            return None
        table = contingency_table(codes, case.labels[placed])
        cut = np.isfinite(tops)
        return cls(
            n_cut=int(counts[cut].sum()),
            highest=float(tops[cut].max()),
            n_judged=len(codes),
            ami=float(adjusted_mutual_info(table)),
        )

    def findings(self, case: Case) -> Findings:
        """Whether recordings are what the clusters are about."""
        much = self.ami >= MUCH
        follow = much and self.ami > case.told
        plain = (
            "The clusters follow how far up the recordings go, which is no matter of the music; "
            "--condition bandwidth takes it out."
            if follow
            else f"Some recordings lack the upper bands, but the clusters follow "
            f"{case.label_column} more."
            if much
            else "Some recordings lack the upper bands, and the clusters are not about that."
        )
        yield either(
            not follow,
            "whatever the bandwidth",
            "mostly the bandwidth",
            f"{plain} {self._cut()}; agreement: AMI {number(self.ami)} (by chance 0).",
        )

    def rows(self) -> Rows:
        """The agreement."""
        yield "AMI of the clusters with the bandwidth", f"{number(self.ami)} ({self._cut()})"

    def _cut(self) -> str:
        return (
            f"{self.n_cut:,} of {self.n_judged:,} tracks hold nothing above "
            f"{self.highest / 1000:.1f} kHz"
        )
