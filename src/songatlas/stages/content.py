"""What of a collection is no song, in words: speech, and what is over in seconds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from songatlas.features.audio.descriptors import Descriptors
from songatlas.features.audio.speech import TAG
from songatlas.stages.prepare import Prepared
from songatlas.stages.recordings import notes_on_regions
from songatlas.text import some
from songatlas.types import FloatArray, Track
from songatlas.types.tree import Tree

SHORT = 10.0  # seconds; songs that are shorter are rare, ringtones and effects are not longer


def with_notes_on(tree: Tree, heard: Descriptors, prepared: Prepared) -> Prepared:
    """`prepared` with what has to be said of tracks that are no songs, and of the regions."""
    said = notes_on_content(prepared.library.tracks, heard, prepared.seconds)
    regions = notes_on_regions(tree, prepared.config.model.condition)
    return dataclasses.replace(prepared, notes=(*prepared.notes, *regions, *said))


def notes_on_content(
    tracks: Sequence[Track], descriptors: Descriptors, seconds: FloatArray
) -> Iterator[str]:
    """A sentence on tracks that are speech, and one on those that are very short.

    Parameters
    ----------
    seconds
        Shape (n_tracks,): length of what was analysed; NaN where unknown.

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
    n = f"of {len(tracks):,} tracks"
    spoken: list[str] = []
    if TAG in descriptors.tag_names:
        said = descriptors.tags[:, descriptors.tag_names.index(TAG)] == 1.0
        spoken = [repr(track.path) for track, is_so in zip(tracks, said, strict=True) if is_so]
    if spoken:
        yield (
            f"{len(spoken):,} {n} {'sounds' if len(spoken) == 1 else 'sound'} like speech without "
            f"music, as audiobooks, podcasts and voice memos do: {some(spoken)}. --exclude leaves "
            "out files and folders."
        )
    known = zip(tracks, seconds.tolist(), strict=True)
    short = [f"{track.path!r} ({long:.1f} s)" for track, long in known if long < SHORT]
    if 0 < len(short) <= len(tracks) / 2:  # of a library of clips nothing needs to be said
        yield (
            f"{len(short):,} {n} {'is' if len(short) == 1 else 'are'} shorter than {SHORT:.0f} s, "
            f"as ringtones, jingles and effects are: {some(short)}. --exclude leaves out files "
            "and folders."
        )
