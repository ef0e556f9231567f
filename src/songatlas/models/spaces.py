"""Coordinates whose distances are clustered.

Under a N(0, I) prior the posterior means of a well-used dimension vary as much as those of a hardly
used one, so that plain distances hear a weak dimension as loudly as a strong one. Decoding gives
every direction back the scale that it has in the data.

A space is fitted to the tracks of a run, and later places others in the same coordinates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from songatlas.models.encoding import Encoded
from songatlas.types import FloatArray

Decoded = Mapping[str, FloatArray]


@dataclass(frozen=True, kw_only=True)
class Space:
    """Coordinates of one kind, with what was fitted.

    Parameters
    ----------
    name
        A row of :data:`SPACES`.
    noise
        Standard deviation of p(x | z) a modality, (n_features,) or a scalar; a modality that it
        does not name does not count in the distances.
    state
        What the fit found; empty where there is nothing to find.
    """

    name: str
    noise: Decoded
    state: Mapping[str, Any] = field(default_factory=dict)

    def transform(self, encoded: Encoded, decoded: Decoded) -> FloatArray:
        """Coordinates of tracks, (n_tracks, n_coordinates).

        Parameters
        ----------
        decoded
            Mean of p(x | z) a modality, (n_tracks, n_observations, n_features).
        """
        return SPACES[self.name][1](encoded, _in_noise_units(decoded, self.noise), self.state)

    def unnormalised(self, encoded: Encoded, decoded: Decoded) -> FloatArray | None:
        """Points of which the coordinates are the directions; None where they keep their length.

        Unit length pulls tracks to both ends of a long cloud: what looks like two groups may have
        been one, which only these points show.
        """
        points = UNNORMALISED.get(self.name)
        if points is None:
            return None
        return points(encoded, _in_noise_units(decoded, self.noise), self.state)


def fit_space(name: str, encoded: Encoded, decoded: Decoded, noise: Decoded) -> Space:
    """Fit the space `name` to the tracks of a run.

    Examples
    --------
    >>> encoded = Encoded(mean=np.zeros((2, 1)), log_var=np.zeros((2, 1)), kl=np.zeros((2, 1)))
    >>> decoded = {"audio": np.array([[[3.0, 0.0]], [[-3.0, 0.0]]])}
    >>> space = fit_space("decoded", encoded, decoded, {"audio": np.array([0.5, 0.5])})
    >>> space.transform(encoded, decoded).tolist()
    [[1.0, 0.0], [-1.0, 0.0]]
    """
    state = SPACES[name][0](encoded, _in_noise_units(decoded, noise))
    return Space(name=name, noise=noise, state=state)


def _in_noise_units(decoded: Decoded, noise: Decoded) -> FloatArray:
    """All modalities of `noise` side by side, (n_tracks, number of decoded values), float64."""
    blocks = [(decoded[name] / sd).reshape(len(decoded[name]), -1) for name, sd in noise.items()]
    return np.hstack(blocks).astype(np.float64)


def _nothing(encoded: Encoded, expected: FloatArray) -> dict[str, Any]:
    return {}


def _mean(encoded: Encoded, expected: FloatArray, state: Mapping[str, Any]) -> FloatArray:
    """Posterior means as they are."""
    return encoded.mean


def _root_information(encoded: Encoded, expected: FloatArray) -> dict[str, Any]:
    return {"scale": np.sqrt(encoded.kl.mean(axis=0))}


def _information(encoded: Encoded, expected: FloatArray, state: Mapping[str, Any]) -> FloatArray:
    """Posterior means, each dimension times the root of its average KL in nats."""
    return np.asarray(encoded.mean * np.asarray(state["scale"]))


def _centre(encoded: Encoded, expected: FloatArray) -> dict[str, Any]:
    return {"offset": expected.mean(axis=0)}


def _expected(encoded: Encoded, expected: FloatArray, state: Mapping[str, Any]) -> FloatArray:
    """What the model expects of a track beyond the average, in units of its observation noise."""
    return np.asarray(expected - np.asarray(state["offset"]))


def _decoded(encoded: Encoded, expected: FloatArray, state: Mapping[str, Any]) -> FloatArray:
    """Direction of what the model expects of a track, in units of its observation noise.

    Of unit length, so that Euclidean distances are those of the cosine. A track of which the model
    expects nothing but the average stays at 0.
    """
    X = _expected(encoded, expected, state)
    length = np.linalg.norm(X, axis=1, keepdims=True)
    return np.asarray(X / np.where(length > 1e-9, length, 1.0))


Fit = Callable[[Encoded, FloatArray], dict[str, Any]]
Transform = Callable[[Encoded, FloatArray, Mapping[str, Any]], FloatArray]
SPACES: Mapping[str, tuple[Fit, Transform]] = {
    "mean": (_nothing, _mean),
    "information": (_root_information, _information),
    "decoded": (_centre, _decoded),
}
# Of the spaces whose coordinates have unit length: the points before that.
UNNORMALISED: Mapping[str, Transform] = {"decoded": _expected}
