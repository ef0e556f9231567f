"""Lyrics among what is played to them: chords above or within lines, tablature, karaoke notes."""

from __future__ import annotations

import regex

_CHORD = (
    r"[A-H][#b♯♭]?(?:maj|min|m|dim|aug|sus|add|M(?=\d)|Δ|°|ø|\+|-)?\d{0,2}"
    r"(?:(?:maj|M|sus|add|omit|no|dim|aug)\d{1,2}|[#b+-]\d{1,2}|sus)*+"
    r"(?:\([^()\n]{1,8}\))?(?:/[A-H][#b♯♭]?)?"
)
_WITHIN = regex.compile(rf"\[(?:{_CHORD}|N\.?C\.?)\]")
_ALL = regex.compile(rf"[\s|()]*(?:(?:{_CHORD}|N\.?C\.?|%|[x×]\d+|\d+[x×]|[-–*.]+)[\s|()]+)++")
_BARE = regex.compile(r"[A-H]")  # a letter that may be a word, or spelled
_TOKEN = regex.compile(rf"(?<![^\s|(])(?:{_CHORD})(?![^\s|)])")
_FEWEST = 2  # chords in brackets, or lines of chords, that are no accident
_DIRECTIVE = regex.compile(
    r"^[^\S\n]*\{(?:title|t|subtitle|st|artist|composer|lyricist|copyright|album|year|key|time|tempo"
    r"|duration|capo|meta|define|chord|transpose|comment|comment_italic|comment_box|c|ci|cb"
    r"|highlight|new_page|np|new_song|ns|column_break|colb|columns|col|image|chorus"
    r"|(?:start|end)_of_\w+|[se]o[cvbtg])(?:[: ][^{}\n]*)?\}[^\S\n]*$\n?",
    regex.IGNORECASE | regex.MULTILINE,
)
_MARK = regex.compile(r"\[/?(?:tab|ch)\]")  # of a site for guitarists
_TAB = regex.compile(
    r"^[^\S\n]*[A-Ga-g]?[#b]?[|:][-\d|hpbrxXstv/\\~^()<>=.* ]*--[-\d|hpbrxXstv/\\~^()<>=.* ]*$\n?",
    regex.MULTILINE,
)
_HEAD = regex.compile(r"\A\s*#[A-Z0-9]+:")
_NOTE = regex.compile(r"^[:*FRG] -?\d+ \d+ -?\d+ ?(.*)$")


def without_chords(text: str) -> str:
    r"""`text` without chords and tablature, as ChordPro and sites for guitarists have them.

    Examples
    --------
    >>> without_chords("{title: Home}\n[Am]We sail to the har[G]bour")
    'We sail to the harbour'
    >>> without_chords("Am7   G/B\nWe sail\nF#m\nto the harbour")
    'We sail\nto the harbour'
    """
    if "{" in text:
        text = _DIRECTIVE.sub("", text)
    if "[" in text:
        text = _MARK.sub("", text)
        if len(_WITHIN.findall(text)) >= _FEWEST:
            text = _WITHIN.sub("", text)
    if "--" in text and len(_TAB.findall(text)) >= _FEWEST:
        text = _TAB.sub("", text)
    lines = text.split("\n")
    chords = [bool(line.strip()) and bool(_ALL.fullmatch(line + " ")) for line in lines]
    if sum(chords) < _FEWEST:
        return text
    above = [line for line, is_chords in zip(lines, chords, strict=True) if is_chords]
    if all(_BARE.fullmatch(chord) for line in above for chord in _TOKEN.findall(line)):
        return text
    return "\n".join(line for line, is_chords in zip(lines, chords, strict=True) if not is_chords)


def without_notes(text: str) -> str:
    r"""Lines of a text with karaoke notes in UltraStar's format; other text as it is.

    Examples
    --------
    >>> without_notes("#TITLE:Home\n#BPM:300\n: 0 3 60 We\n: 4 3 60  sail\n- 9\n* 12 3 60 home\nE")
    'We sail\nhome'
    """
    if not _HEAD.match(text):
        return text
    said: list[str] = [""]
    for line in text.splitlines():
        if note := _NOTE.match(line):
            said[-1] += note[1]
        elif line.startswith("-") and said[-1]:
            said.append("")
    return "\n".join(line.strip().replace("~", "") for line in said) if any(said) else text
