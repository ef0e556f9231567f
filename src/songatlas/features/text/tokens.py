"""Words of any script."""

from __future__ import annotations

import re
from collections.abc import Callable

import regex

# A letter or digit and at least one more letter, digit, vowel sign or apostrophe (’ or ').
# Chinese, Japanese and Thai are written without spaces: there, every pair of neighbours counts.
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}’']+|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
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
    """
    tokens: list[str] = []
    for word in _WORD.findall(text.casefold().replace("’", "'")):
        # most words are ASCII, and never of an unspaced script: asking that first is quicker
        if len(word) > 2 and not word.isascii() and _UNSPACED.match(word):
            tokens.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            tokens.append(word.rstrip("'"))
    return tokens


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
