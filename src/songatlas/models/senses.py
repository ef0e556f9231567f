"""What each sense tells of a track by itself: its sound, its lyrics.

A posterior that knows both lets one speak for the other: a German song that sounds like English
ones is expected to have somewhat English words. That blurs what either knows alone, the language
first. So what is expected of a modality comes from the posterior that knows the modalities of its
sense only; where a track has none of them, from what else is known of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import torch

from songatlas.models.base import Batch, Model
from songatlas.models.posteriors import Encoded, decode, encode
from songatlas.types import BoolArray, FloatArray
from songatlas.types.senses import sense_of


def senses_of(weights: Mapping[str, float]) -> tuple[str, ...]:
    """Senses of the modalities that count, in the order of these.

    Examples
    --------
    >>> senses_of({"audio": 1.0, "embedding": 0.5, "text": 0.0})
    ('sound',)
    """
    heard = [name for name, weight in weights.items() if weight > 0]
    return tuple(dict.fromkeys(sense_of(name) for name in heard))


def of_sense(weights: Mapping[str, float], *senses: str) -> dict[str, float]:
    """The weights with those of other senses 0.

    Examples
    --------
    >>> of_sense({"audio": 1.0, "text": 0.5}, "lyrics")
    {'audio': 0.0, 'text': 0.5}
    """
    return {name: w * (sense_of(name) in senses) for name, w in weights.items()}


def encode_senses(network: Model, data: Batch, weights: Mapping[str, float]) -> Encoded:
    """Posterior of every track, and with two senses that of each by itself."""
    encoded = encode(network, data, weights=weights)
    senses = senses_of(weights)
    if len(senses) < 2 or not network.exchangeable:
        return encoded
    alone = {}
    for sense in senses:
        kept = of_sense(weights, sense)
        own = encode(network, data, weights=kept)
        has = heard_rows(data, kept)[:, None]
        alone[sense] = Encoded(
            mean=np.where(has, own.mean, encoded.mean),
            log_var=np.where(has, own.log_var, encoded.log_var),
            kl=np.where(has, own.kl, encoded.kl),
        )
    return dataclasses.replace(encoded, alone=alone)


def expect(
    network: Model, encoded: Encoded, data: Batch, *, evenly: bool = True
) -> dict[str, FloatArray]:
    """Mean of p(x | z) a modality, (n_tracks, 1 or n_observations, n_features), by its sense.

    Parameters
    ----------
    evenly
        Whether a conditional model is to expect all tracks under every condition alike, so that
        what a condition does to them is no difference between them; False takes each one's own.
    """
    condition = data.condition
    if evenly:
        condition = torch.full_like(condition, 1 / max(condition.shape[1], 1))
    if not encoded.alone:
        return decode(network, encoded.mean, condition)
    means: dict[str, FloatArray] = {}
    for sense in dict.fromkeys(sense_of(name) for name in network.modalities):
        own = encoded.alone.get(sense, encoded)
        names = [name for name in network.modalities if sense_of(name) == sense]
        means |= decode(network, own.mean, condition, names)
    return {name: means[name] for name in network.modalities}


def heard_rows(data: Batch, weights: Mapping[str, float]) -> BoolArray:
    """Tracks of which anything is heard that counts, (n_tracks,)."""
    heard = [name for name in data.mask if weights.get(name, 0) > 0]
    found: BoolArray = np.any([data.mask[name].numpy().any(axis=1) for name in heard], axis=0)
    return found
