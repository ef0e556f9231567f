"""Which values of the tags in a file count for a field, as text, whatever code page they are in."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from songatlas.library.tag_value import Value
from songatlas.toml import read_toml

_LANGUAGE = re.compile(r"(?<=lyrics)[-:_ ][a-z]{2,3}(?:[-_][a-z]{2,4})?$")
_SAMPLE = 400  # bytes that tell a code page


@functools.cache
def table() -> Mapping[str, Any]:
    """Names of fields, and words of tags that have a meaning."""
    return read_toml("library/tags.toml")


@functools.cache
def _fields() -> dict[str, tuple[str, int]]:
    """Field of a track by its name in a tag, and the rank of that name among those of the field."""
    fields = table()["fields"].items()
    return {name: (field, rank) for field, names in fields for rank, name in enumerate(names)}


@functools.lru_cache(1 << 10)
def _field(name: str) -> tuple[str, int]:
    """Field of a name in a tag, none for others, and how late it counts.

    Behind a name of lyrics may stand their language; tinytag puts ``_`` before one of its own.
    """
    fields = _fields()
    if name in fields:
        return fields[name]
    field, rank = fields.get(_LANGUAGE.sub("", name.removeprefix("_")), ("", 0))
    return field, rank + len(fields)


def decoded(tags: Iterable[Sequence[Value]]) -> tuple[dict[str, list[Value]], bool]:
    """Values by field as text, of the first tag that has it; and whether some are none."""
    said: dict[str, list[Value]] = {}
    for tag in tags:
        new: dict[str, list[Value]] = {}
        for value in tag:
            name, _ = _field(value.name)
            if name and value.text.strip() and not (name == "artists" and "artist" in said):
                new.setdefault(name, []).append(value)
        for name, values in new.items():
            best = min(_field(value.name) for value in values)
            said.setdefault(name, [value for value in values if _field(value.name) == best])
    if not all(v.text.isascii() for x in said.values() for v in x if isinstance(v.text, str)):
        from songatlas.library.mojibake import reread  # of few libraries

        said = reread(said)
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
