"""Keys by which titles, artists and file names of any script are compared.

Conventions
-----------
A key holds the letters, marks and numbers of the text, compatibility forms and case folded
(Unicode's NFKC and case folding); punctuation, space and symbols are gone. Two texts are the same
exactly when their keys are equal and not empty: there is no similarity. Loose keys are of what is
left of a name when accents are lost, for names that nothing else fits.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

import regex

from songatlas.credits import names_in
from songatlas.library.tags import numbered_genres
from songatlas.text import title_key, unaccented

_CLIP = regex.compile(r"[\s_.\-]+[(\[]?\p{Nd}{1,3}\s?s(?:ec)?[)\]]?\s*$", regex.IGNORECASE)
# 01, 1-03, CD2 - 04, A4, [07], 12., Track 5: what stands before a title in the name of a file
_NUMBER = regex.compile(
    r"^\s*(?:(?:cd|dis[ck]|side|track)\s*)?[\[(#]?(?:\d{1,2}[-.]\d{1,3}|\d{1,3}|[a-h]{1,2}\d{1,2})"
    r"(?:[\])]|\s*[-–—._:)]|\s)[\s\-–—._)]*(?=\S)",
    regex.IGNORECASE,
)
# Behind a title, and no other song for it: guests, a remaster, a video and its id
_BESIDES = regex.compile(
    r"(?<=\S)\s*(?:[(\[（【](?:feat|ft|featuring|with|prod)(?!\w)[^)\]）】]{0,300}[)\]）】]"
    r"|\s(?:feat|featuring|(?<!\d\s)ft)\b\.?\s.+$"  # not the feet of "6 ft. under"
    r"|[(\[]?(?<!\w)(?:\s-\s)?(?:\d{4}\s)?(?:digital(?:ly)?\s)?"
    r"remaster(?:ed)?(?:\s(?:version|in))?(?:\s\d{4})?[)\]]?\s*$"
    r"|[(\[](?:official|lyrics?|music|hd|hq|4k|audio)"
    r"(?:\s(?:official|lyrics?|music|video|audio|clip|visuali[sz]er|hd|hq|4k))*[)\]]"
    r"|\[(?=[\w-]*(?-i:[a-z][A-Z]|\d[A-Za-z]|[A-Za-z]\d(?!\])))[\w-]{11}\]\s*$)",  # no word
    regex.IGNORECASE,
)
_MAY_HAVE_BESIDES = re.compile(
    r"f(?:ea)?t|with|prod|remaster|offici|lyric|music|audio|h[dq]|4k|\[", re.IGNORECASE
)
_DISC = regex.compile(r"(?:cd|dis[ck])\s*\d+", regex.IGNORECASE)
_OF_ALBUMS = regex.compile(  # folders in which albums are, and that are no artist's
    "albums?|singles|eps|musi(?:c|k|que)|audio|songs|downloads|media|library|collection|files|mp3|flac"
    "|data|train|test|soundtracks|playlists|itunes(?:media)?|\\d*"
)
_GENRES = frozenset(map(title_key, numbered_genres()))
_DASH = regex.compile(r"[\s_]+[-–—][\s_]+")
_NOT_ASCII = re.compile("[^a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})


class Part(IntEnum):
    """How much of a file's name a title is, the strongest evidence first."""

    WHOLE = 0
    CLIP = 1
    REST = 2


class Reading(NamedTuple):
    """What the name of a file may mean; ``artist`` is empty where it names none."""

    part: Part
    title: str
    artist: str = ""


def readings(stem: str) -> Iterator[Reading]:
    """Everything that the name of a file, without its extension, may mean.

    Examples
    --------
    >>> [(r.title, r.artist) for r in readings("1-03 Adele - Hello")]
    [('1-03 Adele - Hello', ''), ('Hello', '1-03 Adele'), ('Adele - Hello', ''), ('Hello', 'Adele')]
    """
    yield Reading(Part.WHOLE, stem)
    clip = _CLIP.sub("", stem) or stem
    if clip != stem:
        yield Reading(Part.CLIP, clip)
    text = clip
    for _ in range(3):  # a disc, a number, and what is left
        *before, title = [part for part in _DASH.split(text) if not part.strip().isdigit()] or [""]
        for n in range(len(before)):
            yield Reading(Part.REST, " - ".join((*before[n + 1 :], title)), before[0])
        shorter = _NUMBER.sub("", text)
        if shorter == text:
            break
        text = shorter
        yield Reading(Part.REST, text)


