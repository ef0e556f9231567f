"""Statistics of windows, whitened within tracks: the default audio input.

Every window of about three seconds tells the mean of each feature, how much it varies, how
abruptly, and, with rhythm, how fast the level of each mel band fluctuates. Percussive shares and
chroma spectra are modalities of their own: whitened together with the rest, they are not heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.config import Config
from songatlas.config.stages import InputConfig
from songatlas.features.audio.clip import CHROMA
from songatlas.features.audio.fluctuation import fluctuation, fluctuation_names
from songatlas.features.audio.frames import FEATURE_NAMES, FrameFeatures
from songatlas.features.audio.harmony import chroma_spectra, harmony_names
from songatlas.features.audio.percussion import N_SHARES
from songatlas.features.audio.silence import sounding_frames
from songatlas.features.whitening import Whitening
from songatlas.types import FloatArray

FRAME_RATE = 22050 / 512  # Hz, of the default sampling rate and hop


@dataclass(frozen=True, kw_only=True)
class WindowInput(Whitening):
    """Statistics of every window, whitened by the covariance within tracks."""

    @staticmethod
    def reduce(frames: FrameFeatures, config: Config) -> FloatArray:
        """Statistics of at most ``config.input.max_windows`` windows, evenly spread over the sound.

        Shape (n_windows, n_features). Long silence is in none of them.
        """
        frame_rate = config.audio.sr / config.audio.hop_length
        kept = sounding_frames(frames.mel, frame_rate)
        if not kept.all():
            frames = FrameFeatures(
                values=frames.values[kept],
                mel=frames.mel[kept],
                percussion=frames.percussion[kept],
                seconds=float(kept.sum() / frame_rate),
            )
        statistics = window_statistics(frames, config.input, frame_rate=frame_rate)
        most = config.input.max_windows
        if len(statistics) > most:
            spread = np.linspace(0, len(statistics) - 1, most).round().astype(int)
            statistics = statistics[spread]
        return statistics

    @staticmethod
    def columns(config: Config) -> dict[str, slice]:
        """Columns of what :meth:`reduce` gives, by their modality."""
        found, stop = {}, 0
        for name, told in statistics_names(config.input).items():
            start, stop = stop, stop + len(told)
            found[name] = slice(start, stop)
        return found


def window_statistics(
    frames: FrameFeatures, config: InputConfig, *, frame_rate: float = FRAME_RATE
) -> FloatArray:
    """Statistics of consecutive windows that do not overlap.

    What remains at the end is a window of its own when it is at least half of one, or when there
    is no other.

    Parameters
    ----------
    frames
        Of one clip.
    config
        Frames a window, and what is told of one.
    frame_rate
        Frames a second, which what is said of speeds needs.

    Returns
    -------
    numpy.ndarray
        Shape (n_windows, n_features), float32, as :func:`statistics_names` names them. For the 39
        features of a frame: mean, standard deviation, standard deviation of the difference from
        one frame to the next; 16 × 11 fluctuations; the same three of 16 percussive shares; 7 × 5
        magnitudes of the chroma.

    Raises
    ------
    ValueError
        When a window has fewer than 2 frames.

    Examples
    --------
    >>> frames = FrameFeatures(
    ...     values=np.ones((300, 39), np.float32),
    ...     mel=np.zeros((300, 16), np.float32),
    ...     percussion=np.zeros((300, 16), np.float32),
    ...     seconds=7.0,
    ... )
    >>> statistics = window_statistics(frames, InputConfig())
    >>> statistics.shape, statistics[0, 0]
    ((2, 376), np.float32(1.0))
    """
    n = config.window_frames
    if n < 2:
        raise ValueError(f"window_frames must be at least 2. Got {n}.")
    parts = []
    for values, mel, shares in zip(
        *(_windows(x, n) for x in (frames.values, frames.mel, frames.percussion)), strict=True
    ):
        told = [_moments(values)]
        if config.rhythm:
            told.append(fluctuation(mel, frame_rate=frame_rate))
        if config.percussion:
            told.append(_moments(shares))
        if config.harmony:
            told.append(chroma_spectra(values[:, :, CHROMA], frame_rate=frame_rate))
        parts.append(np.concatenate(told, axis=1))
    return np.concatenate(parts)


def statistics_names(config: InputConfig) -> dict[str, tuple[str, ...]]:
    """What :func:`window_statistics` tells, by modality.

    Examples
    --------
    >>> {name: len(names) for name, names in statistics_names(InputConfig()).items()}
    {'audio': 293, 'percussion': 48, 'harmony': 35}
    """
    names = {"audio": _of_moments(FEATURE_NAMES)}
    if config.rhythm:
        names["audio"] += fluctuation_names()
    if config.percussion:
        names["percussion"] = _of_moments([f"percussion_{band}" for band in range(N_SHARES)])
    if config.harmony:
        names["harmony"] = harmony_names()
    return names


def _windows(frames: FloatArray, window_frames: int) -> list[FloatArray]:
    """Whole windows in one array, the remainder in another, (n_windows, n_frames, n_features)."""
    n_whole = len(frames) // window_frames
    whole, rest = np.split(frames, [n_whole * window_frames])
    parts = []
    if n_whole:
        parts.append(whole.reshape(n_whole, window_frames, -1))
    if not n_whole or 2 * len(rest) >= window_frames:
        parts.append(rest[None])
    return parts


def _moments(values: FloatArray) -> FloatArray:
    """Mean, standard deviation, standard deviation of differences, (n_windows, 3 · n_features)."""
    # one frame has no difference; its variation is 0, as its standard deviation is
    differences = np.diff(values, axis=1) if values.shape[1] > 1 else np.zeros_like(values)
    return np.concatenate(
        [values.mean(axis=1), values.std(axis=1), differences.std(axis=1)], axis=1
    )


def _of_moments(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}_{what}" for what in ("mean", "sd", "delta_sd") for name in names)
