"""The number of clusters, the scores of every clustering, and how far the main one is trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from songatlas.clustering import KSelection, choose_k, kmeans, select_k
from songatlas.config import Config
from songatlas.evaluation import internal_scores
from songatlas.evaluation.half_samples import HalfSamples, measure_half_samples
from songatlas.evaluation.near_duplicates import Duplicates
from songatlas.evaluation.record import Evaluation
from songatlas.evaluation.scores import evaluate_all
from songatlas.evaluation.trust import Case, Posteriors, check_trust
from songatlas.library.labels import encode_labels
from songatlas.progress import Progress
from songatlas.seeds import stage_seed
from songatlas.stages.baselines import Baseline
from songatlas.stages.fit import FittedModel
from songatlas.stages.halves import posterior_draw
from songatlas.stages.prepare import Prepared
from songatlas.types import Clustering, FloatArray, IntArray, KChoice, Trust

_MOST_STARTS = 5  # of K-Means, where it runs hundreds of times


@dataclass(frozen=True, kw_only=True)
class TriedNumbers:
    """K-Means over the range of K.

    Parameters
    ----------
    duplicates
        Left out of the half-samples.
    selection, half_samples, choice
        Scores over all tracks, agreement of half-samples, and the number that is taken.
    """

    duplicates: Duplicates
    selection: KSelection
    half_samples: HalfSamples
    choice: KChoice


def number_of_clusters(X: FloatArray, duplicates: Duplicates, config: Config) -> TriedNumbers:
    """Try every number of clusters in the range, and take one."""
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
    return TriedNumbers(
        duplicates=duplicates, selection=selection, half_samples=halves, choice=choice
    )


def judge(
    clusterings: Sequence[Clustering],
    shared: Baseline,
    prepared: Prepared,
    config: Config,
    progress: Progress,
) -> list[Evaluation]:
    """One evaluation a clustering, with intervals over artists (a track without one is alone).

    Parameters
    ----------
    shared
        The space in which the silhouettes of all of them are compared.
    """
    with progress.stage("Scoring", total=1, unit="table") as bar:
        evaluations = evaluate_all(
            clusterings,
            prepared.labels.codes,
            _codes([track.artist for track in prepared.library.tracks]),
            n_bootstrap=config.evaluation.n_bootstrap,
            n_permutations=config.evaluation.n_permutations,
            random_state=stage_seed(config.seed, "evaluation"),
            shared=(shared.X, shared.space),
        )
        bar.advance()
    return evaluations


def trust_of(
    main: FittedModel,
    labels: IntArray,
    evaluation: Evaluation,
    prepared: Prepared,
    *,
    tried: TriedNumbers,
    halves: tuple[FloatArray, FloatArray] | None,
    progress: Progress,
) -> Trust:
    """Verdict on `labels`, K-Means on the main model, of the tracks that have a place.

    Parameters
    ----------
    halves
        What :func:`songatlas.stages.halves.half_tracks` made of them.
    """
    tracks, config = prepared.library.tracks, prepared.config
    with progress.stage("Checking what can be trusted", total=1, unit="verdict") as bar:
        case = Case(
            X=main.latents.coordinates,
            labels=labels,
            cluster=_again(config),
            seed=config.seed,
            unnormalised=main.space.unnormalised(main.encoded, main.decoded),
            represent=main.space.represent,
            track_ids=tuple(track.path for track in tracks),
            duplicates=tried.duplicates,
            half_samples=tried.half_samples,
            choice=tried.choice,
            posteriors=Posteriors(
                mean=main.latents.mean,
                kl=main.encoded.kl if main.model.variational else None,
                r2=main.r2,
                r2_shuffled=main.r2_shuffled,
            ),
            halves=halves,
            drawn=posterior_draw(main, config),
            label_column=config.evaluation.label_column,
            ami=evaluation.external["AMI"],
            labels_true=prepared.labels.codes,
            artists=_codes([track.artist for track in tracks]),
            albums=_codes(
                [f"{track.album}\n{track.artist}" * bool(track.album) for track in tracks]
            ),
        )
        trust = check_trust(case)
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
