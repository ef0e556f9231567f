"""MPD: its stored playlists, which every client of that server shows.

A playlist is written beside the old one and renamed when it is whole, so that nobody ever sees
half of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from songatlas.errors import PlayerError
from songatlas.players.address import Address
from songatlas.players.mpd_lines import MpdConnection
from songatlas.players.names import file_name
from songatlas.players.player import RemotePlaylist, RemoteTrack

_TIMEOUT = 60.0
_PAGE = 1000  # of 300 to 500 bytes: MPD hangs up when 8 MB wait to be read
_PIECE = 500  # at most 250 bytes a command, of the 2 MB that a command list may have
_UNFINISHED = " (songatlas is writing)"


class MpdPlayer:
    """A connection to an MPD.

    Examples
    --------
    >>> from songatlas.players.address import parse_address
    >>> MpdPlayer(parse_address("mpd:///nowhere/socket"), password="")
    Traceback (most recent call last):
        ...
    songatlas.errors.PlayerError: mpd:///nowhere/socket cannot be reached: ...
    """

    def __init__(self, address: Address, *, password: str) -> None:
        self.identity = address.identity
        place = (address.host, address.port) if address.host else address.path
        self._connection = MpdConnection(place, identity=self.identity, timeout=_TIMEOUT)
        if password:
            try:
                self._connection.ask("password", password)
            except PlayerError:
                self._connection.close()
                raise

    def tracks(self) -> tuple[RemoteTrack, ...]:
        """Every song of its database."""
        songs: list[dict[str, list[str]]] = []
        n_before = -1
        while n_before < len(songs):
            n_before = len(songs)
            window = f"{n_before}:{n_before + _PAGE}"
            found = self._connection.ask("find", "modified-since", "0", "window", window)
            for name, value in found:
                if name == "file":
                    songs.append({})
                if songs:
                    songs[-1].setdefault(name, []).append(value)
        return tuple(_track(song) for song in songs)

    def playlists(self) -> tuple[RemotePlaylist, ...]:
        """Every stored playlist."""
        pairs = self._connection.ask("listplaylists")
        return tuple(
            RemotePlaylist(id=value, name=value)
            for name, value in pairs
            if name == "playlist" and not value.endswith(_UNFINISHED)
        )

    def entries(self, playlist_id: str) -> tuple[str, ...]:
        """Files in the order of the playlist."""
        pairs = self._connection.ask("listplaylist", playlist_id)
        return tuple(value for name, value in pairs if name == "file")

    name = staticmethod(file_name)  # MPD stores each playlist as a file

    def create(self, name: str, track_id: str) -> str:
        """Start a playlist with one file."""
        self._connection.ask("playlistadd", name, track_id)
        return name

    def replace(self, playlist_id: str, track_ids: Sequence[str]) -> None:
        """Write the new playlist under another name, then let it take the place of the old."""
        if not track_ids:
            raise PlayerError(f"{self.identity} cannot store {playlist_id!r} without tracks.")
        unfinished = playlist_id + _UNFINISHED
        if ("playlist", unfinished) in self._connection.ask("listplaylists"):
            self._connection.ask("rm", unfinished)
        for start in range(0, len(track_ids), _PIECE):
            piece = track_ids[start : start + _PIECE]
            self._connection.do_all(["playlistadd", unfinished, file] for file in piece)
        self._connection.do_all([["rm", playlist_id], ["rename", unfinished, playlist_id]])

    def remove(self, playlist_id: str) -> None:
        """Delete the playlist; the songs stay."""
        self._connection.ask("rm", playlist_id)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _track(song: dict[str, list[str]]) -> RemoteTrack:
    first = {name: values[0] for name, values in song.items()}
    lost = first["file"].startswith(("#", " "))  # in the lines of a playlist's file
    return RemoteTrack(
        id=first["file"],
        path=first["file"],
        recording_id=first.get("musicbrainz_trackid", ""),
        title=first.get("title", ""),
        artists=tuple(song.get("artist", ())),
        album=first.get("album", ""),
        seconds=_number(first.get("duration", first.get("time", ""))),
        obstacle=f"MPD loses {first['file']!r} from playlists: rename it" if lost else "",
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # streams and some formats have no length
        return math.nan
