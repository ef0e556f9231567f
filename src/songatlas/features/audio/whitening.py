"""Window statistics in units of how much they vary within a track.

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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.config import Config
from songatlas.features.audio.frames import FrameFeatures
from songatlas.features.audio.windows import window_statistics
from songatlas.types import FloatArray, Observations


@dataclass(frozen=True, kw_only=True)
class WindowInput:
    """Statistics of every window, whitened by the covariance within tracks.

    Parameters
    ----------
    offset, scale
        Shape (n_features,): mean and standard deviation over all windows.
    whitener, colourer
        Shape (n_features, n_features): symmetric inverse root and root of the covariance within
        tracks of the standardised statistics.
    """

    offset: FloatArray
    scale: FloatArray
    whitener: FloatArray
    colourer: FloatArray

    @staticmethod
    def reduce(frames: FrameFeatures, config: Config) -> FloatArray:
        """Statistics of at most ``config.input.max_windows`` windows, evenly spread over the track.

        Shape (n_windows, n_features).
        """
        statistics, _ = window_statistics(
            frames,
            window_frames=config.input.window_frames,
            rhythm=config.input.rhythm,
            frame_rate=config.audio.sr / config.audio.hop_length,
        )
        most = config.input.max_windows
        if len(statistics) > most:
            kept = np.linspace(0, len(statistics) - 1, most).round().astype(int)
            statistics = statistics[kept]
        return statistics

    @classmethod
    def fit(cls, reduced: Sequence[FloatArray]) -> WindowInput:
        """Learn the four arrays from the output of :meth:`reduce` for every track.

        Without two windows in any track there is nothing to learn about variation within tracks:
        the statistics are then only standardised.
        """
        windows = np.concatenate(reduced).astype(np.float64)
        deviation = windows.std(axis=0)
        offset = windows.mean(axis=0)
        scale = np.where(deviation > 1e-9, deviation, 1.0)
        within = np.concatenate(
            [(x - x.mean(axis=0)) / scale * _unbias(len(x)) for x in reduced if len(x) > 1]
            or [np.zeros((0, len(scale)))]
        )
        covariance = shrunk_covariance(within) if len(within) else np.eye(len(scale))
        variances, axes = np.linalg.eigh(covariance)
        root = np.sqrt(np.maximum(variances, 1e-6 * max(variances[-1], 1e-12)))
        return cls(
            offset=offset,
            scale=scale,
            whitener=(axes / root) @ axes.T,
            colourer=(axes * root) @ axes.T,
        )

    def transform(self, reduced: Sequence[FloatArray]) -> Observations:
        """Whitened windows, (n_tracks, most windows of a track, n_features), masked."""
        n_windows = max(len(x) for x in reduced)
        values = np.zeros((len(reduced), n_windows, len(self.offset)), np.float32)
        mask = np.zeros(values.shape[:2], bool)
        for i, x in enumerate(reduced):
            mask[i, : len(x)] = True
        windows = (np.concatenate(reduced) - self.offset) / self.scale
        values[mask] = windows @ self.whitener  # row by row in the order of the mask
        return Observations(values=values, mask=mask)

    def flat(self, reduced: Sequence[FloatArray]) -> FloatArray:
        """Standardised means over the windows of each track, (n_tracks, n_features)."""
        means = np.stack([x.mean(axis=0) for x in reduced]).astype(np.float64)
        deviation = means.std(axis=0)
        return np.asarray((means - means.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1.0))

    def restore(self, values: FloatArray) -> FloatArray:
        """From whitened back to standardised statistics, for pictures."""
        return np.asarray(values @ self.colourer)

    def state(self) -> dict[str, Any]:
        """Arrays from which :meth:`from_state` makes an equal value."""
        return {
            "offset": self.offset,
            "scale": self.scale,
            "whitener": self.whitener,
            "colourer": self.colourer,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> WindowInput:
        """Inverse of :meth:`state`."""
        return cls(**{name: np.asarray(value) for name, value in state.items()})


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
    n_samples, n_features = X.shape
    covariance = X.T @ X / n_samples
    mean_variance = np.trace(covariance) / n_features
    target = mean_variance * np.eye(n_features)
    distance = float(((covariance - target) ** 2).sum())
    squares = X**2
    error = (
        float((squares.T @ squares).sum()) / n_samples - float((covariance**2).sum())
    ) / n_samples
    share = min(error / distance, 1.0) if distance > 0 else 0.0
    return np.asarray((1 - share) * covariance + share * target)


def _unbias(n: int) -> float:
    return float(np.sqrt(n / (n - 1)))
