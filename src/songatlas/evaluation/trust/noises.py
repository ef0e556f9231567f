"""Do the clusters follow noise under the recordings, which is no matter of the music."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.mutual_information import adjusted_mutual_info
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Check, Findings, Rows, either
from songatlas.numerals import number

FEW = 10  # tracks with noise, or without, of which nothing is said
MUCH = 0.3  # AMI: a third of what there is to know


@dataclass(frozen=True, kw_only=True)
class Noises(Check):
    """Agreement of the clusters with whether there is steady noise.

    Parameters
    ----------
    n_noisy, n_judged
        Tracks with such noise, and all that are in a cluster.
    ami
        Adjusted mutual information of the clusters with it; best 1, by chance 0.
    """

    about = "clusters"
    n_noisy: int
    n_judged: int
    ami: float

    @classmethod
    def measure(cls, case: Case) -> Noises | None:
        """Measure; None where (nearly) no recording has noise, or all have.

        Examples
        --------
        >>> floors = np.repeat([50.0, np.inf], 30)
        >>> case = Case(X=np.zeros((60, 1)), labels=np.repeat([0, 1], 30), noises=floors)
        >>> Noises.measure(case).ami
        1.0
        """
        if case.noises is None:
            return None
        placed = case.labels >= 0
        noisy = np.isfinite(case.noises[placed])
        n_noisy = int(noisy.sum())
        if min(n_noisy, len(noisy) - n_noisy) < FEW:
            return None
        table = contingency_table(noisy.astype(int), case.labels[placed])
        return cls(n_noisy=n_noisy, n_judged=len(noisy), ami=float(adjusted_mutual_info(table)))

    def findings(self, case: Case) -> Findings:
        """Whether noise is what the clusters are about."""
        much = self.ami >= MUCH
        follow = much and self.ami > case.told
        plain = (
            "The clusters follow noise under the recordings, which is no matter of the music; "
            "--condition noise takes it out."
            if follow
            else f"Some recordings have steady noise, but the clusters follow "
            f"{case.label_column} more."
            if much
            else "Some recordings have steady noise, and the clusters are not about that."
        )
        yield either(
            not follow,
            "whatever the noise",
            "mostly the noise",
            f"{plain} {self._noisy()}; agreement: AMI {number(self.ami)} (by chance 0).",
        )

    def rows(self) -> Rows:
        """The agreement."""
        yield "AMI of the clusters with noise", f"{number(self.ami)} ({self._noisy()})"

    def _noisy(self) -> str:
        return f"{self.n_noisy:,} of {self.n_judged:,} tracks have steady noise"
