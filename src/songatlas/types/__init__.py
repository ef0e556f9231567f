"""The values that flow from stage to stage, each checked once where it is made.

Those of a finished run are in :mod:`.atlas`, whether it means anything in :mod:`.trust`.

``Library → FeatureSet → Placement → Clustering → Evaluation → report``

Conventions
-----------
Row *i* of every array is ``track_ids[i]``. Something that was not observed has ``mask`` False; it
is never encoded as zeros, NaN or a missing attribute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
Float64 = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.integer]
Counts = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


class Part(NamedTuple):
    """A stretch of a file, in seconds from its beginning; ``stop`` is infinite for its end."""

    start: float
    stop: float


@dataclass(frozen=True, kw_only=True)
class Track:
    """One audio file, or a part of one, and what is written about it.

    Parameters
    ----------
    path
        Relative to the library's root, with ``/`` between the parts; the name of the track in
        every table. That of a part ends in ``#`` and its number: ``album.flac#03``.
    source
        Where the file is now (absolute).
    content_hash
        BLAKE2b-128 of the file's bytes, 32 hexadecimal digits; the identity of its features. For
        a part 16 more follow, of its place.
    part
        Where in the file it is; None for all of it.
    title, artist, album, genre, year, language, lyrics, album_artist, composer, disc
        What the metadata table, the tags or the sidecars say; an empty string where they say
        nothing.
    artists
        Every artist by itself, where that is known; ``artist`` is what is shown.
    compilation
        Whether the tags call the album one of several artists.
    columns
        Every column of the joined metadata row by its own name, for ``--label-column``.
    """

    path: str
    source: Path
    content_hash: str
    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    year: str = ""
    language: str = ""
    lyrics: str = ""
    album_artist: str = ""
    composer: str = ""
    disc: str = ""
    artists: tuple[str, ...] = ()
    compilation: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    part: Part | None = None


@dataclass(frozen=True, kw_only=True)
class Skip:
    """A discovered file that is not analysed, and why.

    ``code`` is ``"DUPLICATE"`` for a second copy of the same bytes, otherwise a code of
    :class:`songatlas.errors.AudioError`. Seconds are None where unknown.
    """

    path: str
    stage: str
    code: str
    reason: str
    declared_seconds: float | None = None
    decoded_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Library:
    """The tracks of a run, in the order of their paths, and what was left out.

    Parameters
    ----------
    root
        The folder that ``Track.path`` is relative to.
    tracks
        Sorted by ``path``; paths are unique.
    skipped
        Files that were found and are not among the tracks.
    notes
        One sentence for each thing that a person should know about how the metadata was joined,
        each naming file and line.
    unjoined
        The sentence on a metadata table of which no row describes any track; otherwise empty.
    n_discovered
        ``len(tracks) + len(skipped)``, always.
    """

    root: Path
    tracks: tuple[Track, ...]
    skipped: tuple[Skip, ...] = ()
    notes: tuple[str, ...] = ()
    unjoined: str = ""

    def __post_init__(self) -> None:
        paths = [track.path for track in self.tracks]
        if paths != sorted(set(paths)):
            raise ValueError("tracks must be sorted by path, and paths must be unique.")

    @property
    def n_discovered(self) -> int:
        """Number of audio files that were found, or of tracks in them, used or not."""
        return len(self.tracks) + len(self.skipped)


@dataclass(frozen=True, kw_only=True)
class Observations:
    """What one modality says about every track: a set of observations each.

    Parameters
    ----------
    values
        Shape (n_tracks, n_observations, n_features), float32. Content where ``mask`` is False is
        never read.
    mask
        Shape (n_tracks, n_observations). A track without any True lacks the modality.
    """

    values: FloatArray
    mask: BoolArray

    def __post_init__(self) -> None:
        if self.values.ndim != 3 or self.mask.shape != self.values.shape[:2]:
            raise ValueError(
                "values must be (n_tracks, n_observations, n_features) and mask its first two "
                f"axes. Got {self.values.shape} and {self.mask.shape}."
            )

    @property
    def present(self) -> BoolArray:
        """Shape (n_tracks,): which tracks have at least one observation."""
        return np.asarray(self.mask.any(axis=1))


@dataclass(frozen=True, kw_only=True)
class FeatureSet:
    """Model inputs: one :class:`Observations` a modality, all for the same tracks.

    Parameters
    ----------
    track_ids
        ``Track.path`` of every row.
    modalities
        ``"audio"`` and ``"text"``, or any others, by name.
    """

    track_ids: tuple[str, ...]
    modalities: Mapping[str, Observations]

    def __post_init__(self) -> None:
        for name, observations in self.modalities.items():
            if len(observations.values) != len(self.track_ids):
                raise ValueError(
                    f"modality {name!r} must have {len(self.track_ids)} tracks. "
                    f"Got {len(observations.values)}."
                )

    @property
    def n_tracks(self) -> int:
        """Number of tracks."""
        return len(self.track_ids)


@dataclass(frozen=True, kw_only=True)
class Clustering:
    """One method's partition of the tracks.

    Parameters
    ----------
    method
        Row name in ``clustering_metrics.csv``, such as ``"VAE + K-Means"``.
    labels
        Shape (n_tracks,), int. Clusters are numbered from 0 by decreasing size; −1 is noise.
    X
        Shape (n_tracks, n_coordinates): the points that were clustered, in which the internal
        scores are computed.
    space
        Name of ``X``.
    """

    method: str
    labels: IntArray
    X: FloatArray
    space: str

    @property
    def n_clusters(self) -> int:
        """Number of clusters, noise not counted."""
        return len({int(label) for label in self.labels} - {-1})


@dataclass(frozen=True, kw_only=True)
class KChoice:
    """A number of clusters and how far the tracks ask for it.

    Parameters
    ----------
    k
        The number.
    chosen_by
        ``"silhouette, stability and size"``, ``"silhouette"``, ``"convenience"`` or ``"given"``.
    clear_k
        The number that the tracks ask for; None where they ask for none.
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
