"""What the tags inside an audio file say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from songatlas.library import ape, id3, id3v1
from songatlas.library.chunks import (
    ASF,
    asf_in_order,
    layout_of,
    read_au,
    read_chunks,
    read_dsf,
    read_real,
)
from songatlas.library.matroska import read_matroska
from songatlas.library.own_lyrics import choose
from songatlas.library.quicktime import read_user_data
from songatlas.library.tag_text import decoded, table
from songatlas.library.tag_value import Value
from songatlas.store.regular_file import open_regular
from songatlas.store.section import section
from songatlas.text import clean, one_line

# What a container begins with → what reads its tags; those of chunks are in `library/chunks.py`.
_READERS: Mapping[bytes, Callable[[BinaryIO], list[Value]]] = {
    b"DSD ": read_dsf,
    b".snd": read_au,
    b"\x1a\x45\xdf\xa3": read_matroska,
    b".RMF": read_real,
}
_BY_TINYTAG = re.compile(rb"fLaC|OggS|....ftyp", re.DOTALL)
_QUICKTIME = re.compile(rb"....(ftyp|moov|mdat|wide|free|skip)", re.DOTALL)
_SUNG = ("lyrics", "synced")
_REFERENCE = re.compile(r"\((\d{1,3}|RX|CR)\)|^(\d{1,3})$")
_MARKED = {"RX": "Remix", "CR": "Cover"}
NO_TEXT = (
    "What the tags say is partly text of no known encoding, which is left out; a metadata table "
    "can say it instead."
)
DAMAGED = "The tags are damaged and not used; a metadata table can say what they did."
_MOST_TAGS = 4  # of ID3v2 in front: some write a second one behind the first


@dataclass(frozen=True, kw_only=True)
class Tags:
    """Fields of :class:`songatlas.types.Track`; empty where the file says nothing.

    ``cue_sheet`` is the text of one that is embedded; ``doubt`` is what could not be read, and why.
    """

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
    cue_sheet: str = ""
    doubt: str = field(default="", compare=False)


_NOTHING = Tags()


def read_tags(path: Path) -> Tags:
    """Tags of `path`: of the formats in ``docs/howto/own-library.md``.

    Of several tags in a file the first that says something counts, field by field: the container's
    own, ID3v2, APEv2, ID3v1. Several artists, composers and genres are all named; of several
    lyrics :func:`choose` takes those of the song. Tags that are damaged are empty, with a doubt.
    """
    try:
        tags, doubt = _read(path)
    except OSError:
        return _NOTHING
    if not any(tags):
        return Tags(doubt=doubt) if doubt else _NOTHING
    said, unread = decoded(tags)
    if unread:
        doubt = NO_TEXT
    found = {
        name: list(dict.fromkeys(filter(None, (_line(str(value.text)) for value in values))))
        for name, values in said.items()
        if name not in _SUNG
    }
    numbered = [value.name in ("tcon", "tco") for value in said.get("genre", [])]
    genres = _genres(found.get("genre", []), numbers=any(numbered))
    artist, artists = _artists(found.get("artist", []), found.get("artists", []))
    first = {name: next(iter(values), "") for name, values in found.items()}
    disc = re.match(r"\d{1,4}", first.get("disc", ""))
    title, language = first.get("title", ""), first.get("language", "")
    words = (_words(said.get(name, []), title, language) for name in _SUNG)
    return Tags(
        title=title,
        artist=artist,
        artists=artists,
        album=first.get("album", ""),
        album_artist="; ".join(found.get("album_artist", [])),
        composer="; ".join(found.get("composer", [])),
        disc=str(int(disc[0])) if disc else "",
        compilation=first.get("compilation", "").lower() in table()["words"]["yes"],
        genre="; ".join(genres),
        year=first.get("year", ""),
        language=language,
        lyrics=next(filter(None, words), ""),
        cue_sheet=next((str(value.text) for value in said.get("cue_sheet", [])), ""),
        doubt=doubt,
    )


def _line(text: str) -> str:
    if "&" in text:
        from songatlas.library.entities import entities  # of few tags

        text = entities(text)
    return one_line(text)


def numbered_genres() -> list[str]:
    """Names of genres, by their number in ID3."""
    return list(table()["genres"]["names"])


def read_other(path: Path) -> dict[str, list[str]]:
    """Every text in the tags of `path` by its own name, in lower case; none where damaged."""
    found: dict[str, list[str]] = {}
    try:
        tags, _ = _read(path)
    except OSError:
        return found
    for value in (value for tag in tags for value in tag):
        text = value.text if isinstance(value.text, str) else value.text.decode("latin-1")
        found.setdefault(value.name, []).append(text)
    return found


def _read(path: Path) -> tuple[list[list[Value]], str]:
    """Values of every tag in `path`, the one that counts most first; and what is damaged."""
    before: list[list[Value]] = []
    with open_regular(path) as file:
        start = 0
        while len(before) < _MOST_TAGS and (tag := id3.read_tag(file)):
            before.append(id3.values_of(tag))
            start += tag.size
            file.seek(start)
        file.seek(start)
        head = file.read(16)
        if layout := layout_of(head):
            return [*read_chunks(file, layout), *before], ""
        for mark, read in _READERS.items():
            if head.startswith(mark):
                return [read(file), *before], ""
        if _QUICKTIME.match(head):
            before.insert(0, read_user_data(file))
        if not (_BY_TINYTAG.match(head) or head.startswith(ASF)):
            return [*before, *_behind(file)], ""
        file.seek(start)
        stream = section(file, start) if start else file
        known = _by_tinytag(asf_in_order(stream) if head.startswith(ASF) else stream)
        if known is None:
            return before, DAMAGED
        is_named = any(value.name == "title" for tag in (known, *before) for value in tag)
        return [known, *before, *([] if is_named else _behind(file))], ""


def _behind(file: BinaryIO) -> list[list[Value]]:
    end, v1 = ape.end_of_sound(file)
    found: list[list[Value]] = []
    while len(found) < _MOST_TAGS and (tag := ape.read_tag(file, end)):
        found.append(ape.values_of(tag))
        end = tag.start
    if appended := id3.read_before(file, end):
        found.append(id3.values_of(appended))
    return [*found, *([id3v1.read_v1(v1)] if v1 else [])]


def _by_tinytag(file: BinaryIO) -> list[Value] | None:
    """By the open file, not by name: the extension may lie; None where they are damaged."""
    from tinytag import TinyTag, TinyTagException  # the kinds that are read here can spare it

    try:
        tag = TinyTag.get(file_obj=file, duration=False)
    except TinyTagException:
        return None
    names = ("title", "artist", "album", "albumartist", "composer", "disc", "genre", "year")
    values = [Value(name, str(said)) for name in names if (said := getattr(tag, name)) is not None]
    return values + [Value(name, text) for name, texts in tag.other.items() for text in texts]


def _words(values: Sequence[Value], title: str, language: str) -> str:
    """Lyrics of the song without their times."""
    if not values:
        return ""
    from songatlas.library.lrc import strip_times  # compiles what tags without lyrics can spare

    translated = table()["words"]["translated"]
    return strip_times(clean(choose(values, title, language, translated=translated)))


def _genres(texts: Iterable[str], *, numbers: bool) -> list[str]:
    """Genres one by one; ID3 may say them by number: ``(17)Rock``, ``(51)(39)``, ``17``."""
    found: dict[str, str] = {}
    for text in texts:
        names = []
        while numbers and (match := _REFERENCE.match(text)):
            names.append(_genre(match[1] or match[2]))
            text = text[match.end() :]
        names += text.removeprefix("(" if text.startswith("((") else "").split(";")
        for name in filter(None, map(str.strip, names)):
            found.setdefault(name.casefold(), name)
    return list(found.values())


def _genre(number: str) -> str:
    if not number.isdecimal():
        return _MARKED[number]
    names = numbered_genres()
    return names[int(number)] if int(number) < len(names) else ""


def _artists(shown: list[str], single: list[str]) -> tuple[str, tuple[str, ...]]:
    """The artist as it is shown, and every artist, where there are several."""
    credit = next((text for text in shown if all(other in text for other in shown)), "")
    if len(shown) > 2 and credit:  # tinytag puts ARTIST and ARTISTS together
        shown, single = [credit], [text for text in shown if text != credit]
    names = [name.strip() for text in single or shown for name in text.split(";")]
    artists = tuple(dict.fromkeys(filter(None, names)))
    return "; ".join(shown or single), artists if len(artists) > 1 else ()
