"""Where tracks are: what a network makes of them when its modalities count by some weights."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from songatlas.distances import spaced
from songatlas.models.base import Batch, Model
from songatlas.models.batches import select
from songatlas.models.posteriors import Encoded
from songatlas.models.senses import encode_senses, expect, heard_rows
from songatlas.models.spaces import Space, fit_space
from songatlas.threads import single_thread
from songatlas.types import BoolArray, FloatArray, IntArray

MAX_FIT = 20_000  # tracks that a space is fitted to


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Tracks and their places; row *i* of everything is track *i*.

    Parameters
    ----------
    network, data, weights
        What made it: the network, what it was given of the tracks, and how much each modality
        counts in the posteriors.
    encoded
        Posterior of every track.
    decoded
        What the network expects of every track, (n_tracks, 1 or n_observations, n_features) a
        modality; of a conditional one, under every condition alike.
    space, coordinates
        Shape (n_tracks, n_coordinates): points in `space`, whose distances are clustered.
    rows
        Shape (n_tracks,): the tracks of which anything was heard. The posterior of the others is
        the prior, which is no place.
    """

    network: Model
    data: Batch
    weights: Mapping[str, float]
    encoded: Encoded
    decoded: Mapping[str, FloatArray]
    space: Space
    coordinates: FloatArray
    rows: BoolArray

    @property
    def heard(self) -> tuple[str, ...]:
        """Modalities that count."""
        return tuple(name for name, weight in self.weights.items() if weight > 0)

    @property
    def points(self) -> FloatArray:
        """Coordinates of the tracks that have a place, (n_placed, n_coordinates)."""
        return self.coordinates[self.rows]

    def of(self, rows: BoolArray | IntArray | slice) -> Placement:
        """Some of the tracks, in the same places."""
        return dataclasses.replace(
            self,
            data=self.data.of(rows),
            encoded=self.encoded.of(rows),
            decoded={name: value[rows] for name, value in self.decoded.items()},
            coordinates=self.coordinates[rows],
            rows=self.rows[rows],
        )

    def reconstructed(self) -> Mapping[str, FloatArray]:
        """What the network expects of every track under its own condition, as ``decoded``."""
        if not self.data.condition.shape[1]:
            return self.decoded
        with single_thread():
            return expect(self.network, self.encoded, self.data, evenly=False)

    def moved(self, encoded: Encoded) -> FloatArray:
        """Coordinates, in the same space, if the posteriors were others."""
        with single_thread():
            return self.space.transform(encoded, expect(self.network, encoded, self.data))

    def kept(self, keep: Callable[[FloatArray], FloatArray]) -> Placement:
        """The same where `keep` puts what is known of every track, as large as the inputs."""
        encoded = {name: keep(x) for name, x in self.encoded.arrays().items()}
        decoded = {name: keep(x) for name, x in self.decoded.items()}
        return dataclasses.replace(self, encoded=Encoded.from_arrays(encoded), decoded=decoded)

    def without_data(self) -> Placement:
        """Places alone, for many tracks: neither what was heard nor what is expected of them."""
        nothing = Batch(values={}, mask={}, condition=self.data.condition[:0])
        return dataclasses.replace(self, data=nothing, decoded={})


def place(
    network: Model, data: Batch, weights: Mapping[str, float], space: Space | str
) -> Placement:
    """Posteriors under `weights`, and the coordinates of a space, on one thread.

    A track's place depends on no other track, so that blocks of :data:`PIECE` tracks may be placed
    anywhere.

    Parameters
    ----------
    weights
        Of the modalities; one of 0 is not heard.
    space
        One that was fitted before, or the name of a row of
        :data:`~songatlas.models.spaces.SPACES`, which is fitted to these tracks as
        :func:`space_for` says.
    """
    rows = heard_rows(data, weights)
    if isinstance(space, str) and rows.sum() > MAX_FIT:
        space = space_for(network, data, weights, space)
    with single_thread():
        encoded = encode_senses(network, data, weights)
        decoded = expect(network, encoded, data)
        if isinstance(space, str):
            space = _fit(network, space, encoded, decoded, weights, rows)
        coordinates = space.transform(encoded, decoded)
    return Placement(
        network=network,
        data=data,
        weights=weights,
        encoded=encoded,
        decoded=decoded,
        space=space,
        coordinates=coordinates,
        rows=rows,
    )


def space_for(network: Model, data: Batch, weights: Mapping[str, float], name: str) -> Space:
    """A space fitted to those tracks that are heard; of more than 20,000, to evenly spaced ones."""
    known = np.flatnonzero(heard_rows(data, weights))
    if len(known) > MAX_FIT:
        some = known[spaced(len(known), MAX_FIT)]
        data = select(data, torch.from_numpy(some))
    return place(network, data, weights, name).space


def _fit(
    network: Model,
    name: str,
    encoded: Encoded,
    decoded: Mapping[str, FloatArray],
    weights: Mapping[str, float],
    rows: BoolArray,
) -> Space:
    if name == "information" and not network.variational:
        name = "mean"  # without a KL there is no information to scale by
    noise = {
        modality: sd.detach().cpu().numpy()
        for modality, sd in network.noise().items()
        if weights[modality] > 0
    }
    # What counts less in the posterior counts less in the distances too.
    known = decoded if rows.all() else {name: x[rows] for name, x in decoded.items()}
    return fit_space(name, encoded.of(rows), known, noise, weights)


def among_all(values: FloatArray, rows: BoolArray) -> FloatArray:
    """Values of the placed tracks in rows of all tracks, the others NaN.

    Examples
    --------
    >>> among_all(np.array([[1.0], [2.0]]), np.array([True, False, True])).ravel().tolist()
    [1.0, nan, 2.0]
    """
    if rows.all():
        return values
    everyone = np.full((len(rows), *values.shape[1:]), np.nan, values.dtype)
    everyone[rows] = values
    return everyone


def labels_among_all(labels: IntArray, rows: BoolArray) -> IntArray:
    """Clusters of the placed tracks in rows of all tracks, the others −1."""
    everyone = np.full(len(rows), -1)
    everyone[rows] = labels
    return everyone
