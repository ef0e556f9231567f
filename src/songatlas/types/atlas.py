"""A finished run as a listener uses it: where every track is, in which cluster, and why.

Everything that is made for listening (the map, playlists, neighbours, words) is made from an
:class:`AtlasData`, which :mod:`songatlas.results.read` reads back from any results folder.

Conventions
-----------
Row *i* of every array is ``tracks[i]``. A track without a place in a view has NaN in its rows; one
without a cluster has the label −1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.tree import Tree
from songatlas.types.trust import Finding


@dataclass(frozen=True, kw_only=True)
class View:
    """Where the tracks are when they are placed by their sound, their lyrics, or both.

    Parameters
    ----------
    coordinates
        Shape (n_tracks, n_coordinates), float32: points whose Euclidean distances mean something.
    maps
        By projection, ``"tsne"`` and ``"umap"``: shape (n_tracks, 2), float32.
    """

    coordinates: FloatArray
    maps: Mapping[str, FloatArray]

    def each(self, change: Callable[[FloatArray], FloatArray]) -> View:
        """Coordinates and maps after the same change of their rows."""
        maps = {kind: change(xy) for kind, xy in self.maps.items()}
        return View(coordinates=change(self.coordinates), maps=maps)


@dataclass(frozen=True, kw_only=True)
class Trait:
    """What sets some tracks apart from the rest of the collection, beyond chance.

    Parameters
    ----------
    kind
        ``"sound"``, ``"tag"``, ``"lyrics"``, ``"language"`` or ``"genre"``.
    name
        As a person says it: ``"fast"``, ``"guitar"``, ``"liebe"``, ``"de"``, ``"rock"``.
    measure
        What was measured, such as ``"tempo"``; for a tag, a term, a language or a genre the kind.
    here, elsewhere
        Median among the tracks and among all others for a sound; otherwise the share of tracks
        that have it, in [0, 1].
    unit
        Of `here` and `elsewhere`: ``"BPM"``, ``"dB"``, ``"share"`` …; may be empty.
    effect
        In [−1, 1], 0 being no difference: Cliff's delta for what is measured, the difference of
        the shares for the rest.
    p
        Probability of an effect at least as large by chance, corrected for all that was tried.
    """

    kind: str
    name: str
    measure: str
    here: float
    elsewhere: float
    unit: str
    effect: float
    p: float


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One cluster, in words.

    Parameters
    ----------
    number
        As in the labels, from 0.
    name
        Unique within the atlas; made from the traits unless a person chose it.
    named_by
        ``"songatlas"`` or ``"person"``.
    reason
        One sentence that says what is typical, with numbers; says so where nothing is.
    rows
        The tracks, those nearest to the centre first.
    exemplars
        A few of `rows` that show best what the cluster is.
    traits
        Strongest first within a kind; only what is beyond chance.
    confidence
        Mean confidence of the tracks, in [0, 1].
    silhouette
        Mean silhouette of the tracks in the joint coordinates, in [−1, 1].
    """

    number: int
    name: str
    named_by: str
    reason: str
    rows: tuple[int, ...]
    exemplars: tuple[int, ...]
    traits: tuple[Trait, ...]
    confidence: float
    silhouette: float


@dataclass(frozen=True, kw_only=True)
class TrackReason:
    """Why a track is in its cluster.

    Parameters
    ----------
    shares
        How much ``"sound"`` and ``"lyrics"`` speak for the cluster rather than the second-best,
        in [0, 1], together 1; empty where :meth:`AtlasData.without_shares` says why.
    second, second_confidence
        The cluster that would be next, −1 if there is none, and the share of draws from the
        posterior that fall there.
    exemplars
        Rows of the nearest exemplars of the cluster, nearest first.
    typical, atypical
        In a few words, the trait that fits the cluster best and the one that fits it least; empty
        where there is none.
    heard
        Tags of the pretrained ear, the most probable first; empty without one.
    """

    shares: Mapping[str, float]
    second: int
    second_confidence: float
    exemplars: tuple[int, ...]
    typical: str
    atypical: str
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AtlasData:
    """A finished run.

    Parameters
    ----------
    folder
        The results folder (absolute).
    root
        The folder that ``Track.path`` is relative to (absolute); the music may have gone since.
    tracks
        Without lyrics and columns, which a results folder does not hold.
    seconds
        Shape (n_tracks,): length of every track; NaN where unknown.
    labels
        Shape (n_tracks,): cluster, −1 for none.
    confidence
        Shape (n_tracks,), in [0, 1].
    views
        The view that was clustered first, then ``"audio"`` and ``"lyrics"`` where the model hears
        both.
    clusters
        In the order of their numbers.
    reasons
        One a track.
    verdict, findings
        As in ``trust.json``.
    copies
        Paths of near-duplicates, each with the path of the track that it is a copy of.
    tree
        Regions, their parts and lists; without nodes in a run from before there were trees.
    detail
        Level of the tree that lists and names are about, one of
        :data:`songatlas.types.tree.DETAILS`.
    """

    folder: Path
    root: Path
    tracks: tuple[Track, ...]
    seconds: FloatArray
    labels: IntArray
    confidence: FloatArray
    views: Mapping[str, View]
    clusters: tuple[Cluster, ...]
    reasons: tuple[TrackReason, ...]
    verdict: str
    findings: tuple[Finding, ...]
    copies: Mapping[str, str] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    detail: str = "auto"

    def __post_init__(self) -> None:
        n_tracks = len(self.tracks)
        lengths = {
            "seconds": len(self.seconds),
            "labels": len(self.labels),
            "confidence": len(self.confidence),
            "reasons": len(self.reasons),
            **{f"view {name}": len(view.coordinates) for name, view in self.views.items()},
        }
        wrong = {name: length for name, length in lengths.items() if length != n_tracks}
        if wrong:
            raise ValueError(f"Every part must have {n_tracks} rows. Got {wrong}.")

    @property
    def main_view(self) -> str:
        """Name of the view that was clustered."""
        return next(iter(self.views))

    def without_shares(self, row: int) -> str:
        """Why a track of a cluster has no shares of sound and lyrics; empty where it has them."""
        reason = self.reasons[row]
        if reason.shares or self.labels[row] < 0:
            return ""
        if len(self.clusters) < 2:
            return "there is no other cluster"
        if reason.second < 0:
            return "not known: its cluster was corrected by hand, and it was not heard again"
        return "neither: nothing in it speaks for its cluster rather than the next"
