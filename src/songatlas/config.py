"""Every setting that changes numbers: one frozen dataclass a stage, TOML on disk.

Device, number of workers, output folder and verbosity are not settings in this sense: they change
no result and never enter :func:`config_hash`.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from songatlas.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class AudioConfig:
    """Frame-wise audio features (librosa's names and defaults)."""

    sr: int = 22050
    n_fft: int = 2048
    hop_length: int = 512
    duration: float = 0.0  # seconds from the start; 0 = the whole file
    min_duration: float = 1.0  # seconds; a shorter file is skipped (E-SHORT)


@dataclass(frozen=True, kw_only=True)
class InputConfig:
    """How frames become the observations of a track."""

    kind: str = (
        "windows"  # "windows": statistics a window; "opening": the first n_frames as they are
    )
    window_frames: int = 128
    max_windows: int = 32  # a track; a longer track gives windows evenly spread over it
    rhythm: bool = True  # fluctuation patterns beside the frame statistics
    n_frames: int = 130  # for "opening"


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """Lyrics to TF-IDF to principal components."""

    strip_headers: bool = True  # section headers and timestamps leak the label; remove them
    tokens: str = "unicode"  # or "scikit-learn", whose pattern breaks scripts with vowel signs
    stop_words: str = "none"  # or "english"
    max_features: int = 20000
    min_df: int = 2  # in at least so many tracks
    max_df: float = 0.5  # in at most this share of the tracks
    sublinear_tf: bool = True
    n_components: int = 64
    whiten: bool = False  # z-score every component, which gives noise the weight of signal


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Which model, and its size."""

    name: str = "track_vae"
    modalities: tuple[str, ...] = ("audio", "text")
    n_latent: int = 32
    hidden: int = 256
    dropout: float = 0.3
    modality_dropout: float = 0.2
    variational: bool = True  # False: a plain autoencoder
    condition: str = ""  # metadata column that a conditional VAE is given


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Optimisation."""

    epochs: int = 40
    steps_per_epoch: int = 25  # an epoch is as many passes as this takes; 0: exactly one pass
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    beta: float = 1.0
    beta_warmup_epochs: int = 0  # linear from 0
    gradient_norm: float = 1.0
    validation_fraction: float = 0.1  # 0: choose the checkpoint by training loss
    patience: int = 10  # epochs without a better loss; 0: never stop early
    plateau_patience: int = 0  # halve the learning rate after so many epochs; 0: never


@dataclass(frozen=True, kw_only=True)
class ClusteringConfig:
    """Partitions of the latent space."""

    k: int = 0  # 0: chosen in k_min … k_max
    k_min: int = 2
    k_max: int = 12
    n_init: int = 10
    space: str = "information"  # or "mean": the latent means as they are
    dbscan_eps: float = 0.0  # 0: the knee of the k-distance curve
    dbscan_min_samples: int = 10


@dataclass(frozen=True, kw_only=True)
class EvaluationConfig:
    """Scores against labels and by themselves."""

    label_column: str = "genre"
    n_bootstrap: int = 500
    n_permutations: int = 999


@dataclass(frozen=True, kw_only=True)
class ProjectionConfig:
    """Pictures of the latent space."""

    tsne_perplexity: float = 30.0
    umap_neighbors: int = 15
    umap_min_dist: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings of a run.

    Examples
    --------
    >>> config = load_config(preset="original")
    >>> config.text.max_features, config.clustering.k_min
    (500, 3)
    >>> replace(config, {"clustering": {"k": 4}}).clustering.k
    4
    """

    preset: str = "default"
    seed: int = 42
    audio: AudioConfig = field(default_factory=AudioConfig)
    input: InputConfig = field(default_factory=InputConfig)
    text: TextConfig = field(default_factory=TextConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    clustering: ClusteringConfig = field(default_factory=ClusteringConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    projection: ProjectionConfig = field(default_factory=ProjectionConfig)


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "default": {},
    "original": {
        "audio": {"duration": 30.0},
        "input": {"kind": "opening", "rhythm": False},
        "text": {
            "strip_headers": False,
            "tokens": "scikit-learn",
            "stop_words": "english",
            "max_features": 500,
            "max_df": 1.0,
            "sublinear_tf": False,
            "whiten": True,
        },
        "model": {"name": "original_vae", "dropout": 0.1, "modality_dropout": 0.0},
        "training": {
            "epochs": 100,
            "steps_per_epoch": 0,
            "learning_rate": 5e-4,
            "weight_decay": 0.0,
            "beta_warmup_epochs": 50,
            "validation_fraction": 0.0,
            "patience": 0,
            "plateau_patience": 10,
        },
        "clustering": {
            "k_min": 3,
            "k_max": 11,
            "space": "mean",
            "dbscan_eps": 1.5,
        },
    },
}


def load_config(
    path: Path | None = None,
    *,
    preset: str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Config:
    """Resolve preset, TOML file and single settings, the later winning.

    Parameters
    ----------
    path
        TOML file whose tables are the stages (``[audio]``, ``[model]`` …). Its ``preset`` key is
        the starting point unless `preset` is given.
    preset
        ``"default"`` or ``"original"``.
    overrides
        Nested mapping of the same shape as the file.

    Raises
    ------
    ConfigError
        For a file that is not TOML, an unknown preset or key, or a value of the wrong type.
    """
    table: dict[str, Any] = {}
    if path is not None:
        try:
            table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{path} cannot be read as TOML: {error}") from error
    preset = preset or table.pop("preset", "default")
    table.pop("preset", None)
    if preset not in PRESETS:
        raise ConfigError(f"preset must be one of {', '.join(PRESETS)}. Got {preset!r}.")
    config = dataclasses.replace(Config(), preset=preset)
    for layer in (PRESETS[preset], table, overrides or {}):
        config = replace(config, layer)
    return config


def replace(config: Config, changes: Mapping[str, Any]) -> Config:
    """A copy of `config` with the nested `changes` made, every key and type checked."""
    return typing.cast(Config, _replace(config, changes, prefix=""))


def _replace(section: Any, changes: Mapping[str, Any], *, prefix: str) -> Any:
    types = typing.get_type_hints(type(section))
    new: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in types:
            close = difflib.get_close_matches(key, types, n=1)
            hint = f" Did you mean {prefix + close[0]!r}?" if close else ""
            raise ConfigError(
                f"{prefix + key!r} is not a setting.{hint} 'songatlas config show' lists all."
            )
        current = getattr(section, key)
        if dataclasses.is_dataclass(current):
            if not isinstance(value, Mapping):
                raise ConfigError(f"{prefix + key!r} must be a table. Got {value!r}.")
            new[key] = _replace(current, value, prefix=f"{prefix}{key}.")
        else:
            new[key] = _checked(value, current, name=prefix + key)
    return dataclasses.replace(section, **new)


def _checked(value: Any, current: Any, *, name: str) -> Any:
    if isinstance(current, tuple) and isinstance(value, (list, tuple)):
        if all(isinstance(item, str) for item in value):
            return tuple(value)
    elif isinstance(current, bool) or isinstance(value, bool):
        if isinstance(current, bool) and isinstance(value, bool):
            return value
    elif isinstance(current, float) and isinstance(value, int):
        return float(value)
    elif isinstance(value, type(current)):
        return value
    raise ConfigError(f"{name!r} must be {_kind(current)}. Got {value!r}.")


def _kind(value: Any) -> str:
    return {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a string",
        tuple: "a list of strings",
    }[type(value)]


def to_dict(config: Any) -> dict[str, Any]:
    """Nested plain dictionary of `config` or of one of its stages, ready for JSON."""
    return typing.cast(dict[str, Any], json.loads(json.dumps(dataclasses.asdict(config))))


def to_toml(config: Config) -> str:
    """`config` as TOML that :func:`load_config` reads back to an equal value.

    Examples
    --------
    >>> print(to_toml(Config()).splitlines()[0])
    preset = "default"
    """
    top, tables = [], []
    for key, value in to_dict(config).items():
        if isinstance(value, dict):
            lines = [f"{name} = {json.dumps(item)}" for name, item in value.items()]
            tables.append("\n".join([f"[{key}]", *lines]))
        else:
            top.append(f"{key} = {json.dumps(value)}")
    return "\n\n".join(["\n".join(top), *tables]) + "\n"


def config_hash(*sections: Any) -> str:
    """16 hexadecimal digits that change when any setting of the given stages changes."""
    text = json.dumps([to_dict(section) for section in sections], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
