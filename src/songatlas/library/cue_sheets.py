"""Which files hold several tracks by their cue sheets, and what the sheets say of them.

A sheet beside a file counts before one inside it: in its tags, or in the block of a FLAC file. It
is of the files that its ``FILE`` lines name, by whatever extension and case, and of that with its
own name where it has one such line only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from songatlas.library.charset import NotTextError, read_text
from songatlas.library.cue import CueError, CueTrack, parse_cue
from songatlas.library.flac_cue_sheet import read_flac
from songatlas.library.names import as_utf8
from songatlas.library.scan import Found
from songatlas.library.tags import Tags
from songatlas.store.formats import claims_audio
from songatlas.text import fold, one_line, some

_EXTENSION = ".cue"
_FIELDS = ("artist", "album", "album_artist", "composer", "genre", "year", "disc")
_IMAGES = (".bin", ".img", ".iso", ".nrg", ".mdf")  # of whole discs
_SEPARATOR = re.compile(r"[\\/]")

Place = tuple[str, str]  # folder, name of a file without extension, as it is compared


@dataclass(frozen=True)
class _Section:
    """What one sheet says of one file."""

    sheet: str
    file: str
    tracks: tuple[CueTrack, ...]


class CueSheets:
    """The cue sheets beside and inside files.

    Parameters
    ----------
    sheets
        Path of every ``.cue`` file, by its name in messages.
    """

    def __init__(self, sheets: Iterable[tuple[str, Path]]) -> None:
        self._sections: dict[Place, list[_Section]] = {}
        self._broken: list[str] = []
        self._n_tracks: list[int] = []  # of files that were split
        own: dict[Place, list[_Section]] = {}
        for name, path in sorted(sheets):
            for section, place, is_own in self._read(name, path):
                (own if is_own else self._sections).setdefault(place, []).append(section)
        for place, sections in own.items():
            self._sections[place] = [*sections, *self._sections.get(place, [])]

    def tracks_of(
        self, sources: Sequence[Path], tags: Tags, *, is_flac: bool
    ) -> tuple[CueTrack, ...]:
        """The tracks in a file, which may lie in several places; none where no sheet speaks of it.

        One track alone is all of the file.
        """
        seconds, block = read_flac(sources[0]) if is_flac else (math.nan, ())
        sections = [s for path in sources for s in self._beside(path)]
        if tags.cue_sheet or block:
            sections += self._embedded(sources[0], tags.cue_sheet, block)
        for section in sections:
            late = [track for track in section.tracks if track.part.start >= seconds]
            if len(section.tracks) > 1 and 2 * len(late) > len(section.tracks):
                name = one_line(as_utf8(sources[0].name))
                self._broken.append(
                    f"{section.sheet} (most of its tracks begin behind the end of {name}, at "
                    f"{seconds:.2f} s)"
                )
                continue
            if len(section.tracks) > 1:
                self._n_tracks.append(len(section.tracks))
            return section.tracks
        return ()

    def _beside(self, path: Path) -> Sequence[_Section]:
        return self._sections.get(_place(path), ()) if self._sections else ()

    def notes(self, places: Iterable[Path]) -> Iterator[str]:
        """A sentence each on what was split, on sheets that cannot be used, and on lost files.

        Parameters
        ----------
        places
            Every file that is there.
        """
        if n := len(self._n_tracks):
            what = "1 file holds" if n == 1 else f"{n:,} files hold"
            yield f"{what} {sum(self._n_tracks):,} tracks by cue sheets, each of which is analysed."
        if broken := self._broken:
            yield f"Cue sheets that are not used, so that their files stay whole: {some(broken)}."
        if not self._sections:
            return
        there = {_place(path) for path in places}
        found: dict[tuple[str, str], bool] = {}
        for place, sections in self._sections.items():
            for section in sections:
                key = section.sheet, section.file
                found[key] = found.get(key, False) or place in there
        lost = [f"{sheet} ({file})" for (sheet, file), is_there in found.items() if not is_there]
        images = [name for name in lost if name[:-1].lower().endswith(_IMAGES)]
        if images:
            yield (
                f"Cue sheets are of images of discs, which are not read: {some(sorted(images))}; "
                "convert those to FLAC."
            )
        if lost := [name for name in lost if name not in images]:
            yield (
                f"Cue sheets name files that were not found: {some(sorted(lost))}; give the files "
                "these names, or correct the FILE lines."
            )

    def _read(self, name: str, path: Path) -> Iterator[tuple[_Section, Place, bool]]:
        """Sections of a sheet by the places they may be of, and whether that is its own name."""
        try:
            sections = _sections(name, read_text(path))
        except (OSError, NotTextError, CueError) as error:
            self._broken.append(f"{name} ({error})")
            return
        own = _place(path.with_suffix("")) if claims_audio(path.stem) else _place(path)
        for section in sections:
            *folders, file_name = _SEPARATOR.split(section.file)
            places = [_place(path.parent / file_name)]
            if not claims_audio(file_name):  # no extension, though there may be a dot
                places.append(_place(path.parent / f"{file_name}.wav"))
            if folders and not (folders[0] == "" or ":" in folders[0]):
                places.append(_place(path.parent.joinpath(*folders, file_name)))
            if len(sections) == 1:
                places.append(own)
            for place in dict.fromkeys(places if file_name else [own]):
                yield section, place, place == own

    def _embedded(self, source: Path, text: str, block: tuple[CueTrack, ...]) -> Iterator[_Section]:
        name = one_line(as_utf8(source.name))
        try:
            sections = _sections(f"that in {name}", text) if text else []
        except CueError as error:
            self._broken.append(f"that in {name} ({error})")
            sections = []
        own = _place(source)
        for section in sections:
            if len(sections) == 1 or _place(source.with_name(_base(section.file))) == own:
                yield section
        if block:
            yield _Section(f"that in {name}", "", block)


def is_sheet(name: str) -> bool:
    """Whether a file of this name is a cue sheet.

    Examples
    --------
    >>> is_sheet("Album.CUE"), is_sheet(".cue")
    (True, False)
    """
    return os.path.splitext(name)[1].lower() == _EXTENSION  # noqa: PTH122 - asked of every file


def split(found: Found, tags: Tags, tracks: Sequence[CueTrack]) -> Iterator[tuple[Found, Tags]]:
    """The tracks in a file, each with its place and what is written of it."""
    for track in tracks:
        place = f"{track.part.start!r} {track.part.stop!r}".encode()
        yield (
            dataclasses.replace(
                found,
                path=f"{found.path}#{track.number:02d}",
                content_hash=found.content_hash + hashlib.blake2b(place, digest_size=8).hexdigest(),
                part=track.part,
            ),
            dataclasses.replace(
                tags,
                **{name: getattr(track, name) or getattr(tags, name) for name in _FIELDS},
                title=track.title,
                artists=() if track.artist else tags.artists,
                lyrics="",
            ),
        )


def filled(tags: Tags, track: CueTrack) -> Tags:
    """`tags` of a file that is one track of a sheet, with what they leave open."""
    said = {name: getattr(tags, name) or getattr(track, name) for name in ("title", *_FIELDS)}
    return dataclasses.replace(tags, **said)


def _sections(sheet: str, text: str) -> list[_Section]:
    tracks: dict[str, list[CueTrack]] = {}
    for track in parse_cue(text):
        tracks.setdefault(track.file, []).append(track)
    return [_Section(sheet, one_line(file), tuple(found)) for file, found in tracks.items()]


def _place(path: PurePath) -> Place:
    """Folder and name by which a file is known, whatever its extension, case and Unicode form."""
    return os.path.normpath(path.parent), fold(as_utf8(path.stem))


def _base(file: str) -> str:
    return _SEPARATOR.split(file)[-1] or "-"
