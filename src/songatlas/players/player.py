"""What every server is asked, whatever it speaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class RemoteTrack:
    """A track as a server knows it.

    Parameters
    ----------
    id
        What the server calls it.
    path
        As the server tells it, relative to its music folder or absolute; may be empty.
    recording_id
        Of MusicBrainz; may be empty.
    title, album
        May be empty.
    artists
        Everybody who is credited, each alone or all in one text.
    seconds
        NaN where unknown.
    obstacle
        Why no playlist of the server can hold it; empty where one can.
    """

    id: str
    path: str = ""
    recording_id: str = ""
    title: str = ""
    artists: tuple[str, ...] = ()
    album: str = ""
    seconds: float = math.nan
    obstacle: str = ""


@dataclass(frozen=True, kw_only=True)
class RemotePlaylist:
    """A playlist on a server that the user may change."""

    id: str
    name: str


class Player(Protocol):
    """A server. Every method raises :class:`songatlas.errors.PlayerError` when it fails.

    Attributes
    ----------
    identity
        Server and user, without the password: under this its playlists are remembered.
    """

    identity: str

    def tracks(self) -> tuple[RemoteTrack, ...]:
        """Everything that it could play."""

    def playlists(self) -> tuple[RemotePlaylist, ...]:
        """Every playlist of this user, whoever made it."""

    def entries(self, playlist_id: str) -> tuple[str, ...]:
        """Ids of the tracks of a playlist, in order."""

    def name(self, wanted: str) -> str:
        """`wanted`, as far as this server can store it."""

    def create(self, name: str, track_id: str) -> str:
        """Make a playlist of one track, where there is none of that name, and return its id."""

    def replace(self, playlist_id: str, track_ids: Sequence[str]) -> None:
        """Let a playlist hold these tracks in this order and nothing else."""

    def remove(self, playlist_id: str) -> None:
        """Delete a playlist."""

    def close(self) -> None:
        """End the connection."""
