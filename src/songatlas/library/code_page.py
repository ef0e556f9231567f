"""Short texts of an unknown code page, as they stand in tags that claim to be Latin-1."""

from __future__ import annotations

import codecs
import functools
import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from songatlas.toml import read_toml

_STRANGE = -11.0  # log of how likely a character is that its page has for nothing one says
_ASCII = -4.0
_MOST = 2000  # bytes that are looked at
_BREACH = -4.0  # small before capital in a word, two alphabets in a word
_LEAST = -5.0  # mean a byte, below which it is no text of any of the pages
_WESTERN = re.compile(
    r"""(?: [\x00-\x7f\xa0À-ÖØ-öø-ÿŒœŠšŽžŸ‘’‚“”„–—…•«»‹›]  # letters, and what is set around words
        | (?<![A-Za-z\xa1-\xff])[¡¿] | [€£©®™´×÷](?![A-Za-z\xa1-\xff]) | (?<=[Ll])·
        | (?<![\xa1-\xff])[°§¹²³¼½¾](?![A-Za-z\xa1-\xff]) | (?<=[0-9A-Za-z.])[ªº]
    )*""",
    re.VERBOSE,
)
_HIGH = "[À-ÖØ-öø-ÿŒœŠšŽžŸ]"
_RUN, _PAIR = re.compile(_HIGH + "{3}"), re.compile(rf"(?<![A-Za-z]){_HIGH}{{2}}(?![A-Za-z])")
_MIXED = re.compile(rf"[A-Za-z]{_HIGH}|{_HIGH}[A-Za-z]")
# Icelandic, Faroese and Czech have letters that Turkish lacks, and hardly these next to others.
_NEVER_TURKISH = re.compile("[áéíóúæøåàèìòùêëïñõãäßšž]", re.IGNORECASE)
_TURKISH = tuple(map(re.compile, ("[üÜçÇ]", "[þÞ]", "[ýÝ]", "(?<=[A-Za-zýöü])ð")))
_BALTIC = re.compile("[âîû]", re.IGNORECASE)  # ā, ī and ū of Latvian, which has ē and ž for ç and þ
_ALPHABETS = re.compile(r"[A-Za-z](?=[^\W\d_A-Za-z])|[^\W\d_A-Za-z](?=[A-Za-z])")


class _Page(NamedTuple):
    """A page, and logs of how likely its characters are."""

    common: frozenset[str]
    usual: float
    first: frozenset[int]  # bytes that its further letters begin with
    seldom: float
    double: bool
    latin: bool
    doubt: float


@functools.cache
def _pages() -> dict[str, _Page]:
    pages = {}
    for name, said in read_toml("library/code_pages.toml").items():
        common = frozenset(said["common"])
        first = [byte for low, high in said["first"] for byte in range(low, high + 1)]
        double, share = said.get("double", False), said.get("share", 0.7)
        pages[name] = _Page(
            common=common,
            usual=math.log(share / len(common)),
            first=frozenset(first),
            seldom=math.log((1 - share) / len(first) / (94 if double else 1)),
            double=double,
            latin=said.get("latin", False),
            doubt=said.get("doubt", 0),
        )
    return pages


def decode_short(texts: Sequence[bytes]) -> str:
    """Encoding of all `texts`, which are of one hand; empty where they are no text.

    UTF-8 is hardly anything else by chance. What reads as words of a Latin script is in
    Windows-1252, of which Latin-1 is a part: "Björk" is never Cyrillic. Otherwise the page wins in
    which the letters are the likeliest.

    Examples
    --------
    >>> decode_short(["Motörhead".encode("cp1252"), b"Ace of Spades"])
    'cp1252'
    >>> decode_short(["Группа крови".encode("cp1251")]), decode_short(["月亮".encode("gbk")])
    ('cp1251', 'gb18030')
    >>> decode_short([bytes([0x81, 1, 0x9D, 2, 0xFF, 3, 0xFE, 0x8D, 5, 0xA0] * 3)])
    ''
    """
    data = b"\n".join(texts)
    for encoding in ("ascii", "utf-8"):
        if _text(data, encoding) is not None:
            return encoding
    if is_western(data):
        return "cp1254" if is_turkish(data.decode("cp1252", "ignore")) else "cp1252"
    found = {name: _likelihood(data, name, page) for name, page in _pages().items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] > _LEAST * min(len(data), _MOST) else ""


