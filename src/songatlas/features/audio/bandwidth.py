"""How far up a recording goes: encoders of low bit rates and old machines cut what is above.

It says nothing of the music, and yet it is the loudest difference between tracks where some lack
bands that others have. So it is measured, to be told from what the clusters are about and, if
somebody wants it, to be taken out (``--condition bandwidth``).

A cut is a fall too steep for music, to nothing: 0 of 710 clips as their labels released them have
one, and 97 and 92 % of the same clips as MP3 of 16 and 32 kbit/s.
"""

from __future__ import annotations

import numpy as np

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import MEL
from songatlas.features.audio.mel import N_MELS, N_RHYTHM_BANDS, mel_edges
from songatlas.types import FloatArray

_OFTEN = 0.99  # quantile over the frames: a click reaches all bands
_NOTHING = 60.0  # dB below the loudest band
_FALL = 25.0  # dB from one band to the next but one, at least
_LOWEST = 6  # first band that may be missing, of 16; below 1.4 kHz there is always something


def bandwidth(table: FloatArray, config: AudioConfig) -> float:
    """Frequency in Hz above which a clip holds nothing; infinity where it goes all the way.

    Parameters
    ----------
    table
        Shape (n_frames, 63): a row of the cache.
    config
        What it was made with.

    Examples
    --------
    >>> from scipy.signal import butter, sosfilt
    >>> from songatlas.features.audio.clip import frame_table
    >>> noise = np.random.default_rng(0).normal(size=220500).astype(np.float32) / 10
    >>> telephone = sosfilt(butter(20, 3400, fs=22050, output="sos"), noise).astype(np.float32)
    >>> tables = [frame_table([y], AudioConfig()) for y in (noise, telephone)]
    >>> [f"{bandwidth(table, AudioConfig()):.0f}" for table in tables]  # to the next band
    ['inf', '4583']
    """
    mel = table[:, MEL]
    top = mel[:, -1] > mel.max() - _NOTHING
    if top.mean() > 1 - _OFTEN:  # as with nearly all files
        return np.inf
    level = np.quantile(mel.astype(np.float64), _OFTEN, axis=0)
    level -= level.max()
    missing = level < -_NOTHING
    first = int(np.flatnonzero(~missing)[-1]) + 1  # the loudest is never missing
    if first == len(level) or first < _LOWEST or level[first - 2] - level[first] < _FALL:
        return np.inf
    return float(mel_edges(sr=config.sr)[first * (N_MELS // N_RHYTHM_BANDS)])
