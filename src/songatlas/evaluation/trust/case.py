"""What is judged: points and their clusters, and whatever else is known of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from songatlas.evaluation.half_samples import Cluster, HalfSamples, nearest_cluster
from songatlas.evaluation.near_duplicates import Duplicates, find_duplicates
from songatlas.evaluation.record import ExternalScore
from songatlas.geometry import directions
from songatlas.types import Float64, FloatArray, IntArray, KChoice

MAX_TRACKS = 100_000  # of more, a run has so many evenly spaced ones judged
MIN_DISTINCT, MIN_A_CLUSTER = 10, 4
_ROWS = ("labels", "unnormalised", "drawn", "labels_true", "artists", "albums")


@dataclass(frozen=True, kw_only=True, eq=False)
class Posteriors:
    """What a model knows of every track.

    Parameters
    ----------
    mean, kl
        Shape (n_tracks, n_latent): means, and KL to the prior in nats, None for a plain
        autoencoder.
    r2, r2_shuffled
        Variance explained a modality, and by the posterior of another track: best 1.
    """

    mean: FloatArray
    kl: FloatArray | None
    r2: Mapping[str, float]
    r2_shuffled: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A partition of points, which is enough to be judged, and all that makes the judgement better.

    Parameters
    ----------
    X, labels
        Shapes (n_tracks, n_coordinates) and (n_tracks,): points that were clustered, and clusters;
        negative for noise. The checks are handed those without copies.
    cluster
        The procedure that made `labels`; without it nothing is compared with noise, and the
        verdict is at best *weak*.
    given
        Whether another, unknown procedure made them: `cluster` is then what they have to beat.
    seed
        Every check derives its own random numbers from it.
    unnormalised, represent
        Shape (n_tracks, n_features): centred points that `represent` made `X` of, if its rows were
        brought to unit length. Nulls are drawn and valleys looked for before that.
    track_ids
        Names of the tracks, for the list of duplicates.
    duplicates
        Found in the model's inputs; None looks for them in `X`. `half_samples`, `halves` and
        `ami` are given without them.
    half_samples, choice
        K-Means on halves of the tracks, and the number of clusters that was chosen with them.
    posteriors
        Of the model whose latents were clustered.
    halves
        Shape (n_halved, n_coordinates) each: points of the same tracks from either half of their
        windows.
    drawn
        Shape (n_tracks, n_coordinates): a draw from every track's posterior.
    label_column, ami
        Name of the labels, and the clusters' adjusted mutual information with them.
    labels_true, artists, albums
        Shape (n_tracks,): numbers of label, artist and album; negative where not known.
    flaws
        Shape (n_tracks,), by the name of a flaw of recordings: its measure, infinity for none.
    condition
        Name of what the model was given of every track beside what it heard, if anything.
    """

    X: FloatArray
    labels: IntArray
    cluster: Cluster | None = None
    given: bool = False
    seed: int = 0
    unnormalised: FloatArray | None = None
    represent: Callable[[FloatArray], FloatArray] = directions
    track_ids: Sequence[str] = ()
    duplicates: Duplicates | None = None
    half_samples: HalfSamples | None = None
    choice: KChoice | None = None
    posteriors: Posteriors | None = None
    halves: tuple[FloatArray, FloatArray] | None = None
    drawn: FloatArray | None = None
    label_column: str = "label"
    ami: ExternalScore | None = None
    labels_true: IntArray | None = None
    artists: IntArray | None = None
    albums: IntArray | None = None
    flaws: Mapping[str, FloatArray] = field(default_factory=dict)
    condition: str = ""

    def __post_init__(self) -> None:
        n_tracks = len(self.X)
        rows = {name: getattr(self, name) for name in _ROWS} | {**self.flaws}
        if self.track_ids:
            rows["track_ids"] = self.track_ids
        wrong = [f"{k} {len(x):,}" for k, x in rows.items() if x is not None and len(x) != n_tracks]
        if wrong:
            raise ValueError(
                f"Row i of everything must be the same track, as in the {n_tracks:,} rows of X. "
                f"Got {', '.join(wrong)}. Leave the same tracks out everywhere."
            )

    @cached_property
    def copies(self) -> Duplicates:
        """The duplicates that were given, or those of `X`."""
        return find_duplicates(self.X) if self.duplicates is None else self.duplicates

    def without_copies(self) -> Case:
        """The same of one of each recording; `copies` still tells of all, by their rows before."""
        copies, posteriors = self.copies, self.posteriors
        kept = copies.kept
        if len(kept) == len(self.X):
            return dataclasses.replace(self, duplicates=copies)
        rows = {name: getattr(self, name) for name in ("X", *_ROWS)}
        changes: dict[str, Any] = {
            name: None if x is None else np.asarray(x)[kept] for name, x in rows.items()
        }
        if posteriors is not None and self.duplicates is not None:
            # where all points coincide it is the model that says nothing
            kl = None if posteriors.kl is None else posteriors.kl[kept]
            posteriors = dataclasses.replace(posteriors, mean=posteriors.mean[kept], kl=kl)
        changes |= {"track_ids": (), "duplicates": copies, "posteriors": posteriors}
        changes["flaws"] = {name: x[kept] for name, x in self.flaws.items()}
        return dataclasses.replace(self, **changes)

    @property
    def told(self) -> float:
        """What the clusters say of the labels: the adjusted mutual information, 0 where unknown."""
        return 0.0 if self.ami is None or self.ami.value is None else self.ami.value

    @property
    def before(self) -> Float64:
        """Points before they were brought to unit length, (n_tracks, n_features)."""
        points = self.X if self.unnormalised is None else self.unnormalised
        return np.asarray(points, dtype=np.float64)

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(np.unique(self.labels[self.labels >= 0]))

    @cached_property
    def assigned(self) -> IntArray:
        """Labels with every noise track in the cluster of the nearest mean: it is no free gap."""
        noise = self.labels < 0
        if not noise.any() or noise.all():
            return self.labels
        labels = self.labels.copy()
        labels[noise] = nearest_cluster(self.X[noise], self.X, self.labels)
        return labels

    @property
    def enough_tracks(self) -> bool:
        """Whether separation, valleys and stability can be measured at all."""
        return self.n_clusters > 1 and len(self.X) >= max(
            MIN_DISTINCT, MIN_A_CLUSTER * self.n_clusters
        )
