"""Lyrics with times (LRC and its kin, SRT, WebVTT, ASS) as plain lyrics."""

from __future__ import annotations

import regex

# Names of lines of an LRC header: nothing that heads a section.
_ID = regex.compile(
    r"^\s*\[(?:ti|ar|al|au|lr|by|offset|re|tool|ver?|length|la|lang|language|id|hash|sign|qq|total|kana"
    r"|encoding|created|updated|duration|author|artist|title|album|#)\s*[:：][^\]\n]*\]?\s*?$\n?",
    regex.IGNORECASE | regex.MULTILINE,
)
# [01:02.50] of a line, <01:02.50> of a word
_TIME = regex.compile(
    r"\[(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]|<(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>"
)
_VOICE = regex.compile(r"^\s*(?:v\d+|bg):|^\s*\[bg:(.*)\]\s*$", regex.MULTILINE)  # who of two sings
_SPACES = regex.compile(" {2,}")
_MILLISECONDS = regex.compile(r"^\[\d+,\d+\]", regex.MULTILINE)  # of a line, in Chinese players
_OF_WORDS = regex.compile(r"^\[\d+,\d+\]|[<(]\d+,\d+(?:,\d+)?[>)]", regex.MULTILINE)
_CUE = regex.compile(  # its number or name, and its times
    r"(?:^[^\S\n]*(?:\d+|(?<=\n\s*\n|\A\s*)\S[^\n]*)[^\S\n]*\n)?"
    r"^[^\S\n]*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->[^\n]*$\n?",
    regex.MULTILINE,
)
_VTT_BLOCK = regex.compile(
    r"(?:\A\s*WEBVTT|^(?:NOTE|STYLE|REGION)\b)[^\n]*\n(?:[^\n]*\S[^\n]*\n)*?(?=\s*\n|\Z|[^\n]*-->)",
    regex.MULTILINE,
)
_SPOKEN = regex.compile(r"^Dialogue:(?:[^,\n]*,){9}([^\n]*)", regex.MULTILINE)  # of ASS
_STYLED = regex.compile(r"\{\\[^{}\n]*\}|</?(?:c|v|lang)(?:[.\s][^<>\n]*)?>")


def strip_times(text: str) -> str:
    r"""`text` without line times, word times, cues, styles and the lines of an LRC header.

    Section headers such as ``[Chorus]`` stay. Text that has none of these is returned as it is.

    Examples
    --------
    >>> strip_times("[ar: Somebody]\n[00:01.50]First <00:02.00>line\n[00:04.00][01:04.00]Second")
    'First line\nSecond'
    >>> strip_times("1\n00:00:01,000 --> 00:00:02,500\nWe sail")
    'We sail'
    >>> strip_times("[Chorus]\nLa la")
    '[Chorus]\nLa la'
    """
    plain = text.replace("\r\n", "\n")
    if "Dialogue:" in plain and (spoken := _SPOKEN.findall(plain)):
        plain = "\n".join(spoken).replace("\\N", "\n")
    if "-->" in plain:
        plain = _CUE.sub("", _VTT_BLOCK.sub("", plain))
    if _MILLISECONDS.search(plain):
        plain = _OF_WORDS.sub("", plain)
    plain = _TIME.sub("", _ID.sub("", _STYLED.sub("", plain)))
    if plain == text.replace("\r\n", "\n"):
        return text
    plain = _SPACES.sub(" ", _VOICE.sub(r"\1", plain))
    return "\n".join(line.strip() for line in plain.splitlines()).strip()
