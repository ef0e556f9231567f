"""What of a collection is no song, in words: speech, and what is over in seconds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from songatlas.features.audio.descriptors import Descriptors
from songatlas.features.audio.speech import TAG
from songatlas.stages.prepare import Prepared
from songatlas.stages.recordings import notes_on_regions
from songatlas.text import some
from songatlas.types import BoolArray, FloatArray, Library, Track
from songatlas.types.tree import Tree

_REMEDY = " --exclude leaves out files and folders."
SHORT = 10.0  # seconds; songs that are shorter are rare, ringtones and effects are not longer


def with_notes_on(tree: Tree, heard: Descriptors, prepared: Prepared) -> Prepared:
    """`prepared` with what has to be said of tracks that are no songs, and of the regions."""
    said = notes_on_content(prepared.library.tracks, heard, prepared.seconds)
    regions = notes_on_regions(tree, prepared.config.model.condition)
    return dataclasses.replace(prepared, notes=(*prepared.notes, *regions, *said))


def with_notes_on_new(
    library: Library,
    before: Sequence[int],
    heard: Descriptors,
    seconds: FloatArray,
    *,
    remedy: str = _REMEDY,
) -> Library:
    """`library` with what has to be said of those of its tracks that are new.

    Parameters
    ----------
    before
        Row that every track had, −1 for a new one.
    heard, seconds
        Of all tracks.
    remedy
        What can be done about them, a sentence after a space.
    """
    new = np.array(before, int) < 0
    said = notes_on_content(library.tracks, heard, seconds, new, remedy)
    return dataclasses.replace(library, notes=(*library.notes, *said))


def notes_on_content(
    tracks: Sequence[Track],
    descriptors: Descriptors,
    seconds: FloatArray,
    new: BoolArray | None = None,
    remedy: str = _REMEDY,
) -> Iterator[str]:
    """A sentence on tracks that are speech, and one on those that are very short.

    Parameters
    ----------
    seconds
        Shape (n_tracks,): length of what was analysed; NaN where unknown.
    new
        Shape (n_tracks,): the tracks that are asked about; None for all.
    remedy
        As for :func:`with_notes_on_new`; not said where most tracks are speech.

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> paths = ("a.mp3", "ring.wav")
    >>> tracks = [Track(path=path, source=Path(path), content_hash="") for path in paths]
    >>> heard = Descriptors(sound=np.zeros((2, 0)), tag_names=(), tags=np.zeros((2, 0)))
    >>> list(notes_on_content(tracks, heard, np.array([200.0, 1.5])))
    ["1 of 2 tracks is shorter than 10 s, as ringtones, jingles and effects are: 'ring.wav' \
(1.5 s). --exclude leaves out files and folders."]
    """
    asked = np.ones(len(tracks), bool) if new is None else new
    n = f"of {asked.sum():,} {'tracks' if new is None else 'new tracks'}"
    said = np.zeros(len(tracks), bool)
    if TAG in descriptors.tag_names:
        said = descriptors.tags[:, descriptors.tag_names.index(TAG)] == 1.0
    spoken = [repr(tracks[row].path) for row in np.flatnonzero(said & asked).tolist()]
    if spoken:
        yield (
            f"{len(spoken):,} {n} {'sounds' if len(spoken) == 1 else 'sound'} like speech without "
            f"music, as audiobooks, podcasts and voice memos do: {some(spoken)}."
            f"{remedy if said.mean() <= 0.5 else ''}"
        )
    over = seconds < SHORT
    rows = np.flatnonzero(over & asked).tolist()
    if rows and over.mean() <= 0.5:  # of a library of clips nothing needs to be said
        short = [f"{tracks[row].path!r} ({seconds[row]:.1f} s)" for row in rows]
        yield (
            f"{len(short):,} {n} {'is' if len(short) == 1 else 'are'} shorter than {SHORT:.0f} s, "
            f"as ringtones, jingles and effects are: {some(short)}.{remedy}"
        )
