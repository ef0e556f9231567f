"""Window statistics of frames, whitened within tracks: the default audio input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.config import Config
from songatlas.features.audio.frames import FrameFeatures
from songatlas.features.audio.windows import window_statistics
from songatlas.features.whitening import Whitening
from songatlas.types import FloatArray


@dataclass(frozen=True, kw_only=True)
class WindowInput(Whitening):
    """Statistics of every window, whitened by the covariance within tracks."""

    @staticmethod
    def reduce(frames: FrameFeatures, config: Config) -> FloatArray:
        """Statistics of at most ``config.input.max_windows`` windows, evenly spread over the track.

        Shape (n_windows, n_features).
        """
        statistics, _ = window_statistics(
            frames,
            window_frames=config.input.window_frames,
            rhythm=config.input.rhythm,
            frame_rate=config.audio.sr / config.audio.hop_length,
        )
        most = config.input.max_windows
        if len(statistics) > most:
            kept = np.linspace(0, len(statistics) - 1, most).round().astype(int)
            statistics = statistics[kept]
        return statistics
