"""Do the clusters follow flaws of the recordings, which are no matter of the music."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.mutual_information import adjusted_mutual_info
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Check, Findings, Rows, either
from songatlas.numerals import number
from songatlas.types import Counts, FloatArray, IntArray
from songatlas.types.flaws import FLAWS, remedy

FEW = 10  # tracks unlike most: of fewer nothing is said
MUCH = 0.3  # AMI: a third of what there is to know


@dataclass(frozen=True, kw_only=True)
class Followed:
    """Agreement of clusters with a flaw.

    Parameters
    ----------
    n_flawed
        Tracks in a cluster that have it.
    n_judged
        All in a cluster of which that is known.
    ami
        Adjusted mutual information of the clusters with its values; best 1, by chance 0.
    """

    n_flawed: int
    n_judged: int
    ami: float

    @classmethod
    def measure(cls, flaw: str, values: FloatArray, labels: IntArray) -> Followed | None:
        """Measure; None where fewer than ten tracks are unlike the others.

        Parameters
        ----------
        flaw
            A row of :data:`songatlas.types.flaws.FLAWS`.
        values, labels
            Shape (n_tracks,): its measure, infinity where a track has none and NaN where that is
            not known, and clusters, −1 for none.

        Examples
        --------
        >>> tops = np.repeat([7125.0, np.inf], 30)
        >>> Followed.measure("bandwidth", tops, np.repeat([0, 1], 30))
        Followed(n_flawed=30, n_judged=60, ami=1.0)
        """
        known = (labels >= 0) & ~np.isnan(values)
        values, labels = values[known], labels[known]
        _, codes = np.unique([*map(FLAWS[flaw].named, values.tolist())], return_inverse=True)
        counts: Counts = np.bincount(codes)
        if len(codes) - counts.max(initial=0) < FEW:
            return None
        ami = float(adjusted_mutual_info(contingency_table(codes, labels)))
        return cls(n_flawed=int(np.isfinite(values).sum()), n_judged=len(codes), ami=ami)


@dataclass(frozen=True, kw_only=True)
class Recordings(Check):
    """Agreement of the clusters with every flaw that some recordings have and others lack.

    Parameters
    ----------
    followed
        By the name of the flaw.
    """

    about = "clusters"
    followed: Mapping[str, Followed]

    @classmethod
    def measure(cls, case: Case) -> Recordings | None:
        """Measure; None where (nearly) all recordings are alike in every flaw."""
        labels = case.labels
        each = {name: Followed.measure(name, x, labels) for name, x in case.flaws.items()}
        followed = {name: found for name, found in each.items() if found is not None}
        return cls(followed=followed) if followed else None

    def findings(self, case: Case) -> Findings:
        """Whether recordings are what the clusters are about."""
        for name, found in self.followed.items():
            flaw, much = FLAWS[name], found.ami >= MUCH
            follow = much and found.ami > case.told
            if follow:
                plain = (
                    f"The clusters follow {flaw.what}, which is no matter of the music; "
                    f"{remedy(name, case.condition)}."
                )
            else:
                then = "but the clusters follow" if much else "and the clusters are not about that"
                more = f" {case.label_column} more" if much else ""
                plain = f"Some recordings {flaw.have}, {then}{more}."
            yield either(
                not follow,
                f"whatever the {name}",
                f"mostly the {name}",
                f"{plain} {self._share(name)}; agreement: AMI {number(found.ami)} (by chance 0).",
            )

    def rows(self) -> Rows:
        """The agreement with each."""
        for name, found in self.followed.items():
            yield (
                f"AMI of the clusters with the {name}",
                f"{number(found.ami)} ({self._share(name)})",
            )

    def _share(self, name: str) -> str:
        found = self.followed[name]
        return f"{found.n_flawed:,} of {found.n_judged:,} tracks {FLAWS[name].have}"
