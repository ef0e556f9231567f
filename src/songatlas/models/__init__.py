"""Models of tracks: encoders, decoders and objectives, one file a model.

:data:`MODELS` names them; adding one is a file here and a row there. Outside this package only the
stage that fits them imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from songatlas.config.stages import ModelConfig
from songatlas.models.base import Model
from songatlas.models.original_vae import OriginalVAE
from songatlas.models.track_vae import TrackVAE

Shapes = dict[str, tuple[int, int]]
Build = Callable[[Shapes, ModelConfig, int], Model]


def _with(kind: Callable[..., Model], *settings: str) -> Build:
    """How a model is made: these settings of ``ModelConfig`` are its keyword arguments."""

    def build(shapes: Shapes, config: ModelConfig, n_conditions: int) -> Model:
        chosen = {name: getattr(config, name) for name in settings}
        return kind(shapes, n_conditions=n_conditions, **chosen)

    return build


MODELS: Mapping[str, Build] = {
    "original_vae": _with(OriginalVAE, "n_latent", "dropout", "variational"),
    "track_vae": _with(
        TrackVAE, "n_latent", "hidden", "dropout", "modality_dropout", "variational"
    ),
}
