"""Name the language of lyrics, offline."""

from __future__ import annotations

_MIN_CHARACTERS = 40


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of `text`, or "" for fewer than 40 characters.

    Examples
    --------
    >>> detect_language("Ich gehe heute Abend nach Hause und singe ein altes Lied für dich")
    'de'
    >>> detect_language("la la")
    ''
    """
    if len(text) < _MIN_CHARACTERS:
        return ""
    from py3langid import classify  # loads its model once, a third of a second

    language, _ = classify(text)
    return str(language)
