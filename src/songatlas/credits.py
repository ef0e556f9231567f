"""Who made a track: one notion, for everything that compares artists.

A credit names its makers. Guests ("feat.", "with") are none of them, and of several values ("A; B")
each counts. At "&", ",", "x", "vs." and the like a credit is divided only where the collection
shows that an artist is in it: one that is credited alone elsewhere, or first in three credits. So
"Simon & Garfunkel" and "Earth, Wind & Fire" stay whole, and "Nick Cave & The Bad Seeds" is also by
Nick Cave where he is. Case, accents, punctuation and "The" do not matter.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np

from songatlas.text import title_key, unaccented
from songatlas.toml import read_toml
from songatlas.types import IntArray, Track

_WORDS: dict[str, list[str]] = read_toml("credits.toml")


def _any(words: str) -> str:
    return "|".join(re.escape(word) for word in _WORDS[words])


_GUESTS = re.compile(
    rf"\s*[(\[]\s*(?:{_any('guests')})(?!\w)[^)\]]*[)\]]?"
    rf"|(?<=\S)\s+(?:{_any('guests')})(?!\w)\.?\s*\S.*$",
    re.IGNORECASE | re.DOTALL,
)
_GUEST = re.compile(
    rf"\s*[(\[]\s*(?:{_any('guests')})(?!\w)\.?|[)\]]|\s(?:{_any('guests')})(?!\w)\.?\s*(?=\S)",
    re.IGNORECASE,
)
_FEET = re.compile(r"\d+\s+ft\b", re.IGNORECASE)  # 6 ft. Under
_VALUES = re.compile(r"[;；|｜\0]|\\{2}|\s//\s")
_SORTED = re.compile(rf"^(.+),\s*((?:{_any('articles')})\s*)$", re.IGNORECASE | re.DOTALL)
_JOINTS = re.compile(rf"\s*[,&+/×、，＆／・]\s*|\s+(?:{_any('joints')})[.:]?\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"^\s*the\s+(?=\S)")
_AND = re.compile(r"\s*[&+＆]\s*")
_SITE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)  # where a file is from
_LIFE = re.compile(r"\s*[(\[][^)\]]*[)\]]")  # of a composer: (1685–1750)
_MOST = 300  # characters of a credit that is looked into
_CREDITS = 3  # in which an artist stands first who never stands alone


@functools.lru_cache(maxsize=1 << 16)
def artist_key(name: str) -> str:
    """Key of one artist.

    Examples
    --------
    >>> artist_key("The Beatles") == artist_key("BEATLES, The") != ""
    True
    >>> artist_key("Beyoncé"), artist_key("Florence + The Machine"), artist_key("!!!")
    ('beyonce', 'florenceandthemachine', '!!!')
    """
    text = unaccented(_SORTED.sub(r"\2 \1", name))
    text = _AND.sub(" and ", _ARTICLE.sub("", text))
    return title_key(text) or "".join(text.split())


_NOBODY = frozenset(map(artist_key, ["", *_WORDS["nobody"]]))
_CLASSICAL = frozenset(map(title_key, _WORDS["classical"]))


def makers_of(tracks: Sequence[Track]) -> list[tuple[str, ...]]:
    """Keys of the makers of every track, the main one first; none where nobody is known.

    They are those whom the credit of the track shares with that of its album. An album of various
    artists has none. Of classical music the composer is another maker.

    Examples
    --------
    >>> from pathlib import Path
    >>> names = ("A", "A feat. B", "A & C", "Simon & Garfunkel", "Various Artists")
    >>> makers_of([Track(path=x, source=Path(x), content_hash="", artist=x) for x in names])
    [('a',), ('a',), ('a', 'c'), ('simonandgarfunkel',), ()]
    """
    said = [(_values(track.artist), _album(track), _composers(track)) for track in tracks]
    names = [name for track in tracks for name in track.artists]
    names += [name for kinds in said for kind in kinds for name in kind]
    credited = {artist_key(name): name for name in sorted(names)}
    known = {*credited}
    firsts: dict[str, int] = {}
    for parts in (_JOINTS.split(name[:_MOST], 1) for name in credited.values()):
        key = artist_key(parts[0])
        firsts[key] = firsts.get(key, 0) + (len(parts) > 1)
    known |= {key for key, times in firsts.items() if times >= _CREDITS}
    known -= _NOBODY
    resolve = functools.cache(lambda credit: tuple(_parts(credit, known)))
    makers = []
    for kinds in said:
        own, album, composers = (
            [key for credit in kind for key in resolve(credit) if key not in _NOBODY]
            for kind in kinds
        )
        shared = [key for key in album if key in own]
        makers.append(tuple(dict.fromkeys([*(shared or [*own, *album]), *composers])))
    return makers


def by_maker(tracks: Sequence[Track]) -> IntArray:
    """Number of the makers of every track, shape (n_tracks,); −1 where nobody is known.

    Tracks that share a maker have the same, directly or by way of others.

    Examples
    --------
    >>> from pathlib import Path
    >>> names = ("A", "", "A & B", "B", "C")
    >>> by_maker([Track(path=x, source=Path(x), content_hash="", artist=x) for x in names]).tolist()
    [0, -1, 0, 0, 1]
    """
    from scipy.cluster.hierarchy import DisjointSet

    makers = makers_of(tracks)
    joined = DisjointSet(key for keys in makers for key in keys)
    for keys in makers:
        for key in keys[1:]:
            joined.merge(keys[0], key)
    number: dict[str, int] = {}
    numbers = [number.setdefault(joined[keys[0]], len(number)) if keys else -1 for keys in makers]
    return np.array(numbers, np.int64)


@functools.lru_cache(maxsize=1 << 16)
def _values(credit: str) -> tuple[str, ...]:
    """Its values by themselves, without guests."""
    values = []
    for value in map(str.strip, _VALUES.split(credit)):
        if _SITE.fullmatch(value):
            continue
        start = feet.end() if (feet := _FEET.match(value)) else 0
        values.append(value[:start] + _GUESTS.sub("", value[start:]).rstrip())
    return tuple(_SORTED.sub(r"\2 \1", value) for value in values if value)


@functools.lru_cache(maxsize=1 << 12)
def names_in(credit: str) -> frozenset[str]:
    """Keys of a whole credit and of all that may be names in it, guests too: for likeness alone.

    Examples
    --------
    >>> sorted(names_in("The Beatles feat. Beyoncé"))
    ['beatles', 'beatlesfeatbeyonce', 'beyonce']
    """
    credit = credit[:_MOST]
    parts = (_SORTED.sub(r"\2 \1", value) for value in _VALUES.split(credit))
    parts = (name for part in parts for side in _GUEST.split(part) for name in _JOINTS.split(side))
    return frozenset(artist_key(name) for name in (credit, *parts) if title_key(name)) - _NOBODY


def is_nobody(credit: str) -> bool:
    """Whether it names no artist: empty, unknown, various ones or the address of a site.

    Examples
    --------
    >>> [is_nobody(credit) for credit in ("", "Unknown Artist", "www.mp3.example", "WWW", "Ideal")]
    [True, True, True, False, False]
    """
    return all(artist_key(value) in _NOBODY for value in _values(credit))


def is_of_various(track: Track) -> bool:
    """Whether its album is known to be one of several artists."""
    return track.compilation or artist_key(track.album_artist) in _NOBODY - {""}


def _album(track: Track) -> tuple[str, ...]:
    return () if is_of_various(track) else _values(track.album_artist)


@functools.lru_cache(maxsize=1 << 12)
def _is_classical(genre: str) -> bool:
    return not _CLASSICAL.isdisjoint(title_key(word) for word in re.split(r"[\W_]+", genre))


def _composers(track: Track) -> tuple[str, ...]:
    if not _is_classical(track.genre):
        return ()
    names = (_LIFE.sub("", name).strip() for name in _VALUES.split(track.composer))
    # "Bach, Johann Sebastian"
    return tuple(
        " ".join(reversed(name.split(",")) if name.count(",") == 1 else [name]) for name in names
    )


def _parts(credit: str, known: set[str]) -> list[str]:
    """Keys of the known artists in a credit and of what stands between them, or of the whole."""
    cuts = [match.span() for match in _JOINTS.finditer(credit[:_MOST])]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(credit)]
    found: list[str] = []
    at = begin = 0  # the first that is not looked at, and that is not told of
    while at < len(starts):
        for last in range(len(ends) - (at == 0), at, -1):
            name = credit[starts[at] : ends[last - 1]]
            if artist_key(name) in known:
                if begin < at:
                    found.append(artist_key(credit[starts[begin] : ends[at - 1]]))
                found += _parts(name, known)
                at = begin = last
                break
        else:
            at += 1
    if begin < at:
        found.append(artist_key(credit[starts[begin] :]))
    return found
