"""What the tags inside an audio file say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from songatlas.library.lrc import strip_times
from songatlas.store.regular_file import open_regular
from songatlas.text import clean, one_line

_LYRICS = ("lyrics", "unsyncedlyrics", "syncedlyrics")


@dataclass(frozen=True, kw_only=True)
class Tags:
    """Fields of :class:`songatlas.types.Track`; empty where the file says nothing.

    ``cue_sheet`` is the text of one that is embedded.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    year: str = ""
    language: str = ""
    lyrics: str = ""
    cue_sheet: str = ""


def open_tag(path: Path) -> TinyTag:
    """What is tagged in `path`; nothing where that is damaged, or there is no such file."""
    try:
        with open_regular(path) as file:
            # By the open file, not by name: the extension may lie.
            return TinyTag.get(file_obj=file, duration=False)
    except (TinyTagException, OSError):
        return TinyTag()


def read_tags(path: Path) -> Tags:
    """Tags of `path`: ID3 (USLT and SYLT too), Vorbis comments, MP4 atoms, RIFF, AIFF, ASF.

    Tags that are missing or damaged are empty: the sound may be whole all the same. Of several
    values the first counts, except that several artists are all named.
    """
    tag = open_tag(path)
    artists = [tag.artist or "", *tag.other.get("artist", [])]
    lyrics = [clean(text) for name in _LYRICS for text in tag.other.get(name, [])]
    return Tags(
        title=one_line(tag.title or ""),
        artist=one_line("; ".join(dict.fromkeys(filter(None, artists)))),
        album=one_line(tag.album or ""),
        genre=one_line(tag.genre or ""),
        year=one_line(tag.year or ""),
        language=one_line(next(iter(tag.other.get("language", [])), "")),
        lyrics=strip_times(next(filter(None, lyrics), "")),
        cue_sheet=next(iter(tag.other.get("cuesheet", [])), ""),
    )
