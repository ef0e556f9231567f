"""Silhouette against collections without clusters: K-Means finds something in every one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.silhouette import silhouette_score
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import WEAK, Check, Findings, Rows, either
from songatlas.evaluation.trust.labelled import unless_labelled
from songatlas.evaluation.trust.nulls import NULLS, principal_coordinates
from songatlas.numerals import number
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray

MAX_TRACKS = 1000  # the test is made on so many, drawn at random
N_DRAWS = 39
MAX_P, GOOD_Z = 0.05, 2.0


@dataclass(frozen=True, kw_only=True)
class AgainstNull:
    """A silhouette beside those of one null.

    Parameters
    ----------
    mean, sd
        Of the silhouettes of the null's draws.
    z
        (silhouette − mean) / sd.
    p_value
        (1 + draws at least as good) / (1 + draws), in (0, 1].
    """

    mean: float
    sd: float
    z: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Separation(Check):
    """Silhouette of K-Means on the tracks and on nulls.

    Parameters
    ----------
    silhouette
        Of K-Means by the same procedure as on the draws, over `n_tracks` tracks.
    nulls
        By the names of :data:`songatlas.evaluation.trust.nulls.NULLS`; empty where the procedure
        is not known, and the silhouette then that of the given clusters.
    """

    about = "clusters"
    n_clusters: int
    n_tracks: int
    n_draws: int
    silhouette: float
    nulls: Mapping[str, AgainstNull]

    @classmethod
    def measure(cls, case: Case) -> Separation | None:
        """Cluster the tracks and every draw of every null, and compare the silhouettes.

        Of more than 1,000 tracks a random 1,000 are used. The draws are made like the
        points before these were brought to unit length, and treated alike: on a sphere even a plain
        long cloud has two ends.

        References
        ----------
        Y. Liu, D. N. Hayes, A. Nobel and J. S. Marron, "Statistical significance of clustering for
        high-dimension, low-sample size data", JASA 103, 2008 (the Gaussian null); R. Tibshirani,
        G. Walther and T. Hastie, "Estimating the number of clusters in a data set via the gap
        statistic", JRSS B 63, 2001.
        """
        if not case.enough_tracks:
            return None
        k, cluster = case.n_clusters, case.cluster
        if cluster is None:
            score = silhouette_score(case.X, case.labels) or 0.0
            return cls(n_clusters=k, n_tracks=len(case.X), n_draws=0, silhouette=score, nulls={})
        rng = np.random.default_rng(stage_seed(case.seed, "trust"))
        points = case.before
        if len(points) > MAX_TRACKS:
            points = points[np.sort(rng.permutation(len(points))[:MAX_TRACKS])]
        Z = principal_coordinates(points)

        def silhouette(drawn: FloatArray) -> float:
            drawn = drawn if case.unnormalised is None else case.represent(drawn)
            labels = cluster(drawn, k, int(rng.integers(2**31)))
            return silhouette_score(drawn, labels) or 0.0  # one cluster separates nothing

        observed = silhouette(Z)
        against = {}
        for name, null in NULLS.items():
            draw = null(Z)
            scores = np.array([silhouette(draw(rng)) for _ in range(N_DRAWS)])
            against[name] = AgainstNull(
                mean=float(scores.mean()),
                sd=float(scores.std()),
                z=float((observed - scores.mean()) / max(scores.std(), 1e-9)),
                p_value=(1 + int((scores >= observed).sum())) / (1 + N_DRAWS),
            )
        return cls(
            n_clusters=k, n_tracks=len(Z), n_draws=N_DRAWS, silhouette=observed, nulls=against
        )

    def findings(self, case: Case) -> Findings:
        """The silhouette against collections without clusters."""
        if not self.nulls:
            yield (
                WEAK,
                "not compared with noise",
                f"Silhouette {self.silhouette:.3f}; what the same procedure finds in "
                "collections without clusters is not known, since it was not given.",
            )
            return
        numbers = "; ".join(
            f"{name} {null.mean:.3f} ± {null.sd:.3f}, p {null.p_value:.3f}"
            for name, null in self.nulls.items()
        )
        sentence = f"Silhouette {self.silhouette:.3f}; in collections without clusters: {numbers}"
        if any(x.p_value > MAX_P for name, x in self.nulls.items() if name != "one mode"):
            yield unless_labelled(
                case, "no more separate than noise", f"{sentence}. Noise does as well."
            )
            return
        z = min(null.z for null in self.nulls.values())
        clear = z >= GOOD_Z and all(null.p_value <= MAX_P for null in self.nulls.values())
        yield either(clear, "separate", "hardly separate", f"{sentence} (smallest z {z:.1f}).")

    def rows(self) -> Rows:
        """The silhouettes of every null."""
        for name, null in self.nulls.items():
            yield (
                f"Silhouette without clusters: {name}",
                f"{number(null.mean)} ± {number(null.sd)} (z {null.z:.1f}, p {null.p_value:.3f})",
            )
