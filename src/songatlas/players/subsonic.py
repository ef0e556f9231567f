"""Servers that speak Subsonic's REST interface: Navidrome, gonic, Airsonic, Supysonic.

Requests are sent as forms, so that nothing secret is in an address that a log may keep. By default
the password itself is never sent but a salted digest (``t`` and ``s`` of that interface). A server
that cannot check it is refused: only ``--auth password`` sends the password.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from songatlas.errors import PlayerError
from songatlas.players.address import Address
from songatlas.players.http import Row, ask, read_rows
from songatlas.players.names import playlist_name
from songatlas.players.player import RemotePlaylist, RemoteTrack

VERSION = "1.13.0"  # of the interface: the first with salted digests
AUTHENTICATIONS = ("token", "password")
_PAGE = 500
_PIECE = 200
_REMEDIES = {
    10: "If it knows no salted digests, --auth password sends the password itself.",
    40: "Check user and password.",
    41: "It cannot check salted digests: --auth password sends the password itself.",
    42: "It cannot check salted digests: --auth password sends the password itself.",
    50: "Give the user the right to do this.",
}


class SubsonicPlayer:
    """A user of a Subsonic server.

    Parameters
    ----------
    authentication
        One of :data:`AUTHENTICATIONS`.
    """

    def __init__(self, address: Address, *, password: str, authentication: str = "token") -> None:
        self._address, self.identity = address, address.identity
        self._password = password
        self._authentication = authentication
        self._ask("ping")

    def tracks(self) -> tuple[RemoteTrack, ...]:
        """Every song, by an empty search; album by album where that finds nothing."""
        songs = self._pages("search3", "searchResult3", "song", query="", artistCount="0")
        songs = songs or self._songs_of_albums()
        return self._read(songs, _track, "search3")

    def playlists(self) -> tuple[RemotePlaylist, ...]:
        """The user's own playlists; the public ones of others are not theirs to change."""
        rows = _rows(self._ask("getPlaylists"), "playlists", "playlist")
        read = self._read(rows, lambda row: (row.get("owner"), _playlist(row)), "getPlaylists")
        user = self._address.user
        return tuple(it for owner, it in read if str(owner or user).casefold() == user.casefold())

    def entries(self, playlist_id: str) -> tuple[str, ...]:
        """Ids of the songs in order."""
        songs = _rows(self._ask("getPlaylist", id=playlist_id), "playlist", "entry")
        return self._read(songs, _id, "getPlaylist")

    name = staticmethod(playlist_name)

    def create(self, name: str, track_id: str) -> str:
        """Make a playlist of one song, and find it: older servers do not tell its id."""
        before = {playlist.id for playlist in self.playlists()}
        self._ask("createPlaylist", name=name, songId=[track_id])
        made = [p for p in self.playlists() if p.name == name and p.id not in before]
        if len(made) != 1:
            raise PlayerError(
                f"{self.identity} must show the playlist {name!r} that it has just made. It shows "
                f"{len(made)} new ones of that name: look there, and run the same command again."
            )
        return made[0].id

    def replace(self, playlist_id: str, track_ids: Sequence[str]) -> None:
        """Send the first songs instead of the old ones, and the rest in pieces after them."""
        pieces = [[*track_ids[i : i + _PIECE]] for i in range(0, len(track_ids), _PIECE)]
        self._ask("createPlaylist", playlistId=playlist_id, songId=pieces[0])
        for piece in pieces[1:]:
            self._ask("updatePlaylist", playlistId=playlist_id, songIdToAdd=piece)

    def remove(self, playlist_id: str) -> None:
        """Delete the playlist; the songs stay."""
        self._ask("deletePlaylist", id=playlist_id)

    def close(self) -> None:
        """Nothing stays open between requests."""

    def _songs_of_albums(self) -> list[Mapping[str, Any]]:
        order = {"type": "alphabeticalByName", "size": str(_PAGE)}
        albums = self._pages("getAlbumList2", "albumList2", "album", **order)
        return [
            song
            for album in self._read(albums, _id, "getAlbumList2")
            for song in _rows(self._ask("getAlbum", id=album), "album", "song")
        ]

    def _pages(self, what: str, outer: str, inner: str, **arguments: str) -> list[Any]:
        """All rows of an answer that comes in pages, each row once.

        A server may send less than it is asked for, or the same page for ever.
        """
        found: dict[str, Any] = {}
        offset, n_before = 0, -1
        while n_before < len(found):
            n_before = len(found)
            arguments |= {"albumCount": "0", "songCount": str(_PAGE)}
            arguments |= {"songOffset": str(offset), "offset": str(offset)}
            rows = _rows(self._ask(what, **arguments), outer, inner)
            found |= dict(zip(self._read(rows, _id, what), rows, strict=True))
            offset += len(rows)
        return [*found.values()]

    def _ask(self, what: str, **arguments: str | list[str]) -> Mapping[str, Any]:
        known = {"u": self._address.user, "v": VERSION, "c": "songatlas", "f": "json"}
        body = urlencode({**known, **self._secret(), **arguments}, doseq=True).encode()
        url = f"{self._address.base_url}/rest/{what}"
        answer = ask(url, server=self.identity, what=what, body=body)
        try:
            response: Mapping[str, Any] = answer["subsonic-response"]
            status = response["status"]
        except (KeyError, TypeError) as error:
            raise PlayerError(
                f"{self.identity} must answer '{what}' as Subsonic does. Got {str(answer)[:60]!a}: "
                "check the path at the end of the address."
            ) from error
        if status != "ok":
            told = response.get("error") or {}
            remedy = _REMEDIES.get(told.get("code", 0), "See its log.")
            said = str(told.get("message", "no reason given"))[:200]
            raise PlayerError(f"{self.identity} refuses '{what}': {said!a}. {remedy}")
        return response

    def _read(self, rows: Iterable[Any], read: Callable[[Any], Row], what: str) -> tuple[Row, ...]:
        return read_rows(rows, read, server=self.identity, what=what)

    def _secret(self) -> dict[str, str]:
        if self._authentication == "password":
            return {"p": f"enc:{self._password.encode().hex()}"}
        salt = secrets.token_hex(8)
        token = hashlib.md5((self._password + salt).encode(), usedforsecurity=False).hexdigest()
        return {"t": token, "s": salt}


def _rows(answer: Mapping[str, Any], outer: str, inner: str) -> list[Any]:
    """The rows of an answer; both levels may be left out, null or empty where there are none."""
    found = answer.get(outer) or {}
    rows = (found.get(inner) or []) if isinstance(found, Mapping) else found
    return rows if isinstance(rows, list) else [rows]


def _id(row: Mapping[str, Any]) -> str:
    return str(row["id"])


def _playlist(row: Mapping[str, Any]) -> RemotePlaylist:
    return RemotePlaylist(id=str(row["id"]), name=str(row["name"]))


def _track(song: Mapping[str, Any]) -> RemoteTrack:
    said = {name: value for name, value in song.items() if value is not None}
    several = [str(it["name"]) for it in said.get("artists", []) if it.get("name") is not None]
    return RemoteTrack(
        id=str(said["id"]),
        path=str(said.get("path", "")),
        recording_id=str(said.get("musicBrainzId", "")),
        title=str(said.get("title", "")),
        artists=tuple(dict.fromkeys([str(said.get("artist", "")), *several])),
        album=str(said.get("album", "")),
        seconds=float(said.get("duration", math.nan)),
    )
