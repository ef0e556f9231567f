"""Scores of a partition by itself: made where clusterings are judged, read where K is chosen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class InternalScores:
    """Internal scores of one partition; None where not defined.

    Parameters
    ----------
    silhouette
        In [−1, 1], greater is better.
    calinski_harabasz
        At least 0, greater is better.
    davies_bouldin
        At least 0, less is better.
    silhouette_tracks
        Number of tracks whose silhouettes were averaged: all clustered ones, unless there were
        too many; 0 where the silhouette is not defined.
    """

    silhouette: float | None
    calinski_harabasz: float | None
    davies_bouldin: float | None
    silhouette_tracks: int
