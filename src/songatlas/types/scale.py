"""A measure of sound as a person says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What a number is, and the words for much and little of it.

    Parameters
    ----------
    name, unit
        Of the measure; the unit is empty for shares and indices in [0, 1].
    high, low
        As a person says it.
    digits
        After the point that are worth telling.
    """

    name: str
    unit: str
    high: str
    low: str
    digits: int
