"""Which track of a server is which track of the atlas.

By path, then by the recording's id at MusicBrainz, then by artist, title, album and length; what
fits none or several is reported, never guessed.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from songatlas.credits import names_in
from songatlas.players.player import RemoteTrack
from songatlas.text import fold, some, title_key
from songatlas.types import FloatArray, Track

# Decoders and tags disagree about the same file by about a second; servers tell whole seconds.
TOLERANCE = 3.0
_composed = functools.partial(unicodedata.normalize, "NFC")
_WINDOWS = re.compile(r"[A-Za-z]:\\|\\\\")


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a track of the atlas is on the server.

    Parameters
    ----------
    row
        Of the atlas.
    track_id
        On the server; empty when there is none.
    by
        ``"path"``, ``"recording"`` or ``"tags"``; empty when there is none.
    reason
        Why there is none; empty otherwise.
    """

    row: int
    track_id: str = ""
    by: str = ""
    reason: str = ""


def match_tracks(
    rows: Iterable[int],
    tracks: Sequence[Track],
    seconds: FloatArray,
    remote: Sequence[RemoteTrack],
    recording_id: Callable[[Track], str],
) -> dict[int, Match]:
    """Find every row on the server, no two of them as the same track there.

    Parameters
    ----------
    rows
        The rows that are wanted.
    tracks, seconds
        Of the whole atlas.
    remote
        Everything on the server.
    recording_id
        Reads the id of MusicBrainz from a file (empty if it has none); only asked where the path
        does not decide.

    Examples
    --------
    >>> import numpy as np
    >>> from pathlib import Path
    >>> tracks = [Track(path="B/x.mp3", source=Path("/music/B/x.mp3"), content_hash="")]
    >>> remote = [RemoteTrack(id="7", path="music/B/x.mp3"), RemoteTrack(id="8", path="x.mp3")]
    >>> match_tracks([0], tracks, np.array([60.0]), remote, lambda track: "")
    {0: Match(row=0, track_id='7', by='path', reason='')}
    """
    index = _Index(remote)
    claims = {row: index.find(tracks[row], float(seconds[row]), recording_id) for row in rows}
    return _one_to_one(claims, tracks)


@dataclass(frozen=True)
class _Claim:
    found: Sequence[RemoteTrack]
    by: str


class _Index:
    """The server's tracks by ends of the path, recording, and title with artist.

    Thousands of files may be a *CD1/01.mp3*, and as many called *Intro*: only those are looked at
    that may fit.
    """

    def __init__(self, remote: Sequence[RemoteTrack]) -> None:
        self._remote = remote
        self._folded = [tuple(map(fold, _parts(track.path))) for track in remote]
        self._by_path = _grouped([parts] for parts in self._folded)
        self._by_end = functools.cache(self._with_end)
        self._by_recording = _grouped([track.recording_id.lower()] for track in remote)
        self._by_tags = _grouped(
            [(title, name) for name in _names(track)] if (title := title_key(track.title)) else ()
            for track in remote
        )

    def _with_end(self, n: int) -> Mapping[object, list[int]]:
        """The tracks by the last `n` parts of their paths."""
        return _grouped([parts[-n:]] if len(parts) >= n else () for parts in self._folded)

    def _at(self, found: Iterable[Sequence[int]]) -> list[RemoteTrack]:
        """Tracks in the order of the server, each once."""
        return [self._remote[i] for i in sorted({*itertools.chain.from_iterable(found)})]

    def find(self, track: Track, seconds: float, recording_id: Callable[[Track], str]) -> _Claim:
        """The fitting tracks: one if it is clear; `by` says what decided or came closest."""
        paths = self._same_path(track, seconds)
        if len(paths) == 1:
            return _Claim(paths, "path")
        # Several fit the path: the rest may still decide between them.
        recording = recording_id(track).lower() if self._by_recording else ""
        same = _among(self._at([self._by_recording.get(recording, ())]), paths)
        if len(same) > 1:  # a recording is on several albums
            same = [it for it in same if _equal(it.album, track.album)] or same
        if len(same) == 1:
            return _Claim(same, "recording")
        title = title_key(track.title)
        called = (self._by_tags.get((title, name), ()) for name in names_in(track.artist))
        tagged = _among(self._at(called), paths)
        alike = [it for it in tagged if _same_tags(it, track, seconds)]
        exact = [it for it in alike if _equal(it.album, track.album)]
        alike = exact or alike
        if len(alike) == 1:
            return _Claim(alike, "tags")
        return _Claim(alike or same or paths, "")

    def _same_path(self, track: Track, seconds: float) -> list[RemoteTrack]:
        own, full = _parts(track.path), _parts(track.source.as_posix())
        if track.part:  # as MPD names what is in a file with a cue sheet
            number = track.path.rpartition("#")[2].rstrip("_")
            own, full = [[*parts[:-1], full[-1], f"track{number:0>4}"] for parts in (own, full)]
        # One part in common is enough only where one of the two has no more.
        folded = tuple(map(fold, full))
        enough = min(len(own), len(full))
        ends = [self._by_path.get(folded[-n:], ()) for n in range(1, len(full) + 1)]
        candidates = self._at([*ends, self._by_end(enough).get(folded[-enough:], ())])
        # The letter as it is, then composed, then without case: each only where the last says no.
        for spelling in (str, _composed, fold):
            lengths = []
            for it in candidates:
                parts = _parts(it.path)
                n_common = _n_common(full, parts, spelling)
                whole = n_common in (len(parts), len(full)) or n_common >= len(own)
                fits = whole and _plausible(it, track, seconds, n_common)
                lengths.append(n_common if fits else 0)
            longest = max(lengths, default=0)
            if longest:
                return [it for it, n in zip(candidates, lengths, strict=True) if n == longest]
        return []


