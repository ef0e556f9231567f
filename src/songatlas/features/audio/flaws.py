"""The flaws of a recording, read off its frames."""

from __future__ import annotations

import numpy as np

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.bandwidth import bandwidth
from songatlas.features.audio.noise import noise_floor
from songatlas.features.audio.speech import is_speech
from songatlas.types import FloatArray
from songatlas.types.flaws import FLAWS


def flaws_of(table: FloatArray, config: AudioConfig) -> tuple[float, ...]:
    """One measure a row of :data:`songatlas.types.flaws.FLAWS`, in its order; infinity for none.

    Of speech NaN, where there is any: that a voice was recorded at home is not what tells it from
    music.

    Parameters
    ----------
    table
        Shape (n_frames, 63): a row of the cache.
    config
        What it was made with.
    """
    measures = {"bandwidth": bandwidth(table, config), "noise": noise_floor(table)}
    found = tuple(measures[name] for name in FLAWS)
    if np.isfinite(found).any() and is_speech(table, config):
        return (np.nan,) * len(found)
    return found
