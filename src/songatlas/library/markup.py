"""Text as it was before a program wrote it down: out of JSON, lists, XML, HTML and escapes."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

import regex

from songatlas.library.entities import entities
from songatlas.text.sections import without_headers
from songatlas.toml import read_toml

TABLE: dict[str, dict[str, Any]] = read_toml("library/lyrics.toml")
_KEYS = TABLE["json"]["keys"]
_IN_A_LINE = frozenset(TABLE["json"]["in_a_line"])
_DEEPEST = 12
_LITERAL = regex.compile(
    r"[bBuUrR]?(?:'((?:[^'\\\n]|\\.)*+)'|\"((?:[^\"\\\n]|\\.)*+)\")", regex.DOTALL
)
_BETWEEN = regex.compile(r"(?:c|list|array|dtype=\w+|None|nan|null|\.{3}|…|[\s\[\](),;])*")
_LINE_END = regex.compile(r"(?<!\\)\\++(?:r\\++n|[nr])|&#(?:10|13|x[aAdD]);")
_ESCAPED = regex.compile(
    r"\\+(?:((?:u[0-9a-fA-F]{4}(?:\\+(?=u))?)+)|x([0-9a-fA-F]{2})|t|([\"'/\\]))"
)
_UNSEEN = regex.compile(
    r"<!--(?:(?!<!--).)*?-->|<(script|style|head|rt|rp|title|button|iframe)\b[^<>]*>.*?</\1\s*>"
    r"|<span\b[^<>]*role=\"x-(?:translation|roman)[^<>]*>.*?</span>|<[?!][^<>]*>",
    regex.DOTALL | regex.IGNORECASE,
)
_BREAK = regex.compile(
    r"</?(?:br|p|div|li|ul|ol|h\d|tr|table|blockquote|section|pre|hr|body|html|tt)\b[^<>]*>|<br\b",
    regex.IGNORECASE,
)
_TAG = regex.compile(
    r"</?(?:a|b|i|u|s|em|strong|span|font|small|big|sup|sub|img|ruby|rb|td|th|tbody|center|cite|code|mark"
    r"|label|abbr|input|link|meta|metadata|svg|path|inread-ad|defer-compute|\w+:\w+)(?:[\s/][^<>]*)?>"
    r"|\[/?(?:b|i|u|s|url|size|color|colour|font|center|quote|img)(?:=[^\]\n]*)?\]",
    regex.IGNORECASE,
)


def without_markup(text: str) -> str:
    r"""What `text` says, lines ended by line feeds.

    Examples
    --------
    >>> without_markup("['we sail', \"don't we\"]")
    "we sail\ndon't we"
    >>> without_markup('{"lines": [{"startTimeMs": "960", "words": "caf\\u00e9 &amp; more"}]}')
    'café & more'
    >>> without_markup("we sail<br/>on\\nand on")
    'we sail\non\nand on'
    """
    text = _unlisted(_from_json(text.lstrip("\ufeff \t\r\n")))
    if "\\" in text or "&#" in text:
        text = _ESCAPED.sub(_unescape, _LINE_END.sub("\n", text))
    text = entities(text)
    if "<" in text or "[/" in text:
        if text.startswith(("<?xml", "<tt")):  # there, line ends are but space between marks
            text = " ".join(text.split())
        text = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub("", text)))
    return text


def _from_json(text: str) -> str:
    """The words in JSON, or in Python's way to write the same; other text as it is."""
    if not text.startswith(("{", "[{", '["', "[[", '"')) or text.startswith("{\\"):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(text) if text.startswith(("{'", "[{'")) else None
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return text
    if value is None:
        return text
    return "\n".join(_said(value, _DEEPEST))


def _said(value: object, depth: int) -> Iterator[str]:
    """Lines in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, list):
        for item in value:
            yield from _said(item, depth - 1)
    elif depth and isinstance(value, dict):
        for key in _KEYS:
            parts = list(_said(value.get(key), depth - 1))
            if any(parts) and key in _IN_A_LINE and isinstance(value[key], list):
                spaced = any(part != part.strip() for part in parts)
                yield ("" if spaced or key != "words" else " ").join(parts)
            elif any(parts):
                yield from parts
            if any(parts):
                return
        for key, item in value.items():  # "Verse 1": …
            if not without_headers(f" [{key}]").strip():  # not alone: no singer
                yield from _said(item, depth - 1)


def _unlisted(text: str) -> str:
    """Strings of a list as Python, numpy or R write it, or of one string in quotes, as lines."""
    if not text.startswith(("[", "(", "c(", "'", '"', "b'", 'b"', "list(", "array(")):
        return text
    strings = [m[1] or m[2] or "" for m in _LITERAL.finditer(text)]
    alone = text[0] in "'\"b" and len(strings) > 1
    if not strings or alone or not _BETWEEN.fullmatch(_LITERAL.sub("", text)):
        return text
    return "\n".join(strings)


def _unescape(match: regex.Match[str]) -> str:
    if match[1]:
        units = regex.findall("u([0-9a-fA-F]{4})", match[1])
        return bytes.fromhex("".join(units)).decode("utf-16-be", "ignore")
    return chr(int(match[2], 16)) if match[2] else match[3] or " "