def _one_to_one(claims: Mapping[int, _Claim], tracks: Sequence[Track]) -> dict[int, Match]:
    """Let the strongest evidence keep a server's track that several rows claim."""
    strength = ("path", "recording", "tags")
    holders: dict[str, list[int]] = {}
    for row, claim in claims.items():
        if claim.by:
            holders.setdefault(claim.found[0].id, []).append(row)
    matches = {}
    for row, claim in claims.items():
        if not claim.by:
            matches[row] = Match(row=row, reason=_why_none(claim.found))
            continue
        held = claim.found[0].id
        if claim.found[0].obstacle:
            matches[row] = Match(row=row, reason=claim.found[0].obstacle)
            continue
        rivals = (
            other
            for other in holders[held]
            if other != row and strength.index(claims[other].by) <= strength.index(claim.by)
        )
        if (rival := next(rivals, None)) is not None:
            path = tracks[rival].path
            matches[row] = Match(row=row, reason=f"its match there is also that of {path!r}")
        else:
            matches[row] = Match(row=row, track_id=held, by=claim.by)
    return matches


def _why_none(found: Sequence[RemoteTrack]) -> str:
    if not found:
        return "nothing there has its path, recording or tags"
    names = some([f"{it.path or it.id!r}" for it in found], 3)
    return f"{len(found)} tracks there fit equally well: {names}"


def _plausible(it: RemoteTrack, track: Track, seconds: float, n_common: int) -> bool:
    """Whether the same path may mean the same track; a bare file name needs the length too."""
    same_length = _same_length(it.seconds, seconds)
    if n_common == 1:
        return same_length is True
    return same_length is not False or _equal(it.title, track.title)


def _same_tags(it: RemoteTrack, track: Track, seconds: float) -> bool:
    """Title and artist said and equal, lengths too, and no other album named."""
    if _same_length(it.seconds, seconds) is not True:
        return False
    albums = title_key(it.album), title_key(track.album)
    return (
        _equal(it.title, track.title)
        and bool(names_in(track.artist) & _names(it))
        and (albums[0] == albums[1] or not all(albums))
    )


def _names(it: RemoteTrack) -> frozenset[str]:
    """Whom a server's track may be by."""
    return frozenset[str]().union(*map(names_in, (*it.artists, " ".join(it.artists))))


def _same_length(theirs: float, mine: float) -> bool | None:
    """None where one is unknown."""
    if math.isnan(theirs) or math.isnan(mine):
        return None
    return abs(theirs - mine) <= TOLERANCE


def _equal(theirs: str, mine: str) -> bool:
    return title_key(theirs) == title_key(mine) != ""


def _among(found: Sequence[RemoteTrack], narrower: Sequence[RemoteTrack]) -> list[RemoteTrack]:
    """`found`, or those of it that are in `narrower` if that says anything."""
    ids = {it.id for it in narrower}
    return [it for it in found if not ids or it.id in ids]


def _grouped(keys: Iterable[Iterable[object]]) -> dict[object, list[int]]:
    """Positions by each of their keys; what has an empty one is not found by it."""
    groups: dict[object, list[int]] = {}
    for i, those in enumerate(keys):
        for key in those:
            groups.setdefault(key, []).append(i)
    groups.pop("", None)
    groups.pop((), None)
    return groups


def _parts(path: str) -> list[str]:
    text = path.replace("\\", "/") if _WINDOWS.match(path) else path
    return [part for part in text.split("/") if part not in ("", ".")]


def _n_common(mine: Sequence[str], theirs: Sequence[str], spelling: Callable[[str], str]) -> int:
    """How many parts are equal, from the end."""
    pairs = zip(reversed(mine), reversed(theirs), strict=False)
    return len([*itertools.takewhile(lambda pair: spelling(pair[0]) == spelling(pair[1]), pairs)])
