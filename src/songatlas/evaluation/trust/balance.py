"""Sizes of the clusters: one giant, and splinters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from songatlas.types import IntArray

SPLINTER_SHARE = 0.02
SPLINTER_TRACKS = 3


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Sizes of the clusters.

    Parameters
    ----------
    sizes
        Tracks a cluster, descending.
    largest_share
        Of all tracks, in [0, 1].
    n_splinters
        Clusters of fewer than 3 tracks or 2 % of all.
    """

    sizes: tuple[int, ...]
    largest_share: float
    n_splinters: int


def measure_balance(labels: IntArray) -> Balance:
    """Measure a partition of shape (n_tracks,); noise (negative) is in no cluster.

    Examples
    --------
    >>> found = measure_balance(np.repeat([0, 1, 2], [950, 40, 10]))
    >>> found.sizes, found.largest_share, found.n_splinters
    ((950, 40, 10), 0.95, 1)
    """
    sizes = np.sort(np.bincount(labels[labels >= 0]))[::-1]
    sizes = sizes[sizes > 0]
    return Balance(
        sizes=tuple(int(size) for size in sizes),
        largest_share=float(sizes.max(initial=0) / max(len(labels), 1)),
        n_splinters=int((sizes < splinter_size(len(labels))).sum()),
    )


def splinter_size(n_tracks: int) -> float:
    """A cluster of fewer tracks than this is a splinter."""
    return max(SPLINTER_TRACKS, SPLINTER_SHARE * n_tracks)
