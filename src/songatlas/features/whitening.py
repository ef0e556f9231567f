"""Observations of tracks in units of how much they vary within a track.

What varies from window to window of one track says nothing about which track it is. Dividing by
that covariance leaves distances that count only what tells tracks apart, and makes unit observation
noise the right noise for a model of windows.

References
----------
Hatch, Kajarekar & Stolcke, "Within-class covariance normalization for SVM-based speaker
recognition", Interspeech 2006. Ledoit & Wolf, "A well-conditioned estimator for large-dimensional
covariance matrices", J. Multivariate Analysis 88(2), 2004.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from songatlas.distances import blocks
from songatlas.threads import single_thread
from songatlas.types import FloatArray, Observations

TRAINED = 0.25  # power for a layer that was trained to tell tracks apart
IN_MEMORY = 50_000  # observations that are fitted and applied in one piece
BLOCK = 25_000  # of more than that, so many at once
_ROWS = 16_384  # tracks whose deviations are squared at once
_LEAST_SHARE = 1e-3  # of the variance along an axis, that is taken to be within tracks


@dataclass(frozen=True, kw_only=True)
class Whitening:
    """Observations standardised and whitened by the covariance within tracks.

    Everywhere, the observations of a track are (n_observations, n_features); a track that lacks
    the modality has none.

    Parameters
    ----------
    offset, scale
        Shape (n_features,): mean and standard deviation over all observations.
    whitener, colourer
        Shape (n_features, n_features): symmetric inverse root and root of the covariance within
        tracks of the standardised observations, raised to the power of the fit.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> tracks = [rng.normal(size=2) + [0.5, 2] * rng.normal(size=(50, 2)) for _ in range(90)]
    >>> whitened = Whitening.fit(tracks).transform(tracks)
    >>> whitened.values.var(axis=1).mean(axis=0).round(1).tolist()  # not 0.25 and 4
    [1.0, 1.0]
    """

    offset: FloatArray
    scale: FloatArray
    whitener: FloatArray
    colourer: FloatArray

    @classmethod
    @single_thread()
    def fit(
        cls, tracks: Sequence[FloatArray], power: float = 1.0, *, one_scale: bool = False
    ) -> Self:
        """Learn the four arrays from the observations of every track.

        Parameters
        ----------
        power
            Of the covariance within tracks that is divided by, in [0, 1]: 1 whitens, 0 only
            standardises. What was trained to tell tracks apart knows already what to leave out,
            and whitening takes some of that away.
        one_scale
            Whether the features are of one kind, of which some vary more because they tell more
            (components, strongest first): they are standardised all by the same deviation, not
            each by its own.

        Without two observations in any track there is nothing to learn about variation within
        tracks: they are then only standardised.
        """
        if sum(map(len, tracks)) > IN_MEMORY:
            return cls(**_fit_in_blocks(tracks, power, one_scale=one_scale))
        observations = np.concatenate(tracks).astype(np.float64)
        deviation = observations.std(axis=0)
        offset = observations.mean(axis=0)
        scale = _scale(deviation, one_scale=one_scale)
        within = _within(tracks, scale)
        covariance = shrunk_covariance(within) if len(within) else np.eye(len(scale))
        variances, axes = np.linalg.eigh(covariance)
        total = ((((observations - offset) / scale) @ axes) ** 2).mean(axis=0)
        return cls(offset=offset, scale=scale, **_roots(variances, axes, total, power))

    @single_thread()
    def transform(
        self, tracks: Sequence[FloatArray], zeros: Callable[[tuple[int, ...], Any], Any] = np.zeros
    ) -> Observations:
        """Whitened observations, (n_tracks, most of any track, n_features), masked.

        Parameters
        ----------
        zeros
            Makes the array, of a shape and dtype: in memory, or where there is more room.
        """
        n_observations = max([1, *(len(x) for x in tracks)])
        values = zeros((len(tracks), n_observations, len(self.offset)), np.float32)
        mask = np.zeros(values.shape[:2], bool)
        for i, x in enumerate(tracks):
            mask[i, : len(x)] = True
        for part in _blocks(tracks):
            observations = (np.concatenate(tracks[part]) - self.offset) / self.scale
            # row by row in the order of the mask
            values[part][mask[part]] = observations @ self.whitener
        return Observations(values=values, mask=mask)

    def flat(
        self, tracks: Sequence[FloatArray], zeros: Callable[[tuple[int, ...], Any], Any] = np.zeros
    ) -> FloatArray:
        """Standardised means over the observations of each track, (n_tracks, n_features).

        A track without any stands at the mean of the others: plain vectors know no absence.

        Parameters
        ----------
        zeros
            As for :meth:`transform`.
        """
        present = np.array([len(x) > 0 for x in tracks])
        flat: FloatArray = zeros((len(tracks), len(self.offset)), np.float64)
        for i, x in enumerate(tracks):
            if len(x):
                flat[i] = x.mean(axis=0)
        flat -= flat.sum(axis=0) / max(1, present.sum())
        flat[~present] = 0.0
        squares = sum((flat[part] ** 2).sum(axis=0) for part in blocks(len(flat), _ROWS))
        deviation = np.sqrt(squares / max(1, present.sum()))
        flat /= np.where(deviation > 1e-9, deviation, 1.0)
        return flat

    def restore(self, values: FloatArray) -> FloatArray:
        """From whitened back to standardised observations, for pictures."""
        return np.asarray(values @ self.colourer)

    def state(self) -> dict[str, Any]:
        """Arrays from which :meth:`from_state` makes an equal value."""
        return dict(vars(self))

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Inverse of :meth:`state`."""
        return cls(**{name: np.asarray(value) for name, value in state.items()})


