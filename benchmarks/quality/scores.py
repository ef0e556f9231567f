"""Scores against labels that nothing else has seen, and paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from songatlas.evaluation.bootstrap import LEVEL, bootstrap_scores
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.stacks import numbered_groups
from songatlas.types import BoolArray, FloatArray, IntArray

_N_BOOTSTRAP = 1000
_ROUNDING = 1e-9


class Difference(NamedTuple):
    """A mean difference over seeds, and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Which side of 0 the interval lies on."""
        if self.low > _ROUNDING:
            return "above"
        return "below" if self.high < -_ROUNDING else "level"


def external(labels_true: IntArray, labels: IntArray) -> dict[str, float]:
    """Every external score of one clustering."""
    return {name: float(metric.score(labels_true, labels)) for name, metric in EXTERNAL.items()}


def resampled_ami(labels_true: IntArray, labels: IntArray, groups: IntArray) -> FloatArray:
    """AMI of every resample, (n_bootstrap,): of the same groups whatever the clustering."""
    rng = np.random.default_rng(0)
    drawn = bootstrap_scores(labels_true, labels, groups, n_bootstrap=_N_BOOTSTRAP, rng=rng)
    return drawn["AMI"]


def resampled_accuracy(
    hit: BoolArray, labels_true: IntArray, groups: IntArray, *, balanced: bool = False
) -> FloatArray:
    """Share of hits in every resample of the groups, (n_bootstrap,).

    The neighbours are those of the data: a resample counts every track as often as its group was
    drawn.

    Parameters
    ----------
    hit
        Shape (n_labelled,).
    labels_true, groups
        Shape (n_tracks,).
    balanced
        Mean over the classes that were drawn.
    """
    group = numbered_groups(groups, labels_true)
    own = labels_true[labels_true >= 0] if balanced else np.zeros(len(hit), int)
    shape = (int(group.max(initial=0)) + 1, int(own.max(initial=0)) + 1)
    n, n_hits = np.zeros(shape), np.zeros(shape)
    np.add.at(n, (group, own), 1)
    np.add.at(n_hits, (group, own), hit)
    rng = np.random.default_rng(0)
    draws = rng.integers(shape[0], size=(_N_BOOTSTRAP, shape[0]))
    times = np.stack([np.bincount(draw, minlength=shape[0]) for draw in draws])
    drawn, drawn_hits = times @ n, times @ n_hits
    share = np.divide(drawn_hits, drawn, out=np.full(drawn.shape, np.nan), where=drawn > 0)
    return np.asarray(np.nanmean(share, axis=1))


def difference(
    values: Sequence[tuple[float, float]], resampled: Sequence[tuple[FloatArray, FloatArray]]
) -> Difference:
    """Ours less theirs, with a 95 % interval over groups and seeds.

    Paired: every resample draws the same groups for both, and the same seeds. For partitions,
    resamples hold tracks twice and so score too high, which for a difference cancels only in part:
    the interval covers both the quantiles as they are and, as for
    :func:`songatlas.evaluation.bootstrap.bootstrap_interval`, shifted to lie around the difference
    of the data.

    Parameters
    ----------
    values
        Ours and theirs, one pair a seed.
    resampled
        The same of every resample, shape (n_bootstrap,) each.

    Examples
    --------
    >>> drawn = np.random.default_rng(0).normal(0.5, 0.1, 1000)
    >>> difference([(0.5, 0.5)], [(drawn, drawn)])
    Difference(value=0.0, low=0.0, high=0.0)
    """
    rows = np.stack([ours - theirs for ours, theirs in resampled])
    rng = np.random.default_rng(1)
    seeds = rng.integers(len(rows), size=rows.shape)
    means = np.take_along_axis(rows, seeds, axis=0).mean(axis=0)
    means = means[np.isfinite(means)]
    value = float(np.mean([ours - theirs for ours, theirs in values]))
    quantiles = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    both = np.stack([quantiles, quantiles + value - means.mean()])
    return Difference(value, float(both[:, 0].min()), float(both[:, 1].max()))
