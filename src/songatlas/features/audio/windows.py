"""Statistics of windows, whitened within tracks: the default audio input.

Every window of about three seconds tells the mean of each feature, how much it varies, how
abruptly, and, with rhythm, how fast the level of each mel band fluctuates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.config import Config
from songatlas.features.audio.fluctuation import fluctuation, fluctuation_names
from songatlas.features.audio.frames import FEATURE_NAMES, FrameFeatures
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
            values, mel = frames.values[kept], frames.mel[kept]
            frames = FrameFeatures(values=values, mel=mel, seconds=len(mel) / frame_rate)
        statistics, _ = window_statistics(
            frames,
            window_frames=config.input.window_frames,
            rhythm=config.input.rhythm,
            frame_rate=frame_rate,
        )
        most = config.input.max_windows
        if len(statistics) > most:
            spread = np.linspace(0, len(statistics) - 1, most).round().astype(int)
            statistics = statistics[spread]
        return statistics


def window_statistics(
    frames: FrameFeatures,
    *,
    window_frames: int = 128,
    rhythm: bool = True,
    frame_rate: float = FRAME_RATE,
) -> tuple[FloatArray, tuple[str, ...]]:
    """Statistics of consecutive windows that do not overlap.

    What remains at the end is a window of its own when it is at least half of one, or when there
    is no other.

    Parameters
    ----------
    frames
        Of one clip.
    window_frames
        Frames a window, at least 2.
    rhythm
        Whether to add fluctuation patterns.
    frame_rate
        Frames a second, which fluctuation patterns need.

    Returns
    -------
    statistics
        Shape (n_windows, n_features), float32. For the 39 features of a frame: mean, standard
        deviation, standard deviation of the difference from one frame to the next; with `rhythm`,
        16 × 11 fluctuations.
    names
        n_features names, such as ``"mfcc_0_mean"``, ``"mfcc_0_sd"``, ``"mfcc_0_delta_sd"`` and
        ``"fluctuation_0_0"``.

    Raises
    ------
    ValueError
        When `window_frames` is below 2.

    Examples
    --------
    >>> frames = FrameFeatures(
    ...     values=np.ones((300, 39), np.float32), mel=np.zeros((300, 16), np.float32), seconds=7.0
    ... )
    >>> statistics, names = window_statistics(frames)
    >>> statistics.shape, names[0], statistics[0, 0]
    ((2, 293), 'mfcc_0_mean', np.float32(1.0))
    """
    if window_frames < 2:
        raise ValueError(f"window_frames must be at least 2. Got {window_frames}.")
    parts = []
    for values, mel in zip(
        _windows(frames.values, window_frames), _windows(frames.mel, window_frames), strict=True
    ):
        part = _moments(values)
        if rhythm:
            part = np.concatenate([part, fluctuation(mel, frame_rate=frame_rate)], axis=1)
        parts.append(part)
    return np.concatenate(parts), _names(rhythm)


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


def _names(rhythm: bool) -> tuple[str, ...]:
    names = [f"{name}_{what}" for what in ("mean", "sd", "delta_sd") for name in FEATURE_NAMES]
    return (*names, *fluctuation_names()) if rhythm else tuple(names)
