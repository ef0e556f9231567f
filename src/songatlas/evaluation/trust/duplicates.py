"""Are there enough distinct tracks, and how many are copies of others."""

from __future__ import annotations

from dataclasses import dataclass

from songatlas.evaluation.trust.case import MIN_A_CLUSTER, MIN_DISTINCT, Case
from songatlas.evaluation.trust.check import NOT, TRUSTWORTHY, WEAK, Check, Findings

MANY_COPIES = 0.2


@dataclass(frozen=True, kw_only=True)
class Copies(Check):
    """Numbers of copies and of distinct tracks.

    Parameters
    ----------
    all_pairs_compared
        With more than 20,000 tracks only exact copies are found.
    """

    about = "sizes"
    n_copies: int
    n_distinct: int
    all_pairs_compared: bool

    @classmethod
    def measure(cls, case: Case) -> Copies:
        """Count them."""
        found = case.copies
        return cls(
            n_copies=len(found.pairs), n_distinct=len(found.kept), all_pairs_compared=found.compared
        )

    def findings(self, case: Case) -> Findings:
        """Enough distinct tracks, and how many copies."""
        n_tracks = self.n_distinct + self.n_copies
        if not case.enough_tracks:
            yield (
                NOT,
                "too few tracks",
                "There are too few different tracks to say anything. "
                f"{self.n_distinct:,} distinct tracks (of {n_tracks:,}) are in {case.n_clusters} "
                f"cluster{'' if case.n_clusters == 1 else 's'}: at least {MIN_DISTINCT}, "
                f"{MIN_A_CLUSTER} a cluster and two clusters are needed to say anything.",
            )
        if self.n_copies:
            yield (
                WEAK if self.n_copies / n_tracks >= MANY_COPIES else TRUSTWORTHY,
                "duplicates",
                "Some tracks are copies of others and count once. "
                f"{self.n_copies:,} of {n_tracks:,} tracks are near-duplicates of others "
                "(listed in trust.json); they were left out of the checks.",
            )
