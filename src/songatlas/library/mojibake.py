"""Text that was read in a wrong encoding once, and kept as what it looked like then.

Programs that take every tag for Latin-1 write what they read as Unicode: "Êèíî" for "Кино",
"BeyoncÃ©" for "Beyoncé". No encoding is unknown then, and yet the letters are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from songatlas.library.tag_value import Value

_TWICE = re.compile(  # a character of UTF-8 in the letters of Latin-1 or Windows-1252
    "[\u00c2-\u00de]{0}|[\u00e0-\u00ef]{0}{{2}}|[\u00f0-\u00f4]{0}{{3}}".format(
        "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
    )
)
_SURELY = re.compile("Ã|â[€‚„\x80\x82\x84]|Â[\xa0-\xbf]")  # of Latin letters, of quotes, of signs
# Capitals before punctuation may be no more than that: "AMANHÃ…", "LIBERTÉ\u00a0!", "JOSÉ’S".
_BY_CHANCE = re.compile("(?<=[A-ZÀ-Þ])Ã\xa0|(?<![a-zß-ÿ])(?!Ã\xa0)[Ã-Þ](?:’|[\xa0«»‘“”–—…](?!\\w))")
_FEWEST = 4  # different letters beyond ASCII that tell another alphabet
_LEAST = 0.6  # share of them that must be common there
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_PLAIN = re.compile("[A-Za-z]")
_DOUBLE = ("gb18030", "big5", "cp932", "euc_jp", "cp949")


def undoubled(text: str) -> str:
    r"""`text`, line by line as it was before its UTF-8 was taken for Latin-1 or Windows-1252.

    Examples
    --------
    >>> undoubled("BeyoncÃ©"), undoubled("Donâ€™t\nstop"), undoubled("«CAFÉ»")
    ('Beyoncé', 'Don’t\nstop', '«CAFÉ»')
    """
    if text.isascii() or not _TWICE.search(text):
        return text
    return "\n".join(map(_undoubled, text.split("\n")))


def _undoubled(line: str) -> str:
    telling = _BY_CHANCE.sub("", line)
    found = _TWICE.findall(telling)
    if not found or (len(found) < 2 and not _SURELY.search(telling)):
        return line
    data = _as_read(line)
    try:
        return line if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        return line


def misread(texts: Sequence[str]) -> dict[str, bytes]:
    """Those of `texts`, of one tag, that are of another alphabet, as bytes in its code page.

    Examples
    --------
    >>> misread(["Êèíî", "Ãðóïïà êðîâè", "Motörhead"])["Êèíî"].decode("cp1251")
    'Кино'
    >>> misread(["Motörhead", "Sigur Rós", "Ägypten", "†††"])
    {}
    """
    from songatlas.library.code_page import common_share, decode_short, is_western, stands_apart

    read = {text: data for text in texts if not text.isascii() and (data := _as_read(text))}
    sure = [data for data in read.values() if not is_western(data)]
    page = decode_short(sure) if sure else ""
    if page in ("", "ascii", "utf-8", "cp1250", "cp1252", "cp1254"):
        return {}
    letters = [char for char in b"".join(sure).decode(page, "ignore") if char > "\x7f"]
    is_double = page in _DOUBLE
    if is_double and not all(map(_IDEOGRAPHS.match, letters)):
        return {}
    if not is_double and common_share(sure, page) < _LEAST:
        return {}
    if len({byte for data in sure for byte in data if byte > 0x7F}) < _FEWEST:
        return {}  # a letter that is drawn out
    return {
        text: data
        for text, data in read.items()
        if data in sure or not (_PLAIN.search(text) if is_double else stands_apart(data, page))
    }


def reread(said: Mapping[str, Sequence[Value]]) -> dict[str, list[Value]]:
    """Values of a tag, by field, as they were before; bytes where they are of a code page."""
    texts = {v.text for values in said.values() for v in values if isinstance(v.text, str)}
    whole: dict[str | bytes, str | bytes] = {text: undoubled(text) for text in texts}
    whole.update(misread([text for text in texts if whole[text] == text]).items())
    return {
        name: [value._replace(text=whole.get(value.text, value.text)) for value in values]
        for name, values in said.items()
    }


def _as_read(text: str) -> bytes | None:
    """The bytes of which a program made `text`; None where it has other characters."""
    data = bytearray()
    for char in text:
        try:
            data += char.encode("latin-1" if "\x80" <= char <= "\x9f" else "cp1252")
        except UnicodeEncodeError:
            return None
    return bytes(data)
