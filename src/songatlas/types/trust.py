"""Whether the clusters of a run mean anything: findings, and the verdict that they allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What a run can be, from the worst to the best.
VERDICTS = ("not a clustering", "weak", "trustworthy")
FEW = 50  # tracks: of fewer, what is there is seldom shown to be (docs/explanation/trust.md)
COLLAPSED = "collapsed"  # what a model that has learned next to nothing is found to be


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found, in one sentence with its numbers.

    Parameters
    ----------
    code
        Name of what was found, such as ``"driven by outliers"`` or ``"stable"``.
    verdict
        The best verdict that this finding allows.
    sentence
        The finding and its numbers.
    """

    code: str
    verdict: str
    sentence: str

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict must be one of {VERDICTS}. Got {self.verdict!r}.")

    @property
    def parts(self) -> tuple[str, str]:
        """What it means, in a plain sentence, and the numbers behind it."""
        plain, stop, numbers = self.sentence.partition(". ")
        return plain + stop.strip(), numbers


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Whether the clusters of a run mean anything, and why.

    Parameters
    ----------
    findings
        One a check, the gravest first.
    measurements
        What the checks measured, by check: numbers, strings, lists and mappings of them, and None
        where there was nothing to measure.
    rows
        (label, value) of the report's table, as plain text.
    duplicates
        (path that was kept, path of its near-duplicate).
    left_out
        (check, what it needs) of those that could not be made.
    """

    findings: tuple[Finding, ...]
    measurements: Mapping[str, Any]
    rows: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> str:
        """The worst that a finding allows, of :data:`VERDICTS`."""
        ranks = [VERDICTS.index(finding.verdict) for finding in self.findings]
        return VERDICTS[min(ranks, default=0)]

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """Findings that decided the verdict: all that allow no better."""
        return tuple(found for found in self.findings if found.verdict == self.verdict)
