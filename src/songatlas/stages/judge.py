"""What the trust checks need, gathered from every stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from songatlas.clustering import KChoice, KSelection, choose_k, kmeans, select_k
from songatlas.config import Config
from songatlas.evaluation import internal_scores
from songatlas.evaluation.record import Evaluation
from songatlas.evaluation.trust import (
    Duplicates,
    HalfSamples,
    Labelled,
    NumberOfClusters,
    check_trust,
    measure_artists,
    measure_certainty,
    measure_collapse,
    measure_half_samples,
    measure_halves,
)
from songatlas.library.labels import encode_labels
from songatlas.progress import Progress
from songatlas.seeds import stage_seed
from songatlas.stages.fit import FittedModel
from songatlas.stages.halves import posterior_draw
from songatlas.stages.prepare import Prepared
from songatlas.types import FloatArray, IntArray, Trust

_MOST_STARTS = 5  # of K-Means, where it runs hundreds of times


def number_of_clusters(
    X: FloatArray, duplicates: Duplicates, config: Config
) -> tuple[KSelection, HalfSamples, KChoice]:
    """K-Means over the range of K: scores, agreement of half-samples, and the K that is taken."""
    clustering = config.clustering
    selection = select_k(
        X,
        k_min=clustering.k_min,
        k_max=clustering.k_max,
        random_state=stage_seed(config.seed, "clustering"),
        n_init=clustering.n_init,
        score=internal_scores,
    )
    halves = measure_half_samples(
        X[duplicates.kept],
        selection.ks,
        cluster=_again(config),
        random_state=stage_seed(config.seed, "trust: half-samples"),
    )
    choice = choose_k(
        selection,
        halves.agreement,
        halves.silhouettes,
        given=clustering.k,
        rule=clustering.choice,
    )
    return selection, halves, choice


def trust_of(
    main: FittedModel,
    labels: IntArray,
    evaluation: Evaluation,
    prepared: Prepared,
    config: Config,
    *,
    duplicates: Duplicates,
    halves: tuple[FloatArray, FloatArray] | None,
    half_samples: HalfSamples,
    choice: KChoice,
    progress: Progress,
) -> Trust:
    """Verdict on `labels`, K-Means on the main model, of the tracks that have a place.

    Parameters
    ----------
    halves
        What :func:`songatlas.stages.halves.half_tracks` made of them.
    """
    tracks = prepared.library.tracks
    X = main.latents.coordinates
    drawn = posterior_draw(main, config)
    ami = evaluation.external["AMI"]
    with progress.stage("Checking what can be trusted", total=1, unit="verdict") as bar:
        trust = check_trust(
            X,
            labels,
            cluster=_again(config),
            random_state=stage_seed(config.seed, "trust"),
            unnormalised=main.space.unnormalised(main.encoded, main.decoded),
            represent=main.space.represent,
            track_ids=tuple(track.path for track in tracks),
            duplicates=duplicates,
            collapse=measure_collapse(
                main.latents.mean,
                main.encoded.kl if main.model.variational else None,
                main.r2,
                main.r2_shuffled,
            ),
            halves=None if halves is None else measure_halves(X, labels, *halves),
            certainty=None if drawn is None else measure_certainty(X, labels, drawn),
            half_samples=half_samples,
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


def _again(config: Config) -> Callable[[FloatArray, int, int], IntArray]:
    """K-Means as the run does it, with fewer starts."""
    n_init = min(config.clustering.n_init, _MOST_STARTS)

    def cluster(X: FloatArray, n_clusters: int, seed: int) -> IntArray:
        return kmeans(X, n_clusters, random_state=seed, n_init=n_init)

    return cluster


def _codes(values: Sequence[str]) -> IntArray:
    return encode_labels(list(values)).codes
