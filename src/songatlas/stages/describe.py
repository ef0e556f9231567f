"""Every cluster and every track of a run in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from songatlas.atlas.corrections import apply_names
from songatlas.atlas.keeping import keep_names
from songatlas.config import Config
from songatlas.credits import makers_of
from songatlas.distances import nearest_first, squared_distances
from songatlas.evaluation.silhouette import silhouette_by_cluster
from songatlas.features.audio.descriptors import DESCRIPTORS, Descriptors
from songatlas.features.audio.speech import TAG as SPEECH
from songatlas.features.text.clean import lyrics_of
from songatlas.features.text.tokens import TOKENIZERS, spellings
from songatlas.geometry import cluster_means
from songatlas.library.labels import column_values, encode_labels
from songatlas.models.decision import Decision
from songatlas.results.corrections import Corrections
from songatlas.types import Clustering, FloatArray, IntArray, Track
from songatlas.types.atlas import AtlasData, Cluster, TrackReason
from songatlas.words.belonging import typical_and_atypical
from songatlas.words.evidence import Evidence, heard_in_tracks, read_vocabulary
from songatlas.words.mostly import borne_out, spoken
from songatlas.words.names import name_clusters as name_by_traits
from songatlas.words.near import nears
from songatlas.words.parts import heard_shares
from songatlas.words.sentence import sentence
from songatlas.words.tags import UNTOLD
from songatlas.words.traits import find_traits

N_EXEMPLARS = 5


@dataclass(frozen=True, kw_only=True)
class Description:
    """Clusters in the order of their numbers, and one reason a track."""

    clusters: tuple[Cluster, ...]
    reasons: tuple[TrackReason, ...]


def read_evidence(tracks: Sequence[Track], descriptors: Descriptors, config: Config) -> Evidence:
    """What can be said of the tracks.

    Parameters
    ----------
    tracks
        With their lyrics; without them there are no typical terms.
    config
        Of the run: its tokenizer reads the lyrics.
    """
    vocabulary = read_vocabulary(map(TOKENIZERS[config.text.tokens], lyrics_of(tracks, config)))
    written = spellings(track.lyrics for track in tracks)
    names, tags = descriptors.tag_names, descriptors.tags
    if SPEECH in names:  # a network that knows music hears hip-hop in a person who reads
        spoken = tags[:, names.index(SPEECH)] == 1.0
        tags = np.where(spoken[:, None] & (np.array(names) != SPEECH), 0.0, tags)
    told = [column for column, name in enumerate(names) if name not in UNTOLD]
    return Evidence(
        scales=DESCRIPTORS,
        sound=descriptors.sound,
        tag_names=tuple(names[column] for column in told),
        tags=tags[:, told],
        vocabulary=replace(
            vocabulary, terms=tuple(written.get(term, term) for term in vocabulary.terms)
        ),
        languages=tuple(track.language for track in tracks),
        genres=tuple(encode_labels(column_values(tuple(tracks), "genre")).values),
        artists=tuple(keys[0] if keys else "" for keys in makers_of(tracks)),
    )


def describe_clusters(
    evidence: Evidence,
    labels: IntArray,
    tracks: Sequence[Track],
    *,
    coordinates: FloatArray,
    confidence: FloatArray,
    centres: FloatArray | None = None,
) -> tuple[Cluster, ...]:
    """Name and explain clusters: those of a run, or any others of the same tracks.

    Parameters
    ----------
    evidence
        Of :func:`read_evidence`.
    labels
        Shape (n_tracks,): cluster from 0, none of them empty; −1 for none.
    tracks
        Whose artists name what nothing else does.
    coordinates
        Shape (n_tracks, n_coordinates); rows of tracks without a cluster are never read.
    confidence
        Shape (n_tracks,), in [0, 1].
    centres
        Shape (n_clusters, n_coordinates); None takes the means.
    """
    centres = cluster_means(coordinates, labels) if centres is None else centres
    traits = find_traits(evidence, labels, len(centres))
    members = [np.flatnonzero(labels == k) for k in range(len(centres))]
    typical = [nearest_first(coordinates, *pair) for pair in zip(members, centres, strict=True)]
    everywhere, has = heard_shares(evidence), labels >= 0
    told = [
        borne_out(spoken(own, evidence, rows, np.flatnonzero(has)), evidence, rows, everywhere)
        for own, rows in zip(traits, typical, strict=True)
    ]
    names = name_by_traits(told, nears([[tracks[row] for row in rows] for rows in typical]))
    digits = {scale.name: scale.digits for scale in evidence.scales}
    silhouettes = silhouette_by_cluster(coordinates[has], labels[has])
    clusters = []
    for number, rows in enumerate(typical):
        clusters.append(
            Cluster(
                number=number,
                name=names[number],
                named_by="songatlas",
                reason=sentence(traits[number], digits),
                rows=tuple(rows.tolist()),
                exemplars=tuple(rows[:N_EXEMPLARS].tolist()),
                traits=traits[number],
                confidence=float(confidence[rows].mean()),
                silhouette=silhouettes[number],
            )
        )
    return tuple(clusters)


def describe(
    evidence: Evidence,
    tracks: Sequence[Track],
    clustering: Clustering,
    decision: Decision,
    centres: FloatArray,
) -> Description:
    """Say what every cluster of a run is, and why every track is in its own.

    Parameters
    ----------
    evidence
        Of :func:`read_evidence`.
    clustering
        Of all tracks, −1 for those in no cluster.
    decision
        For its labels.
    centres
        Shape (n_clusters, n_coordinates).
    """
    clusters = describe_clusters(
        evidence,
        clustering.labels,
        tracks,
        coordinates=clustering.X,
        confidence=decision.confidence,
        centres=centres,
    )
    reasons = explain_tracks(evidence, clusters, clustering.labels, clustering.X, decision)
    return Description(clusters=clusters, reasons=reasons)


def name_clusters(
    clusters: Sequence[Cluster],
    clustering: Clustering,
    tracks: Sequence[Track],
    corrections: Corrections,
    previous: AtlasData | None,
) -> tuple[Cluster, ...]:
    """`clusters`, those of `clustering`, with the names that a person gave and that they had.

    Parameters
    ----------
    previous
        A run on the same tracks; None for the first.
    """
    if previous is not None:
        clusters = keep_names(clusters, clustering.labels, tracks, previous)
    return apply_names(clusters, clustering.labels, tracks, corrections)


def explain_tracks(
    evidence: Evidence,
    clusters: Sequence[Cluster],
    labels: IntArray,
    coordinates: FloatArray,
    decision: Decision,
) -> tuple[TrackReason, ...]:
    """Why each track is in its cluster.

    Parameters
    ----------
    coordinates
        Shape (n_tracks, n_coordinates).
    decision
        For `labels`.
    """
    told = typical_and_atypical(evidence, labels, [cluster.traits for cluster in clusters])
    heard = heard_in_tracks(evidence)
    nearest: list[tuple[int, ...]] = [()] * len(labels)
    for cluster in clusters:
        if not cluster.rows:
            continue  # all its tracks are gone
        exemplars = np.array(cluster.exemplars)
        distances = squared_distances(coordinates[list(cluster.rows)], coordinates[exemplars])
        for row, order in zip(cluster.rows, distances.argsort(axis=1, kind="stable"), strict=True):
            nearest[row] = tuple(other for other in exemplars[order].tolist() if other != row)
    return tuple(
        TrackReason(
            shares={
                sense: float(values[i])
                for sense, values in decision.shares.items()
                if np.isfinite(values[i])
            },
            second=int(decision.second[i]),
            second_confidence=float(decision.second_confidence[i]),
            exemplars=nearest[i],
            typical=told[i][0],
            atypical=told[i][1],
            heard=heard[i],
        )
        for i in range(len(labels))
    )
