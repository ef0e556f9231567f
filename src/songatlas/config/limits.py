"""The range of every number, so that a wrong one is refused before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import attrgetter

from songatlas.config.excerpt import parse_excerpt
from songatlas.config.stages import Config
from songatlas.errors import ConfigError
from songatlas.toml import read_toml
from songatlas.types.senses import FROM_FRAMES, SENSES

_MANY = 10**9
# Setting -> smallest and greatest value, both allowed.
LIMITS: Mapping[str, Sequence[float]] = read_toml("config/limits.toml")
_WIDEST_BIN = 200  # Hz, the upper edge of the lowest band
# As model.modalities names them: "audio" is all that is made from frames.
MODALITIES = tuple(dict.fromkeys("audio" if name in FROM_FRAMES else name for name in SENSES))


def check_limits(config: Config) -> None:
    """Refuse a number outside its range, and settings that contradict each other.

    Raises
    ------
    ConfigError
        Naming the setting, its range and what was given.
    """
    for name, (low, high) in LIMITS.items():
        value = attrgetter(name)(config)
        if not (math.isfinite(value) and low <= value <= high):
            limit = f"at least {low:g}" if high == _MANY > value else f"in [{low:g}, {high:.10g}]"
            raise ConfigError(f"{name} must be {limit}. Got {value!r}.")
    if parse_excerpt(config.audio.excerpt) and config.audio.duration:
        raise ConfigError(
            "audio.excerpt and audio.duration both say what is analysed: set audio.duration to 0 "
            f"to use the excerpt. Got {config.audio.excerpt!r} and {config.audio.duration:g}."
        )
    audio = config.audio
    if audio.sr > _WIDEST_BIN * audio.n_fft:
        raise ConfigError(
            f"audio.n_fft must be at least audio.sr / {_WIDEST_BIN}, {-(-audio.sr // _WIDEST_BIN)} "
            f"for {audio.sr}, for the lowest band of spectral contrast to have a bin. "
            f"Got {audio.n_fft}."
        )
    clustering, modalities = config.clustering, config.model.modalities
    if clustering.k == 1:
        raise ConfigError("clustering.k must be 0 (choose) or at least 2. Got 1.")
    if clustering.k_max < clustering.k_min:
        raise ConfigError(
            f"clustering.k_max must be at least clustering.k_min, {clustering.k_min}. "
            f"Got {clustering.k_max}."
        )
    if not 0 < len(modalities) == len(set(modalities) & set(MODALITIES)):
        raise ConfigError(
            f"model.modalities must be one or more of {', '.join(MODALITIES)}. "
            f"Got {list(modalities)}."
        )
