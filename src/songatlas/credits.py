"""Who made a track: one notion, for everything that compares artists.

A credit names its makers. Guests ("feat.", "with") are none of them, and of several values ("A; B")
each counts. At "&", ",", "x", "vs." and the like a credit is divided only where the collection
shows that an artist is in it: one that is credited alone elsewhere, or first in three credits. So
"Simon & Garfunkel" and "Earth, Wind & Fire" stay whole, and "Nick Cave & The Bad Seeds" is also by
Nick Cave where he is. Case, accents, punctuation and "The" do not matter, nor what catalogues add
("Air (3)", "Death (US)"); a name in another script ("BTS (방탄소년단)") is of the same makers.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Sequence

import numpy as np

from songatlas.text import title_key, unaccented
from songatlas.toml import read_toml
from songatlas.types import IntArray, Track

_WORDS: dict[str, list[str]] = read_toml("credits.toml")


def _any(words: str) -> str:
    return "|".join(re.escape(word) for word in _WORDS[words])


_OPEN, _CLOSE = r"[(\[{【〔]", r"[)\]}】〕]"
_NOT_CLOSED = r"[^)\]}】〕]*"
_GUESTS = re.compile(
    rf"\s*{_OPEN}\s*(?:{_any('guests')})(?!\w){_NOT_CLOSED}{_CLOSE}?"
    rf"|(?<=\S)\s+(?:{_any('guests')})(?!\w)\.?\s*\S.*$",
    re.IGNORECASE | re.DOTALL,
)
_GUEST = re.compile(
    rf"\s*{_OPEN}\s*(?:{_any('guests')})(?!\w)\.?|{_CLOSE}|\s(?:{_any('guests')})(?!\w)\.?\s*(?=\S)",
    re.IGNORECASE,
)
_FEET = re.compile(r"\d+\s+ft\b", re.IGNORECASE)  # 6 ft. Under
_VALUES = re.compile(r"[;؛|¦\0]|\\{2}|\s//\s")
_SORTED = re.compile(rf"^(.+),\s*((?:{_any('articles')})\s*)$", re.IGNORECASE | re.DOTALL)
_JOINTS = re.compile(
    rf"\s*[,،&+/⁄×✕✖、・·•]\s*|\s+[-–—]\s+|\s+(?:{_any('joints')})[.:]?\s+", re.IGNORECASE
)
_ARTICLE = re.compile(r"^\s*the\s+(?!the\s*$)(?=\S)")
_AND = re.compile(r"\s*[&+＆]\s*")
_SITE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)  # where a file is from
_LIFE = re.compile(r"\s*[(\[][^)\]]*[)\]]|,?\s*\d{3,4}\s*[-–]\s*(?:\d{3,4})?\s*$")  # (1685–1750)
# What catalogues and sites say of a name: which of several it is, its country, what it is. Behind
# one in another script, IU or BTS is the same in Latin letters.
_WHICH = re.compile(
    r"(?<=\S)(?:\s+[(\[](?:\d{1,3}|(?<=[^\u0e00-\uffff]\s[(\[])[A-Z]{2,3}|JPN?|KR|CN|TW|HK|TH|(?i:"
    + _any("kinds")
    + r"))[)\]]|\s+-\s+Topic\s*$|VEVO\s*$)"
)
_ALIAS = re.compile(rf"(?<=\S)\s*{_OPEN}({_NOT_CLOSED}){_CLOSE}\s*$")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
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
_CLASSICAL = frozenset(title_key(unaccented(word)) for word in _WORDS["classical"])


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
    composed = [_composers(track) for track in tracks]
    in_full = _in_full({name for composers in composed for name in composers})
    said = [
        (_values(track.artist), _album(track), tuple(in_full[name] for name in composers))
        for track, composers in zip(tracks, composed, strict=True)
    ]
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
    """Its values by themselves, without guests; a name in another script is another."""
    values: list[str] = []
    for value in map(str.strip, _VALUES.split(_tidy(credit))):
        if _SITE.fullmatch(value):
            continue
        start = feet.end() if (feet := _FEET.match(value)) else 0
        values += _scripts(value[:start] + _GUESTS.sub("", value[start:]).rstrip())
    return tuple(_SORTED.sub(r"\2 \1", value) for value in values if value)


def _tidy(credit: str) -> str:
    """`credit` in one form of its characters, without what catalogues and sites add to names."""
    return _WHICH.sub("", credit if credit.isascii() else unicodedata.normalize("NFKC", credit))


def _scripts(value: str) -> Sequence[str]:
    """`value`, or its two names where one is Latin and the other, in brackets, is not."""
    alias = None if value.isascii() else _ALIAS.search(value)
    if alias is None:
        return (value,)
    names = value[: alias.start()], alias[1].strip()
    if not all(map(title_key, names)) or len({bool(_LATIN.search(name)) for name in names}) < 2:
        return (value,)
    return names


@functools.lru_cache(maxsize=1 << 12)
def names_in(credit: str) -> frozenset[str]:
    """Keys of a whole credit and of all that may be names in it, guests too: for likeness alone.

    Examples
    --------
    >>> sorted(names_in("The Beatles feat. Beyoncé"))
    ['beatles', 'beatlesfeatbeyonce', 'beyonce']
    """
    credit = _tidy(credit[:_MOST])
    parts = (
        _SORTED.sub(r"\2 \1", name)
        for value in _VALUES.split(credit)
        for name in dict.fromkeys((value, _in_order(value), *_scripts(value)))
    )
    parts = (name for part in parts for side in _GUEST.split(part) for name in _JOINTS.split(side))
    names = dict.fromkeys((credit, *parts))
    return frozenset(artist_key(name) for name in names if title_key(name)) - _NOBODY


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
    words = re.split(r"[\W_]+", unaccented(genre))
    return not _CLASSICAL.isdisjoint(map(title_key, words))


def _composers(track: Track) -> tuple[str, ...]:
    if not _is_classical(track.genre):
        return ()
    names = (_LIFE.sub("", name).strip() for name in _VALUES.split(track.composer))
    return tuple(map(_in_order, names))


def _in_order(name: str) -> str:
    """A name as it is said, of "Bach, Johann Sebastian"; two whole names stay two."""
    sides = name.split(",")
    if len(sides) != 2 or all(len(side.split()) > 1 for side in sides):
        return name
    return " ".join(side.strip() for side in reversed(sides))


def _in_full(names: Collection[str]) -> dict[str, str]:
    """For each composer the one other that it may be short for, else itself.

    Examples
    --------
    >>> _in_full(["J.S. Bach", "Johann Sebastian Bach", "C.P.E. Bach", "Bach"])["J.S. Bach"]
    'Johann Sebastian Bach'
    """
    words = {
        name: [title_key(word) for word in re.split(r"[\s.]+", name) if word] for name in names
    }
    by_last: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len("".join(words[name])), name)):
        by_last.setdefault(words[name][-1] if words[name] else "", []).append(name)
    found: dict[str, str] = {}
    for alike in by_last.values():
        for name in alike:  # the longest first
            longer = {
                found[other]
                for other in alike
                if other in found and _is_short_for(words[name][:-1], words[other][:-1])
            }
            found[name] = longer.pop() if len(longer) == 1 else name
    return found


def _is_short_for(few: Sequence[str], many: Sequence[str]) -> bool:
    """Whether first names are some of others in their order, or their first letters."""
    left = iter(many)
    return all(any(it == one or it[:1] == one for it in left) for one in few)


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
