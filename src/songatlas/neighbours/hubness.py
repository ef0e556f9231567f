"""How evenly tracks are among the nearest of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.types import IntArray


@dataclass(frozen=True, kw_only=True)
class Occurrences:
    """How often tracks are among the k nearest of others.

    Parameters
    ----------
    skewness
        Third standardised moment of the occurrences; 0 when all are alike, above about 1.4 in
        spaces that have hubs.
    nobodys
        Share of tracks that are among the nearest of none, in [0, 1].
    largest
        Occurrences of the greatest hub; k on average.
    """

    skewness: float
    nobodys: float
    largest: int


def count_occurrences(indices: IntArray) -> Occurrences:
    """Occurrences in lists of nearest neighbours, (n_tracks, k), −1 for none.

    Reference
    ---------
    M. Radovanović, A. Nanopoulos and M. Ivanović, "Hubs in space: popular nearest neighbors in
    high-dimensional data", Journal of Machine Learning Research 11, 2010.

    Examples
    --------
    >>> count_occurrences(np.array([[1], [0], [0], [0]])).largest
    3
    """
    lists = indices[indices[:, 0] >= 0]
    counts = np.bincount(lists[lists >= 0], minlength=len(indices))[indices[:, 0] >= 0]
    spread = counts.std()
    third = ((counts - counts.mean()) ** 3).mean()
    return Occurrences(
        skewness=float(third / spread**3) if spread > 0 else 0.0,
        nobodys=float((counts == 0).mean()),
        largest=int(counts.max(initial=0)),
    )
