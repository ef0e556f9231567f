"""Headers of the sections of a song, told from what is sung in brackets or on a line of its own.

A header is a name of a section in any of the usual languages, with what goes with it (a number, an
instrument, a repeat), and after a separator anybody's name: ``[Verse 1: A & B]``. Words in brackets
that are no header are sung: ``(we) [sail] to the harbour``.
"""

from __future__ import annotations

import regex

from songatlas.toml import read_toml

_TABLE: dict[str, list[str]] = read_toml("text/sections.toml")
_BARE = frozenset(_TABLE["bare"])
_SECTIONS = _BARE | frozenset(_TABLE["bracketed"])
_BESIDE = frozenset(_TABLE["beside"])
_BRACKETED = regex.compile(r"\[([^\[\]\n]{0,200})\]|【([^【】\n]{0,200})】")
# Who sings, alone on a line: up to three names.
_SINGERS = regex.compile(
    r"\[\p{Lu}[\p{L}\p{M}’']+(?:[\s,/&+\-]+(?:and )?\p{Lu}[\p{L}\p{M}’']*){0,2}\]"
)
_SUNG = frozenset(_TABLE["sung"])
_FIRST = regex.compile(r"[^\w\n]*([\p{L}\p{M}\u200c]+)")
_FIRSTS = _BARE | {"pre", "post", "repeat", "guitar", "final", "last", "second"}  # of a bare header
_LONGEST = 60  # characters of a bare header
_TITLE = regex.compile("|".join(_TABLE["titles"]), regex.IGNORECASE)
_WHO = regex.compile(r"[:：,;(|/&+]|\s[-–—]\s|[–—]")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c]+")
_COUNT = regex.compile(r"[x×]?\p{N}{1,2}[x×]?|[ivx]{1,4}|[x×]{1,3}")
_NUMBERED = regex.compile(r"(?<=\p{L}|\p{M})\p{N}{1,2}$")


def without_headers(text: str) -> str:
    r"""`text` with every header replaced by a space; what else stands in brackets stays.

    Examples
    --------
    >>> without_headers("[Verse 1: A & B]\nHello [x2]\nCHORUS:\n[we sail] (on and on)")
    ' \nHello  \n \n[we sail] (on and on)'
    """
    if "[" in text or "【" in text:
        text = _BRACKETED.sub(lambda m: " " if _in_brackets(m[1] or m[2] or "") else m[0], text)
    lines = text.split("\n")
    before = ["", *lines]
    return "\n".join(
        " " if _is_bare(line, begins=not last.strip()) else line
        for last, line in zip(before, lines, strict=False)
    )


def _is_bare(line: str, *, begins: bool) -> bool:
    """Whether a line is a header; one name is only where it begins a stanza."""
    if line.startswith("[") and (singers := _SINGERS.fullmatch(line)):
        names = {name.casefold() for name in _WORD.findall(singers[0])}
        return not names & _SUNG and (begins or len(names) > 1)
    first = _FIRST.match(line) if len(line) <= _LONGEST else None
    if not first or first[1].casefold() not in _FIRSTS:
        return False
    return _is_header(line, _BARE)


def _in_brackets(content: str) -> bool:
    said = content.strip()
    return (
        not _WORD.search(said)
        or said.endswith((":", "："))
        or bool(_TITLE.match(said))
        or _is_header(_WHO.split(said, 1)[0], _SECTIONS)
    )


def _is_header(text: str, sections: frozenset[str]) -> bool:
    """Whether all words of `text` are those of headers, and one of them names a section."""
    words = [_NUMBERED.sub("", word) for word in _WORD.findall(text.casefold())]
    names = [word for word in words if word in sections]
    counted = [word for word in words if _COUNT.fullmatch(word)]
    others = [word for word in words if word not in names and word not in counted]
    repeats = len(words) == len(counted) == 1 and words[0] not in ("i", "v")
    return (bool(names) or (repeats and sections is _SECTIONS)) and _BESIDE.issuperset(others)
