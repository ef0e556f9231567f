"""Is it genre, or is it who recorded it: agreement with artist and album, and without them.

Tracks of one artist or album share a voice, a room and a mastering. A method that hears only those
still agrees with genre, since an artist keeps to one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.distances import blocks
from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.mutual_information import adjusted_mutual_info
from songatlas.evaluation.stacks import dealt_tracks, numbered_groups
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import Check, Findings, Rows, either
from songatlas.numerals import number, percent
from songatlas.seeds import stage_seed
from songatlas.types import Float64, IntArray

N_NEIGHBORS = 5
N_DEALS = 99
MIN_TRACKS = 20
MAX_TRACKS = 5000  # drawn at random: every track is compared with every other
_BLOCK = 1000

Votes = Callable[[IntArray], Float64]  # classes of all tracks to votes, (n_tracks, n_classes)


@dataclass(frozen=True, kw_only=True)
class WithChance:
    """A score, and the band in which 95 % of random labels lie.

    Parameters
    ----------
    value
        The score.
    chance_low, chance_high
        Quantiles 2.5 % and 97.5 % of the deals.
    n_tracks
        Tracks that were scored.
    """

    value: float
    chance_low: float
    chance_high: float
    n_tracks: int

    @classmethod
    def of(cls, scores: Float64, *, n_tracks: int) -> WithChance:
        """The first score beside the band of 95 % of the others, which are by chance."""
        low, high = np.quantile(scores[1:], [0.025, 0.975]).tolist()
        return cls(value=float(scores[0]), chance_low=low, chance_high=high, n_tracks=n_tracks)

    @property
    def excess(self) -> float:
        """What is above the middle of the band."""
        return self.value - (self.chance_low + self.chance_high) / 2

    @property
    def band(self) -> str:
        """The band in per cent."""
        return f"{100 * self.chance_low:.0f}–{100 * self.chance_high:.0f} %"

    @property
    def share(self) -> str:
        """The score and its band in per cent."""
        return f"{percent(self.value)} (chance {self.band})"


@dataclass(frozen=True, kw_only=True)
class Artists(Check):
    """What clusters and neighbourhoods say of artist, album and label.

    Parameters
    ----------
    agreement
        Adjusted mutual information of the clusters with ``"artist"``, ``"album"`` and
        ``"label"``, over the tracks of those that have two or more; best 1, by chance 0.
    neighbors, neighbors_filtered
        Share of tracks whose label is that of most of their 5 nearest tracks; filtered: nearest
        of other artists and albums. None without labels or artists.
    clusters, clusters_filtered
        Share of tracks whose label is that of most other tracks of their cluster; filtered: of
        other artists and albums.
    """

    about = "labels"
    needs = "who made every track"
    agreement: Mapping[str, WithChance]
    neighbors: WithChance | None = None
    neighbors_filtered: WithChance | None = None
    clusters: WithChance | None = None
    clusters_filtered: WithChance | None = None

    @classmethod
    def measure(cls, case: Case) -> Artists | None:
        """Measure with and without tracks of the same artist or album.

        Random labels are dealt to whole artists, so that the chance band of a score that an
        artist's loyalty to a genre inflates is inflated alike.

        References
        ----------
        E. Pampalk, A. Flexer and G. Widmer, "Improvements of audio-based music similarity and genre
        classification", ISMIR 2005 (artist filter).
        """
        given = {"artist": case.artists, "album": case.albums, "label": case.labels_true}
        by_artist = None
        if case.artists is not None:
            by_artist = numbered_groups(case.artists, np.zeros(len(case.artists), int))
        if all(values is None for values in given.values()):
            return None
        rng = np.random.default_rng(stage_seed(case.seed, "trust: artists"))
        labels, nobody = case.labels, np.full(len(case.labels), -1)
        known = {name: nobody if x is None else x for name, x in given.items()}
        found = {
            name: _agreement(labels, values, rng, by_artist if name == "label" else None)
            for name, values in known.items()
            if not (case.given and name == "label")  # which the clusters are
        }
        agreement = {name: score for name, score in found.items() if score is not None}
        artists, albums, labels_true = known.values()
        scored = np.flatnonzero((labels_true >= 0) & (artists >= 0) & (labels >= 0))
        if len(scored) < MIN_TRACKS or len(np.unique(labels_true[scored])) < 2:
            return cls(agreement=agreement)
        if len(scored) > MAX_TRACKS:
            scored = np.sort(rng.permutation(scored)[:MAX_TRACKS])
        classes = np.unique(labels_true[scored], return_inverse=True)[1]
        groups = np.unique(artists[scored], return_inverse=True)[1]
        dealt = _deals(classes, groups, rng)
        X = np.asarray(case.X, dtype=np.float64)[scored]
        labels, albums = labels[scored], albums[scored]

        def score(votes: Votes) -> WithChance:
            hits = np.array([_hits(votes(values), values) for values in (classes, *dealt)])
            return WithChance.of(hits / len(X), n_tracks=len(X))

        return cls(
            agreement=agreement,
            neighbors=score(_of_neighbors(X, [])),
            neighbors_filtered=score(_of_neighbors(X, [groups, albums])),
            clusters=score(_of_members(labels, [])),
            clusters_filtered=score(_of_members(labels, [groups, albums])),
        )

    def findings(self, case: Case) -> Findings:
        """Whether the agreement is that of tracks by one artist."""
        everyone, others = self.neighbors, self.neighbors_filtered
        if everyone is None or others is None:
            return
        above = everyone.excess > 0 and everyone.value > everyone.chance_high
        mostly = above and others.excess < everyone.excess / 2
        if case.given:  # the labels are the clusters, which chance deals as anything else
            above, mostly = True, others.value < everyone.value / 2
        plain = (
            "Tracks of one label lie near each other mostly because they are by the same artist."
            if mostly
            else "Tracks of one label lie near each other across artists, too."
            if above
            else "Tracks of one label lie no nearer to each other than to others."
        )
        yield either(
            not mostly,
            "not only the artist" if above else "neighbours of any label",
            "mostly the artist",
            f"{plain} The label of a track's neighbours is its own for "
            f"{percent(everyone.value)} of the tracks (chance {everyone.band}), and for "
            f"{others.share} when neighbours by the same artist or from the same album do not "
            "count.",
        )

    def rows(self) -> Rows:
        """Agreement with artist, album and label, and labels foretold with and without them."""
        for name, score in self.agreement.items():
            yield (
                f"AMI of the clusters with the {name}, where tracks share it",
                f"{number(score.value)} (chance {number(score.chance_low)} to "
                f"{number(score.chance_high)}; {score.n_tracks:,} tracks)",
            )
        for what, everyone, others in (
            ("that of its 5 nearest tracks", self.neighbors, self.neighbors_filtered),
            ("that of the rest of its cluster", self.clusters, self.clusters_filtered),
        ):
            if everyone is not None and others is not None:
                yield (
                    f"Label of a track is {what}; artist and album left out",
                    f"{everyone.share}; {others.share}",
                )


def _agreement(
    labels: IntArray, values: IntArray, rng: np.random.Generator, groups: IntArray | None
) -> WithChance | None:
    """Adjusted mutual information with the values that at least two tracks share.

    By chance, values are dealt anew to whole `groups`, and without these to single tracks.
    """
    shared = np.bincount(values[values >= 0], minlength=1) > 1
    kept = (values >= 0) & shared[values] & (labels >= 0)
    if kept.sum() < MIN_TRACKS or len(np.unique(values[kept])) < 2:
        return None
    clusters, values = labels[kept], values[kept]
    if groups is None:
        dealt = [values[rng.permutation(len(values))] for _ in range(N_DEALS)]
    else:
        dealt = [*_deals(values, np.unique(groups[kept], return_inverse=True)[1], rng)]
    scores = [float(adjusted_mutual_info(contingency_table(x, clusters))) for x in (values, *dealt)]
    return WithChance.of(np.array(scores), n_tracks=len(values))


def _deals(classes: IntArray, groups: IntArray, rng: np.random.Generator) -> IntArray:
    """Classes dealt anew to whole groups, (n_deals, n_tracks)."""
    n_groups = int(groups.max()) + 1
    donors = np.stack([rng.permutation(n_groups) for _ in range(N_DEALS)])
    return classes[dealt_tracks(groups, donors)]


def _hits(votes: Float64, own: IntArray) -> float:
    """Number of rows whose own class gets most votes; a tie counts by its share."""
    best = votes.max(axis=1, keepdims=True)
    winners = (votes >= best - 1e-9) & (best > 0)
    right = winners[np.arange(len(own)), own]
    return float((right / np.maximum(winners.sum(axis=1), 1)).sum())


def _of_neighbors(X: Float64, barred: Sequence[IntArray]) -> Votes:
    """Votes of the nearest tracks: 1 each, a trace more of the nearer.

    Parameters
    ----------
    barred
        Values, (n_tracks,) each: tracks that share one that is not negative have no vote.
    """
    from scipy.spatial.distance import cdist

    nearest, weights = [], []
    value = 1 + 1e-3 * np.arange(min(N_NEIGHBORS, len(X)), 0, -1)
    for part in blocks(len(X), _BLOCK):
        distance = cdist(X[part], X)
        distance[np.arange(len(distance)), np.arange(part.start, part.stop)] = np.inf
        for values in barred:
            own = values[part][:, None]
            distance[(own == values) & (own >= 0)] = np.inf
        nearest.append(np.argsort(distance, axis=1, kind="stable")[:, :N_NEIGHBORS])
        allowed = np.isfinite(np.take_along_axis(distance, nearest[-1], axis=1))
        weights.append(np.where(allowed, value, 0.0))
    voters, counted = np.concatenate(nearest), np.concatenate(weights)

    def votes(classes: IntArray) -> Float64:
        n_classes = int(classes.max()) + 1
        cells = np.arange(len(X))[:, None] * n_classes + classes[voters]
        given: Float64 = np.bincount(
            cells.ravel(), counted.ravel(), minlength=len(X) * n_classes
        ).astype(np.float64)
        return given.reshape(len(X), n_classes)

    return votes


def _of_members(labels: IntArray, barred: Sequence[IntArray]) -> Votes:
    """Votes of the other tracks of the cluster: those of all, less those that share a value.

    Parameters
    ----------
    barred
        As for :func:`_of_neighbors`; a track that shares two values goes once, hence the signs.
    """
    out = [np.arange(len(labels))]  # a track does not vote for itself
    terms = [(1, labels), (-1, np.arange(len(labels)))]
    for values in barred:
        known = np.where(values >= 0, values, values.max(initial=0) + 1 + out[0])
        for sign, other in list(terms):
            pairs = np.stack([other, known], axis=1)
            shared = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
            terms.append((-sign, shared))

    def votes(classes: IntArray) -> Float64:
        n_classes = int(classes.max()) + 1
        total: Float64 = np.zeros((len(labels), n_classes))
        for sign, groups in terms:
            cells = groups * n_classes + classes
            counts = np.bincount(cells, minlength=(int(groups.max()) + 1) * n_classes)
            total += sign * counts.reshape(-1, n_classes)[groups]
        return total

    return votes
