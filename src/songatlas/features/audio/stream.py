"""What every decoder hands over: samples at the file's own rate, a block at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from songatlas.types import FloatArray

RUN_UP = 0.5  # seconds: codecs whose packets lean on those before are in full voice by then
BLOCK = 2**16  # frames


class UnknownFormatError(Exception):
    """The decoder does not know this format; another may."""


class BrokenStreamError(Exception):
    """The decoder knows the format and cannot go on."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """An open audio stream.

    Parameters
    ----------
    rate
        Sampling rate in Hz.
    n_channels
        Number of channels.
    n_declared
        Frames (one sample a channel) that the header promises; None where it does not say.
    read
        ``read(n_frames)`` returns at most so many further frames, shape (n, n_channels), float32,
        full scale 1; none at the end. Raises :class:`BrokenStreamError`.
    skip
        ``skip(n_frames)`` before any reading: the first frame that is read is this one. Seeks where
        the format can. Returns how many frames it lacks. Raises :class:`BrokenStreamError`.
    """

    rate: int
    n_channels: int
    n_declared: int | None
    read: Callable[[int], FloatArray]
    skip: Callable[[int], int]


def read_away(read: Callable[[int], FloatArray], n_frames: int) -> int:
    """Read frames and forget them; how many of them were not there."""
    while n_frames > 0:
        n = len(read(min(n_frames, BLOCK)))
        if n == 0:
            break
        n_frames -= n
    return n_frames
