"""Every setting that changes numbers: one frozen dataclass a stage, TOML on disk."""

from songatlas.config.load import did_you_mean, load_config, replace, require_one_of
from songatlas.config.presets import PRESETS
from songatlas.config.stages import Config
from songatlas.config.text import config_hash, to_dict, to_toml

__all__ = [
    "PRESETS",
    "Config",
    "config_hash",
    "did_you_mean",
    "load_config",
    "replace",
    "require_one_of",
    "to_dict",
    "to_toml",
]
