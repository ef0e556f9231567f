"""Settings that name a row of a table: refused with the names that there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from songatlas.config import Config, require_one_of
from songatlas.config.views import VIEWS, check_view
from songatlas.errors import ConfigError
from songatlas.features.inputs import AUDIO_INPUTS
from songatlas.features.text.encoders import TEXT_ENCODERS
from songatlas.features.text.tokens import TOKENIZERS
from songatlas.models import MODELS
from songatlas.models.spaces import SPACES
from songatlas.types.tree import DETAILS

CHOICES: Mapping[str, Collection[str]] = {
    "model.name": MODELS,
    "view.name": VIEWS,
    "clustering.space": SPACES,
    "clustering.choice": ("joint", "silhouette"),
    "tree.detail": DETAILS,
    "input.kind": AUDIO_INPUTS,
    "text.encoder": TEXT_ENCODERS,
    "text.tokens": TOKENIZERS,
    "text.stop_words": ("none", "english"),
}
# A model's architecture decides what it can read.
INPUT_OF_MODEL: Mapping[str, str] = {"original_vae": "opening", "track_vae": "windows"}


def check_choices(config: Config) -> None:
    """Refuse a name that is in no table, and a model with an input that it cannot read.

    Raises
    ------
    ConfigError
        Naming the setting and the choices.
    """
    for name, known in CHOICES.items():
        stage, key = name.split(".")
        require_one_of(name, getattr(getattr(config, stage), key), known)
    check_view(config)
    needed = INPUT_OF_MODEL.get(config.model.name, config.input.kind)
    if config.input.kind != needed:
        raise ConfigError(
            f"model.name {config.model.name!r} needs input.kind {needed!r}. "
            f"Got {config.input.kind!r}."
        )
    if config.model.name == "original_vae" and config.text.encoder != "tfidf":
        raise ConfigError(
            "model.name 'original_vae' can read one vector of a text. Got text.encoder "
            f"{config.text.encoder!r}; it must be 'tfidf'."
        )
    if config.model.name == "original_vae" and "embedding" in config.model.modalities:
        raise ConfigError(
            "model.name 'original_vae' can read audio and text alone. Got model.modalities "
            f"{list(config.model.modalities)}."
        )
