"""Lyrics with times (LRC and its kin, SRT, WebVTT, ASS) as plain lyrics."""

from __future__ import annotations

import itertools
import unicodedata

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
_TIMED = regex.compile(r"^\s*((?:\[(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+)(.*)")
_LEAST = 3  # lines with a time before them
_FEWEST, _SHARE = 4, 0.5  # of times with several lines; of them, and of those in another script
_VOICE = regex.compile(  # who of two sings
    r"^\s*(?:v\d+|bg|[FMD]):|^\s*\[bg:(.*)\]\s*$", regex.MULTILINE
)
_SPACES = regex.compile(" {2,}")
_MILLISECONDS = regex.compile(  # of a line, in Chinese players; or a number of who sings
    r"^\[\d+,\d+\]|^\[\d\](?=[^\n]*\(\d+,\d+\))", regex.MULTILINE
)
_OF_WORDS = regex.compile(rf"{_MILLISECONDS.pattern}|[<(]\d+,\d+(?:,\d+)?[>)]", regex.MULTILINE)
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
_ROLLING = regex.compile(r"<[\d:.]{8,12}><c>")  # captions that repeat each line as it moves up
_BEFORE = (  # what subtitles, labels and people put before lines; most lines have it
    r"\{\d+\}\{\d+\}|\[\d+\]\[\d+\]/?|\d+(?:\.\d+)?\t\d+(?:\.\d+)?\t"
    r"|\((?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.:]\d{1,3})?\)"
    r"|(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?(?:,(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}[^\S\n]*$\n?"
    r"|[^\S\n]*[-–—>|]+[^\S\n]*(?=\S)|[^\S\n]+(?=\S))"
)
_EACH = regex.compile(rf"^[^\S\n]*(?:{_BEFORE})", regex.MULTILINE)
_COLUMNS = regex.compile(r"\Astart\tend\ttext\n")
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
        rolls = "<c>" in plain and _ROLLING.search(plain)
        plain = _CUE.sub("", _VTT_BLOCK.sub("", plain))
        plain = _once(_TIME.sub("", _STYLED.sub("", plain))) if rolls else plain
    plain = _unprefixed(plain)
    if _MILLISECONDS.search(plain):
        plain = _OF_WORDS.sub("", plain)
    plain = _TIME.sub("", _untranslated(_ID.sub("", _STYLED.sub("", plain))))
    if plain == text.replace("\r\n", "\n"):
        return text
    plain = _SPACES.sub(" ", _VOICE.sub(r"\1", plain))
    return "\n".join(line.strip() for line in plain.splitlines()).strip()


def _once(text: str) -> str:
    """Lines that differ from the one before."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(line for line, _ in itertools.groupby(lines))


def _unprefixed(text: str) -> str:
    """`text` without what stands before most of its lines, such as ``0:12 - `` and ``{25}{60}``."""
    if not _EACH.search(text):
        return text
    n_lines = sum(map(bool, map(str.strip, text.splitlines())))
    n_found = len(_EACH.findall(text))
    if n_found < _LEAST or 2 * n_found < n_lines:
        return text
    return str(_EACH.sub("", _COLUMNS.sub("", text)))


def _untranslated(text: str) -> str:
    r"""`text` without the second and third line of a time: what is sung in other words or letters.

    Players show translations and romanisations so. Only where most of them are in another script
    than the first, as two voices may share a time, too.

    Examples
    --------
    >>> sung = "[00:01.00]Мы плывём\n[00:01.00]We sail\n[00:02.00]домой\n[00:02.00]home\n"
    >>> _untranslated(sung + sung.replace("0:0", "0:1")).split()
    ['[00:01.00]Мы', 'плывём', '[00:02.00]домой', '[00:11.00]Мы', 'плывём', '[00:12.00]домой']
    """
    found: dict[str, dict[int, str]] = {}  # number and words of its lines, by time
    lines = text.splitlines(keepends=True)
    for i, line in enumerate(lines):
        if (timed := _TIMED.match(line)) and (words := _TIME.sub("", timed[2]).strip()):
            found.setdefault("".join(timed[1].split()), {})[i] = words
    several = [[*said.values()] for said in found.values() if len(set(said.values())) > 1]
    foreign = [_script(first) != _script(other) for first, *others in several for other in others]
    if len(several) < max(_FEWEST, _SHARE * len(found)) or sum(foreign) < _SHARE * len(foreign):
        return text
    dropped = {i for said in found.values() for i in [*said][1:]}
    return "".join(line for i, line in enumerate(lines) if i not in dropped)


def _script(line: str) -> str:
    """Of what is not Latin, if any; kana tell Japanese from Chinese."""
    names = {unicodedata.name(char, "").split(" ")[0] for char in line if char.isalpha()}
    return "KANA" if names & {"HIRAGANA", "KATAKANA"} else min(names - {"LATIN"}, default="LATIN")
