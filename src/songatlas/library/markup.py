"""Text as it was before a program wrote it down: out of JSON, lists, XML, HTML and escapes."""

from __future__ import annotations

import ast
import base64
import binascii
import contextlib
import json
import urllib.parse
from collections.abc import Iterator
from functools import partial
from typing import Any

import regex

from songatlas.library.entities import entities
from songatlas.text.sections import without_headers
from songatlas.toml import read_toml

TABLE: dict[str, dict[str, Any]] = read_toml("library/lyrics.toml")
_KEYS = [key.lower() for key in TABLE["json"]["keys"]]
_IN_A_LINE = frozenset(TABLE["json"]["in_a_line"])
_DEEPEST = 12
_LITERAL = regex.compile(
    r"[bBuUrR]?(?:'((?:[^'\\\n]|\\.)*+)'|\"((?:[^\"\\\n]|\\.)*+)\")", regex.DOTALL
)
_BETWEEN = regex.compile(r"(?:c|list|array|dtype=\w+|None|nan|null|\.{3}|…|[\s\[\](),;{}])*")
_LINE_END = regex.compile(r"(?<!\\)\\++(?:r\\++n|[nr])|&#(?:10|13|x[aAdD]);")
_ESCAPED = regex.compile(
    r"\\+(?:((?:u[0-9a-fA-F]{4}(?:\\+(?=u))?)+)|x([0-9a-fA-F]{2})|t|([\"'/\\]))"
)
_RTF_PAGE = regex.compile(r"\\ansicpg(\d+)")
_RTF_PART = regex.compile(  # groups of fonts, of colours, of who wrote it are nothing to read
    r"\\[{}]|\{(\\(?:\*|(?:fonttbl|colortbl|stylesheet|info|pict|header|footer)\b))?|\}|[^{}\\]+|\\"
)
_RTF_END = regex.compile(r"\n?\\(?:par|line|\n)(?![a-z]) ?\n?")
_RTF_WORD = regex.compile(r"\\(?!u-?\d)[a-z]+-?\d* ?|\\\*")
_RTF_UNICODE = regex.compile(r"\\u(-?\d+) ?(?:\\'[0-9a-f]{2}|\?)?")
_RTF_BYTES = regex.compile(r"(?:\\'[0-9a-f]{2})+")
_PERCENT = regex.compile(r"%(?:20|0[aAdD]|[C-E][0-9A-F]%[89AB][0-9A-F])")
_BASE64 = regex.compile(r"(?:[A-Za-z0-9+/]{4}\s*){10,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*")
_CONTENT = regex.compile(r"\bLyricContent=\"([^\"]*)\"")  # of a player's XML
_UNSEEN = regex.compile(
    r"<!--(?:(?!<!--).)*?-->|<(script|style|head|rt|rp|title|button|iframe)\b[^<>]*>.*?</\1\s*>"
    r"|<span\b[^<>]*role=\"x-(?:translation|roman)[^<>]*>.*?</span>|<[?!][^<>]*>",
    regex.DOTALL | regex.IGNORECASE,
)
_BREAK = regex.compile(
    r"</?(?:br|p|div|li|ul|ol|h\d|tr|table|blockquote|section|pre|hr|body|html|tt|article|main"
    r"|header|footer|aside|dl|dt|dd|poem|lyrics?|sync|sami|transcript|timedtext|text|verse|line)"
    r"\b[^<>]*>|<br\b",
    regex.IGNORECASE,
)
_TAG = regex.compile(
    r"</?(?:a|b|i|u|s|em|strong|span|font|small|big|sup|sub|img|ruby|rb|td|th|tbody|center|cite|code|mark"
    r"|label|abbr|input|link|meta|metadata|svg|path|inread-ad|defer-compute|wbr|nobr|ins|del|strike|q"
    r"|kbd|samp|var|time|bdi|bdo|figure|\w+:\w+)(?:[\s/][^<>]*)?>"
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
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("{\\rtf"):
        text = _from_rtf(text)
    text = _unlisted(_from_json(_uncoded(text)))
    if found := _CONTENT.search(text):
        text = found[1]
    if "\\" in text or "&#" in text:
        text = _ESCAPED.sub(_unescape, _LINE_END.sub("\n", text))
    text = entities(text)
    if "<" in text or "[/" in text:
        if text.startswith(("<?xml", "<tt")):  # there, line ends are but space between marks
            text = " ".join(text.split())
        text = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub("", text)))
    return text


