"""Whether a recording is a person who speaks, and no music: audiobooks, podcasts, voice memos.

Networks that hear music have no tag for it, and call it hip-hop, folk or jazz.

Speech is full of gaps, which music fills; it goes between vowels, which are dark, and sibilants,
which are bright; and it has no beat, as drums with gaps have. A recording is called speech only
where all of this is so: none of 710 clips of music is, and all of 90 recordings of three people who
speak English, French and Russian are, a third of them with noise and a third in a room. The limits
were set on these.

Reference
---------
E. Scheirer and M. Slaney, "Construction and evaluation of a robust multifeature speech/music
discriminator", ICASSP 1997 (frames of low energy, how the spectrum varies, pulse).
"""

from __future__ import annotations

import numpy as np

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import MEL
from songatlas.features.audio.silence import sounding_frames
from songatlas.features.audio.tempo import onset_envelope, tempo
from songatlas.types import BoolArray, FloatArray

TAG = "speech"  # as a track is said to be heard
_LEAST = 5.0  # seconds of a recording that can be told
_WINDOW, _MOST = 6.0, 100  # seconds that are looked at together, and how many times
_VOICE = slice(1, 9)  # bands that carry it, to 2.8 kHz at the usual rate
_DARK, _BRIGHT = slice(2, 5), slice(8, 12)  # bands of vowels and of sibilants
_WEAK = 0.4  # share of the frames with less than half of the mean power of their second, at least
_GAP, _ABOUT = 15.0, 2.0  # dB below the loudest of so many seconds
_GAPS = (0.22, 0.65)  # share of the frames in gaps
_SOUNDS = 30.0  # dB below the loudest tenth, above which a frame has a colour
_COLOUR = 7.7  # dB by which that varies, at least
_PULSE = 0.2  # of the beat, at most


def is_speech(table: FloatArray, config: AudioConfig) -> bool:
    """Whether a clip is speech without music; False where it is too short to tell.

    Parameters
    ----------
    table
        Shape (n_frames, 63): a row of the cache.
    config
        What it was made with.

    Examples
    --------
    >>> from songatlas.features.audio.clip import frame_table
    >>> tone = np.sin(2 * np.pi * 440 / 22050 * np.arange(220500)).astype(np.float32)
    >>> is_speech(frame_table([tone], AudioConfig()), AudioConfig())
    False
    """
    rate = config.sr / config.hop_length
    table = table[sounding_frames(table[:, MEL], rate)]
    if len(table) < _LEAST * rate:
        return False
    windows = _windows(table[:, MEL], max(1, round(_WINDOW * rate)))
    weak, gaps, colour = (np.median(found) for found in _measures(windows, rate))
    if weak < _WEAK or not _GAPS[0] <= gaps <= _GAPS[1] or colour < _COLOUR:
        return False
    beat = tempo(onset_envelope(table[:, MEL].astype(np.float64)), frame_rate=rate)
    return not beat.pulse > _PULSE


def _windows(mel: FloatArray, length: int) -> FloatArray:
    """Evenly spread over the clip, shape (n_windows, n_frames, 16)."""
    length = min(length, len(mel))
    n = len(mel) // length
    chosen = np.linspace(0, n - 1, min(n, _MOST)).astype(int)
    windows: FloatArray = mel[: n * length].reshape(n, length, -1)[chosen].astype(np.float64)
    return windows


def _measures(windows: FloatArray, rate: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Share of weak frames, share in gaps, and how much the colour varies in dB; (n_windows,)."""
    from scipy.ndimage import maximum_filter1d  # slow to load

    power = 10.0 ** (windows / 10.0)
    second = max(1, round(rate))
    n = windows.shape[1] // second
    seconds = power[:, : n * second, 1:].sum(axis=2).reshape(len(windows), n, second)
    weak = (seconds < seconds.mean(axis=2, keepdims=True) / 2).mean(axis=(1, 2))
    level = 10.0 * np.log10(power[:, :, _VOICE].sum(axis=2))
    around = maximum_filter1d(level, 2 * round(_ABOUT * rate / 2) + 1, axis=1)
    gaps = (level < around - _GAP).mean(axis=1)
    heard: BoolArray = level > np.quantile(level, 0.9, axis=1, keepdims=True) - _SOUNDS
    tilt = windows[:, :, _DARK].mean(axis=2) - windows[:, :, _BRIGHT].mean(axis=2)
    return weak, gaps, np.std(tilt, axis=1, where=heard)
