"""Is a track's cluster surer than its posterior: does a draw from it fall in the same cluster."""

from __future__ import annotations

from dataclasses import dataclass

from songatlas.evaluation.half_samples import nearest_cluster
from songatlas.evaluation.trust.agreement import GOOD_KAPPA, Agreement
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import NOT, WEAK, Findings, Rows
from songatlas.evaluation.trust.collapse import Collapse

NO_KAPPA = 0.5


@dataclass(frozen=True, kw_only=True)
class Certainty(Agreement):
    """Agreement of the cluster of every track's mean and of a draw from its posterior.

    A posterior that is wider than the distances between tracks cannot name a cluster.
    """

    about = "model"
    needs = "draws from the posteriors of a model"

    @classmethod
    def measure(cls, case: Case) -> Certainty | None:
        """Compare the clusters to which points and draws are nearest."""
        if case.drawn is None:
            return None
        return cls.between(
            nearest_cluster(case.X, case.X, case.labels),
            nearest_cluster(case.drawn, case.X, case.labels),
        )

    def findings(self, case: Case) -> Findings:
        """Whether posteriors are wider than the clusters."""
        if self.kappa < GOOD_KAPPA:
            yield (
                NOT if self.kappa < NO_KAPPA else WEAK,
                "collapsed: posteriors wider than the clusters",
                "The model is not sure enough of a track to say which cluster it is in. A draw "
                "from its posterior stays in the same cluster for "
                f"{self}{_why(case)}.",
            )

    def rows(self) -> Rows:
        """The agreement."""
        yield "A draw from the posterior keeps the cluster", f"{self}"


def _why(case: Case) -> str:
    found = Collapse.measure(case)
    if found is None or found.kl_per_dimension is None:
        return ""
    return (
        f": {found.kl_per_dimension:.3f} nats a dimension, {found.informative_units} of "
        f"{found.n_latent} dimensions say anything"
    )
