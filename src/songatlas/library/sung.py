"""What is sung of a text that stands where lyrics would; nothing, if it says there are none.

Conventions
-----------
A text that says so is one of the phrases of ``lyrics.toml``, or made of words of such phrases
alone; a song in which "instrumental" or "not found" is sung has other words too, or repeats itself.
What sites add goes where nobody would sing it: a line "Share" at the end, credits before names.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, deque
from collections.abc import Iterator

import regex

from songatlas.library.lrc import strip_times
from songatlas.library.markup import TABLE, without_markup
from songatlas.library.mojibake import undoubled
from songatlas.library.notation import without_chords, without_notes
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
_INSTRUMENTAL, _LYRICS, _NONE, _FILLER, _STATUS, _OBJECT, _PERSONAL = (
    frozenset(word for phrase in map(_phrase, _ABSENT[name]) for word in phrase.split())
    for name in ("instrumental", "lyrics", "none", "filler", "status", "object", "personal")
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
_MOST_TIMES = 2  # that a program says one of its words
_LINES = frozenset(_SITES["lines"])
_BEGIN, _END = (regex.compile("|".join(_SITES[name])) for name in ("begins", "ends"))
# Each with what stands in every casefolded text that it matches in; compiled when that is met.
_PATTERNS = [
    *((hint, pattern, regex.MULTILINE) for hint, pattern in _SITES["anywhere"]),
    *(
        (hint, rf"^[^\S\n]*+(?:{pattern})[^\S\n]*$", regex.MULTILINE | regex.IGNORECASE)
        for hint, pattern in _SITES["matching"]
    ),
]
_WHO = f"(?:{'|'.join(_SITES['credits'])})"
_CREDIT = rf"[\s(\[]*({_WHO}(?:\s*[/&、,，・]\s*{_WHO})*)\s?[:：](.*)"
_SUNG_TOO = regex.compile(_SITES["sung_too"], regex.IGNORECASE)
# Of what is no name: a word in small letters that does not join two.
_NO_NAME = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}.@’'-])(?!(?:and|und|et|y|e|feat|ft|with|by|the|of|at|for|von|van|der|de|del|di|da|du|la|le|и|trad|traditional)\b)"
    r"\p{Ll}[\p{Ll}’']*(?![\p{L}\p{M}\p{N}.@-])"
)
# Neither seen nor sung. What joins letters, and where words may part (U+200B), is for the tokens.
# A soft hyphen that is at the end of a line was put there where that was narrow.
_INVISIBLE = regex.compile(
    rf"\u00ad[^\S\n]*\n[^\S\n]*|[\p{{Cf}}--[{JOINERS}\u200b]]", regex.VERSION1
)


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
    text = clean(undoubled(text))
    if not text:
        return ""
    plain = without_chords(strip_times(without_markup(without_notes(text))))
    text = _without_sites(_INVISIBLE.sub("", plain))
    return "" if _says_nothing(text) else text


def _without_sites(text: str) -> str:
    """`text` without credits and what sites of lyrics put around them."""
    folded = text.casefold()
    for hint, pattern, flags in _PATTERNS:
        if hint in folded:
            text = regex.sub(pattern, _parting, text, flags=flags)
    lines = deque(x for line in text.splitlines() if not _is_credit(x := line.strip()))
    for at, drop, added in ((0, lines.popleft, _BEGIN), (-1, lines.pop, _END)):
        while lines and (not lines[at] or added.fullmatch(lines[at].casefold())):
            drop()
    return "\n".join(lines)


def _parting(found: regex.Match[str]) -> str:
    """What stands for what went: the end of a line where the words beside it would be one."""
    start, end = found.span()
    beside = found.string[max(start - 1, 0) : start], found.string[end : end + 1]
    return "\n" if all(map(str.strip, beside)) else ""


def _is_credit(line: str) -> bool:
    """Whether a line says who made the song, or is one of those that sites add."""
    if (":" in line or "：" in line) and (
        credit := regex.fullmatch(_CREDIT, line, regex.IGNORECASE)
    ):
        return not (_SUNG_TOO.fullmatch(credit[1]) and _NO_NAME.search(credit[2]))
    return len(line) < 40 and line.casefold() in _LINES


def _says_nothing(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    return any(map(_is_absent, (_phrase(text), _phrase(without_headers(text)))))


def _is_absent(phrase: str) -> bool:
    if phrase in _EXACT or not any(map(str.isalpha, phrase)):
        return True
    counts = Counter(_words(phrase))
    words = counts.keys()
    telling = max((counts[word] for word in words & (_LYRICS | _NONE)), default=0)
    page = not words & _PERSONAL
    missing = words & _LYRICS or (page and words & _STATUS and words & _OBJECT)
    if words <= _WORDS and telling <= _MOST_TIMES:
        return bool(words & _INSTRUMENTAL or (words & _NONE and missing))
    return page and bool(_PATTERN.fullmatch(phrase))


def _words(phrase: str) -> Iterator[str]:
    """Words of a phrase; of a script without spaces the known ones, or the rest as it is."""
    for word in _RUN.findall(phrase):
        if _STEMS.fullmatch(word):
            yield "instrumental"
        elif _UNSPACED.fullmatch(word) and not _PIECES.sub("", word):
            yield from _PIECES.findall(word)
        else:
            yield word
