"""What the tags inside an audio file say."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from songatlas.library import ape, id3
from songatlas.library.chunks import ASF, asf_in_order, layout_of, read_au, read_chunks, read_dsf
from songatlas.library.matroska import read_matroska
from songatlas.library.own_lyrics import choose
from songatlas.library.quicktime import read_user_data
from songatlas.library.tag_value import Value
from songatlas.store.regular_file import open_regular
from songatlas.store.section import section
from songatlas.text import clean, one_line
from songatlas.toml import read_toml

# What a container begins with → what reads its tags; those of chunks are in `library/chunks.py`.
_READERS: Mapping[bytes, Callable[[BinaryIO], list[Value]]] = {
    b"DSD ": read_dsf,
    b".snd": read_au,
    b"\x1a\x45\xdf\xa3": read_matroska,
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
_SAMPLE = 400  # bytes that tell a code page


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
    said, unread = _decoded(tags)
    if unread:
        doubt = NO_TEXT
    found = {
        name: list(dict.fromkeys(filter(None, (one_line(str(value.text)) for value in values))))
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
        compilation=first.get("compilation", "").lower() in _table()["words"]["yes"],
        genre="; ".join(genres),
        year=first.get("year", ""),
        language=language,
        lyrics=next(filter(None, words), ""),
        cue_sheet=next((str(value.text) for value in said.get("cue_sheet", [])), ""),
        doubt=doubt,
    )


def numbered_genres() -> list[str]:
    """Names of genres, by their number in ID3."""
    return list(_table()["genres"]["names"])


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


@functools.cache
def _table() -> Mapping[str, Any]:
    return read_toml("library/tags.toml")


@functools.cache
def _fields() -> dict[str, tuple[str, int]]:
    """Field of a track by its name in a tag, and the rank of that name among those of the field."""
    fields = _table()["fields"].items()
    return {name: (field, rank) for field, names in fields for rank, name in enumerate(names)}


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
        return (before, DAMAGED) if known is None else ([known, *before], "")


def _behind(file: BinaryIO) -> list[list[Value]]:
    end, v1 = ape.end_of_sound(file)
    tag = ape.read_tag(file, end)
    return [*([ape.values_of(tag)] if tag else []), *([id3.read_v1(v1)] if v1 else [])]


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


def _decoded(tags: Iterable[Sequence[Value]]) -> tuple[dict[str, list[Value]], bool]:
    """Values by field as text, of the first tag that has it; and whether some are none."""
    said: dict[str, list[Value]] = {}
    fields = _fields()
    for tag in tags:
        new: dict[str, list[Value]] = {}
        for value in tag:
            name, _ = fields.get(value.name, ("", 0))
            if name and value.text.strip() and not (name == "artists" and "artist" in said):
                new.setdefault(name, []).append(value)
        for name, values in new.items():
            best = min(fields[value.name] for value in values)
            said.setdefault(name, [value for value in values if fields[value.name] == best])
    unsure = [v.text for x in said.values() for v in x if isinstance(v.text, bytes)]
    unsure = [text for text in unsure if not text.isascii()]
    page, apart = _page(unsure) if unsure else ("", set())
    unread = False
    for name, values in said.items():
        texts = [_text(v.text, "" if v.text in apart else page) for v in values]
        said[name] = [
            value._replace(text=text) for value, text in zip(values, texts, strict=True) if text
        ]
        unread |= None in texts
    return said, unread


def _page(texts: Sequence[bytes]) -> tuple[str, set[bytes]]:
    """The code page of a tag, and the texts that are of another."""
    from songatlas.library.code_page import decode_short, stands_apart  # with many patterns

    page = decode_short(_sample(texts))
    apart = {text for text in texts if stands_apart(text, page)}
    if apart:
        page = decode_short(_sample([text for text in texts if text not in apart]))
    return page, apart


def _sample(texts: Sequence[bytes]) -> list[bytes]:
    """Lines that tell a code page, the shortest texts first: names before lyrics."""
    lines = [line for text in sorted(texts, key=len) for line in text.splitlines()]
    sample: list[bytes] = []
    for line in lines:
        if sum(map(len, sample)) < _SAMPLE and not line.isascii():
            sample.append(line)
    return sample


def _text(text: str | bytes, page: str) -> str | None:
    """Text of a value, in the page of its tag or else in its own; None where it is none."""
    if isinstance(text, str):  # what stands for what could not be decoded
        return None if 4 * text.count("\N{REPLACEMENT CHARACTER}") > len(text) else text
    if text.isascii():
        return text.decode("ascii")
    from songatlas.library.code_page import decode_short

    for name in (page, decode_short([text])):
        try:
            return text.decode(name or "ascii")
        except UnicodeDecodeError:
            continue
    return None


def _words(values: Sequence[Value], title: str, language: str) -> str:
    """Lyrics of the song without their times."""
    if not values:
        return ""
    from songatlas.library.lrc import strip_times  # compiles what tags without lyrics can spare

    translated = _table()["words"]["translated"]
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
