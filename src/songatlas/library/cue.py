"""Cue sheets: what is on a disc, track by track, and where in which file.

Conventions
-----------
Times are minutes, seconds and frames, 75 a second. A track begins at its ``INDEX 01`` and ends
where the next in the same file begins, so that the pause before a track (``INDEX 00``) belongs to
the one before, as for players. What a file holds for longer than a pause before its first track is
a hidden one, number 0.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from songatlas.text import one_line
from songatlas.types import Part

_FRAMES = 75  # a second
_TIME = re.compile(r"(\d{1,6}):([0-5]?\d)(?::(\d{1,2})|[:.](\d{3}))")  # or milliseconds
_HIDDEN = 10.0  # seconds before the first track of a file, which are no pause
_NUMBER = re.compile(r"[0-9]{1,6}")  # more digits are damage, and a number that is none
_SHOWN = 40  # characters of what is wrong
_QUOTED = re.compile(r'"(.*)"')  # to the last mark: those within are part of the text
_FIELDS = {
    "TITLE": "title",
    "PERFORMER": "artist",
    "SONGWRITER": "composer",
    "COMPOSER": "composer",
    "GENRE": "genre",
    "DATE": "year",
    "DISCNUMBER": "disc",
}
_REMARKS = ("GENRE", "DATE", "COMPOSER", "DISCNUMBER")


class CueError(ValueError):
    """A cue sheet cannot be followed; the reason is one clause."""


@dataclass(frozen=True, kw_only=True)
class CueTrack:
    """A track of a cue sheet.

    ``file`` is as the sheet names it, empty where it does not; empty fields are not said.
    """

    number: int
    file: str
    part: Part
    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    composer: str = ""
    genre: str = ""
    year: str = ""
    disc: str = ""


@dataclass
class _Draft:
    """A track that is being read; ``start`` is NaN before its first index."""

    number: int
    line: int
    is_audio: bool
    file: str = ""
    start: float = math.nan
    said: dict[str, str] = field(default_factory=dict)


def parse_cue(text: str) -> tuple[CueTrack, ...]:
    r"""The tracks of sound, in their order.

    Raises
    ------
    CueError
        Where there is no track, or one has no place, a place twice or before the one before it.

    Examples
    --------
    >>> sheet = 'TITLE "Dock"\nFILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:02:15\n'
    >>> [(track.number, track.album, track.part) for track in parse_cue(sheet)]
    [(1, 'Dock', Part(start=2.2, stop=inf))]
    """
    disc: dict[str, str] = {}
    drafts: list[_Draft] = []
    file = ""
    for line, words in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        command, _, rest = words.strip().replace("\t", " ").partition(" ")
        command, rest = command.upper(), rest.strip()
        if command == "REM":
            command, _, rest = rest.partition(" ")
            command = command.upper() if command.upper() in _REMARKS else ""
        if command == "FILE":
            file = _file(rest)
        elif command == "TRACK":
            drafts.append(_track(rest, line))
        elif command == "INDEX" and drafts:
            _place(drafts[-1], rest, file, line)
        elif command in _FIELDS:
            said = drafts[-1].said if drafts else disc
            said.setdefault(_FIELDS[command], _unquoted(rest))
    return _finished(drafts, disc)


def _track(rest: str, line: int) -> _Draft:
    number, _, kind = rest.partition(" ")
    if not _NUMBER.fullmatch(number):
        raise CueError(f"line {line}: a track must have a number. Got {rest[:_SHOWN]!a}")
    return _Draft(number=int(number), line=line, is_audio=kind.strip().upper() in ("AUDIO", ""))


def _place(draft: _Draft, rest: str, file: str, line: int) -> None:
    """Take the first index that is not 00."""
    index, _, text = rest.partition(" ")
    if index.strip("0") == "" or not math.isnan(draft.start):
        return
    time = _TIME.fullmatch(text.strip())
    if time is None or int(time[3] or 0) >= _FRAMES:
        raise CueError(f"line {line}: a time must be MINUTES:SECONDS:FRAMES. Got {text[:_SHOWN]!a}")
    after = int(time[3]) / _FRAMES if time[3] else int(time[4]) / 1000
    draft.file, draft.start = file, 60 * int(time[1]) + int(time[2]) + after


def _finished(drafts: list[_Draft], disc: dict[str, str]) -> tuple[CueTrack, ...]:
    if not drafts:
        raise CueError("it names no track")
    tracks: list[CueTrack] = []
    for draft, following in zip(drafts, [*drafts[1:], None], strict=True):
        if math.isnan(draft.start):
            if not draft.is_audio:
                continue
            raise CueError(f"line {draft.line}: track {draft.number} has no INDEX 01")
        stop = math.inf
        if following is not None and following.file == draft.file:
            stop = following.start
            if stop <= draft.start or following.number <= draft.number:
                raise CueError(
                    f"line {following.line}: track {following.number} must follow track "
                    f"{draft.number} and begin after it"
                )
        if draft.is_audio:
            said = disc | {name: value for name, value in draft.said.items() if value}
            said |= {"title": draft.said.get("title", ""), "album": disc.get("title", "")}
            said["album_artist"] = disc.get("artist", "")
            part = Part(draft.start, stop)
            is_first = draft.file not in {track.file for track in tracks}
            if is_first and draft.start > _HIDDEN and stop < math.inf:
                hidden = {
                    name: said[name] for name in ("artist", "album", "album_artist") if name in said
                }
                tracks.append(
                    CueTrack(number=0, file=draft.file, part=Part(0.0, draft.start), **hidden)
                )
            tracks.append(CueTrack(number=draft.number, file=draft.file, part=part, **said))
    return tuple(tracks)


def _file(rest: str) -> str:
    """Name of a file without its type, which stands behind it."""
    quoted = _QUOTED.match(rest)
    name = quoted[1] if quoted else rest.rpartition(" ")[0] or rest
    return name.replace('\\"', '"').strip()


def _unquoted(rest: str) -> str:
    quoted = _QUOTED.match(rest)
    text = quoted[1].replace('\\"', '"').replace('""', '"') if quoted else rest.strip('"“”')
    return one_line(text)
