"""Do the tracks ask for this number of clusters."""

from __future__ import annotations

from dataclasses import dataclass

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import TRUSTWORTHY, WEAK, Check, Findings
from songatlas.numerals import percent


@dataclass(frozen=True, kw_only=True)
class NumberOfClusters(Check):
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

    about = "clusters"
    needs = "how their number was chosen"
    k: int
    clear_k: int | None
    chosen_by: str
    range: tuple[int, int]
    votes: float

    @classmethod
    def measure(cls, case: Case) -> NumberOfClusters | None:
        """Read it off the choice, if there was one."""
        choice = case.choice
        if choice is None:
            return None
        return cls(
            k=choice.k,
            clear_k=choice.clear_k,
            chosen_by=choice.chosen_by,
            range=(choice.ks[0], choice.ks[-1]),
            votes=dict(zip(choice.ks, choice.votes, strict=True)).get(choice.clear_k or 0, 0.0),
        )

    def findings(self, case: Case) -> Findings:
        """Whether the tracks ask for this K."""
        tried = f"K = {self.range[0]}…{self.range[1]}"
        clear = (
            f"The tracks ask for K = {self.clear_k} (of {tried}: without splinters, stable, and "
            f"best in {percent(self.votes)} of the half-samples)"
        )
        given = self.chosen_by == "given"
        if self.k == self.clear_k:
            yield (
                TRUSTWORTHY,
                "clear K",
                f"The tracks themselves ask for so many clusters. {clear}.",
            )
        elif self.clear_k is not None:
            how = "was asked for" if given else "was taken for its silhouette"
            said = f"The tracks ask for another number of clusters. {clear}; K = {self.k} {how}."
            yield TRUSTWORTHY if given else WEAK, "another K", said
        else:
            how = {"given": "was asked for", "convenience": "is a choice of convenience"}.get(
                self.chosen_by, "was taken for its silhouette alone"
            )
            yield (
                WEAK,
                "no clear K",
                "No number of clusters is better than the others: this one is a matter of taste. "
                f"Among {tried} none is stable, free of splinters and preferred by most "
                f"half-samples. K = {self.k} {how}.",
            )
