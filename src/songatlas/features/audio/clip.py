"""Features that need a whole clip, from one that is never whole in memory.

The dynamic range of the decibels and the tuning belong to the whole clip. They are found in a first
pass over its spectrum, and the features of every frame are made in a second. The spectrum is kept
between the two where it is small; that of a longer clip is decoded and computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.chroma import chroma, chroma_filters
from songatlas.features.audio.contrast import contrast, peaks_and_valleys
from songatlas.features.audio.decibels import decibels
from songatlas.features.audio.mel import N_RHYTHM_BANDS, fours, mel_power, rhythm_bands
from songatlas.features.audio.mfcc import mfcc
from songatlas.features.audio.percussion import N_SHARES, percussive_shares
from songatlas.features.audio.spectrum import power_blocks
from songatlas.features.audio.tuning import PeakCollection, spectral_peaks
from songatlas.types import FloatArray

_MFCC, CHROMA, _CONTRAST = slice(0, 20), slice(20, 32), slice(32, 39)  # columns of a frame
N_VALUES = _CONTRAST.stop
MEL = slice(N_VALUES, N_VALUES + N_RHYTHM_BANDS)  # columns of the rhythm bands
_SHARES = slice(MEL.stop, MEL.stop + N_SHARES // 2)  # the shares of two frames, half in each
N_COLUMNS = _SHARES.stop
_NOTHING = np.float32(0.0)
MOST_CELLS = 2**25  # of spectra that are kept, 128 MB: twelve minutes at the usual settings


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A block of frames, an even number but in the last: what is made of their spectra."""

    power: FloatArray  # (n_frames, n_bins)
    mel: FloatArray  # (n_frames, 128)
    four: FloatArray  # (n_frames, 32)
    rhythm: FloatArray  # (n_frames, 16)
    extremes: FloatArray  # (2, n_frames, 7)


@dataclass(kw_only=True)
class _Survey:
    """What belongs to the whole clip: length, loudest cells and spectral peaks."""

    n_frames: int = 0
    mel: np.float32 = _NOTHING
    rhythm: np.float32 = _NOTHING
    extremes: FloatArray = field(default_factory=lambda: np.zeros(2, np.float32))  # (2,)
    peaks: PeakCollection = field(default_factory=PeakCollection)

    def add(self, part: _Part, config: AudioConfig) -> None:
        self.n_frames += len(part.power)
        self.mel = max(self.mel, part.mel.max())
        self.rhythm = max(self.rhythm, part.rhythm.max())
        self.extremes = np.maximum(self.extremes, part.extremes.max(axis=(1, 2)))
        self.peaks.add(spectral_peaks(part.power, sr=config.sr, n_fft=config.n_fft))


def frame_table(
    samples: Iterable[FloatArray], config: AudioConfig, *, most_cells: int = MOST_CELLS
) -> FloatArray:
    """Features and rhythm bands of every frame.

    Parameters
    ----------
    samples
        Arrays of shape (n,), float32, that follow one another; iterated a second time when the
        clip is long.
    most_cells
        Numbers of the spectrum that are kept between the passes.

    Returns
    -------
    numpy.ndarray
        Shape (1 + n_samples // hop_length, 63), float32: the columns of
        :class:`~songatlas.features.audio.frames.FrameFeatures`, ``values`` before ``mel``, then
        8 from which :func:`shares_of` makes ``percussion``.

    Raises
    ------
    AudioError
        ``E-DECODE`` when the second iteration gives another length.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 440 / 22050 * np.arange(22050)).astype(np.float32)
    >>> config = AudioConfig()
    >>> table = frame_table([tone], config)
    >>> again = frame_table([tone[:9999], tone[9999:]], config, most_cells=0)
    >>> table.shape, bool((table == again).all())
    ((44, 63), True)
    """
    survey = _Survey()
    kept: list[_Part] = []
    n_cells = 0
    for part in _parts(samples, config):
        survey.add(part, config)
        n_cells += part.power.size
        if n_cells <= most_cells:
            kept.append(part)
        else:
            kept.clear()
    parts = kept if n_cells <= most_cells else _parts(samples, config)
    return _table(parts, survey, config)


def _parts(samples: Iterable[FloatArray], config: AudioConfig) -> Iterator[_Part]:
    sr, n_fft = config.sr, config.n_fft
    for power in power_blocks(samples, n_fft=n_fft, hop_length=config.hop_length):
        mel = mel_power(power, sr=sr, n_fft=n_fft)
        four = fours(mel)
        yield _Part(
            power=power,
            mel=mel,
            four=four,
            rhythm=rhythm_bands(four),
            extremes=peaks_and_valleys(power, sr=sr, n_fft=n_fft),
        )


def _table(parts: Iterable[_Part], survey: _Survey, config: AudioConfig) -> FloatArray:
    filters = chroma_filters(sr=config.sr, n_fft=config.n_fft, tuning=survey.peaks.tuning())
    table = np.empty((survey.n_frames, N_COLUMNS), dtype=np.float32)
    n_pairs = survey.n_frames // 2
    pairs = np.empty((n_pairs, 2 * N_RHYTHM_BANDS), np.float32)
    start = 0
    for part in parts:
        rows = table[start : start + len(part.power)]
        start += len(part.power)
        if start > len(table):
            break
        rows[:, _MFCC] = mfcc(decibels(part.mel, loudest=survey.mel))
        rows[:, CHROMA] = chroma(part.power, filters)
        rows[:, _CONTRAST] = contrast(part.extremes, loudest=survey.extremes)
        rows[:, MEL] = decibels(part.rhythm, loudest=survey.rhythm)
        n = len(rows) // 2
        first = (start - len(rows)) // 2
        np.add(part.four[: 2 * n : 2], part.four[1 : 2 * n : 2], out=pairs[first : first + n])
    if start != len(table):
        raise AudioError("E-DECODE", "it changed while it was read; try again")
    table[: 2 * n_pairs, _SHARES] = percussive_shares(pairs).reshape(-1, N_SHARES // 2)
    table[2 * n_pairs :, _SHARES] = 0.0
    return table


def shares_of(table: FloatArray) -> FloatArray:
    """Percussive share of every frame in 16 bands, from what :func:`frame_table` gave.

    Two frames have one in common; an odd last one has that of those before it.

    Returns
    -------
    numpy.ndarray
        Shape (n_frames, 16), float32, in [0, 1].
    """
    n_pairs = len(table) // 2
    if not n_pairs:
        return np.zeros((len(table), N_SHARES), np.float32)
    shares = table[: 2 * n_pairs, _SHARES].reshape(n_pairs, N_SHARES)
    return np.asarray(shares[(np.arange(len(table)) // 2).clip(max=n_pairs - 1)])
