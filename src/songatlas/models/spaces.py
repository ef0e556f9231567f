"""Coordinates whose distances are clustered.

Under a N(0, I) prior the posterior means of a well-used dimension vary as much as those of a hardly
used one, so that plain distances hear a weak dimension as loudly as a strong one. Decoding gives
every direction back the scale that it has in the data.

A space is fitted to the tracks of a run, and later places others in the same coordinates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from songatlas.distances import blocks
from songatlas.geometry import directions, principal_axes
from songatlas.models.posteriors import PIECE, Encoded
from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray
from songatlas.types.senses import FROM_FRAMES, sense_of

Decoded = Mapping[str, FloatArray]

# Of a sense in squared distances, beside 1 for sound.
_WEIGHTS: Mapping[str, float] = {"lyrics": 1.8}
# Beside another sense, a value of lyrics counts by its deviation to this power: words are about
# many things, and what most of them share, the language, is one direction of many.
_EMPHASIS: Mapping[str, float] = {"lyrics": 1.5}


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
        parts = []
        for part in blocks(len(encoded.mean), PIECE):
            values = _side_by_side({name: x[part] for name, x in decoded.items()}, self.noise)
            parts.append(SPACES[self.name][1](encoded.of(part), values, self.state))
        return np.concatenate(parts)

    def unnormalised(self, decoded: Decoded) -> FloatArray | None:
        """Points of which the coordinates are the directions; None where they keep their length.

        Unit length pulls tracks to both ends of a long cloud: what looks like two groups may have
        been one, which only these points show.
        """
        if self.name not in UNNORMALISED:
            return None
        return UNNORMALISED[self.name](_side_by_side(decoded, self.noise), self.state)

    def represent(self, points: FloatArray) -> FloatArray:
        """Coordinates that a space fitted to other `points` would give them.

        For points like those of :meth:`unnormalised`; where that is None, they stay as they are.
        """
        if self.name not in UNNORMALISED:
            return points
        X = directions(points)
        return np.asarray(X @ principal_axes(X, np.shape(self.state["axes"])[1]))


def fit_space(
    name: str,
    encoded: Encoded,
    decoded: Decoded,
    noise: Decoded,
    weights: Mapping[str, float] | None = None,
) -> Space:
    """Fit the space `name` to the tracks of a run.

    Parameters
    ----------
    weights
        Of modalities in squared distances, above 0; 1 where one is not named.

    Examples
    --------
    >>> encoded = Encoded(mean=np.zeros((2, 1)), log_var=np.zeros((2, 1)), kl=np.zeros((2, 1)))
    >>> decoded = {"audio": np.array([[[3.0, 0.0]], [[-3.0, 0.0]]])}
    >>> space = fit_space("decoded", encoded, decoded, {"audio": np.array([0.5, 0.5])})
    >>> space.transform(encoded, decoded).tolist()
    [[1.0], [-1.0]]
    """
    widths = _widths(decoded, noise)
    ends = np.cumsum([*widths.values()])[:-1]
    parts = np.split(_side_by_side(decoded, noise), ends, axis=1)
    with single_thread():
        state = SPACES[name][0](encoded, dict(zip(widths, parts, strict=True)), weights or {})
    return Space(name=name, noise=noise, state=state)


def _side_by_side(decoded: Decoded, noise: Decoded) -> Float64:
    """All values of the modalities of `noise`, in its units, (n_tracks, number of values).

    Of a few tracks it is the one large array from here to the coordinates: more of them at a time
    would cost more in memory asked for and given back than in arithmetic.
    """
    widths = _widths(decoded, noise)
    n_tracks = len(next(iter(decoded.values())))
    values = np.empty((n_tracks, sum(widths.values())))
    end = 0
    for name, width in widths.items():
        start, end = end, end + width
        values[:, start:end] = (decoded[name] / noise[name]).reshape(n_tracks, width)
    return values


def _widths(decoded: Decoded, noise: Decoded) -> dict[str, int]:
    """Number of values of every modality of `noise`."""
    return {name: math.prod(decoded[name].shape[1:]) for name in noise}


def _balance(
    encoded: Encoded, blocks: Decoded, weights: Mapping[str, float]
) -> dict[str, FloatArray]:
    """Average, scale of every value so that modalities count by what they tell, and axes.

    What a modality tells about tracks is the share of its variance, explained and noise, that the
    model explains; what is made from frames counts as one. A sense counts by the greatest share of
    its sources, which divide it by the squares of theirs, and a source is divided by the shares of
    its modalities: a weak one beside a strong one takes little of its weight, and one that the
    model ignores none. Within lyrics, beside another sense, values count by their deviations.
    """
    senses = {sense_of(name) for name in blocks}
    offset = [x.mean(axis=0) for x in blocks.values()]
    explained = {
        name: max(float(((x - centre) ** 2).sum(axis=1).mean()), 1e-12)
        for (name, x), centre in zip(blocks.items(), offset, strict=True)
    }

    def share(*names: str) -> float:
        told = sum(explained[name] for name in names)
        return float(told / (told + sum(blocks[name].shape[1] for name in names)))

    source = {name: "frames" if name in FROM_FRAMES else name for name in blocks}
    sources: dict[str, list[str]] = {}
    for name in blocks:
        sources.setdefault(source[name], []).append(name)
    scale = []
    for name, x in blocks.items():
        sense, own = sense_of(name), sources[source[name]]
        alike = [share(*of) for of in sources.values() if sense_of(of[0]) == sense]
        counts = max(alike) * share(*own) ** 2 / sum(each**2 for each in alike)
        counts *= share(name) / sum(map(share, own))
        counts *= weights.get(name, 1.0) * _WEIGHTS.get(sense, 1.0)
        deviation = x.std(axis=0)
        emphasis = deviation ** (_EMPHASIS.get(sense, 0.0) if len(senses) > 1 else 0.0)
        size = max(float(((emphasis * deviation) ** 2).sum()), 1e-12)
        scale.append(emphasis * np.sqrt(counts / size))
    state = {"offset": np.concatenate(offset), "scale": np.concatenate(scale)}
    X = directions(_expected(np.hstack(list(blocks.values())), state))
    return {**state, "axes": principal_axes(X, encoded.mean.shape[1])}


def _expected(values: Float64, state: Mapping[str, Any]) -> Float64:
    """What the model expects of a track beyond the average, balanced; `values` are used up."""
    values -= np.asarray(state["offset"])
    values *= np.asarray(state["scale"])
    return values


def _decoded(encoded: Encoded, values: Float64, state: Mapping[str, Any]) -> FloatArray:
    """Direction of what the model expects of a track, along as many axes as there are latents.

    Of unit length before it is seen along the axes, so that distances are those of the cosine. A
    track of which the model expects nothing but the average stays at 0.
    """
    X = _expected(values, state)
    return np.asarray(directions(X, out=X) @ np.asarray(state["axes"]))


Fit = Callable[[Encoded, Decoded, Mapping[str, float]], dict[str, FloatArray]]
Transform = Callable[[Encoded, Float64, Mapping[str, Any]], FloatArray]
SPACES: Mapping[str, tuple[Fit, Transform]] = {
    "mean": (lambda encoded, blocks, weights: {}, lambda encoded, values, state: encoded.mean),
    # The means, each dimension times the root of its average KL in nats.
    "information": (
        lambda encoded, blocks, weights: {"scale": np.sqrt(encoded.kl.mean(axis=0))},
        lambda encoded, values, state: np.asarray(encoded.mean * np.asarray(state["scale"])),
    ),
    "decoded": (_balance, _decoded),
}
# Of the spaces whose coordinates are directions: the points before that.
UNNORMALISED: Mapping[str, Callable[[Float64, Mapping[str, Any]], FloatArray]] = {
    "decoded": _expected
}
