"""What is sung of a text that stands where lyrics would; nothing, if it says there are none.

Conventions
-----------
A text that says so is one of the phrases of ``lyrics.toml``, or made of words of such phrases
alone; a song in which "instrumental" or "not found" is sung has other words too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from songatlas.library.lrc import strip_times
from songatlas.library.markup import TABLE, without_markup
from songatlas.text import JOINERS, clean
from songatlas.text.sections import without_headers

_ABSENT, _SITES = TABLE["absent"], TABLE["boilerplate"]
_LONGEST = 400  # characters of a phrase that says there are no lyrics
_NOT_IN_PHRASE = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def _phrase(text: str) -> str:
    """Words of `text` without case, the two letters i of Turkish taken for one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = folded.replace("i\N{COMBINING DOT ABOVE}", "i").replace("ı", "i")
    return unicodedata.normalize("NFC", _NOT_IN_PHRASE.sub(" ", folded)).strip()


_EXACT = frozenset(map(_phrase, _ABSENT["exact"]))
_INSTRUMENTAL, _LYRICS, _NONE, _FILLER, _STATUS, _OBJECT = (
    frozenset(word for phrase in map(_phrase, _ABSENT[name]) for word in phrase.split())
    for name in ("instrumental", "lyrics", "none", "filler", "status", "object")
)
_WORDS = _INSTRUMENTAL | _LYRICS | _NONE | _FILLER
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}ー]+")
_RUN = regex.compile(
    rf"{_UNSPACED.pattern}|[^\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Hangul}}\p{{Thai}}ー\s]+"
)
_PIECES = regex.compile(  # of a phrase without spaces
    "|".join(sorted(filter(_UNSPACED.fullmatch, _WORDS), key=len, reverse=True))
)
_STEMS = regex.compile(r"(?:instrumenta|instrumentá|инструментал|інструментал|enstrümantal)\w*")
_PATTERN = regex.compile("|".join(_ABSENT["patterns"]))
_LINES = frozenset(_SITES["lines"])
_PATTERNS = [  # each with what stands in every casefolded text that it matches in
    *((hint, regex.compile(pattern, regex.MULTILINE)) for hint, pattern in _SITES["anywhere"]),
    *(
        (
            hint,
            regex.compile(rf"^[^\S\n]*(?:{pattern})[^\S\n]*$", regex.MULTILINE | regex.IGNORECASE),
        )
        for hint, pattern in _SITES["matching"]
    ),
]
_WHO = f"(?:{'|'.join(_SITES['credits'])})"
_CREDIT = regex.compile(rf"[\s(\[]*{_WHO}(?:\s*[/&、,，・]\s*{_WHO})*\s?[:：].*", regex.IGNORECASE)
# Neither seen nor sung. What joins letters, and where words may part (U+200B), is for the tokens.
_INVISIBLE = regex.compile(rf"[\p{{Cf}}--[{JOINERS}\u200b]]", regex.VERSION1)


def sung(text: str) -> str:
    r"""Lyrics in `text`, of whatever form; empty where it says that there are none.

    Markup, escapes, times, credits and what sites of lyrics add are gone; headers of sections stay.

    Examples
    --------
    >>> sung("[00:01.00]We sail<br>to the harbour3Embed")
    'We sail\nto the harbour'
    >>> sung("This song is an instrumental"), sung("[00:00.00]♪"), sung("nan")
    ('', '', '')
    >>> sung("It was instrumental in our escape")
    'It was instrumental in our escape'
    """
    text = clean(text)
    if not text:
        return ""
    text = _without_sites(_INVISIBLE.sub("", strip_times(without_markup(text))))
    return "" if _says_nothing(text) else text


def _without_sites(text: str) -> str:
    """`text` without credits and what sites of lyrics put around them."""
    folded = text.casefold()
    for hint, pattern in _PATTERNS:
        if hint in folded:
            text = pattern.sub("", text)
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if not _is_credit(line)).strip()


def _is_credit(line: str) -> bool:
    """Whether a line says who made the song, or is one of those that sites add."""
    named = (":" in line or "：" in line) and _CREDIT.fullmatch(line)
    return bool(named) or (len(line) < 40 and line.casefold() in _LINES)


def _says_nothing(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    return any(map(_is_absent, (_phrase(text), _phrase(without_headers(text)))))


def _is_absent(phrase: str) -> bool:
    if phrase in _EXACT or not any(map(str.isalpha, phrase)):
        return True
    words = set(_words(phrase))
    missing = words & _LYRICS or (words & _STATUS and words & _OBJECT)
    if words <= _WORDS and (words & _INSTRUMENTAL or (words & _NONE and missing)):
        return True
    return bool(_PATTERN.fullmatch(phrase))


def _words(phrase: str) -> Iterator[str]:
    """Words of a phrase; of a script without spaces the known ones, or the rest as it is."""
    for word in _RUN.findall(phrase):
        if _STEMS.fullmatch(word):
            yield "instrumental"
        elif _UNSPACED.fullmatch(word) and not _PIECES.sub("", word):
            yield from _PIECES.findall(word)
        else:
            yield word
