"""Keys by which titles, artists and file names of any script are compared.

Conventions
-----------
A key holds the letters, marks and numbers of the text, compatibility forms and case folded
(Unicode's NFKC and case folding); punctuation, space and symbols are gone. Two texts are the same
exactly when their keys are equal and not empty: there is no transliteration and no similarity.
"""

from __future__ import annotations

import functools

import regex

from songatlas.text import title_key

_CLIP = regex.compile(r"[\s_.\-]+[(\[]?\p{Nd}{1,3}\s?s(?:ec)?[)\]]?\s*$", regex.IGNORECASE)
_CREDITS = regex.compile(
    r"\s+(?:feat|ft|featuring|with|and|vs|x)(?:\.|\b)|[,;/&+×]|[(\[]\s*(?:feat|ft)\b",
    regex.IGNORECASE,
)
_ARTICLE = regex.compile(r"^\s*the\s+", regex.IGNORECASE)


def clip_key(stem: str) -> str:
    """Key of a file stem without a trailing clip length; empty when it has none.

    Examples
    --------
    >>> clip_key("24k_magic_30s"), clip_key("24k_magic")
    ('24kmagic', '')
    """
    shorter = _CLIP.sub("", stem)
    return title_key(shorter) if shorter != stem else ""


def artists_agree(first: str, second: str) -> bool:
    """Whether two artist credits name at least one artist in common.

    Examples
    --------
    >>> artists_agree("The Beatles", "Beatles, The"), artists_agree("A feat. B", "a")
    (True, True)
    >>> artists_agree("Prince", "Prince Royce"), artists_agree("", "")
    (False, False)
    """
    return bool(_credits(first) & _credits(second))


def artists_contradict(first: str, second: str) -> bool:
    """Whether both credits name somebody, and nobody in common.

    Examples
    --------
    >>> artists_contradict("Adele", "Beyoncé"), artists_contradict("Adele", "")
    (True, False)
    """
    mine, yours = _credits(first), _credits(second)
    return bool(mine and yours) and not mine & yours


@functools.lru_cache(maxsize=1 << 16)
def _credits(text: str) -> frozenset[str]:
    """Keys of the whole credit and of everybody in it, leading articles dropped."""
    parts = (_ARTICLE.sub("", part) for part in (text, *_CREDITS.split(text)))
    return frozenset(key for key in map(title_key, parts) if key and key != "the")
