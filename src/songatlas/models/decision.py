"""How much each sense speaks for the cluster of a track rather than for the second-best.

The margin of some senses S is how much nearer the track is to its own centre than to the other
when its posterior knows S alone: M(S) = ‖x_S − second‖² − ‖x_S − own‖², 0 when it knows nothing.
It is shared out by Shapley's value: what a sense adds to the margin, the mean over the orders in
which the senses may come. Of sound and words that is ½ [M(sound) + M(both) − M(words)] for the
sound; both values add up to M(both), and two senses that say the same share it evenly.

Reference
---------
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games 2, 307-317.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from songatlas.geometry import blocks
from songatlas.models.base import Batch, Model
from songatlas.models.posteriors import decode, encode
from songatlas.models.spaces import SENSES, Space
from songatlas.types import FloatArray, IntArray

_BLOCK = 16_384  # tracks at once


def sense_shares(
    model: Model,
    data: Batch,
    space: Space,
    centres: FloatArray,
    *,
    labels: IntArray,
    second: IntArray,
    weights: Mapping[str, float],
) -> dict[str, FloatArray]:
    """Share of every sense in the decision, (n_tracks,) each, in [0, 1] and together 1.

    What speaks against counts as 0. NaN where there is no second cluster, or where nothing speaks
    for the own.

    Parameters
    ----------
    space
        In which `centres`, (n_clusters, n_coordinates), are.
    labels, second
        Shape (n_tracks,): own and second-best cluster; −1 for none.
    weights
        Of the modalities in the posterior; those of 0 are not heard.

    Returns
    -------
    dict
        By sense, of :data:`songatlas.models.spaces.SENSES`: one or two.
    """
    parts = [
        _shares(model, _of(data, part), space, centres, labels[part], second[part], weights)
        for part in blocks(len(labels), _BLOCK)
    ]
    return {sense: np.concatenate([part[sense] for part in parts]) for sense in parts[0]}


def _shares(
    model: Model,
    data: Batch,
    space: Space,
    centres: FloatArray,
    labels: IntArray,
    second: IntArray,
    weights: Mapping[str, float],
) -> dict[str, FloatArray]:
    heard = [name for name, weight in weights.items() if weight > 0]
    senses = tuple(dict.fromkeys(SENSES.get(name, name) for name in heard))

    def margin(known: tuple[str, ...]) -> FloatArray:
        kept = {name: w * (SENSES.get(name, name) in known) for name, w in weights.items()}
        encoded = encode(model, data, weights=kept)
        X = space.transform(encoded, decode(model, encoded.mean, data.condition))
        gained = ((X - centres[second]) ** 2).sum(axis=1) - ((X - centres[labels]) ** 2).sum(axis=1)
        masks = [data.mask[name].numpy().any(axis=1) for name, weight in kept.items() if weight > 0]
        return np.where(np.any(masks, axis=0), gained, 0.0)

    whole = margin(senses)
    if len(senses) == 1:
        values = {senses[0]: whole}
    else:
        alone = {sense: margin((sense,)) for sense in senses}
        difference = alone[senses[0]] - alone[senses[1]]
        values = {senses[0]: (whole + difference) / 2, senses[1]: (whole - difference) / 2}
    positive = {sense: np.maximum(value, 0.0) for sense, value in values.items()}
    total = np.sum(list(positive.values()), axis=0)
    decided = (labels >= 0) & (second >= 0) & (total > 0)
    return {
        sense: np.where(decided, value / np.where(decided, total, 1.0), np.nan)
        for sense, value in positive.items()
    }


def _of(data: Batch, rows: slice) -> Batch:
    return dataclasses.replace(
        data,
        values={name: value[rows] for name, value in data.values.items()},
        mask={name: mask[rows] for name, mask in data.mask.items()},
        condition=data.condition[rows],
    )
