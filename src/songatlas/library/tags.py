"""What the tags inside an audio file say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from songatlas.library.clean import clean_line, clean_text
from songatlas.library.lrc import strip_times
from songatlas.store.opening import open_regular

_LYRICS = ("lyrics", "unsyncedlyrics", "syncedlyrics")


@dataclass(frozen=True, kw_only=True)
class Tags:
    """Fields of :class:`songatlas.types.Track`; empty where the file says nothing."""

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    year: str = ""
    language: str = ""
    lyrics: str = ""


def read_tags(path: Path) -> Tags:
    """Tags of `path`: ID3 (USLT and SYLT too), Vorbis comments, MP4 atoms, RIFF, AIFF, ASF.

    Tags that are missing or damaged are empty: the sound may be whole all the same. Of several
    values the first counts, except that several artists are all named.
    """
    try:
        with open_regular(path) as file:
            # By the open file, not by name: the extension may lie.
            tag = TinyTag.get(file_obj=file, duration=False)
    except (TinyTagException, OSError):
        return Tags()
    artists = [tag.artist or "", *tag.other.get("artist", [])]
    lyrics = [clean_text(text) for name in _LYRICS for text in tag.other.get(name, [])]
    return Tags(
        title=clean_line(tag.title or ""),
        artist=clean_line("; ".join(dict.fromkeys(filter(None, artists)))),
        album=clean_line(tag.album or ""),
        genre=clean_line(tag.genre or ""),
        year=clean_line(tag.year or ""),
        language=clean_line(next(iter(tag.other.get("language", [])), "")),
        lyrics=strip_times(next(filter(None, lyrics), "")),
    )
