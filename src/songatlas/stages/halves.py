"""Points of the same tracks from less than the whole posterior: half the windows, or a draw."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.distances import blocks, spaced
from songatlas.models.base import Batch
from songatlas.models.placement import Placement
from songatlas.models.senses import encode_senses
from songatlas.types import FloatArray, IntArray
from songatlas.types.senses import sense_of

MAX_TRACKS = 20_000  # of more, so many evenly spaced ones: an agreement needs no more
_BLOCK = 4096  # tracks whose halves are placed at a time


def half_tracks(places: Placement, rows: IntArray) -> tuple[FloatArray, FloatArray] | None:
    """Points of those of `rows` with two or more windows, from their first and second halves.

    Patches of an embedding are halved like the windows; lyrics are the same in both. Of more than
    20,000 rows, evenly spaced ones. None where the audio is not heard or not a set of windows, or
    no track has two.
    """
    mask = places.data.mask.get("audio")
    if mask is None or not places.network.exchangeable or places.weights["audio"] == 0:
        return None
    halved = rows[(mask.sum(1) > 1).numpy()[rows]]
    if not len(halved):
        return None
    halved = halved[spaced(len(halved), MAX_TRACKS)]
    points: tuple[list[FloatArray], list[FloatArray]] = ([], [])
    for part in blocks(len(halved), _BLOCK):
        some = places.of(halved[part])
        for second, found in enumerate(points):
            half = dataclasses.replace(some, data=_half(some.data, second=bool(second)))
            found.append(half.moved(encode_senses(half.network, half.data, half.weights)))
    return np.concatenate(points[0]), np.concatenate(points[1])


def _half(data: Batch, *, second: bool) -> Batch:
    """The first or second half of every track's windows and patches."""
    masks = dict(data.mask)
    for name, mask in data.mask.items():
        if sense_of(name) != "sound":
            continue
        in_second = mask.cumsum(1) > mask.sum(1, keepdim=True) // 2
        masks[name] = mask & (in_second if second else ~in_second)
    return Batch(values=data.values, mask=masks, condition=data.condition)


def posterior_draw(places: Placement, rng: np.random.Generator) -> FloatArray | None:
    """Points of one draw from every track's posterior; None for a plain autoencoder."""
    if not places.network.variational:
        return None
    encoded = places.encoded
    return places.moved(encoded.drawn(rng.normal(size=(encoded.n_draws, *encoded.mean.shape))))
