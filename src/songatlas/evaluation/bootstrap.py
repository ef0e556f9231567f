"""Bootstrap intervals: how much a score depends on which tracks happened to be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from songatlas.evaluation.contingency import cells, contingency_table
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.stacks import defined_scores, numbered_groups, score_stacks, stack_sizes
from songatlas.types import Counts, Float64, IntArray

LEVEL = 0.95


class Interval(NamedTuple):
    """Where a score lies with 95 % confidence."""

    low: float
    high: float


def bootstrap_interval(
    labels_true: IntArray,
    labels: IntArray,
    groups: IntArray | None = None,
    *,
    n_bootstrap: int = 500,
    rng: np.random.Generator,
) -> dict[str, Interval | None]:
    """95 % bootstrap interval of every external score.

    The interval is about the score that other samples of as many tracks would give to the same
    clustering. A resample contains many tracks twice, and a track always agrees with its double:
    scores of resamples are too high on average, often by more than the width of the interval.
    Resamples therefore give the interval its *width* only: their quantiles are shifted until their
    mean lies on the score of the data, then clipped to the range of the score.

    Parameters
    ----------
    labels_true, labels
        Shape (n_tracks,); conventions of :mod:`songatlas.evaluation`. The clustering is taken as
        given: what is uncertain is the sample of tracks that it is judged on.
    groups
        Shape (n_tracks,): tracks of one group, such as an artist, are not independent and are
        drawn together; a negative number is a group of its own. None draws tracks.
    n_bootstrap
        Number of resamples; 0 gives no interval.
    rng
        With generators in the same state, several clusterings are judged on the same groups.

    Returns
    -------
    One interval a metric; None where the score is not defined, or there are fewer than two groups
    to draw from.

    References
    ----------
    B. Efron and R. J. Tibshirani, "An introduction to the bootstrap", 1993, chapters 10 and 13.

    Examples
    --------
    >>> labels = np.repeat([0, 1, 2], 20)
    >>> labels_true = np.where(np.arange(60) % 5 == 0, 0, labels)
    >>> intervals = bootstrap_interval(labels_true, labels, rng=np.random.default_rng(0))
    >>> intervals["Purity"].low < 52 / 60 < intervals["Purity"].high
    True
    """
    table = contingency_table(labels_true, labels)
    resampled = bootstrap_scores(labels_true, labels, groups, n_bootstrap=n_bootstrap, rng=rng)
    intervals: dict[str, Interval | None] = dict.fromkeys(EXTERNAL)
    for name, estimate, scores in defined_scores(table, resampled):
        metric = EXTERNAL[name]
        quantiles = np.quantile(scores, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        low, high = np.clip(estimate + quantiles - scores.mean(), metric.low, metric.high)
        intervals[name] = Interval(float(low), float(high))
    return intervals


def bootstrap_scores(
    labels_true: IntArray,
    labels: IntArray,
    groups: IntArray | None = None,
    *,
    n_bootstrap: int,
    rng: np.random.Generator,
) -> dict[str, Float64]:
    """Every external score of every resample, shape (n_bootstrap,) each, biased upwards.

    Parameters are those of :func:`bootstrap_interval`.

    Returns
    -------
    NaN where a resample lost all classes but one; empty when there are fewer than two groups.

    Examples
    --------
    >>> labels_true, labels = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])
    >>> scores = bootstrap_scores(
    ...     labels_true, labels, n_bootstrap=200, rng=np.random.default_rng(0)
    ... )
    >>> float(np.nanmean(scores["NMI"])) > 0.2  # where the data themselves have 0
    True
    """
    table = contingency_table(labels_true, labels)
    stacks: Iterator[Counts] = iter(())
    if groups is None and table.size:
        stacks = _draw_tracks(table, n_bootstrap, rng)
    elif groups is not None:
        group = numbered_groups(groups, labels_true)
        if group.max(initial=0) > 0:
            clusters, classes = cells(labels_true, labels)
            cell = clusters * table.shape[1] + classes
            stacks = _draw_groups(cell, group, table.shape, n_bootstrap, rng)
    return score_stacks(stacks)


def _draw_tracks(table: Counts, n_bootstrap: int, rng: np.random.Generator) -> Iterator[Counts]:
    """Tables of resampled tracks: independent draws make their cells multinomial."""
    n_tracks = int(table.sum())
    for size in stack_sizes(n_bootstrap, table.size):
        stack = rng.multinomial(n_tracks, table.ravel() / n_tracks, size=size)
        yield stack.reshape(size, *table.shape)


def _draw_groups(
    cell: IntArray,
    group: IntArray,
    shape: tuple[int, ...],
    n_bootstrap: int,
    rng: np.random.Generator,
) -> Iterator[Counts]:
    """Tables of resampled groups: how often each group was drawn times its own table."""
    from scipy.sparse import coo_array

    n_cells, n_groups = shape[0] * shape[1], int(group.max()) + 1
    tables = coo_array((np.ones(len(cell)), (cell, group)), shape=(n_cells, n_groups)).tocsr()
    for size in stack_sizes(n_bootstrap, max(n_groups, n_cells)):
        draws = rng.integers(n_groups, size=(size, n_groups))
        draws += n_groups * np.arange(size)[:, None]
        times = np.bincount(draws.ravel(), minlength=size * n_groups).reshape(size, n_groups)
        counts = tables @ times.T.astype(np.float64)  # (n_cells, size)
        yield np.rint(counts.T).astype(np.int64).reshape(size, *shape)
