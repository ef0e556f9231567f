"""Points of the same tracks from less than the whole posterior: half the windows, or a draw."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.config import Config
from songatlas.models.base import Batch
from songatlas.models.posteriors import decode, encode
from songatlas.seeds import stage_rng
from songatlas.stages.fit import FittedModel
from songatlas.types import FloatArray


def half_tracks(main: FittedModel, config: Config) -> tuple[FloatArray, FloatArray] | None:
    """Points of every track with two or more windows, from its first and from its second half.

    Patches of an embedding are halved like the windows; lyrics are the same in both. None where
    the audio is not heard or not a set of windows, or no track has two.
    """
    mask = main.data.mask.get("audio")
    if mask is None or config.input.kind != "windows" or main.weights["audio"] == 0:
        return None
    halved = (mask.sum(1) > 1).numpy()
    if not halved.any():
        return None
    points = [_points(main, _encode(main, second=second))[halved] for second in (False, True)]
    return points[0], points[1]


def _encode(main: FittedModel, *, second: bool) -> FloatArray:
    return encode(main.model, _half(main.data, second=second), weights=main.weights).mean


def _half(data: Batch, *, second: bool) -> Batch:
    """The first or second half of every track's windows and patches."""
    masks = dict(data.mask)
    for name in {"audio", "embedding"} & set(masks):
        mask = masks[name]
        in_second = mask.cumsum(1) > mask.sum(1, keepdim=True) // 2
        masks[name] = mask & (in_second if second else ~in_second)
    return Batch(values=data.values, mask=masks, condition=data.condition)


def posterior_draw(main: FittedModel, config: Config) -> FloatArray | None:
    """Points of one draw from every track's posterior; None for a plain autoencoder."""
    if not main.model.variational:
        return None
    rng = stage_rng(config.seed, "trust: posterior draw")
    encoded = main.encoded
    noise = rng.normal(size=encoded.mean.shape)
    return _points(main, encoded.mean + np.exp(encoded.log_var / 2) * noise)


def _points(main: FittedModel, mean: FloatArray) -> FloatArray:
    """Coordinates of other posterior means, in the space that was clustered."""
    mean = mean.astype(np.float32)
    moved = dataclasses.replace(main.encoded, mean=mean)
    return main.space.transform(moved, decode(main.model, mean, main.data.condition))
