"""Which part of a file is analysed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from songatlas.errors import ConfigError
from songatlas.types import Part

_ALL = 2**62  # frames
_LEAST = 0.1  # seconds
_ROUNDING = 1e-9  # seconds: 7 - 6.9 is a little less than 0.1 in binary numbers
_NUMBER = r"(\d+(?:\.\d+)?)"


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """A part of a file, in seconds.

    Parameters
    ----------
    start
        From the beginning of the file; None for the middle of it.
    seconds
        Length, above 0. A file that has less gives what it has.
    after
        Where what it is the middle of begins.
    """

    start: float | None
    seconds: float
    after: float = field(default=0.0, repr=False)

    def first_frame(self, *, rate: int, n_frames: int) -> int:
        """Where it begins in a file of `n_frames` frames at `rate` Hz.

        Examples
        --------
        >>> Excerpt(start=None, seconds=2.0).first_frame(rate=10, n_frames=50)
        15
        """
        if self.start is not None:
            return int(self.start * rate)
        after = int(self.after * rate)
        return after + max(0, (n_frames - after - self.n_frames(rate)) // 2)

    def n_frames(self, rate: int) -> int:
        """Its length in frames at `rate` Hz."""
        return int(min(self.seconds * rate, _ALL))


def within(part: Part, excerpt: Excerpt | None) -> Excerpt:
    """The excerpt of a part of a file as one of the file; None is all of the part.

    Examples
    --------
    >>> within(Part(20.0, 60.0), Excerpt(start=None, seconds=10.0)).start
    35.0
    >>> within(Part(20.0, 60.0), Excerpt(start=30.0, seconds=30.0)).seconds
    10.0
    """
    length = part.stop - part.start
    if excerpt is None:
        return Excerpt(start=part.start, seconds=length)
    if excerpt.start is not None:
        seconds = max(0.0, min(excerpt.seconds, length - excerpt.start))
        return Excerpt(start=part.start + excerpt.start, seconds=seconds)
    if math.isinf(length):
        return Excerpt(start=None, seconds=excerpt.seconds, after=part.start)
    seconds = min(excerpt.seconds, length)
    return Excerpt(start=part.start + (length - seconds) / 2, seconds=seconds)


def parse_excerpt(text: str) -> Excerpt | None:
    """Excerpt that a setting names; None for the whole file.

    Parameters
    ----------
    text
        ``"middle:SECONDS"``, ``"start:SECONDS"``, ``"FROM:TO"`` in seconds, or ``""``.

    Raises
    ------
    ConfigError
        For anything else.

    Examples
    --------
    >>> parse_excerpt("60:90")
    Excerpt(start=60.0, seconds=30.0)
    >>> parse_excerpt("middle:30").start is None
    True
    """
    if not text:
        return None
    match = re.fullmatch(rf"(middle|start|{_NUMBER}):{_NUMBER}", text.strip(), re.ASCII)
    if match:
        where, begin, end = match.groups()
        start = {"middle": None, "start": 0.0}.get(where, float(begin or 0))
        seconds = float(end) - (start or 0.0)
        if math.isfinite(seconds) and seconds >= _LEAST - _ROUNDING:
            return Excerpt(start=start, seconds=max(seconds, _LEAST))
    raise ConfigError(
        "audio.excerpt must be middle:SECONDS, start:SECONDS or FROM:TO in seconds, of at least "
        f"{_LEAST} s, such as middle:30 or 60:90. Got {text!r}."
    )
