"""Judge clusterings by themselves and against labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from songatlas.distances import spaced
from songatlas.evaluation.bootstrap import bootstrap_interval
from songatlas.evaluation.contingency import contingency_table, defined_or_none, scored_tracks
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.internal import internal_scores
from songatlas.evaluation.permutation import permutation_test, permutation_tests
from songatlas.evaluation.record import Evaluation, ExternalScore
from songatlas.evaluation.silhouette import silhouette_scores
from songatlas.evaluation.stacks import numbered_groups
from songatlas.threads import each
from songatlas.types import Clustering, FloatArray, IntArray
from songatlas.types.scores import InternalScores

MAX_AT_ONCE = 300_000  # tracks, of which several spaces may be in memory together
MAX_DEALT = 100_000  # of more tracks, the labels of so many are dealt among the artists


def evaluate(
    clustering: Clustering,
    labels_true: IntArray | None,
    groups: IntArray | None = None,
    *,
    n_bootstrap: int = 500,
    n_permutations: int = 999,
    rng: np.random.Generator,
    internal: InternalScores | None = None,
) -> Evaluation:
    """Judge one clustering by itself and against labels.

    Parameters
    ----------
    clustering
        Its ``X`` is the space of the internal scores.
    labels_true
        Shape (n_tracks,): classes from 0, negative where a track has none. None without labels.
    groups
        Shape (n_tracks,): the artist of each; tracks of one number are not independent, a negative
        number stands alone. None, or groups of one scored track each, when all are independent.
    n_bootstrap, n_permutations
        Resamples for the intervals and deals for the p-values; 0 leaves them out.
    rng
        Source of both.
    internal
        Internal scores if they are known already, see :func:`evaluate_all`.

    Examples
    --------
    >>> from songatlas.types import Clustering
    >>> X = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> clustering = Clustering(method="K-Means", labels=np.array([0, 0, 1, 1]), X=X, space="toy")
    >>> found = evaluate(clustering, np.array([0, 0, 1, -1]), rng=np.random.default_rng(0))
    >>> found.calinski_harabasz, found.ari, found.n_scored, found.unit
    (32.0, 1.0, 3, 'track')
    """
    return _evaluations(
        [clustering],
        labels_true,
        groups,
        n_bootstrap=n_bootstrap,
        n_permutations=n_permutations,
        rngs=[rng],
        internal=[internal or internal_scores(clustering.X, [clustering.labels])[0]],
    )[0]


def evaluate_all(
    clusterings: Sequence[Clustering],
    labels_true: IntArray | None,
    groups: IntArray | None = None,
    *,
    n_bootstrap: int = 500,
    n_permutations: int = 999,
    random_state: int,
    shared: tuple[FloatArray, str] | None = None,
) -> list[Evaluation]:
    """Judge several clusterings of the same tracks, in the order given.

    Clusterings of the same ``X`` (the same array) share one pass over its distances. All are
    judged on the same draws of groups, and one more clustering changes nothing for the others but
    the rounding of their silhouettes.

    Parameters are those of :func:`evaluate`, with a seed in the place of the generator, and
    `shared`: points, shape (n_tracks, n_features), and the name of the one space in which the
    silhouettes of all the clusterings may be compared.

    Examples
    --------
    >>> from songatlas.types import Clustering
    >>> X = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> partitions = {"two": np.array([0, 0, 1, 1]), "noisy": np.array([0, 0, -1, -1])}
    >>> found = evaluate_all(
    ...     [Clustering(method=m, labels=p, X=X, space="toy") for m, p in partitions.items()],
    ...     np.array([0, 0, 1, 1]),
    ...     random_state=0,
    ... )
    >>> [(e.method, e.silhouette and round(e.silhouette, 3), e.ari, e.n_noise) for e in found]
    [('two', 0.746, 1.0, 0), ('noisy', None, 1.0, 2)]
    """
    spaces: dict[int, list[int]] = {}
    for i, clustering in enumerate(clusterings):
        spaces.setdefault(id(clustering.X), []).append(i)

    def of_space(members: list[int]) -> list[InternalScores]:
        labels = [clusterings[i].labels for i in members]
        return internal_scores(clusterings[members[0]].X, labels)

    internal: dict[int, InternalScores] = {}
    most = 1 if len(clusterings) and len(clusterings[0].labels) > MAX_AT_ONCE else None
    found = each(of_space, spaces.values(), most=most)
    for members, scores in zip(spaces.values(), found, strict=True):
        internal.update(zip(members, scores, strict=True))
    in_shared: list[float | None] = [None] * len(clusterings)
    if shared is not None:
        in_shared = silhouette_scores(shared[0], [clustering.labels for clustering in clusterings])
    evaluations = _evaluations(
        clusterings,
        labels_true,
        groups,
        n_bootstrap=n_bootstrap,
        n_permutations=n_permutations,
        rngs=[np.random.default_rng(random_state) for _ in clusterings],
        internal=[internal[index] for index in range(len(clusterings))],
    )
    name = "" if shared is None else shared[1]
    return [
        dataclasses.replace(evaluation, shared_silhouette=score, shared_space=name)
        for evaluation, score in zip(evaluations, in_shared, strict=True)
    ]


def _evaluations(
    clusterings: Sequence[Clustering],
    labels_true: IntArray | None,
    groups: IntArray | None,
    *,
    n_bootstrap: int,
    n_permutations: int,
    rngs: Sequence[np.random.Generator],
    internal: Sequence[InternalScores],
) -> list[Evaluation]:
    """One a clustering; `rngs` are in the same state."""
    if not clusterings:
        return []
    partitions = [np.asarray(clustering.labels) for clustering in clusterings]
    if labels_true is None:
        labels_true = np.full(len(partitions[0]), -1)
    if groups is not None and _all_alone(groups, labels_true):
        groups = None
    intervals = [
        bootstrap_interval(labels_true, labels, groups, n_bootstrap=n_bootstrap, rng=rng)
        for labels, rng in zip(partitions, rngs, strict=True)
    ]
    if groups is None:
        chances = [
            permutation_test(labels_true, labels, n_permutations=n_permutations, rng=rng)
            for labels, rng in zip(partitions, rngs, strict=True)
        ]
    else:
        rows = spaced(len(labels_true), MAX_DEALT)
        chances = permutation_tests(
            labels_true[rows],
            [labels[rows] for labels in partitions],
            groups[rows],
            n_permutations=n_permutations,
            rng=rngs[0],
        )
    found = []
    for index, (clustering, labels) in enumerate(zip(clusterings, partitions, strict=True)):
        table = contingency_table(labels_true, labels)
        external = {
            name: ExternalScore(
                value=defined_or_none(float(metric.of_counts(table))),
                interval=intervals[index][name],
                chance=chances[index][name],
            )
            for name, metric in EXTERNAL.items()
        }
        sizes = np.bincount(labels[labels >= 0], minlength=1)
        found.append(
            Evaluation(
                method=clustering.method,
                space=clustering.space,
                n_clusters=clustering.n_clusters,
                internal=internal[index],
                external=external,
                largest_share=float(sizes.max() / max(len(labels), 1)),
                n_noise=int((labels < 0).sum()),
                n_scored=int(scored_tracks(labels_true).sum()),
                n_tracks=len(labels),
                unit="track" if groups is None else "artist",
            )
        )
    return found


def _all_alone(groups: IntArray, labels_true: IntArray) -> bool:
    return bool((np.bincount(numbered_groups(groups, labels_true), minlength=1) <= 1).all())
