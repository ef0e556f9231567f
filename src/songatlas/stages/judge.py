"""What the trust checks need, gathered from every stage."""

from __future__ import annotations

from collections.abc import Sequence

from songatlas.evaluation.record import Evaluation
from songatlas.evaluation.trust import (
    Labelled,
    NumberOfClusters,
    check_trust,
    measure_artists,
    measure_certainty,
    measure_collapse,
    measure_halves,
)
from songatlas.library.labels import encode_labels
from songatlas.progress import Progress
from songatlas.seeds import stage_rng, stage_seed
from songatlas.stages.cluster import Grouping, same_again
from songatlas.stages.fit import FittedModel
from songatlas.stages.halves import posterior_draw
from songatlas.stages.prepare import Prepared, placed_tracks
from songatlas.types import FloatArray, IntArray, Trust


def trust_of(
    main: FittedModel,
    grouping: Grouping,
    evaluations: Sequence[Evaluation],
    halves: tuple[FloatArray, FloatArray] | None,
    prepared: Prepared,
    progress: Progress,
) -> Trust:
    """Verdict on K-Means on the main model, of the tracks that have a place.

    Parameters
    ----------
    evaluations
        One a clustering of `grouping`.
    halves
        What :func:`songatlas.stages.halves.half_tracks` made of them.
    """
    config, rows, choice = prepared.config, main.placement.rows, grouping.choice
    prepared = placed_tracks(prepared, rows)
    labels = grouping.clusterings[grouping.n_by_hand].labels[rows]  # the method's own are judged
    evaluation = evaluations[grouping.n_by_hand]
    tracks = prepared.library.tracks
    places = main.placement.placed()
    X = places.coordinates
    drawn = posterior_draw(places, stage_rng(config.seed, "trust: posterior draw"))
    ami = evaluation.external["AMI"]
    with progress.stage("Checking what can be trusted", total=1, unit="verdict") as bar:
        trust = check_trust(
            X,
            labels,
            cluster=same_again(config),
            random_state=stage_seed(config.seed, "trust"),
            unnormalised=places.space.unnormalised(places.encoded, places.decoded),
            represent=places.space.represent,
            track_ids=tuple(track.path for track in tracks),
            duplicates=grouping.duplicates,
            collapse=measure_collapse(
                places.encoded.mean,
                places.encoded.kl if places.network.variational else None,
                main.r2,
                main.r2_shuffled,
            ),
            halves=None if halves is None else measure_halves(X, labels, *halves),
            certainty=None if drawn is None else measure_certainty(X, labels, drawn),
            half_samples=grouping.half_samples,
            number=NumberOfClusters(
                k=choice.k,
                clear_k=choice.clear_k,
                chosen_by=choice.chosen_by,
                range=(choice.ks[0], choice.ks[-1]),
                votes=max(choice.votes),
            ),
            labelled=Labelled(
                column=config.evaluation.label_column,
                ami=ami.value,
                p_value=None if ami.chance is None else ami.chance.p_value,
            ),
            artists=measure_artists(
                X,
                labels,
                prepared.labels.codes,
                _codes([track.artist for track in tracks]),
                _codes([f"{track.album}\n{track.artist}" * bool(track.album) for track in tracks]),
                random_state=stage_seed(config.seed, "trust: artists"),
            ),
        )
        bar.advance()
    return trust


def _codes(values: Sequence[str]) -> IntArray:
    return encode_labels(list(values)).codes
