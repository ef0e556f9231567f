"""Targets, and whether what was measured reaches them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rounds = Sequence[Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Median of a ratio over the rounds, and the least and greatest of them."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One row: CPU of `over` divided by that of `under`, on the same files in the same round."""

    name: str
    over: str
    under: str
    at_least: float | None = None
    at_most: float | None = None
    at_least_mp3: float | None = None

    def target(self, form: str) -> str:
        """Such as ``"≥ 2.5"``."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self._least(form):g}"

    def reached(self, ratio: Ratio, form: str) -> bool:
        """Whether the median does."""
        if self.at_most is not None:
            return ratio.median <= self.at_most
        return ratio.median >= self._least(form)

    def allowed(self, costs: Mapping[str, float], form: str) -> float:
        """Seconds that songatlas may take for the target, by what the other took."""
        if self.at_most is not None:
            return self.at_most * costs[self.under]
        return costs[self.over] / self._least(form)

    def _least(self, form: str) -> float:
        least = self.at_least_mp3 if form == "mp3" and self.at_least_mp3 else self.at_least
        assert least is not None
        return least


COMPARISONS = (
    Comparison(
        name="librosa recipe ÷ songatlas, decoding and 39 features",
        over="librosa recipe", under="songatlas", at_least=2.5, at_least_mp3=3.2,
    ),
    Comparison(
        name="songatlas ÷ decoding and resampling alone",
        over="songatlas", under="decoding alone", at_most=1.35,
    ),
    Comparison(
        name="librosa's three calls ÷ songatlas, features alone",
        over="librosa features", under="songatlas features", at_least=5.0,
    ),
    Comparison(
        name="bliss-audio ÷ songatlas", over="bliss-audio", under="songatlas", at_least=2.0
    ),
)  # fmt: skip
TWO_WORKERS, SECOND_RUN = 1.8, 50.0  # times as fast, at least
MOST_MEMORY = 300e6  # bytes of a worker
MOST_SECONDS = 15 * 60.0  # of the whole job


def ratio(rounds: Rounds, comparison: Comparison) -> Ratio | None:
    """Over the rounds; None when one of the two was not measured in all of them.

    Examples
    --------
    >>> rounds = [{"a": 6.0, "b": 2.0}, {"a": 8.0, "b": 2.0}, {"a": 9.0, "b": 1.0}]
    >>> print(ratio(rounds, Comparison(name="a ÷ b", over="a", under="b", at_least=5)))
    4.00 (3.00–9.00)
    """
    over, under = comparison.over, comparison.under
    if not rounds or any(over not in r or under not in r for r in rounds):
        return None
    return spread([r[over] / r[under] for r in rounds])


def spread(values: Sequence[float]) -> Ratio:
    """Median, least and greatest."""
    return Ratio(median=statistics.median(values), low=min(values), high=max(values))


def verdict(reached: bool) -> str:
    """The word in the table."""
    return "reached" if reached else "**missed**"


def speedup(two_workers: Mapping[str, Any]) -> Ratio:
    """Seconds of one worker over those of two, round by round."""
    return spread([r["1"]["seconds"] / r["2"]["seconds"] for r in two_workers["rounds"]])


def second_run(found: Mapping[str, Any], of: str) -> Ratio:
    """The first run over each later one, `of` "seconds" by the clock or of "cpu"."""
    return spread([found["first"][of] / later[of] for later in found["second"]])


def greatest_memory(found: Mapping[str, Any]) -> int:
    """Bytes, of all formats and lengths."""
    return max(value for lengths in found["peak"].values() for value in lengths.values())
