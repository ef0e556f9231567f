"""Silhouette against collections without clusters: K-Means finds something in every one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from songatlas.evaluation.silhouette import silhouette_score
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import WEAK, Check, Findings, Rows, either
from songatlas.evaluation.trust.cohesion import LEAST_SHARE
from songatlas.evaluation.trust.density import N_NEAR, deepest_valley, landscape, passes
from songatlas.evaluation.trust.labelled import unless_labelled
from songatlas.evaluation.trust.nulls import NULLS, principal_coordinates
from songatlas.numerals import number
from songatlas.seeds import stage_seed
from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray, IntArray

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
    valley
        The highest pass between clusters, as :func:`songatlas.evaluation.trust.density.passes`
        has it: groups need not be balls. None where the silhouette says enough.
    nulls
        By the names of :data:`songatlas.evaluation.trust.nulls.NULLS`; empty where nothing is to be
        compared with. Of given clusters, whose procedure is not known: silhouettes of the best
        that K-Means finds in a draw.
    valleys
        By the same names, the deepest valley that there is in a draw, whatever procedure looks for
        it; one way is enough to be more separate than noise. Not of heavy
        tails: with the distances to the centre kept, rings about each other are no noise.
    """

    about = "clusters"
    needs = "enough distinct tracks"
    n_clusters: int
    n_tracks: int
    n_draws: int
    silhouette: float
    valley: float | None = None
    nulls: Mapping[str, AgainstNull]
    valleys: Mapping[str, AgainstNull] = field(default_factory=dict)

    @classmethod
    @single_thread()
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
        points, given = case.before, case.assigned
        if len(points) > MAX_TRACKS:
            some = np.sort(rng.permutation(len(points))[:MAX_TRACKS])
            points, given = points[some], given[some]
        Z = principal_coordinates(points)

        def silhouette(drawn: FloatArray, labels: IntArray | None = None) -> float:
            drawn = drawn if case.unnormalised is None else case.represent(drawn)
            if labels is None:
                labels = cluster(drawn, k, int(rng.integers(2**31)))
            return silhouette_score(drawn, labels) or 0.0  # one cluster separates nothing

        observed = silhouette(Z, given if case.given else None)
        draws = {name: null(Z) for name, null in NULLS.items()}
        nulls = {
            name: _against(observed, np.array([silhouette(draw(rng)) for _ in range(N_DRAWS)]))
            for name, draw in draws.items()
        }
        valley, valleys = None, {}
        if not _clear(nulls):
            valley = _highest_pass(points, given)
            least = max(N_NEAR, round(LEAST_SHARE * len(Z)))
            for name in ("same covariance", "one mode") if valley < 1 else ():
                drawn = (landscape(draws[name](rng)) for _ in range(N_DRAWS))
                depths = np.array([min(1.0, deepest_valley(x, least)) for x in drawn])
                valleys[name] = _against(-valley, -depths)
        return cls(
            n_clusters=k,
            n_tracks=len(Z),
            n_draws=N_DRAWS,
            silhouette=observed,
            valley=valley,
            nulls=nulls,
            valleys=valleys,
        )

    def findings(self, case: Case) -> Findings:
        """The silhouette against collections without clusters."""
        if not self.nulls:
            yield (
                WEAK,
                "not compared with noise",
                "Nothing says whether chance would do as well. Silhouette "
                f"{self.silhouette:.3f}; what the same procedure finds in collections without "
                "clusters is not known, since it was not given.",
            )
            return
        ways = [("Silhouette", self.silhouette, self.nulls)]
        if self.valley is not None and self.valleys:
            ways.append(("Highest pass between clusters", -self.valley, self.valleys))
        numbers = "; ".join(
            f"{what} {abs(value):.3f}, and in collections without clusters: "
            + ", ".join(
                f"{name} {abs(null.mean):.3f} ± {null.sd:.3f} (p {null.p_value:.3f})"
                for name, null in nulls.items()
            )
            for what, value, nulls in ways
        )
        beyond = [
            {name: x for name, x in nulls.items() if name != "one mode"} for *_, nulls in ways
        ]
        if not any(all(x.p_value <= MAX_P for x in nulls.values()) for nulls in beyond):
            plain = "Data without any groups can be divided just as well."
            yield unless_labelled(case, "no more separate than noise", f"{plain} {numbers}.")
            return
        z = max(min(null.z for null in nulls.values()) for *_, nulls in ways)
        clear = any(_clear(nulls) for *_, nulls in ways)
        how = "further apart" if clear else "only a little further apart"
        said = f"The clusters are {how} than chance would have them. {numbers}; smallest z {z:.1f}."
        yield either(clear, "separate", "hardly separate", said)

    def rows(self) -> Rows:
        """The silhouettes of every null."""
        for name, null in self.nulls.items():
            yield (
                f"Silhouette without clusters: {name}",
                f"{number(null.mean)} ± {number(null.sd)} (z {null.z:.1f}, p {null.p_value:.3f})",
            )


def _against(observed: float, scores: Float64) -> AgainstNull:
    """A score beside those of the draws; greater is better."""
    return AgainstNull(
        mean=float(scores.mean()),
        sd=float(scores.std()),
        z=float((observed - scores.mean()) / max(scores.std(), 1e-9)),
        p_value=(1 + int((scores >= observed).sum())) / (1 + len(scores)),
    )


def _clear(nulls: Mapping[str, AgainstNull]) -> bool:
    return all(null.p_value <= MAX_P and null.z >= GOOD_Z for null in nulls.values())


def _highest_pass(X: FloatArray, labels: IntArray) -> float:
    found = landscape(X)
    return max(passes(found, labels[found.rows]).values(), default=1.0)