def _from_rtf(text: str) -> str:
    """The words of a document in rich text."""
    page = f"cp{found[1]}" if (found := _RTF_PAGE.search(text)) else "cp1252"
    kept, depth, hidden = list[str](), 0, 0
    for part in _RTF_PART.finditer(text):
        depth += (part[0][0] == "{") - (part[0] == "}")
        hidden = hidden or depth * bool(part[1])
        hidden *= depth >= hidden
        kept += [part[0].lstrip("{}")] * (not hidden)
    text = _RTF_WORD.sub("", _RTF_END.sub("\n", "".join(kept)))
    text = _RTF_UNICODE.sub(lambda match: chr(int(match[1]) % 65536), text)
    coded = partial(regex.sub, "[^0-9a-f]", "")
    with contextlib.suppress(LookupError):
        text = _RTF_BYTES.sub(lambda x: bytes.fromhex(coded(x[0])).decode(page, "ignore"), text)
    return text.replace("\\{", "{").replace("\\}", "}").strip()


def _uncoded(text: str) -> str:
    """Text that an address or a service has coded, of which there is no blank; other as it is."""
    if " " in text.strip():
        return text
    if len(_PERCENT.findall(text)) > 1:
        return urllib.parse.unquote_plus(text)
    if _BASE64.fullmatch(text):
        try:
            plain = base64.b64decode(text, validate=False).decode("utf-8")
        except (binascii.Error, ValueError):
            return text
        if plain and all(char.isprintable() or char.isspace() for char in plain):
            return plain
    return text


def _from_json(text: str) -> str:
    """The words in JSON, or in Python's way to write the same; other text as it is."""
    if not text.startswith(("{", "[{", '["', "[[", '"')) or text.startswith("{\\"):
        return text
    try:
        value = _parsed(text)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(text) if text.startswith(("{'", "[{'")) else None
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return text
    if value is None or isinstance(value, set):
        return text
    return "\n".join(_said(value, _DEEPEST)) or max(_pages(value, _DEEPEST), key=len, default="")


def _parsed(text: str) -> object:
    """A value of JSON, or a list of those that stand in lines."""
    try:
        return json.loads(text)
    except ValueError:
        lines = text.split("\n")
        if len(lines) < 2 or not text.startswith("{"):
            raise
        return [json.loads(line) for line in lines if line.strip()]


def _pages(value: object, depth: int) -> Iterator[str]:
    """Texts of several lines in a value of JSON, whatever they are called."""
    if isinstance(value, str) and "\n" in value.strip():
        yield value
    elif depth and isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _pages(item, depth - 1)


def _said(value: object, depth: int) -> Iterator[str]:
    """Lines in a value of JSON."""
    if isinstance(value, str):
        yield _from_json(value) if depth and value.startswith(("[{", '{"')) else value
    elif depth and isinstance(value, list):
        for item in value:
            yield from _said(item, depth - 1)
    elif depth and isinstance(value, dict):
        value = {str(key).lower(): item for key, item in value.items()}
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
    if not text.startswith(("[", "(", "c(", "'", '"', "b'", 'b"', "{'", '{"', "list(", "array(")):
        return text
    if text.startswith(("b'", 'b"')):
        with contextlib.suppress(ValueError, SyntaxError, AttributeError, MemoryError):
            return str(ast.literal_eval(text).decode("utf-8"))
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
