"""Scores against labels that nothing else has seen, and differences with their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from songatlas.evaluation.bootstrap import LEVEL, bootstrap_scores
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.stacks import numbered_groups
from songatlas.types import FloatArray, IntArray

_N_BOOTSTRAP = 1000


class Difference(NamedTuple):
    """A mean difference over seeds, and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Which side of 0 the interval lies on."""
        if self.low > 0:
            return "above"
        return "below" if self.high < 0 else "tie"


def external(labels_true: IntArray, labels: IntArray) -> dict[str, float]:
    """Every external score of one clustering."""
    return {name: float(metric.score(labels_true, labels)) for name, metric in EXTERNAL.items()}


def difference(
    labels_true: IntArray,
    ours: Sequence[IntArray],
    theirs: Sequence[IntArray],
    groups: IntArray,
    *,
    score: str = "AMI",
) -> Difference:
    """Score of `ours` less that of `theirs`, both one clustering a seed.

    Paired: every resample draws the same artists for both, and the same seeds. Resamples hold
    tracks twice and so score too high, which for a difference cancels only in part: the interval
    covers both the quantiles as they are and, as for
    :func:`songatlas.evaluation.bootstrap.bootstrap_interval`, shifted to lie around the
    difference of the data.
    """
    rows, values = [], []
    for a, b in zip(ours, theirs, strict=True):
        drawn = [
            bootstrap_scores(
                labels_true,
                labels,
                groups,
                n_bootstrap=_N_BOOTSTRAP,
                rng=np.random.default_rng(0),
            )[score]
            for labels in (a, b)
        ]
        rows.append(drawn[0] - drawn[1])
        values.append(external(labels_true, a)[score] - external(labels_true, b)[score])
    rng = np.random.default_rng(1)
    seeds = rng.integers(len(rows), size=(len(rows), _N_BOOTSTRAP))
    resampled = np.take_along_axis(np.stack(rows), seeds, axis=0).mean(axis=0)
    resampled = resampled[np.isfinite(resampled)]
    value = float(np.mean(values))
    quantiles = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    both = np.stack([quantiles, quantiles + value - resampled.mean()])
    return Difference(value, float(both[:, 0].min()), float(both[:, 1].max()))


def neighbour_accuracy(X: FloatArray, labels_true: IntArray, groups: IntArray) -> float:
    """Accuracy of 9 nearest neighbours over 5 folds, no artist being in two of them."""
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier

    scored = labels_true >= 0
    predicted = cross_val_predict(
        KNeighborsClassifier(9),
        X[scored],
        labels_true[scored],
        groups=numbered_groups(groups, labels_true),
        cv=GroupKFold(5),
    )
    return float((predicted == labels_true[scored]).mean())
