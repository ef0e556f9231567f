"""Bytes of unknown encoding as text."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from songatlas.store.regular_file import open_regular
from songatlas.text.marks import mark_of

_MOST_BYTES = 1 << 20  # of what lies beside music
_SAMPLE = 65536  # bytes that are enough to guess
# What people's files are in when they are not in Unicode; rarer pages only add wrong guesses.
_LATIN = ["cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2"]
_OTHER = [
    *("cp1251", "cp1253", "cp1255", "cp1256", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_LAST = ("cp866", "cp874")  # taken where none of these fits
_EAST_ASIAN = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_SHORT = 400  # bytes of lines beyond ASCII, below which their letters tell more than a likeness
_FULL = 0.75  # Russian has 0.8 to 0.95; Greek and Hebrew of DOS, read as Russian, at most 0.7
# Letters of western European languages and the punctuation of word processors. Left out are the
# letters of Icelandic, and ž and š: in practice they are those of Turkish or Czech.
_WESTERN = re.compile(r"[\x00-\x7fÀ-ÏÑ-ÖØ-Üß-ïñ-öø-üÿŒœŸ‘’‚“”„–—…•«»‹›¿¡€£°´·ºª©®™§\xa0]*")
_OLDER = ("mac_roman", "cp850")  # Excel on a Mac, DOS
# One character of a Latin text that stands there by mistake: no letter within a word, a capital
# behind a small letter, or what no western language has.
_ODD = re.compile(
    r"(?<=[^\W\d_])[^\w\s\x00-\x7f’‘](?=[^\W\d_])|[€‚](?=[^\W\d_])|(?<=[^\W\d_])‚"
    r"|(?<=[a-zß-ÿ])[À-ÞŒŸŠŽ]|(?<=[^\W\d_])[À-ÞŒŸŠŽ](?=[a-zß-ÿ])"
    r"|[^\x00-\x7fÀ-ÏÑ-ÖØ-Üß-ïñ-öø-üÿŒœŸŠšŽž‘’‚“”„–—…•«»‹›¿¡€£°´·ºª©®™§\xa0]"
)
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{3,}")
_KANA = re.compile("[\u3041-\u30ff]")  # full width: no other text is full of them by chance
_ZEROS = 0.7  # share of the high bytes of UTF-16 in Latin letters
_TOLERANCE = 5.0  # percent of likeness to a language within which the commonest page is preferred


class NotTextError(ValueError):
    """The bytes are no text, or text in several encodings at once."""


def read_text(path: Path) -> str:
    """Text of a file of at most 1 MB.

    Raises
    ------
    OSError
        When it cannot be read.
    NotTextError
        With the reason.
    """
    with open_regular(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise NotTextError("it is larger than 1 MB")
    return decode(data)[0]


def decode(data: bytes) -> tuple[str, str]:
    """Text of `data` and the name of its encoding.

    A byte-order mark decides; then UTF-8, which hardly anything else is by chance; then the
    guess of charset-normalizer, in which Windows-1252 wins over pages that differ from it only in
    letters that it deems hardly likelier, and Japanese is known by its syllables.

    Raises
    ------
    NotTextError
        With the reason.

    Examples
    --------
    >>> decode("Beyoncé".encode())
    ('Beyoncé', 'utf-8')
    >>> decode("Mañana, señor".encode("cp1252"))
    ('Mañana, señor', 'cp1252')
    """
    if encoding := mark_of(data):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            raise NotTextError(f"it is marked as {encoding} but is not ({error})") from error
    if (order := _wide(data)) and len(data) % 2 == 0:
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(order)
            if all(char.isprintable() or char.isspace() for char in text):
                return text, order
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if b"\x00" in data:
            raise NotTextError("it holds zero bytes") from error
        _refuse_mixed(data, error)
    for encoding in itertools.chain(_guesses(data), _last_guess(data)):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:  # the sample fitted, the rest does not
            continue
    raise NotTextError("its encoding is not recognised")


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, where every other byte is zero in most; empty for anything else."""
    if b"\0" not in data:
        return ""
    even, odd = (half.count(0) / max(len(half), 1) for half in (data[0::2], data[1::2]))
    return (
        "utf-16-le" if odd > _ZEROS > 9 * even else "utf-16-be" if even > _ZEROS > 9 * odd else ""
    )


def _refuse_mixed(data: bytes, error: UnicodeDecodeError) -> None:
    """Refuse UTF-8 with a few foreign bytes, which any guess would garble as a whole."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    good = sum(character > "\x7f" for character in text) - bad
    if good >= 10 * bad:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotTextError(f"it is UTF-8 except for {bad} characters, the first in line {line}")


def _guesses(data: bytes) -> list[str]:
    """Encodings in the order of their plausibility."""
    from charset_normalizer import from_bytes

    lines = [line for line in data.splitlines(keepends=True) if not line.isascii()]
    sample = data if len(data) <= _SAMPLE else b"".join(lines)[:_SAMPLE]
    japanese = [name for name in ("cp932", "euc_jp") if _has_kana(sample, name)]
    matches = from_bytes(sample, cp_isolation=_OTHER + ([] if _foreign(sample) else _LATIN))
    names = [match.encoding for match in matches if match.encoding != "cp1252"]
    western = sample.decode("cp1252", errors="replace")
    likeness = [match.percent_coherence for match in matches if str(match) == western]
    if likeness:
        likely = likeness[0] >= matches[0].percent_coherence - _TOLERANCE
        first = likely and _WESTERN.fullmatch(western)
        names.insert(0 if first else len(names), "cp1252")
    from songatlas.library.code_page import decode_short, is_turkish  # with many patterns

    turkish = ["cp1254"] if not _foreign(sample) and is_turkish(western) else []
    short = decode_short(lines) if sum(map(len, lines)) <= _SHORT else ""
    east_asian = [short] if short in _EAST_ASIAN else []
    return _older(sample) + japanese + east_asian + turkish + names


def _older(sample: bytes) -> list[str]:
    """The page of before Windows that a western text is in, where it makes no sense in today's."""
    n_beyond = sum(byte > 0x7F for byte in sample)
    odd = {page: len(_ODD.findall(sample.decode(page, "replace"))) for page in ("cp1252", *_OLDER)}
    best = min(_OLDER, key=odd.__getitem__)
    fits = 2 * odd["cp1252"] >= n_beyond and 10 * odd[best] <= n_beyond
    return [best] if fits and not _foreign(sample) else []


def _last_guess(data: bytes) -> Iterator[str]:
    """A page that charset-normalizer does not look for, where the text is full of its letters."""
    from songatlas.library.code_page import common_share, decode_short  # with many patterns

    lines = [line for line in data.splitlines() if not line.isascii()]
    page = decode_short(lines)
    if page in _LAST and _foreign(data[:_SAMPLE]) and common_share(lines, page) > _FULL:
        yield page


def _has_kana(sample: bytes, encoding: str) -> bool:
    """Whether more than a quarter of what is beyond ASCII are Japanese syllables."""
    text = sample.decode(encoding, errors="replace")
    return 4 * len(_KANA.findall(text)) > sum(not character.isascii() for character in text)


def _foreign(sample: bytes) -> bool:
    """Whether most words beyond ASCII have no ASCII letter, as no Latin script would."""
    words = [word for word in _WORD.findall(sample) if not word.isascii()]
    whole = sum(not re.search(rb"[A-Za-z]", word) for word in words)
    return 2 * whole > len(words)
