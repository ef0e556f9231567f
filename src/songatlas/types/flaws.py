"""Flaws of recordings: what tells tracks apart, loudly, and is no matter of the music.

A further one is a row here and its measure in :func:`songatlas.features.audio.flaws.flaws_of`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One kind; its measure is infinity where a recording has none, NaN where it is not asked for.

    Parameters
    ----------
    what, have, like
        What clusters may follow, what recordings with it do, and of which that is known.
    named
        A measure as the value of a column, under the name of the flaw.
    unit
        A measure as a person reads it.
    """

    what: str
    have: str
    like: str
    named: Callable[[float], str]
    unit: Callable[[float], str]

    def value(self, measure: float) -> str:
        """`named`, and empty where it is not known.

        Examples
        --------
        >>> [FLAWS["bandwidth"].value(top) for top in (7125.0, math.inf, math.nan)]
        ['up to 7.1 kHz', 'full', '']
        """
        return "" if math.isnan(measure) else self.named(measure)


def remedy(name: str, condition: str) -> str:
    """What is to be done where tracks follow a flaw.

    Parameters
    ----------
    name
        Of the flaw.
    condition
        What the model was given of every track already.

    Examples
    --------
    >>> remedy("noise", ""), remedy("noise", "noise")
    ('--condition noise takes it out', '--condition noise did not take it out')
    """
    takes = "did not take" if name == condition else "takes"
    return f"--condition {name} {takes} it out"


def _up_to(top: float) -> str:
    return f"up to {top / 1000:.1f} kHz"


# Name, as of a column and of --condition → what it is.
FLAWS: Mapping[str, Flaw] = {
    "bandwidth": Flaw(
        what="how far up the recordings go",
        have="lack their upper bands",
        like="files of low bit rates and old recordings",
        named=lambda top: "full" if math.isinf(top) else _up_to(top),
        unit=_up_to,
    ),
    "noise": Flaw(
        what="noise under the recordings",
        have="have steady noise in their upper bands",
        like="copies of tapes and records and files of 8 bits",
        named=lambda floor: "none" if math.isinf(floor) else "steady",
        unit=lambda floor: f"{floor:.0f} dB below the loudest",
    ),
}
