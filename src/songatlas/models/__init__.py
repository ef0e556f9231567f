"""Models of tracks: encoders, decoders and objectives, one file a model.

:data:`MODELS` names them; adding one is a file here and a row there. Nothing outside this package
imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from songatlas.config.stages import ModelConfig
from songatlas.models.base import Model
from songatlas.models.original_vae import OriginalVAE
from songatlas.models.track_vae import TrackVAE

Shapes = dict[str, tuple[int, int]]


def _original_vae(shapes: Shapes, config: ModelConfig, n_conditions: int) -> Model:
    return OriginalVAE(
        shapes,
        n_latent=config.n_latent,
        dropout=config.dropout,
        variational=config.variational,
        n_conditions=n_conditions,
    )


def _track_vae(shapes: Shapes, config: ModelConfig, n_conditions: int) -> Model:
    return TrackVAE(
        shapes,
        n_latent=config.n_latent,
        hidden=config.hidden,
        dropout=config.dropout,
        modality_dropout=config.modality_dropout,
        variational=config.variational,
        n_conditions=n_conditions,
    )


MODELS: Mapping[str, Callable[[Shapes, ModelConfig, int], Model]] = {
    "original_vae": _original_vae,
    "track_vae": _track_vae,
}
