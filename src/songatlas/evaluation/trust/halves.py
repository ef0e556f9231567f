"""Does a track get the same cluster from either half of its windows."""

from __future__ import annotations

from dataclasses import dataclass

from songatlas.evaluation.half_samples import nearest_cluster
from songatlas.evaluation.trust.agreement import GOOD_KAPPA, Agreement
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Findings, Rows, either


@dataclass(frozen=True, kw_only=True)
class Halves(Agreement):
    """Agreement of the two halves of every track."""

    about = "windows"
    needs = "the points of two halves of every track"

    @classmethod
    def measure(cls, case: Case) -> Halves | None:
        """Compare the clusters to which the halves are nearest."""
        if case.halves is None:
            return None
        return cls.between(*(nearest_cluster(half, case.X, case.labels) for half in case.halves))

    def findings(self, case: Case) -> Findings:
        """Whether a track's cluster is the same from half of it."""
        good = self.kappa >= GOOD_KAPPA
        plain = (
            "Half of a track is enough to tell its cluster."
            if good
            else "The two halves of a track often fall in different clusters."
        )
        said = f"{plain} The other half of its windows stays in the same cluster for {self}."
        yield either(good, "the same from half a track", "another cluster from half a track", said)

    def rows(self) -> Rows:
        """The agreement."""
        yield "Two halves of a track in one cluster", f"{self}"