def with_artist(title: str) -> Iterator[Reading]:
    """What a title may mean that begins with an artist.

    Examples
    --------
    >>> [*with_artist("Dock - Tide")], [*with_artist("Tide")]
    ([Reading(part=<Part.REST: 2>, title='Tide', artist='Dock')], [])
    """
    if _DASH.search(title):
        yield from (reading for reading in readings(title) if reading.artist)


def without_besides(title: str) -> str:
    """`title` without guests, a remaster, or what sites write behind those of videos.

    Examples
    --------
    >>> without_besides("Tide (feat. Anna) - 2011 Remaster"), without_besides("Tide - Live")
    ('Tide', 'Tide - Live')
    >>> without_besides("Dock - Tide (Official Video) [dQw4w9WgXcQ]")
    'Dock - Tide'
    """
    before, after = "", title
    while before != after and _MAY_HAVE_BESIDES.search(after):  # most titles have none
        before, after = after, _BESIDES.sub("", after).strip()
    return after


def artist_folder(parts: Sequence[str]) -> str:
    """Folder that the artist of a numbered track of an album is likely to be; empty if none.

    Examples
    --------
    >>> artist_folder(["Dock", "Port", "CD 2", "03 Tide.mp3"]), artist_folder(["Dock", "Tide.mp3"])
    ('Dock', '')
    """
    *folders, name = parts
    if folders and _DISC.fullmatch(folders[-1]):
        folders.pop()
    folder = title_key(folders[-2]) if len(folders) > 1 and _NUMBER.match(name) else ""
    return "" if folder in _GENRES or _OF_ALBUMS.fullmatch(folder) else folders[-2]


def listed(text: str) -> str:
    r"""`text`, and what a list of Python or JSON names without brackets and quotes.

    Examples
    --------
    >>> listed("['Dock', \"Anna's Probe\"]"), listed("[Untitled]"), listed("Dock")
    ("Dock; Anna's Probe", '[Untitled]', 'Dock')
    """
    try:
        names = ast.literal_eval(text.strip()) if text.lstrip().startswith("[") else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return "; ".join(map(str, names)) if isinstance(names, list) else text


def loose_keys(text: str) -> frozenset[str]:
    """Keys of `text` as it may be written where accents are lost.

    They are gone from their letters, ü is ue, or whatever is not ASCII is gone or one ``_``. Of a
    text that is mostly not Latin nothing is left to compare.

    Examples
    --------
    >>> sorted(loose_keys("gegenüber") & loose_keys("gegen_ber")), loose_keys("夜 2")
    (['_gegen_ber', 'gegenber'], frozenset())
    >>> sorted(loose_keys("Beyoncé") & loose_keys("Beyonce"))
    ['beyonce']
    """
    key = title_key(text)
    if text.isascii():  # nothing is lost, but where ASCII is what is left of another
        return frozenset((key, "_" + _NOT_ASCII.sub("_", text.lower())) if len(key) > 1 else ())
    composed = unicodedata.normalize("NFC", text).casefold()
    keys = {title_key(unaccented(one)) for one in (text, composed.translate(_UMLAUTS))}
    kept = _NOT_ASCII.sub("", composed)
    if len(kept) > 1 and 3 * len(kept) >= len(key):
        keys.add("_" + _NOT_ASCII.sub("_", composed))
        if len(kept) > 4 and 3 * len(kept) >= 2 * len(key):
            keys.add(kept)
    return frozenset(k for k in keys if k and (k.isascii() or k != key))


def artists_contradict(first: str, second: str) -> bool:
    """Whether both credits name somebody, and nobody in common.

    Examples
    --------
    >>> artists_contradict("Adele", "Beyoncé"), artists_contradict("Adele", "")
    (True, False)
    """
    mine, yours = names_in(first), names_in(second)
    return bool(mine and yours) and not mine & yours
