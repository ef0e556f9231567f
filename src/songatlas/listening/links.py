"""How a file in one folder names a music file in another."""

from __future__ import annotations

import functools
import ntpath
import os
import posixpath
from pathlib import PurePath, PureWindowsPath
from urllib.parse import quote, quote_from_bytes

from songatlas.text import UNWRITABLE

_SAFE = "/!$'()*,;=:@~-._"  # of RFC 3986, what may stand in a path


def relative_path(source: PurePath, folder: PurePath) -> str:
    """`source` as seen from `folder`, with ``/``; absolute where no way leads there.

    Examples
    --------
    >>> relative_path(PurePath("/music/a b.mp3"), PurePath("/results/playlists"))
    '../../music/a b.mp3'
    """
    if not (source.is_absolute() and folder.is_absolute() and source.name not in ("", "..")):
        return _way(source, folder)
    within = _way_from(source.parent, folder)
    if type(source)(within).is_absolute():
        return source.as_posix()
    return source.name if within == "." else f"{within}/{source.name}"


def _way(source: PurePath, folder: PurePath) -> str:
    paths = ntpath if isinstance(source, PureWindowsPath) else posixpath
    try:
        found: str = paths.relpath(source, folder)
    except ValueError:  # another drive of Windows
        found = str(source)
    return found.replace(paths.sep, "/")


_way_from = functools.lru_cache(maxsize=1 << 12)(_way)  # many tracks lie in one folder


def playlist_line(source: PurePath, folder: PurePath) -> str:
    r"""The line of a playlist in `folder` that leads to `source`.

    A relative path as it is; where that cannot be written in one line of UTF-8, a ``file:`` URI.

    Examples
    --------
    >>> playlist_line(PurePath("/m/#1 hit.mp3"), PurePath("/m"))
    './#1 hit.mp3'
    >>> playlist_line(PurePath("/m/a\nb"), PurePath("/m"))
    'file:///m/a%0Ab'
    """
    relative = relative_path(source, folder)
    if UNWRITABLE.search(relative):
        return _file_uri(source)
    if relative.startswith(("#", " ", "\ufeff")) or "://" in relative.split("/..")[0]:
        return f"./{relative}"  # neither a comment nor an address
    return relative


def relative_uri(source: PurePath, folder: PurePath) -> str:
    r"""`source` as a percent-encoded reference relative to `folder`; from another drive a URI.

    Examples
    --------
    >>> relative_uri(PurePath("/m/a #1?.mp3"), PurePath("/m/out"))
    '../a%20%231%3F.mp3'
    >>> relative_uri(PureWindowsPath(r"C:\Music\a b.mp3"), PureWindowsPath(r"D:\results"))
    'file:///C:/Music/a%20b.mp3'
    """
    relative = relative_path(source, folder)
    if source.drive and relative == source.as_posix():
        return _file_uri(source)
    uri = _quoted(relative)
    return f"./{uri}" if ":" in uri.split("/")[0] else uri  # else it would read as a scheme


def _file_uri(source: PurePath) -> str:
    path = _quoted(source.as_posix())
    if path.startswith("//") and source.drive:  # a share of Windows, //SERVER/NAME
        return f"file:{path}"
    return f"file:///{path}" if source.drive else f"file://{path}"


def _quoted(path: str) -> str:
    try:
        return quote(path, safe=_SAFE)
    except UnicodeEncodeError:  # bytes that are no UTF-8
        return quote_from_bytes(os.fsencode(path), safe=_SAFE)
