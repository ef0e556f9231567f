"""Why tracks are in their clusters and not in the next: confidence, second-best, shares."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.config import load_config
from songatlas.config.views import modality_weights
from songatlas.errors import ModelError
from songatlas.extraction.executor import Executor
from songatlas.models.base import Batch, Model
from songatlas.models.batches import to_batch
from songatlas.models.decision import sense_shares
from songatlas.models.membership import Membership, find_membership
from songatlas.models.posteriors import encode
from songatlas.models.spaces import Space
from songatlas.progress import Progress
from songatlas.revision.assign import condition_of, hear, network_of, space_of
from songatlas.seeds import stage_seed
from songatlas.stages.describe import SENSE_NAMES
from songatlas.store.cache import FeatureCache
from songatlas.types import FloatArray, IntArray, Library
from songatlas.types.atlas import Atlas


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Of every track; row *i* is the *i*-th of them.

    Parameters
    ----------
    confidence
        Shape (n_tracks,), in [0, 1]: share of draws from the posterior that are nearest to the
        centre of its cluster; 0 without a cluster.
    second, second_confidence, shares
        As for :func:`songatlas.stages.describe.explain_tracks`.
    """

    confidence: FloatArray
    second: IntArray
    second_confidence: FloatArray
    shares: Mapping[str, FloatArray]


def undecided(n_tracks: int) -> Decision:
    """Of tracks of which nothing is known."""
    return Decision(
        confidence=np.zeros(n_tracks),
        second=np.full(n_tracks, -1),
        second_confidence=np.zeros(n_tracks),
        shares={name: np.full(n_tracks, np.nan) for name in SENSE_NAMES.values()},
    )


def decide(
    network: Model,
    data: Batch,
    space: Space,
    centres: FloatArray,
    found: Membership,
    labels: IntArray,
    weights: Mapping[str, float],
) -> Decision:
    """What speaks for `labels`, (n_tracks,), −1 for none; they may be others than `found` has."""
    second = found.second(labels)
    shares = sense_shares(
        network, data, space, centres, labels=labels, second=second, weights=weights
    )
    rows = np.arange(len(labels))
    return Decision(
        confidence=np.where(labels >= 0, found.draws[rows, labels], 0.0),
        second=second,
        second_confidence=np.where(second >= 0, found.draws[rows, second], 0.0),
        shares={SENSE_NAMES[sense]: values for sense, values in shares.items()},
    )


def decide_again(
    merged: Atlas,
    saved: dict[str, Any],
    library: Library,
    centres: FloatArray,
    store: FeatureCache,
    *,
    executor: Executor,
    progress: Progress,
) -> Decision:
    """The decision of every track for clusters that a person corrected, by the saved model.

    What the run heard is read from the cache again. A track that can no longer be read keeps its
    confidence and has no second and no shares; so has every track, and a sentence says it, where
    the model needs a pretrained network that is not here.

    Parameters
    ----------
    merged
        With the corrected labels; its reasons are not read.
    library
        The same tracks, with their lyrics.
    centres
        Shape (n_clusters, n_coordinates): of the corrected clusters.
    """
    config = load_config(overrides=saved["config"])
    everyone = dataclasses.replace(
        undecided(len(merged.tracks)), confidence=merged.confidence.copy()
    )
    weights = modality_weights(config.view, saved["inputs"])
    try:
        heard, features = hear(
            library, saved, config, weights, store, executor=executor, progress=progress
        )
    except ModelError as error:
        progress.say(f"Reasons of the corrected clusters lack their shares. {error}")
        return everyone
    row_of = {track.path: row for row, track in enumerate(library.tracks)}
    rows = np.array([row_of[track.path] for track in heard.tracks], int)
    if not len(rows):
        return everyone
    network, space = network_of(saved, config), space_of(saved["space"])
    data = to_batch(features, condition_of(heard.tracks, saved, config))
    found = find_membership(
        network,
        encode(network, data, weights=weights),
        data.condition,
        space,
        centres,
        seed=stage_seed(config.seed, "membership"),
    )
    decision = decide(network, data, space, centres, found, merged.labels[rows], weights)
    everyone.confidence[rows] = decision.confidence
    everyone.second[rows] = decision.second
    everyone.second_confidence[rows] = decision.second_confidence
    for name, values in decision.shares.items():
        everyone.shares[name][rows] = values
    return everyone