def common_share(texts: Sequence[bytes], name: str) -> float:
    """Share of the page's commonest characters in what is beyond ASCII, in [0, 1].

    Examples
    --------
    >>> common_share(["Группа крови".encode("cp866")], "cp866")
    0.9090909090909091
    """
    text = _text(b"\n".join(texts), name) or ""
    beyond = [char.lower() in _pages()[name].common for char in text if char > "\x7f"]
    return sum(beyond) / max(len(beyond), 1)


def is_western(data: bytes) -> bool:
    """Whether accented letters stand among plain ones, as in every language of the Latin script."""
    text = _text(data, "cp1252")
    if text is None or not _WESTERN.fullmatch(text):
        return False
    if _RUN.search(text) and not is_turkish(text):  # "üşü" and "ığı" are usual there
        return False
    pairs = len(_PAIR.findall(text))
    return pairs <= len(_MIXED.findall(text)) or len(re.findall(_HIGH, text)) <= 2


def stands_apart(text: bytes, page: str) -> bool:
    """Whether a text is Western, as letters of `page`, which others have, would be in its words."""
    said = _pages().get(page)
    if said is None or said.double or said.latin or not is_western(text):
        return False
    return bool(_MIXED.search(text.decode("cp1252", "ignore")))


def is_turkish(text: str) -> bool:
    """Whether the Icelandic letters of a text stand for ğ, ı and ş: beside ü and ç, or in clusters.

    A foreign name in a long text makes it no other language.

    Examples
    --------
    >>> is_turkish("Þýmarýk"), is_turkish("Yalnýzlar Rýhtýmý, Gürses")
    (True, True)
    >>> is_turkish("Týr"), is_turkish("Þú ert"), is_turkish("výborný")
    (False, False, False)
    """
    wide, ss, ii, gg = (len(kind.findall(text)) for kind in _TURKISH)
    own = ss + ii + gg
    if len(_NEVER_TURKISH.findall(text)) > own / 20 or len(_BALTIC.findall(text)) > own:
        return False
    return (wide > 0 or ii > 1) and wide + own > 2 and (ss + gg > 0 or (wide > 0 and ii > 2))


def _text(data: bytes, encoding: str) -> str | None:
    """Text of the beginning of `data`, which may end within a character only where it is cut."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        return decoder.decode(data[:_MOST], final=len(data) <= _MOST)
    except UnicodeDecodeError:
        return None


def _likelihood(data: bytes, name: str, page: _Page) -> float:
    """Log of how likely the bytes are as a text of the page."""
    text = _text(data, name)
    if text is None:
        return -math.inf
    total = -page.doubt
    for char in text:
        if char < "\x80":
            total += _ASCII if char.isprintable() or char.isspace() else _STRANGE
        elif char.lower() in page.common:
            total += page.usual
        else:
            coded = char.encode(name)
            known = coded[0] in page.first and len(coded) == 1 + page.double
            total += page.seldom if known else _STRANGE
    if page.latin:
        breaches = len(re.findall(r"[^\W\d_\x00-\x7f](?=[^\W\d_\x00-\x7f])", text)) / 2
    else:
        breaches = len(_ALPHABETS.findall(text)) / (1 + page.double)
    for a, b, c in zip(text, text[1:], text[2:] + " ", strict=False):
        breaches += b.isupper() and (a.islower() or (a.isupper() and c.islower()))
    return total + _BREACH * breaches
