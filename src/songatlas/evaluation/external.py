"""The table of scores against true classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from songatlas.evaluation.adjusted_rand import adjusted_rand, adjusted_rand_score
from songatlas.evaluation.mutual_information import (
    adjusted_mutual_info,
    adjusted_mutual_info_score,
    normalized_mutual_info,
    normalized_mutual_info_score,
)
from songatlas.evaluation.purity import purity, purity_score
from songatlas.types import Counts, Float64, IntArray

Score = Callable[[IntArray, IntArray], float | None]
OfCounts = Callable[[Counts], Float64]


@dataclass(frozen=True)
class ExternalMetric:
    """One row of the table.

    Parameters
    ----------
    score
        (labels_true, labels) → score, None where not defined.
    of_counts
        The same for a stack of contingency tables, NaN where not defined.
    low, high
        Range.
    adjusted_for_chance
        Whether random labels score 0 on average; if not, the score is read beside its chance
        level.
    """

    score: Score
    of_counts: OfCounts
    low: float
    high: float
    adjusted_for_chance: bool


EXTERNAL: dict[str, ExternalMetric] = {
    "ARI": ExternalMetric(adjusted_rand_score, adjusted_rand, -0.5, 1.0, True),
    "NMI": ExternalMetric(normalized_mutual_info_score, normalized_mutual_info, 0.0, 1.0, False),
    "Purity": ExternalMetric(purity_score, purity, 0.0, 1.0, False),
    "AMI": ExternalMetric(adjusted_mutual_info_score, adjusted_mutual_info, -1.0, 1.0, True),
}
