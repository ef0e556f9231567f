"""The flaws of a recording, read off its frames."""

from __future__ import annotations

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.bandwidth import bandwidth
from songatlas.features.audio.noise import noise_floor
from songatlas.types import FloatArray


def flaws_of(table: FloatArray, config: AudioConfig) -> tuple[float, ...]:
    """One measure a row of :data:`songatlas.types.flaws.FLAWS`, infinity where there is none.

    Parameters
    ----------
    table
        Shape (n_frames, 63): a row of the cache.
    config
        What it was made with.
    """
    return bandwidth(table, config), noise_floor(table)
