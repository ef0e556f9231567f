"""A number of clusters: found where tracks are clustered, judged where clusters are judged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KChoice:
    """A number of clusters and how far the tracks ask for it.

    Parameters
    ----------
    k
        The number.
    chosen_by
        ``"silhouette, stability and size"``, ``"silhouette"``, ``"convenience"`` or ``"given"``.
    clear
        Whether the tracks ask for one number, and which (`clear_k`); None where they do not.
    ks, silhouette, agreement, smallest_cluster, votes
        One entry a number of clusters: scores over all tracks, agreement of half-samples, tracks
        in the smallest cluster, and share of the half-samples that prefer it.
    """

    k: int
    chosen_by: str
    clear_k: int | None
    ks: tuple[int, ...]
    silhouette: tuple[float | None, ...]
    agreement: tuple[float, ...]
    smallest_cluster: tuple[int, ...]
    votes: tuple[float, ...]

    @property
    def clear(self) -> bool:
        """Whether `k` is the number that the tracks ask for."""
        return self.clear_k == self.k
