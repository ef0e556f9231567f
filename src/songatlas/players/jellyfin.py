"""Jellyfin, by its documented interface (https://api.jellyfin.org). UNTESTED on a real server.

The tests hold it against answers as that documentation describes them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from songatlas.errors import PlayerError
from songatlas.players.address import Address
from songatlas.players.http import Row, ask, read_rows
from songatlas.players.names import playlist_name
from songatlas.players.player import RemotePlaylist, RemoteTrack
from songatlas.version import __version__

_PAGE = 500
_PIECE = 50  # ids travel in the address, which servers and proxies cut at a few thousand bytes
_TICKS = 1e7  # a second


class JellyfinPlayer:
    """A user of a Jellyfin server."""

    def __init__(self, address: Address, *, password: str) -> None:
        self._address, self.identity = address, address.identity
        self._token = ""
        body = {"Username": address.user, "Pw": password}
        login = self._ask("POST", "/Users/AuthenticateByName", body=body)
        token = str(self._field(login, "AccessToken", "a login"))
        self._user_id = str(self._field(self._field(login, "User", "a login"), "Id", "a login"))
        if not (token.isascii() and token.isalnum()):  # it goes into a header
            raise PlayerError(
                f"{self.identity} must give a token of letters and digits. Check the address."
            )
        self._token = token

    def tracks(self) -> tuple[RemoteTrack, ...]:
        """Every song that the user sees."""
        fields = {"includeItemTypes": "Audio", "recursive": "true", "fields": "Path,ProviderIds"}
        return self._read("/Items", fields, _track)

    def playlists(self) -> tuple[RemotePlaylist, ...]:
        """Every playlist that the user sees."""
        fields = {"includeItemTypes": "Playlist", "recursive": "true"}
        return self._read("/Items", fields, _playlist)

    def entries(self, playlist_id: str) -> tuple[str, ...]:
        """Ids of the songs in order."""
        return self._read(_items(playlist_id), {}, lambda item: str(item["Id"]))

    name = staticmethod(playlist_name)

    def create(self, name: str, track_id: str) -> str:
        """Make a playlist of one song that nobody else sees."""
        body = {"Name": name, "Ids": [track_id], "UserId": self._user_id, "MediaType": "Audio"}
        made = self._ask("POST", "/Playlists", body=body | {"IsPublic": False})
        return str(self._field(made, "Id", "/Playlists"))

    def replace(self, playlist_id: str, track_ids: Sequence[str]) -> None:
        """Take the old songs out, then put the new ones in, in pieces."""
        where = _items(playlist_id)
        old = self._read(where, {}, lambda item: str(item["PlaylistItemId"]))
        for piece in _pieces(old):
            self._ask("DELETE", where, {"entryIds": ",".join(piece)})
        for piece in _pieces(track_ids):
            self._ask("POST", where, {"ids": ",".join(piece), "userId": self._user_id})

    def remove(self, playlist_id: str) -> None:
        """Delete the playlist; the songs stay."""
        self._ask("DELETE", f"/Items/{quote(playlist_id, safe='')}")

    def close(self) -> None:
        """End the session, so that the token is worth nothing any more."""
        with contextlib.suppress(PlayerError):  # what was done is done, and what failed is said
            self._ask("POST", "/Sessions/Logout")

    def _read(
        self, path: str, arguments: Mapping[str, str], read: Callable[[Any], Row]
    ) -> tuple[Row, ...]:
        """All rows of an answer that comes in pages."""
        found: list[Any] = []
        while True:
            page = {"userId": self._user_id, "startIndex": str(len(found)), "limit": str(_PAGE)}
            rows = self._field(self._ask("GET", path, {**arguments, **page}), "Items", path)
            found += rows
            if len(rows) < _PAGE:
                return read_rows(found, read, server=self.identity, what=path)

    def _field(self, answer: Any, name: str, what: str) -> Any:
        if not isinstance(answer, dict) or name not in answer:
            raise PlayerError(
                f"{self.identity} must answer '{what}' with {name!r}. It does not: check the "
                "address, and that it is a Jellyfin."
            )
        return answer[name]

    def _ask(
        self,
        method: str,
        path: str,
        arguments: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        query = f"?{urlencode(arguments)}" if arguments else ""
        who = hashlib.blake2b(self.identity.encode(), digest_size=8).hexdigest()
        header = f'MediaBrowser Client="songatlas", Device="songatlas", DeviceId="{who}"'
        header += f', Version="{__version__}"'
        header += f', Token="{self._token}"' if self._token else ""
        return ask(
            f"{self._address.base_url}{path}{query}",
            server=self.identity,
            what=f"{method} {path}",
            method=method,
            body=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": header, "Content-Type": "application/json"},
        )


def _items(playlist_id: str) -> str:
    return f"/Playlists/{quote(playlist_id, safe='')}/Items"


def _pieces(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _PIECE] for start in range(0, len(ids), _PIECE)]


def _playlist(item: Mapping[str, Any]) -> RemotePlaylist:
    return RemotePlaylist(id=str(item["Id"]), name=str(item.get("Name") or ""))


def _track(item: Mapping[str, Any]) -> RemoteTrack:
    ticks = item.get("RunTimeTicks")
    return RemoteTrack(
        id=str(item["Id"]),
        path=str(item.get("Path") or ""),
        recording_id=str((item.get("ProviderIds") or {}).get("MusicBrainzRecording") or ""),
        title=str(item.get("Name") or ""),
        artists=tuple(map(str, item.get("Artists") or ())),
        album=str(item.get("Album") or ""),
        seconds=math.nan if ticks is None else ticks / _TICKS,
    )
