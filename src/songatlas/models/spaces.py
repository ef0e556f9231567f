"""Coordinates whose distances are clustered.

Under a N(0, I) prior the posterior means of a well-used dimension vary as much as those of a hardly
used one, so that plain distances hear a weak dimension as loudly as a strong one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from songatlas.models.encoding import Encoded
from songatlas.types import FloatArray


def mean_space(encoded: Encoded) -> FloatArray:
    """Posterior means as they are, (n_tracks, n_latent)."""
    return encoded.mean


def information_space(encoded: Encoded) -> FloatArray:
    """Posterior means, each dimension times the root of its average KL in nats."""
    return np.asarray(encoded.mean * np.sqrt(encoded.kl.mean(axis=0)))


SPACES: Mapping[str, Callable[[Encoded], FloatArray]] = {
    "mean": mean_space,
    "information": information_space,
}
