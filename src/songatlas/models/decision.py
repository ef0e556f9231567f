"""Why tracks are in their clusters and not in the next: confidence, second-best, shares.

The shares say how much each sense speaks for the cluster of a track rather than for the
second-best. The margin of some senses S is how much nearer the track is to its own centre than to
the other when its posterior knows S alone: M(S) = ‖x_S − second‖² − ‖x_S − own‖², 0 when it knows
nothing. It is shared out by Shapley's value: what a sense adds to the margin, the mean over the
orders in which the senses may come. Of sound and lyrics that is
½ [M(sound) + M(both) − M(lyrics)] for the sound; both values add up to M(both), and two senses that
say the same share it evenly.

Reference
---------
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games 2, 307-317.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from songatlas.distances import blocks
from songatlas.models.membership import find_membership
from songatlas.models.placement import Placement
from songatlas.models.posteriors import PIECE, encode
from songatlas.models.senses import of_sense, senses_of
from songatlas.threads import each
from songatlas.types import FloatArray, IntArray
from songatlas.types.senses import SENSES


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Of every track; row *i* is the *i*-th of them.

    Parameters
    ----------
    confidence
        Shape (n_tracks,), in [0, 1]: share of draws from the posterior that are nearest to the
        centre of its cluster; 0 without a cluster.
    second, second_confidence
        Shape (n_tracks,): the cluster that would be next, −1 for none, and its share of draws.
    shares
        Of ``"sound"`` and ``"lyrics"``, (n_tracks,) each, in [0, 1] and together 1; NaN where
        there is none.
    """

    confidence: FloatArray
    second: IntArray
    second_confidence: FloatArray
    shares: Mapping[str, FloatArray]

    def with_rows(self, rows: IntArray, others: Decision) -> Decision:
        """The same, but for the tracks of `rows`, whose decisions are those of `others`."""
        found = copy.deepcopy(self)
        found.confidence[rows], found.second[rows] = others.confidence, others.second
        found.second_confidence[rows] = others.second_confidence
        for sense, values in others.shares.items():
            found.shares[sense][rows] = values
        return found

    @classmethod
    def unknown(cls, n_tracks: int) -> Decision:
        """Of tracks of which nothing is known."""
        return cls(
            confidence=np.zeros(n_tracks),
            second=np.full(n_tracks, -1),
            second_confidence=np.zeros(n_tracks),
            shares={sense: np.full(n_tracks, np.nan) for sense in dict.fromkeys(SENSES.values())},
        )


def decide(
    placement: Placement, centres: FloatArray, labels: IntArray | None, *, seed: int
) -> tuple[IntArray, Decision]:
    """Clusters of tracks, and what speaks for them.

    Parameters
    ----------
    centres
        Shape (n_clusters, n_coordinates), in the space of `placement`.
    labels
        Shape (n_tracks,): cluster of every track, −1 for none; None takes that of the nearest
        centre.
    seed
        Of the draws from the posteriors.

    Returns
    -------
    The labels, and the decision for them.
    """
    found = find_membership(placement, centres, seed=seed)
    if labels is None:
        labels = np.where(placement.rows, found.labels, -1)
    second = found.second(labels)
    rows = np.arange(len(labels))
    return labels, Decision(
        confidence=np.where(labels >= 0, found.draws[rows, labels], 0.0),
        second=second,
        second_confidence=np.where(second >= 0, found.draws[rows, second], 0.0),
        shares=sense_shares(placement, centres, labels=labels, second=second),
    )


def sense_shares(
    placement: Placement, centres: FloatArray, *, labels: IntArray, second: IntArray
) -> dict[str, FloatArray]:
    """Share of every sense in the decision, (n_tracks,) each, in [0, 1] and together 1.

    What speaks against counts as 0. NaN where there is no second cluster, or where nothing speaks
    for the own.

    Parameters
    ----------
    centres
        Shape (n_clusters, n_coordinates), in the space of `placement`.
    labels, second
        Shape (n_tracks,): own and second-best cluster; −1 for none.

    Returns
    -------
    dict
        By sense, of :data:`songatlas.types.senses.SENSES`: one or two.
    """
    senses = senses_of(placement.weights)
    parts = each(
        lambda part: _shares(placement.of(part), centres, labels[part], second[part], senses),
        blocks(len(labels), PIECE),
    )
    return {sense: np.concatenate([part[sense] for part in parts]) for sense in parts[0]}


def _shares(
    by: Placement, centres: FloatArray, labels: IntArray, second: IntArray, senses: tuple[str, ...]
) -> dict[str, FloatArray]:
    """The same for some of the tracks, those of `by`."""

    def margin(X: FloatArray, known: tuple[str, ...]) -> FloatArray:
        kept = of_sense(by.weights, *known)
        gained = ((X - centres[second]) ** 2).sum(axis=1) - ((X - centres[labels]) ** 2).sum(axis=1)
        masks = [by.data.mask[name].any(1).numpy() for name, weight in kept.items() if weight > 0]
        return np.where(np.any(masks, axis=0), gained, 0.0)

    def by_sense(sense: str) -> FloatArray:
        own = by.encoded.alone.get(sense)
        if own is None:
            own = encode(by.network, by.data, weights=of_sense(by.weights, sense))
        return by.moved(own)

    whole = margin(by.coordinates, senses)
    if len(senses) == 1:
        values = {senses[0]: whole}
    else:
        alone = {sense: margin(by_sense(sense), (sense,)) for sense in senses}
        difference = alone[senses[0]] - alone[senses[1]]
        values = {senses[0]: (whole + difference) / 2, senses[1]: (whole - difference) / 2}
    positive = {sense: np.maximum(value, 0.0) for sense, value in values.items()}
    total = np.sum(list(positive.values()), axis=0)
    decided = (labels >= 0) & (second >= 0) & (total > 0)
    return {
        sense: np.where(decided, value / np.where(decided, total, 1.0), np.nan)
        for sense, value in positive.items()
    }
