"""How a file in one folder names a music file in another."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

from songatlas.text import UNWRITABLE

_SAFE = "/!$'()*,;=:@~-._"  # of RFC 3986, what may stand in a path


def relative_path(source: Path, folder: Path) -> str:
    """`source` as seen from `folder`, with ``/``; absolute where no way leads there.

    Examples
    --------
    >>> relative_path(Path("/music/a b.mp3"), Path("/results/playlists"))
    '../../music/a b.mp3'
    """
    try:
        found = os.path.relpath(source, folder)
    except ValueError:  # another drive of Windows
        found = str(source)
    return found.replace(os.sep, "/")


def playlist_line(source: Path, folder: Path) -> str:
    r"""The line of a playlist in `folder` that leads to `source`.

    A relative path as it is; where that cannot be written in one line of UTF-8, a ``file:`` URI.

    Examples
    --------
    >>> playlist_line(Path("/m/#1 hit.mp3"), Path("/m")), playlist_line(Path("/m/a\nb"), Path("/m"))
    ('./#1 hit.mp3', 'file:///m/a%0Ab')
    """
    relative = relative_path(source, folder)
    if UNWRITABLE.search(relative):
        return f"file://{_quoted(source.as_posix())}"
    if relative.startswith(("#", " ", "\ufeff")) or "://" in relative.split("/..")[0]:
        return f"./{relative}"  # neither a comment nor an address
    return relative


def relative_uri(source: Path, folder: Path) -> str:
    """`source` as a percent-encoded reference relative to `folder`.

    Examples
    --------
    >>> relative_uri(Path("/m/a #1?.mp3"), Path("/m/out"))
    '../a%20%231%3F.mp3'
    """
    relative = relative_path(source, folder)
    if re.match(r"[A-Za-z]:/", relative):
        return f"file:///{_quoted(relative)}"
    uri = _quoted(relative)
    return f"./{uri}" if ":" in uri.split("/")[0] else uri  # else it would read as a scheme


def _quoted(path: str) -> str:
    try:
        return quote(path, safe=_SAFE)
    except UnicodeEncodeError:  # bytes that are no UTF-8
        return quote_from_bytes(os.fsencode(path), safe=_SAFE)
