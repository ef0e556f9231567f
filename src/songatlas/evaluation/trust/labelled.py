"""Do the clusters agree with the labels, and what that excuses."""

from __future__ import annotations

from dataclasses import dataclass

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import NOT, TRUSTWORTHY, WEAK, Check, Findings, Said
from songatlas.numerals import number

MAX_P = 0.05
HARDLY = 0.05  # AMI: above chance, and of no use
LABELS_AMI, LABELS_P = 0.1, 0.01  # slices of a continuum that mean something


@dataclass(frozen=True, kw_only=True)
class Labelled(Check):
    """Agreement of the clusters with the label column.

    Parameters
    ----------
    column
        Name of the column.
    ami, p_value
        Adjusted mutual information, best 1, by chance 0, and its permutation p-value; None where
        not defined.
    """

    about = "labels"
    needs = "labels to compare with"
    column: str
    ami: float | None
    p_value: float | None

    @classmethod
    def measure(cls, case: Case) -> Labelled | None:
        """Read it off the scores, if there are any."""
        if case.ami is None:
            return None
        chance = case.ami.chance
        return cls(
            column=case.label_column,
            ami=case.ami.value,
            p_value=None if chance is None else chance.p_value,
        )

    def findings(self, case: Case) -> Findings:
        """Agreement with the label."""
        if self.ami is None or self.p_value is None:
            return
        code, plain = "agrees with", "The clusters have something to do with"
        if self.p_value > MAX_P:
            code = "unrelated to"
            plain = "Whatever the clusters are, it is not"
        elif self.ami < HARDLY:
            code = "hardly related to"
            plain = "The clusters have next to nothing to do with"
        yield (
            TRUSTWORTHY,
            f"{code} {self.column}",
            f"{plain} {self.column}. Agreement: AMI {self.ami:.3f} (by chance 0, the same division "
            f"1; p {number(self.p_value)}).",
        )


def unless_labelled(case: Case, code: str, sentence: str) -> Said:
    """A fatal finding, or a weakness when the clusters agree with the labels all the same."""
    found = Labelled.measure(case)
    if (
        found is None
        or found.ami is None
        or found.p_value is None
        or found.ami < LABELS_AMI
        or found.p_value > LABELS_P
    ):
        return NOT, code, sentence
    return (
        WEAK,
        code,
        f"{sentence} Slices of a continuum rather than groups; yet they agree with "
        f"{found.column} (AMI {found.ami:.2f}, p {number(found.p_value)}).",
    )
