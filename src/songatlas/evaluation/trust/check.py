"""What a trust check is: what it measured, what that means, and how the report shows it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from songatlas.evaluation.trust.case import Case
from songatlas.types.trust import VERDICTS

NOT, WEAK, TRUSTWORTHY = VERDICTS
About = Literal["sizes", "model", "windows", "clusters", "labels"]
Said = tuple[str, str, str]  # best verdict that it allows, code, sentence: a Finding
Findings = Iterator[Said]
Rows = Iterator[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Check(ABC):
    """A check is a frozen dataclass of what it measured: plain numbers, and tuples of them.

    Its fields are its entry in ``trust.json``.

    Parameters
    ----------
    about
        What it looks at: findings and rows about the same stand together.
    needs
        What a case must hold for it beyond points and labels; empty for nothing.
    """

    about: ClassVar[About]
    needs: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def measure(cls, case: Case) -> Self | None:
        """Measure; None where the case has nothing to measure."""

    @abstractmethod
    def findings(self, case: Case) -> Findings:
        """The best verdict that each allows, its code, and a sentence with the numbers."""

    def rows(self) -> Rows:
        """Label and value in the report's table, as plain text; without any here."""
        return iter(())


def either(good: bool, code: str, otherwise: str, sentence: str) -> Said:
    """Trustworthy for `code` where that is `good`; weak for what it is `otherwise`."""
    return (TRUSTWORTHY, code, sentence) if good else (WEAK, otherwise, sentence)
