"""The range of every number, so that a wrong one is refused before anything is computed."""

from __future__ import annotations

import math
from operator import attrgetter

from songatlas.config.excerpt import parse_excerpt
from songatlas.config.stages import Config
from songatlas.errors import ConfigError
from songatlas.types.senses import FROM_FRAMES, SENSES

_MANY = 10**9
# Setting -> smallest and greatest value, both allowed.
LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "audio.sr": (16000, 192000),
    "audio.n_fft": (512, 32768),
    "audio.hop_length": (64, 32768),
    "audio.duration": (0, _MANY),
    "audio.min_duration": (0.1, _MANY),
    "input.window_frames": (8, 100_000),
    "input.max_windows": (1, 10_000),
    "input.n_frames": (8, 100_000),
    "text.max_features": (1, _MANY),
    "text.min_df": (1, _MANY),
    "text.max_df": (0.01, 1),
    "text.n_components": (1, 4096),
    "text.n_pieces": (1, 1000),
    "model.n_latent": (1, 4096),
    "model.hidden": (2, 65536),
    "model.dropout": (0, 0.95),
    "model.modality_dropout": (0, 1),
    "training.epochs": (1, 100_000),
    "training.steps_per_epoch": (0, _MANY),
    "training.batch_size": (2, _MANY),
    "training.learning_rate": (1e-8, 1),
    "training.weight_decay": (0, 10),
    "training.beta": (0, 1000),
    "training.beta_warmup_epochs": (0, 100_000),
    "training.gradient_norm": (1e-6, 1e6),
    "training.averaging": (0, 0.9999),
    "training.validation_fraction": (0, 0.5),
    "training.patience": (0, 100_000),
    "training.plateau_patience": (0, 100_000),
    "view.lyrics_weight": (0, 1),
    "clustering.k": (0, _MANY),
    "clustering.k_min": (2, _MANY),
    "clustering.k_max": (2, _MANY),
    "clustering.n_init": (1, 10_000),
    "clustering.dbscan_eps": (0, 1e9),
    "clustering.dbscan_min_samples": (2, _MANY),
    "tree.children_min": (2, 100),
    "tree.children_max": (2, 100),
    "tree.leaf_min": (1, _MANY),
    "tree.leaf_max": (2, _MANY),
    "evaluation.n_bootstrap": (0, 1_000_000),
    "evaluation.n_permutations": (0, 1_000_000),
    "projection.tsne_perplexity": (1, 10_000),
    "projection.umap_neighbors": (2, 10_000),
    "projection.umap_min_dist": (0, 1),
}
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
