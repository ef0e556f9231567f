"""The scores of every clustering, and how far the main one is trusted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from songatlas.credits import by_maker, is_of_various
from songatlas.distances import spaced
from songatlas.evaluation.near_duplicates import find_duplicates
from songatlas.evaluation.record import Evaluation
from songatlas.evaluation.scores import evaluate, evaluate_all
from songatlas.evaluation.trust.case import MAX_TRACKS, Case, Posteriors
from songatlas.evaluation.trust.verdict import check_trust
from songatlas.library.labels import encode_labels
from songatlas.models.base import Batch
from songatlas.progress import Progress
from songatlas.seeds import stage_rng, stage_seed
from songatlas.stages.baselines import Baseline
from songatlas.stages.cluster import Grouping
from songatlas.stages.fit import FittedModel
from songatlas.stages.halves import half_tracks, posterior_draw
from songatlas.stages.number import same_again
from songatlas.stages.prepare import Prepared, placed_tracks
from songatlas.types import Clustering, IntArray, Track
from songatlas.types.trust import Trust


def judge(
    clusterings: Sequence[Clustering],
    shared: Baseline,
    prepared: Prepared,
    progress: Progress,
) -> list[Evaluation]:
    """One evaluation a clustering, with intervals over artists (a track without one is alone).

    Parameters
    ----------
    shared
        The space in which the silhouettes of all of them are compared.
    """
    config = prepared.config
    with progress.stage("Scoring", total=1, unit="table") as bar:
        evaluations = evaluate_all(
            clusterings,
            prepared.labels.judging.codes,
            by_maker(prepared.library.tracks),
            n_bootstrap=config.evaluation.n_bootstrap,
            n_permutations=config.evaluation.n_permutations,
            random_state=stage_seed(config.seed, "evaluation"),
            shared=(shared.X, shared.space),
        )
        bar.advance()
    return evaluations


def trust_of(
    main: FittedModel,
    grouping: Grouping,
    evaluations: Sequence[Evaluation],
    prepared: Prepared,
    progress: Progress,
) -> Trust:
    """Verdict on K-Means on the main model, of the tracks that have a place.

    Parameters
    ----------
    evaluations
        One a clustering of `grouping`.
    """
    config, rows = prepared.config, main.placement.rows
    copies = grouping.tried.duplicates
    halves = half_tracks(main.placement, np.flatnonzero(rows)[copies.kept])
    if rows.sum() > MAX_TRACKS:
        rows, known = np.zeros_like(rows), np.flatnonzero(rows)
        rows[known[spaced(len(known), MAX_TRACKS)]] = True
    places = main.placement
    if not rows.all():
        condition = places.data.condition  # without the inputs, as a copy of those may be large
        bare = dataclasses.replace(places, data=Batch(values={}, mask={}, condition=condition))
        places = bare.of(rows)
    prepared = placed_tracks(prepared, rows)
    tracks = prepared.library.tracks
    artists = by_maker(tracks)
    own = grouping.n_by_hand  # the method's own clusters are judged
    labels = grouping.clusterings[own].labels[rows]
    if len(labels) < main.placement.rows.sum():
        copies = find_duplicates(places.coordinates, prepared.recordings)
    ami = evaluations[own].external["AMI"]
    if copies.pairs or not main.placement.rows.all():  # copies agree, no place is no cluster
        ami = evaluate(
            dataclasses.replace(grouping.clusterings[own], labels=labels[copies.kept]),
            prepared.labels.judging.codes[copies.kept],
            artists[copies.kept],
            n_bootstrap=0,
            n_permutations=config.evaluation.n_permutations,
            rng=stage_rng(config.seed, "trust: agreement"),
            internal=evaluations[own].internal,
        ).external["AMI"]
    with progress.stage("Checking what can be trusted", total=1, unit="verdict") as bar:
        case = Case(
            X=places.coordinates,
            labels=labels,
            cluster=same_again(config),
            seed=config.seed,
            unnormalised=places.space.unnormalised(places.decoded),
            represent=places.space.represent,
            track_ids=tuple(track.path for track in tracks),
            duplicates=copies,
            half_samples=grouping.tried.half_samples,
            choice=grouping.tried.choice,
            posteriors=Posteriors(
                mean=places.encoded.mean,
                kl=places.encoded.kl if places.network.variational else None,
                r2=main.r2,
                r2_shuffled=main.r2_shuffled,
            ),
            halves=halves,
            drawn=posterior_draw(places, stage_rng(config.seed, "trust: posterior draw")),
            label_column=config.evaluation.label_column,
            ami=ami,
            labels_true=prepared.labels.judging.codes,
            artists=artists,
            albums=_albums(tracks, artists),
            flaws=prepared.flaws,
            condition=config.model.condition,
        )
        trust = check_trust(case)
        bar.advance()
    return trust


def _albums(tracks: Sequence[Track], artists: IntArray) -> IntArray:
    """Number of the album: of one title there may be several, by different artists."""
    names = (
        f"{track.album}\n{'' if is_of_various(track) else artist}" * bool(track.album)
        for track, artist in zip(tracks, artists.tolist(), strict=True)
    )
    return encode_labels([*names]).codes