def _scale(deviation: FloatArray, *, one_scale: bool) -> FloatArray:
    if one_scale:
        deviation = np.full_like(deviation, np.sqrt((deviation**2).mean()))
    return np.where(deviation > 1e-9, deviation, 1.0)


def _within(tracks: Sequence[FloatArray], scale: FloatArray) -> FloatArray:
    """Deviations from the mean of the track, (n_observations, n_features), none of one alone."""
    return np.concatenate(
        [(x - x.mean(axis=0)) / scale * _unbias(len(x)) for x in tracks if len(x) > 1]
        or [np.zeros((0, len(scale)))]
    )


def _roots(
    variances: FloatArray, axes: FloatArray, total: FloatArray, power: float
) -> dict[str, FloatArray]:
    # What never varies within a track, like a verse sung again, must not count without limit.
    least = np.maximum(_LEAST_SHARE * total, 1e-6 * max(variances[-1], 1e-6))
    root = np.maximum(variances, least) ** (power / 2)
    return {"whitener": (axes / root) @ axes.T, "colourer": (axes * root) @ axes.T}


def _blocks(tracks: Sequence[FloatArray]) -> Iterator[slice]:
    """Stretches of tracks with about :data:`BLOCK` observations; one where all fit in memory."""
    starts = np.cumsum([0, *(len(x) for x in tracks)])[:-1]
    starts = starts // (BLOCK if sum(map(len, tracks)) > IN_MEMORY else IN_MEMORY + 1)
    edges = [0, *(1 + np.flatnonzero(np.diff(starts))), len(tracks)]
    return (slice(int(a), int(b)) for a, b in itertools.pairwise(edges))


def _fit_in_blocks(
    tracks: Sequence[FloatArray], power: float, *, one_scale: bool
) -> dict[str, FloatArray]:
    """What :meth:`Whitening.fit` learns, holding a block of the observations at a time."""
    n_features = tracks[0].shape[1]
    n, n_within = 0, 0
    centre = next(x for x in tracks if len(x)).mean(axis=0, dtype=np.float64)  # no cancellation
    sums, squares = np.zeros(n_features), np.zeros((n_features, n_features))
    for part in _blocks(tracks):
        x = np.concatenate(tracks[part]) - centre
        n, sums, squares = n + len(x), sums + x.sum(axis=0), squares + x.T @ x
    mean = sums / n
    covariance = squares / n - np.outer(mean, mean)
    deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    scale = _scale(deviation, one_scale=one_scale)
    spread, fourth = np.zeros((n_features, n_features)), 0.0
    for part in _blocks(tracks):
        x = _within(tracks[part], scale)
        n_within, spread = n_within + len(x), spread + x.T @ x
        fourth += float((x**2).sum(axis=1) @ (x**2).sum(axis=1))
    within = shrunk(spread / n_within, fourth, n_within) if n_within else np.eye(n_features)
    variances, axes = np.linalg.eigh(within)
    total = np.einsum("ij,ik,kj->j", axes, covariance / np.outer(scale, scale), axes)
    return {"offset": centre + mean, "scale": scale, **_roots(variances, axes, total, power)}


def shrunk(covariance: FloatArray, fourth: float, n_samples: int) -> FloatArray:
    """:func:`shrunk_covariance` from the covariance and the sum of the rows' fourth powers."""
    n_features = len(covariance)
    target = np.trace(covariance) / n_features * np.eye(n_features)
    distance = float(((covariance - target) ** 2).sum())
    error = (fourth / n_samples - float((covariance**2).sum())) / n_samples
    share = min(error / distance, 1.0) if distance > 0 else 0.0
    return np.asarray((1 - share) * covariance + share * target)


def shrunk_covariance(X: FloatArray) -> FloatArray:
    """Covariance of centred rows, shrunk towards a multiple of the identity (Ledoit & Wolf 2004).

    Parameters
    ----------
    X
        Shape (n_samples, n_features), centred.

    Examples
    --------
    >>> shrunk_covariance(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    squares = X**2
    fourth = float((squares.T @ squares).sum())
    return shrunk(X.T @ X / len(X), fourth, len(X))


def _unbias(n: int) -> float:
    return float(np.sqrt(n / (n - 1)))
