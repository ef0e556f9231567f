"""Text in any script: which fonts to use, and what to do where no font has the glyphs.

DejaVu Sans, which matplotlib carries, draws Latin, Greek, Cyrillic and Arabic; other scripts need
a font of the system. A glyph that no installed font has is shown as ``□`` and logged once.
"""

from __future__ import annotations

import functools
import logging
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import regex
from matplotlib import font_manager

from songatlas.text import JOINERS, LONE, columns, printable
from songatlas.text import shorten as cut
from songatlas.toml import read_toml

_logger = logging.getLogger(__name__)

BASE_FAMILY = "DejaVu Sans"
MISSING = "□"

_TABLES = read_toml("plots/fonts.toml")
PREFERRED_FAMILIES: tuple[str, ...] = tuple(_TABLES["preferred"])
SCRIPTS: Mapping[str, str] = _TABLES["scripts"]  # a few letters of each
_REGULAR = (400, "normal", "regular")
_MAX_MARKS = 12  # code points a grapheme; more are a prank that grows over the lines around it


def families_for(texts: Iterable[str]) -> list[str]:
    """Font families that together have the glyphs of `texts`, DejaVu Sans first.

    Examples
    --------
    >>> families_for(["Café", "Привет"])
    ['DejaVu Sans']
    """
    needed = {
        _family_of(char) for text in set(texts) for char in unicodedata.normalize("NFC", text)
    }
    return [BASE_FAMILY, *(family for family in _fallback_families() if family in needed)]


def has_glyphs(text: str) -> bool:
    """Whether installed fonts have all letters of `text`.

    Examples
    --------
    >>> has_glyphs("Привет"), has_glyphs("\U0010fffd")
    (True, False)
    """
    return all(_family_of(char) is not None for char in unicodedata.normalize("NFC", text))


def readable(text: str) -> str:
    r"""One line of `text` that can be drawn.

    White space is collapsed, control and direction characters are dropped, and each grapheme
    that no installed font has becomes ``□`` (logged once a script).

    Examples
    --------
    >>> readable(" costs\t$5\x1b[0m ")
    'costs $5[0m'
    """
    seen = printable(LONE.sub(MISSING, text))
    line = " ".join(unicodedata.normalize("NFC", seen).split())
    graphemes = regex.findall(r"\X", line)
    return "".join(
        grapheme[:_MAX_MARKS] if _is_covered(grapheme) else MISSING for grapheme in graphemes
    )


def shorten(text: str, width: int) -> str:
    """Readable `text` in at most `width` columns, as :func:`songatlas.text.shorten` cuts it."""
    return cut(readable(text), width)


def shorten_all(names: Sequence[str], width: int) -> list[str]:
    """Shorten every name; those that would then read alike keep their ends.

    Examples
    --------
    >>> shorten_all(["contemporary jazz", "contemporary soul", "rap"], 12)
    ['contem…jazz', 'contem…soul', 'rap']
    """
    short = [shorten(name, width) for name in names]
    times = Counter(short)
    return [
        shorten(name, width * 2 // 3 - 1) + _end(name, width // 3 + 1)
        if times[text] > 1 and text != readable(name)
        else text
        for name, text in zip(names, short, strict=True)
    ]


def _end(name: str, width: int) -> str:
    kept = ""
    for grapheme in reversed(regex.findall(r"\X", readable(name))):
        if columns(grapheme + kept) > width:
            break
        kept = grapheme + kept
    return kept.lstrip()


def _is_covered(grapheme: str) -> bool:
    for char in grapheme:
        if char not in JOINERS and _family_of(char) is None:
            _log_missing(_script(char))
            return False
    return True


def _script(char: str) -> str:
    """Rough name of the script: the first word of the character's own name."""
    if ord(char) >= 0x1F000:
        return "emoji"
    return unicodedata.name(char, "unassigned").split()[0].split("-")[0]


@functools.cache
def _log_missing(script: str) -> None:
    _logger.warning(
        "No installed font has all %s glyphs, so pictures show %s for them. Install fonts that "
        "have them, such as Noto (Debian: fonts-noto-core, fonts-noto-cjk).",
        script,
        MISSING,
    )


@functools.cache
def _family_of(char: str) -> str | None:
    """First family that has a glyph for `char`, or None."""
    for family in (BASE_FAMILY, *_fallback_families()):
        if ord(char) in _code_points(family):
            return family
    return None


@functools.cache
def _code_points(family: str) -> frozenset[int]:
    path = font_manager.findfont(family, fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


@functools.cache
def _fallback_families() -> tuple[str, ...]:
    """Installed families to look for glyphs in, after DejaVu Sans, in order."""
    _add_new_fonts()
    installed = {
        entry.name
        for entry in font_manager.fontManager.ttflist
        if entry.weight in _REGULAR and Path(entry.fname).exists()
    }
    preferred = [family for family in PREFERRED_FAMILIES if family in installed]
    others = sorted(family for family in installed if family.startswith("Noto "))
    return tuple(dict.fromkeys([*preferred, *others]))


def _add_new_fonts() -> None:
    """Tell matplotlib of Noto fonts that were installed after it listed the system's fonts."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted(font_manager.findSystemFonts()):
        if path not in known and Path(path).name.lower().startswith("noto"):
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError) as error:  # bitmap fonts, such as Noto Color Emoji
                _logger.debug("font %s is not used: %s", path, error)
