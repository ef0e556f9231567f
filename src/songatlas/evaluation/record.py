"""One row of ``clustering_metrics.csv``: everything that is said about one clustering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from songatlas.evaluation.bootstrap import Interval
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.internal import INTERNAL
from songatlas.evaluation.permutation import Chance
from songatlas.types.scores import InternalScores

Cell = str | int | float | None


@dataclass(frozen=True, kw_only=True)
class ExternalScore:
    """One score against the true labels and how far it can be trusted.

    Parameters
    ----------
    value
        None when fewer than two classes are among the scored tracks; then so is all the rest.
    interval
        95 % bootstrap interval; None also when it was not asked for.
    chance
        Permutation p-value, and mean and standard deviation under chance; None likewise.
    """

    value: float | None
    interval: Interval | None
    chance: Chance | None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Scores of one clustering. What is not defined is None, never NaN.

    Parameters
    ----------
    method, space
        Names of the method and of the space it was clustered and scored in. Internal scores are
        comparable only within one space.
    n_clusters
        Number of clusters, noise not counted.
    internal
        Scores of the clustered tracks by themselves.
    external
        Scores against the labels, by the names of :data:`songatlas.evaluation.external.EXTERNAL`.
    largest_share
        Tracks in the largest cluster over all tracks, in [0, 1]; 0 when all are noise.
    n_noise, n_scored, n_tracks
        Tracks that are noise, that have a true label, and in all.
    unit
        What the intervals and p-values draw and deal: ``"track"`` or the name of the groups.
    shared_silhouette, shared_space
        Silhouette in one space that is the same for all methods, and its name; None and empty
        without one.
    """

    method: str
    space: str
    n_clusters: int
    internal: InternalScores
    external: Mapping[str, ExternalScore]
    largest_share: float
    n_noise: int
    n_scored: int
    n_tracks: int
    unit: str
    shared_silhouette: float | None = None
    shared_space: str = ""

    @property
    def silhouette(self) -> float | None:
        """In [−1, 1], greater is better."""
        return self.internal.silhouette

    @property
    def calinski_harabasz(self) -> float | None:
        """At least 0, greater is better."""
        return self.internal.calinski_harabasz

    @property
    def davies_bouldin(self) -> float | None:
        """At least 0, less is better."""
        return self.internal.davies_bouldin

    @property
    def ari(self) -> float | None:
        """Adjusted Rand index: best 1, by chance 0."""
        return self.external["ARI"].value

    @property
    def nmi(self) -> float | None:
        """Normalised mutual information: best 1, at least 0, above 0 by chance."""
        return self.external["NMI"].value

    @property
    def ami(self) -> float | None:
        """Adjusted mutual information: best 1, by chance 0."""
        return self.external["AMI"].value

    @property
    def purity(self) -> float | None:
        """Share of tracks of their cluster's commonest class: best 1, see its chance level."""
        return self.external["Purity"].value

    def row(self) -> dict[str, Cell]:
        """Column → cell of ``clustering_metrics.csv``, in full precision, None where empty."""
        internal = self.silhouette, self.calinski_harabasz, self.davies_bouldin
        scores, ends = self.external.items(), ("low", "high")
        return {
            "Method": self.method,
            "Clusters": self.n_clusters,
            **dict(zip(INTERNAL, internal, strict=True)),
            **{name: score.value for name, score in scores},
            **{
                f"{name} 95% {end}": score.interval and getattr(score.interval, end)
                for name, score in scores
                for end in ends
            },
            **{f"{name} p-value": score.chance and score.chance.p_value for name, score in scores},
            **{
                f"{name} by chance": score.chance and score.chance.mean
                for name, score in sorted(scores, reverse=True)  # purity first
                if not EXTERNAL[name].adjusted_for_chance
            },
            "Largest cluster share": self.largest_share,
            "Noise tracks": self.n_noise,
            "Scored tracks": self.n_scored,
            "Tracks": self.n_tracks,
            "Silhouette tracks": self.internal.silhouette_tracks,
            "Bootstrap unit": self.unit,
            "Space": self.space,
            "Shared silhouette": self.shared_silhouette,
            "Shared space": self.shared_space,
        }
