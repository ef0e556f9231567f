"""Every cluster and every track of a run in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.config import Config
from songatlas.evaluation.silhouette import silhouette_by_cluster
from songatlas.extraction.descriptors import Descriptors
from songatlas.features.audio.descriptors import DESCRIPTORS
from songatlas.features.text.clean import lyrics_of
from songatlas.features.text.tokens import TOKENIZERS
from songatlas.models.decision import sense_shares
from songatlas.models.membership import Membership, cluster_centres
from songatlas.stages.fit import FittedModel
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.atlas import Cluster, TrackReason
from songatlas.words.belonging import typical_and_atypical
from songatlas.words.evidence import Evidence, Scale, read_vocabulary
from songatlas.words.names import name_clusters
from songatlas.words.sentence import sentence
from songatlas.words.traits import find_traits

N_EXEMPLARS = 5
SENSE_NAMES: Mapping[str, str] = {"sound": "sound", "words": "lyrics"}  # as a listener calls them


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
    tokens = TOKENIZERS[config.text.tokens]
    return Evidence(
        scales=tuple(Scale(**vars(descriptor)) for descriptor in DESCRIPTORS),
        sound=descriptors.sound,
        tag_names=descriptors.tag_names,
        tags=descriptors.tags,
        vocabulary=read_vocabulary(map(tokens, lyrics_of(tracks, config))),
        languages=tuple(track.language for track in tracks),
        genres=tuple(track.genre for track in tracks),
        artists=tuple(track.artist for track in tracks),
    )


def describe_clusters(
    evidence: Evidence,
    labels: IntArray,
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
    coordinates
        Shape (n_tracks, n_coordinates); rows of tracks without a cluster are never read.
    confidence
        Shape (n_tracks,), in [0, 1].
    centres
        Shape (n_clusters, n_coordinates); None takes the means.
    """
    centres = cluster_centres(coordinates, labels) if centres is None else centres
    traits = find_traits(evidence, labels, len(centres))
    names = name_clusters(traits)
    digits = {scale.name: scale.digits for scale in evidence.scales}
    has = labels >= 0
    silhouettes = silhouette_by_cluster(coordinates[has], labels[has])
    clusters = []
    for number, centre in enumerate(centres):
        members = np.flatnonzero(labels == number)
        distance = ((coordinates[members] - centre) ** 2).sum(axis=1)
        rows = members[np.argsort(distance, kind="stable")]
        clusters.append(
            Cluster(
                number=number,
                name=names[number],
                named_by="songatlas",
                reason=sentence(traits[number], digits),
                rows=tuple(rows.tolist()),
                exemplars=tuple(rows[:N_EXEMPLARS].tolist()),
                traits=traits[number],
                confidence=float(confidence[members].mean()),
                silhouette=silhouettes[number],
            )
        )
    return tuple(clusters)


def describe(
    tracks: Sequence[Track],
    descriptors: Descriptors,
    main: FittedModel,
    membership: Membership,
    labels: IntArray,
    config: Config,
    *,
    centres: FloatArray,
    confidence: FloatArray,
) -> Description:
    """Say what every cluster of a run is, and why every track is in its own.

    Parameters
    ----------
    main
        The model whose coordinates were clustered.
    membership
        Of all tracks, under `centres`.
    labels
        Shape (n_tracks,): cluster, −1 for none.
    centres
        Shape (n_clusters, n_coordinates).
    confidence
        Shape (n_tracks,), in [0, 1].
    """
    coordinates = main.latents.coordinates
    evidence = read_evidence(tracks, descriptors, config)
    clusters = describe_clusters(
        evidence, labels, coordinates=coordinates, confidence=confidence, centres=centres
    )
    second = membership.second(labels)
    shares = sense_shares(
        main.model,
        main.data,
        main.space,
        centres,
        labels=labels,
        second=second,
        weights=main.weights,
    )
    draws = np.where(second >= 0, membership.draws[np.arange(len(second)), second], 0.0)
    return Description(
        clusters=clusters,
        reasons=explain_tracks(
            evidence,
            clusters,
            labels,
            coordinates=coordinates,
            second=second,
            second_confidence=draws,
            shares={SENSE_NAMES[sense]: values for sense, values in shares.items()},
        ),
    )


def explain_tracks(
    evidence: Evidence,
    clusters: Sequence[Cluster],
    labels: IntArray,
    *,
    coordinates: FloatArray,
    second: IntArray,
    second_confidence: FloatArray,
    shares: Mapping[str, FloatArray],
) -> tuple[TrackReason, ...]:
    """Why each track is in its cluster.

    Parameters
    ----------
    second, second_confidence
        Shape (n_tracks,): the cluster that would be next, −1 for none, and its share of draws.
    shares
        Of ``"sound"`` and ``"lyrics"``, (n_tracks,) each; NaN where there is none.
    """
    told = typical_and_atypical(evidence, labels, [cluster.traits for cluster in clusters])
    nearest: list[tuple[int, ...]] = [()] * len(labels)
    for cluster in clusters:
        exemplars = np.array(cluster.exemplars)
        rows = np.array(cluster.rows)
        distances = ((coordinates[rows, None] - coordinates[exemplars]) ** 2).sum(axis=2)
        for row, order in zip(cluster.rows, distances.argsort(axis=1, kind="stable"), strict=True):
            nearest[row] = tuple(other for other in exemplars[order].tolist() if other != row)
    return tuple(
        TrackReason(
            shares={
                sense: float(values[i])
                for sense, values in shares.items()
                if np.isfinite(values[i])
            },
            second=int(second[i]),
            second_confidence=float(second_confidence[i]),
            exemplars=nearest[i],
            typical=told[i][0],
            atypical=told[i][1],
        )
        for i in range(len(labels))
    )
