"""Text that people wrote: kept clean, compared, named and cut.

Conventions
-----------
Bytes of a file name that are no UTF-8 are lone surrogates, as Python reads them. Comparing goes
from close to loose: :func:`fold`, :func:`plain`, :func:`title_key`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

LONE = re.compile("[\ud800-\udfff]")
# What cannot stand in a line of UTF-8: control characters, ends of lines, lone surrogates.
UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_ENDS = str.maketrans("\x0b\x0c\x85", "\n\n\n")  # of old programs
# What no text needs: the same without tabs and ends of lines.
_NEEDLESS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What a copied or tagged text carries along unseen: marks of direction and order, soft hyphens.
_DIRECTION = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF, *_DIRECTION])
_SPACE = re.compile(r"\s+")
JOINERS = "\u200c\u200d"  # they shape Bengali, Persian and emoji, unlike other invisible marks
_NOT_IN_KEY = r"[^\p{L}\p{M}\p{N}]|\p{Default_Ignorable_Code_Point}"
_ASCII_NOT_IN_KEY = {code: None for code in range(128) if not chr(code).isalnum()}
_ACCENTS = r"(?<=\p{Latin}\p{M}*)\p{M}"
_BEYOND = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_SAYS_SOMETHING = r"[\p{L}\p{N}]"


@functools.cache
def compiled(pattern: str) -> regex.Pattern[str]:
    r"""`pattern`, compiled by the package ``regex``, which is loaded when it is first needed.

    Examples
    --------
    >>> compiled(r"\p{Lu}").findall("Über Alle")
    ['Ü', 'A']
    """
    import regex

    return regex.compile(pattern)


def clean(text: str) -> str:
    r"""`text` without control characters other than tab and line ends, and stripped.

    Examples
    --------
    >>> clean("one\x00\ntwo\x1b[31m\n")
    'one\ntwo[31m'
    """
    return _NEEDLESS.sub("", text.translate(_LINE_ENDS)).strip()


def one_line(text: str) -> str:
    r"""The same on one line, every space single.

    Examples
    --------
    >>> one_line("  Two\r\nlines\x00 ")
    'Two lines'
    """
    if not text:  # most fields of most files
        return ""
    return " ".join(_NEEDLESS.sub("", _SPACE.sub(" ", text)).split())


def printable(text: str) -> str:
    r"""`text` on one line without what steers a terminal or is never seen; spaces stay as many.

    Examples
    --------
    >>> printable("  夜\x1b[31m\u202e\tx")
    '  夜[31m x'
    """
    if text.isprintable():
        return text
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_seen(c))


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"} or char in JOINERS


def quoted(text: str) -> str:
    """Short form for a message.

    Examples
    --------
    >>> quoted("a" * 60)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'"
    """
    line = one_line(text)
    return f"'{line if len(line) <= 40 else line[:39] + '…'}'"


def track_name(artist: str, title: str, path: str) -> str:
    """A track as a person says it: by artist and title, without a title by the file's name.

    Examples
    --------
    >>> track_name("Adele", "Hello", "a.mp3"), track_name("", "", "music/a.mp3")
    ('Adele - Hello', 'a.mp3')
    """
    title = title or path.rsplit("/", 1)[-1]
    return f"{artist} - {title}" if artist else title


def fold(text: str) -> str:
    r"""Key of names that differ only in case, in spaces, unseen or in how accents are composed.

    Examples
    --------
    >>> fold(" Beyonce\N{COMBINING ACUTE ACCENT}  Knowles") == fold("BEYONCÉ KNOWLES")
    True
    """
    composed = unicodedata.normalize("NFC", text).casefold().translate(_UNSEEN)
    return unicodedata.normalize("NFC", " ".join(composed.split()))


def plain(text: str) -> str:
    """Key of what somebody types: without case, accents and repeated spaces.

    Examples
    --------
    >>> plain("  Beyoncé –  Halo ")
    'beyonce – halo'
    """
    text = unicodedata.normalize("NFKD", text.casefold().translate(_UNSEEN))
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def unaccented(text: str) -> str:
    """`text` in lower case without the accents of Latin letters.

    Examples
    --------
    >>> unaccented("Beyoncé, Łódź und Straße"), unaccented("ガ")
    ('beyonce, lodz und strasse', 'ガ')
    """
    plain = compiled(_ACCENTS).sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", plain).translate(_BEYOND)


def title_key(text: str) -> str:
    """Key of a title, an artist or a file name in any script: its letters, marks and numbers.

    Compatibility forms and case are folded; punctuation, spaces and symbols are gone. Two are the
    same exactly when their keys are equal and not empty: there is no transliteration and no
    similarity.

    Examples
    --------
    >>> title_key("24K Magic"), title_key("夜に駆ける"), title_key("…?!")
    ('24kmagic', '夜に駆ける', '')
    >>> title_key("Beyonce\N{COMBINING ACUTE ACCENT}") == title_key("BEYONCÉ")
    True
    """
    if text.isascii():
        return text.lower().translate(_ASCII_NOT_IN_KEY)
    return _title_key(text)


@functools.lru_cache(maxsize=1 << 12)  # the same titles are compared many times
def _title_key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    key = unicodedata.normalize("NFKC", compiled(_NOT_IN_KEY).sub("", folded))
    return key if compiled(_SAYS_SOMETHING).search(key) else ""


def columns(text: str) -> int:
    """Columns that `text` takes in a terminal; a measure of its width in a picture.

    By hand, because what ``rich`` counts depends on its version and on the terminal, and leaves
    out vowel signs that have a width: pictures would not be the same everywhere.

    Examples
    --------
    >>> columns("rock"), columns("ロック")
    (4, 6)
    """
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
        if unicodedata.category(char) not in {"Mn", "Me", "Cf"}
    )


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` columns; what is cut off is shown by ``…``.

    Letters are never separated from their marks.

    Examples
    --------
    >>> shorten("alternative rock", 12), shorten("русский рок", 12), shorten("pop", 12)
    ('alternative…', 'русский рок', 'pop')
    """
    if columns(text) <= width:
        return text
    kept = ""
    for grapheme in compiled(r"\X").findall(text):
        if columns(kept + grapheme) > width - 1:
            break
        kept += grapheme
    return kept.rstrip() + "…"


def some(names: Sequence[str], most: int = 5) -> str:
    """The first of many names, and how many more there are.

    Examples
    --------
    >>> some(["a", "b", "c", "d"], 2), some(["a", "b"])
    ('a, b and 2 more', 'a, b')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
