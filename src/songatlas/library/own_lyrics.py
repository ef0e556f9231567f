"""Which of several lyrics in a tag are those of the song."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from songatlas.library.tag_value import Value
from songatlas.text import title_key
from songatlas.text.languages import language_code


def choose(
    values: Sequence[Value],
    title: str,
    language: str,
    *,
    translated: Sequence[str],
) -> str:
    """Text of the lyrics in the song's own language; empty where there are none.

    The first of these that tells two apart counts: the language of the song, where the tag names
    it; lyrics in which the title is sung; the script of the title, unless that is Latin, in which
    every language has titles; no description as a translation; the longer text; the first.

    Parameters
    ----------
    translated
        Beginnings of words by which a description says that this is not what is sung.
    """

    def rank(value: Value) -> tuple[bool, bool, float, bool, int]:
        text, spoken = str(value.text), language_code(value.language)
        about = value.about.casefold()
        return (
            bool(language) and spoken == language_code(language),
            bool(title_key(title)) and title_key(title) in title_key(text),
            _shared(title, text),
            not any(word in about for word in translated),
            len(text),
        )

    if len(values) < 2:
        return "".join(str(value.text) for value in values)
    return str(max(values, key=rank).text)


def _shared(title: str, text: str) -> float:
    """Share of the first letters of `text` that are of the scripts of `title`, if not Latin."""
    scripts = _scripts(title)
    letters = _scripts(text[:400])
    if not letters or "LATIN" in scripts:
        return 0.0
    return round(sum(script in scripts for script in letters) / len(letters), 1)


def _scripts(text: str) -> list[str]:
    """Script of each letter; kana and ideographs are one, as Japanese mixes them."""
    names = (unicodedata.name(char, "").split(" ")[0] for char in text if char.isalpha())
    return ["CJK" if name in ("HIRAGANA", "KATAKANA") else name for name in names]
