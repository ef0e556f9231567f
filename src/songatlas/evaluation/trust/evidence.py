"""Everything that a verdict rests on."""

from __future__ import annotations

from dataclasses import dataclass

from songatlas.evaluation.trust.artist import Artists
from songatlas.evaluation.trust.balance import Balance
from songatlas.evaluation.trust.collapse import Collapse
from songatlas.evaluation.trust.duplicates import Duplicates
from songatlas.evaluation.trust.outliers import Outliers
from songatlas.evaluation.trust.separation import Separation
from songatlas.evaluation.trust.stability import Stability
from songatlas.evaluation.trust.valleys import Valleys
from songatlas.evaluation.trust.windows import Agreement


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """Agreement of the clusters with the label column.

    Parameters
    ----------
    column
        Name of the column.
    ami, p_value
        Adjusted mutual information, best 1, by chance 0, and its permutation p-value; None where
        not defined.
    """

    column: str
    ami: float | None
    p_value: float | None


@dataclass(frozen=True, kw_only=True)
class NumberOfClusters:
    """How K came about.

    Parameters
    ----------
    k, clear_k
        The number, and the one that the tracks ask for; None where they ask for none.
    chosen_by
        ``"given"``, ``"convenience"`` or the name of the rule.
    range
        Smallest and greatest number that was tried.
    votes
        Share of the half-samples that prefer `clear_k`; 0 without one.
    """

    k: int
    clear_k: int | None
    chosen_by: str
    range: tuple[int, int]
    votes: float


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One measurement a check; None where a run has nothing to measure.

    Parameters
    ----------
    collapse
        None when the clusters are not those of a model.
    separation, valleys, stability
        None with too few distinct tracks for `balance`.
    halves, certainty
        From half of a track's windows, and by a draw from its posterior.
    """

    n_tracks: int
    duplicates: Duplicates
    balance: Balance
    outliers: Outliers
    collapse: Collapse | None = None
    separation: Separation | None = None
    valleys: Valleys | None = None
    stability: Stability | None = None
    halves: Agreement | None = None
    certainty: Agreement | None = None
    number: NumberOfClusters | None = None
    labelled: Labelled | None = None
    artists: Artists | None = None
