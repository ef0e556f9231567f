"""All checks of one run, in their order."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from songatlas.evaluation.trust.about_sizes import enough_tracks
from songatlas.evaluation.trust.balance import measure_balance
from songatlas.evaluation.trust.duplicates import Duplicates, find_duplicates
from songatlas.evaluation.trust.evidence import Evidence, Labelled, NumberOfClusters
from songatlas.evaluation.trust.outliers import measure_outliers
from songatlas.evaluation.trust.separation import measure_separation
from songatlas.evaluation.trust.stability import HalfSamples, measure_stability
from songatlas.evaluation.trust.valleys import measure_valleys
from songatlas.evaluation.trust.verdict import findings
from songatlas.geometry import directions
from songatlas.types import Trust

if TYPE_CHECKING:
    from songatlas.evaluation.trust.artist import Artists
    from songatlas.evaluation.trust.collapse import Collapse
    from songatlas.evaluation.trust.separation import Cluster, Represent
    from songatlas.evaluation.trust.windows import Agreement
    from songatlas.types import FloatArray, IntArray


def check_trust(
    X: FloatArray,
    labels: IntArray,
    *,
    cluster: Cluster,
    random_state: int,
    unnormalised: FloatArray | None = None,
    represent: Represent = directions,
    track_ids: tuple[str, ...] = (),
    duplicates: Duplicates | None = None,
    collapse: Collapse | None = None,
    halves: Agreement | None = None,
    certainty: Agreement | None = None,
    half_samples: HalfSamples | None = None,
    number: NumberOfClusters | None = None,
    labelled: Labelled | None = None,
    artists: Artists | None = None,
) -> Trust:
    """Judge a partition of the tracks.

    Parameters
    ----------
    X, labels
        Shapes (n_tracks, n_coordinates) and (n_tracks,): points that were clustered, and clusters
        without noise.
    cluster
        (points, number of clusters, seed) → labels: the procedure that made `labels`.
    unnormalised, represent
        Shape (n_tracks, n_features): centred points that `represent` made `X` of, if its rows were
        brought to unit length. Nulls are drawn and valleys looked for before that.
    track_ids
        Names of the tracks, for the list of duplicates.
    duplicates
        Found in the model's inputs; None looks for them in `X`.
    collapse, halves, certainty, half_samples, number, labelled, artists
        What else was measured; None where there was nothing to measure.

    Examples
    --------
    >>> from songatlas.clustering import kmeans
    >>> def cluster(X, k, seed):
    ...     return kmeans(X, k, random_state=seed, n_init=3)
    >>> rng = np.random.default_rng(0)
    >>> X = np.repeat(np.eye(3, 8) * 8, 60, axis=0) + rng.normal(size=(180, 8))
    >>> check_trust(X, cluster(X, 3, 0), cluster=cluster, random_state=0).verdict
    'trustworthy'
    >>> noise = rng.normal(size=(180, 8))
    >>> check_trust(noise, cluster(noise, 3, 0), cluster=cluster, random_state=0).verdict
    'not a clustering'
    """
    X, labels = np.asarray(X, dtype=np.float64), np.asarray(labels)
    duplicates = find_duplicates(X) if duplicates is None else duplicates
    kept = duplicates.kept
    before = X if unnormalised is None else np.asarray(unnormalised, dtype=np.float64)
    if len(kept) < len(X):
        before = before[kept]
    balance = measure_balance(labels)
    separation = valleys = stability = None
    n_clusters = len(np.unique(labels[kept]))
    if enough_tracks(len(kept), n_clusters) and enough_tracks(len(kept), len(balance.sizes)):
        separation = measure_separation(
            before,
            n_clusters,
            cluster=cluster,
            random_state=random_state,
            represent=None if unnormalised is None else represent,
        )
        valleys = measure_valleys(before, labels[kept])
        stability = measure_stability(
            X[kept],
            labels[kept],
            cluster=cluster,
            random_state=random_state,
            half_samples=half_samples,
        )
    evidence = Evidence(
        n_tracks=len(X),
        duplicates=duplicates,
        balance=balance,
        outliers=measure_outliers(X[kept], labels[kept]),
        collapse=collapse,
        separation=separation,
        valleys=valleys,
        stability=stability,
        halves=halves,
        certainty=certainty,
        number=number,
        labelled=labelled,
        artists=artists,
    )
    return Trust(
        findings=findings(evidence),
        measurements=_plain(evidence),
        duplicates=tuple((track_ids[a], track_ids[b]) for a, b in duplicates.pairs)
        if track_ids
        else (),
    )


def _plain(evidence: Evidence) -> dict[str, Any]:
    """The measurements as JSON has them; duplicates as their number."""
    measured = dataclasses.asdict(evidence)
    measured["duplicates"] = {
        "n_copies": len(evidence.duplicates.pairs),
        "n_distinct": len(evidence.duplicates.kept),
        "all_pairs_compared": evidence.duplicates.compared,
    }
    return measured
