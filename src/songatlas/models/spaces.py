"""Coordinates whose distances are clustered.

Under a N(0, I) prior the posterior means of a well-used dimension vary as much as those of a hardly
used one, so that plain distances hear a weak dimension as loudly as a strong one. Decoding gives
every direction back the scale that it has in the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from songatlas.models.encoding import Encoded
from songatlas.types import FloatArray

Decoded = Mapping[str, FloatArray]
Space = Callable[[Encoded, Decoded, Decoded], FloatArray]


def mean_space(encoded: Encoded, decoded: Decoded, noise: Decoded) -> FloatArray:
    """Posterior means as they are, (n_tracks, n_latent)."""
    return encoded.mean


def information_space(encoded: Encoded, decoded: Decoded, noise: Decoded) -> FloatArray:
    """Posterior means, each dimension times the root of its average KL in nats."""
    return np.asarray(encoded.mean * np.sqrt(encoded.kl.mean(axis=0)))


def decoded_space(encoded: Encoded, decoded: Decoded, noise: Decoded) -> FloatArray:
    """Direction of what the model expects of a track, in units of its observation noise.

    Parameters
    ----------
    decoded
        Mean of p(x | z) a modality, (n_tracks, n_observations, n_features).
    noise
        Standard deviation of p(x | z) a modality, (n_features,).

    Returns
    -------
    Shape (n_tracks, total number of decoded values): all modalities side by side, centred, then of
    unit length, so that Euclidean distances are those of the cosine. A track of which the model
    expects nothing but the average stays at 0.

    Examples
    --------
    >>> encoded = Encoded(mean=np.zeros((2, 1)), log_var=np.zeros((2, 1)), kl=np.zeros((2, 1)))
    >>> decoded = {"audio": np.array([[[3.0, 0.0]], [[-3.0, 0.0]]])}
    >>> decoded_space(encoded, decoded, {"audio": np.array([0.5, 0.5])}).tolist()
    [[1.0, 0.0], [-1.0, 0.0]]
    """
    blocks = [(decoded[name] / noise[name]).reshape(len(encoded.mean), -1) for name in decoded]
    X = np.hstack(blocks).astype(np.float64)
    X -= X.mean(axis=0)
    length = np.linalg.norm(X, axis=1, keepdims=True)
    return np.asarray(X / np.where(length > 1e-9, length, 1.0))


SPACES: Mapping[str, Space] = {
    "mean": mean_space,
    "information": information_space,
    "decoded": decoded_space,
}
