"""Words of any script.

Conventions
-----------
Two words are one where Unicode says that they differ in nothing that is read: case, how letters
are composed, full width, and format characters (General_Category Cf), which end no word (UAX #29,
WB4). A zero-width space does: it stands where words of Thai or Khmer part. Joiners shape letters
and are left out as well; :func:`spellings` remembers them for what people read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

import regex

from songatlas.text import JOINERS

# A letter or digit and at least one more letter, digit, vowel sign or apostrophe (’ or ').
# Chinese, Japanese and Thai are written without spaces: there, every pair of neighbours counts.
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}’']+|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_WRITTEN = regex.compile(rf"[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}’'{JOINERS}]+")
_IGNORABLE = regex.compile(
    r"[[\p{Cf}\p{Default_Ignorable_Code_Point}\N{ARABIC TATWEEL}]--\N{ZERO WIDTH SPACE}]",
    regex.VERSION1,
)
_WIDTHS = regex.compile("[\ufb00-\ufdff\ufe70-\ufefc\uff01-\uffdc]")  # of letters, and their forms
# Letters that were written by a joiner before Unicode 4.1 and 5.1 had them (chapter 12): Bengali
# khanda ta, and the chillus of Malayalam.
_LETTERS = dict(zip("তണനരലളക", "ৎൺൻർൽൾൿ", strict=True))
_WITH_JOINER = regex.compile("([তണനരലളക])[\u09cd\u0d4d]\u200d")
_APOSTROPHES = regex.compile("[’ʼʻʽʹ‘´`′׳]")
# Between letters that they belong to: of Hebrew acronyms (UAX #29, WB7b) and of Catalan.
_WITHIN = regex.compile(r"(?<=\p{Hebrew}\p{M}*)[\"״](?=\p{Hebrew})|(?<=l)·(?=l)")
_UNSPACED = regex.compile(r"^[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{M}ー]+$")
_SCIKIT = re.compile(r"(?u)\b\w\w+\b")


def unicode_tokens(text: str) -> list[str]:
    """Casefolded words of `text`; runs of an unspaced script become overlapping pairs.

    Examples
    --------
    >>> unicode_tokens("Don’t stop, আমি তোমাকে")
    ["don't", 'stop', 'আমি', 'তোমাকে']
    >>> unicode_tokens("夜に駆ける")
    ['夜に', 'に駆', '駆け', 'ける']
    >>> unicode_tokens("می\N{ZERO WIDTH NON-JOINER}خواهم hel\N{SOFT HYPHEN}lo")
    ['میخواهم', 'hello']
    """
    tokens: list[str] = []
    text = _comparable(text)
    if not text.isascii():
        text = _WITHIN.sub("'", text)
    for word in _WORD.findall(_APOSTROPHES.sub("'", text)):
        # most words are ASCII, and never of an unspaced script: asking that first is quicker
        if len(word) > 2 and not word.isascii() and _UNSPACED.match(word):
            tokens.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            tokens.append(word.rstrip("'"))
    return tokens


def spellings(texts: Iterable[str]) -> dict[str, str]:
    """Tokens that are mostly written with joiners, with how they are.

    Examples
    --------
    >>> spellings(["ශ්\N{ZERO WIDTH JOINER}රී ලංකා"]) == {"ශ්රී": "ශ්\N{ZERO WIDTH JOINER}රී"}
    True
    """
    counts: dict[str, Counter[str]] = {}
    for text in texts:
        if any(joiner in text for joiner in JOINERS):
            for word in _WRITTEN.findall(text.casefold()):
                written = unicodedata.normalize("NFC", word.strip(JOINERS))
                counts.setdefault(_comparable(word), Counter())[written] += 1
    best = {key: min(found, key=lambda x: (-found[x], x)) for key, found in counts.items()}
    return {key: word for key, word in best.items() if key != word}


def _comparable(text: str) -> str:
    """`text` without case and without what Unicode says is not compared."""
    text = text.casefold()
    if text.isascii():
        return text
    text = _WITH_JOINER.sub(lambda match: _LETTERS[match[1]], text)
    text = _WIDTHS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return unicodedata.normalize("NFC", _IGNORABLE.sub("", text)).casefold()


def scikit_tokens(text: str) -> list[str]:
    """Tokens as scikit-learn's ``TfidfVectorizer`` makes them by default.

    Its pattern ends a word at every vowel sign, which leaves scraps of Bengali or Hindi; it is
    here to repeat the original experiment.

    Examples
    --------
    >>> scikit_tokens("Don't stop")
    ['don', 'stop']
    """
    return list(_SCIKIT.findall(text.lower()))


TOKENIZERS: dict[str, Callable[[str], list[str]]] = {
    "unicode": unicode_tokens,
    "scikit-learn": scikit_tokens,
}
