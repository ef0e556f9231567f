"""Score every clustering against the labels and by itself."""

from __future__ import annotations

from collections.abc import Sequence

from songatlas.config import Config
from songatlas.evaluation.record import Evaluation
from songatlas.evaluation.scores import evaluate_all
from songatlas.library.labels import encode_labels
from songatlas.progress import Progress
from songatlas.seeds import stage_seed
from songatlas.stages.baselines import Baseline
from songatlas.stages.prepare import Prepared
from songatlas.types import Clustering


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
    artists = encode_labels([track.artist for track in prepared.library.tracks]).codes
    with progress.stage("Scoring", total=1, unit="table") as bar:
        evaluations = evaluate_all(
            clusterings,
            prepared.labels.codes,
            artists,
            n_bootstrap=config.evaluation.n_bootstrap,
            n_permutations=config.evaluation.n_permutations,
            random_state=stage_seed(config.seed, "evaluation"),
            shared=(shared.X, shared.space),
        )
        bar.advance()
    return evaluations
