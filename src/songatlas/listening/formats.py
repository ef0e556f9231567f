r"""Playlists as M3U8 and XSPF.

Conventions
-----------
UTF-8 without a mark at its beginning; line ends ``\n``; one track an entry whatever its title
holds; paths relative to the folder that the playlist is in. A part of a file is the file, with
options of VLC that say from where to where.

References
----------
RFC 8216, section 4 (M3U8); XSPF version 1, https://www.xspf.org/spec.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from songatlas.listening.links import playlist_line, relative_uri
from songatlas.text import one_line, track_name
from songatlas.types import Track

_VLC = "http://www.videolan.org/vlc/playlist/"
# What XML cannot hold, even escaped.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A track of a playlist and its length; NaN seconds where unknown."""

    track: Track
    seconds: float


def m3u8(name: str, entries: Sequence[Entry], folder: Path) -> str:
    """The text of a playlist that will lie in `folder`.

    Examples
    --------
    >>> track = Track(path="a.mp3", source=Path("/m/a.mp3"), content_hash="", title="A", artist="B")
    >>> print(m3u8("Late", [Entry(track=track, seconds=61.6)], Path("/m/lists")), end="")
    #EXTM3U
    #PLAYLIST:Late
    #EXTINF:62,B - A
    ../a.mp3
    """
    lines = ["#EXTM3U", f"#PLAYLIST:{one_line(name)}"]
    for entry in entries:
        track = entry.track
        seconds = round(entry.seconds) if math.isfinite(entry.seconds) else -1
        called = one_line(track_name(track.artist, track.title, track.path))
        lines.append(f"#EXTINF:{seconds},{called}")
        lines += [f"#EXTVLCOPT:{option}" for option in _options(track)]
        lines.append(playlist_line(track.source, folder))
    return "".join(f"{line}\n" for line in lines)


def xspf(name: str, entries: Sequence[Entry], folder: Path) -> str:
    """The same as XSPF.

    Examples
    --------
    >>> track = Track(path="a b.mp3", source=Path("/m/a b.mp3"), content_hash="", title="A & B")
    >>> text = xspf("Late", [Entry(track=track, seconds=1.5)], Path("/m"))
    >>> "<location>a%20b.mp3</location>" in text, "<title>A &amp; B</title>" in text
    (True, True)
    """
    also = f' xmlns:vlc="{_VLC}"' if any(entry.track.part for entry in entries) else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<playlist version="1" xmlns="http://xspf.org/ns/0/"{also}>',
        f"  <title>{_xml(name)}</title>",
        "  <trackList>",
    ]
    for entry in entries:
        track = entry.track
        cells = {"title": track.title, "creator": track.artist, "album": track.album}
        lines += [
            "    <track>",
            f"      <location>{_xml(relative_uri(track.source, folder))}</location>",
            *(f"      <{tag}>{_xml(text)}</{tag}>" for tag, text in cells.items() if text),
        ]
        if math.isfinite(entry.seconds):
            lines.append(f"      <duration>{round(1000 * entry.seconds)}</duration>")
        if track.part:
            options = [f"<vlc:option>{option}</vlc:option>" for option in _options(track)]
            lines.append(f'      <extension application="{_VLC}0">{"".join(options)}</extension>')
        lines.append("    </track>")
    return "".join(f"{line}\n" for line in [*lines, "  </trackList>", "</playlist>"])


def _options(track: Track) -> list[str]:
    if track.part is None:
        return []
    times = zip(("start", "stop"), track.part, strict=True)
    return [f"{name}-time={time:.3f}" for name, time in times if math.isfinite(time)]


FORMATS: Mapping[str, Callable[[str, Sequence[Entry], Path], str]] = {"m3u8": m3u8, "xspf": xspf}


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("", text))
