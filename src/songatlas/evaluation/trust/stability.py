"""Would other tracks of the same kind, or another seed, have given the same clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.half_samples import measure_half_samples, rand
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Check, Findings, Rows, either
from songatlas.evaluation.trust.labelled import unless_labelled
from songatlas.seeds import stage_seed

N_SEEDS = 5
NO_STABILITY, GOOD_STABILITY = 0.3, 0.8
SAME = 0.9  # adjusted Rand index from which on a procedure stands for the one that is not known


@dataclass(frozen=True, kw_only=True)
class Stability(Check):
    """How far a partition depends on the tracks and the seed.

    Parameters
    ----------
    halves, seeds
        Mean adjusted Rand index of the partitions of disjoint halves, and with those of other
        seeds; best 1, by chance 0.
    """

    about = "clusters"
    needs = "the procedure that made the clusters, which K-Means does not reproduce"
    n_clusters: int
    halves: float
    seeds: float

    @classmethod
    def measure(cls, case: Case) -> Stability | None:
        """Cluster the tracks again; half-samples only where they are not known yet."""
        if case.cluster is None or not case.enough_tracks:
            return None
        if case.given and rand(case.cluster(case.X, case.n_clusters, 0), case.labels) < SAME:
            return None  # it would be the stability of others
        X, labels = np.asarray(case.X, np.float64), case.labels
        k, random_state = case.n_clusters, stage_seed(case.seed, "trust")
        rng = np.random.default_rng(random_state)
        seeds = [case.cluster(X, k, int(rng.integers(2**31))) for _ in range(N_SEEDS)]
        known = case.half_samples
        if known is None or k not in known.ks:
            known = measure_half_samples(X, [k], cluster=case.cluster, random_state=random_state)
        return cls(
            n_clusters=k,
            halves=float(dict(zip(known.ks, known.agreement, strict=True)).get(k, 0.0)),
            seeds=float(np.mean([rand(labels, other) for other in seeds])),
        )

    def findings(self, case: Case) -> Findings:
        """The same clusters from other tracks and seeds."""
        numbers = (
            f"Disjoint halves of the tracks give partitions that agree with ARI {self.halves:.2f}, "
            f"other seeds with ARI {self.seeds:.2f}."
        )
        if self.halves < NO_STABILITY:
            said = f"Other tracks of the same kind would give other clusters. {numbers}"
            yield unless_labelled(case, "unstable", said)
        else:
            good = min(self.halves, self.seeds) >= GOOD_STABILITY
            which = "the same" if good else "somewhat different"
            whose = "Other tracks of the same kind"
            if self.seeds < GOOD_STABILITY <= self.halves:
                whose = "Other starts of the same procedure"
            said = f"{whose} would give {which} clusters. {numbers}"
            yield either(good, "stable", "not quite stable", said)

    def rows(self) -> Rows:
        """Both agreements."""
        yield (
            "Agreement (ARI) of half-samples, of other seeds",
            f"{self.halves:.2f}, {self.seeds:.2f}",
        )
