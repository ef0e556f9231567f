"""Which cluster a track belongs to, and how sure the posterior is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.distances import blocks, nearest_centre, squared_distances
from songatlas.models.placement import Placement
from songatlas.models.posteriors import PIECE
from songatlas.models.senses import expect
from songatlas.seeds import stage_rng
from songatlas.threads import each
from songatlas.types import FloatArray, IntArray

N_DRAWS = 64


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Clusters of tracks.

    Parameters
    ----------
    labels
        Shape (n_tracks,): the cluster whose centre is nearest to the posterior mean.
    draws
        Shape (n_tracks, n_clusters), in [0, 1]: share of draws from the posterior that are nearest
        to each centre.
    distances
        Shape (n_tracks, n_clusters): squared, from the posterior mean to each centre.
    """

    labels: IntArray
    draws: FloatArray
    distances: FloatArray

    def second(self, labels: IntArray) -> IntArray:
        """Cluster that would be next of every track, (n_tracks,); −1 where there is no other.

        The one with the most draws, of equally many the nearest.

        Parameters
        ----------
        labels
            Shape (n_tracks,): the cluster that each is in, −1 for none.

        Examples
        --------
        >>> draws = np.array([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]])
        >>> distances = np.array([[1.0, 3.0, 2.0], [1.0, 2.0, 3.0]])
        >>> found = Membership(labels=np.array([0, 0]), draws=draws, distances=distances)
        >>> found.second(np.array([0, 0])).tolist(), found.second(np.array([0, -1])).tolist()
        ([2, 1], [2, -1])
        """
        n_tracks, n_clusters = self.draws.shape
        if n_clusters < 2:
            return np.full(n_tracks, -1)
        rows = np.arange(n_tracks)
        nearness = -self.distances.argsort(axis=1, kind="stable").argsort(axis=1)
        score = self.draws * (n_clusters * N_DRAWS) + nearness / n_clusters
        score[rows[labels >= 0], labels[labels >= 0]] = -np.inf
        return np.where(labels >= 0, score.argmax(axis=1), -1)


def find_membership(places: Placement, centres: FloatArray, *, seed: int) -> Membership:
    """Nearest centre of every track, and how often its posterior agrees.

    The same standard normal draws serve every track, so that a track's confidence depends on no
    other track.

    Parameters
    ----------
    centres
        Shape (n_clusters, n_coordinates), in the space of `places`.
    seed
        Of the run.
    """
    parts = each(
        lambda part: _membership(places.of(part), centres, seed=seed),
        blocks(len(places.rows), PIECE),
    )
    joined = {name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])}
    return Membership(**joined)


def _membership(places: Placement, centres: FloatArray, *, seed: int) -> Membership:
    encoded, network, space = places.encoded, places.network, places.space
    distances = squared_distances(places.coordinates, centres)
    labels = np.asarray(distances.argmin(axis=1))
    shape = (N_DRAWS, encoded.n_draws, encoded.mean.shape[1])
    noise = stage_rng(seed, "membership").standard_normal(shape).astype(np.float32)
    rows = np.arange(len(labels))
    counts = np.zeros(distances.shape)
    for draw in noise:
        drawn = encoded.drawn(draw)
        X = space.transform(drawn, expect(network, drawn, places.data))
        counts[rows, nearest_centre(X, centres)] += 1
    return Membership(labels=labels, draws=counts / N_DRAWS, distances=distances)
