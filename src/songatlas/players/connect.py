"""A server of whichever kind an address names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from songatlas.players.address import Address
from songatlas.players.jellyfin import JellyfinPlayer
from songatlas.players.mpd import MpdPlayer
from songatlas.players.player import Player
from songatlas.players.subsonic import SubsonicPlayer

# Kind of an address → what speaks to such a server.
PLAYERS: Mapping[str, Callable[..., Player]] = {
    "mpd": MpdPlayer,
    "subsonic": SubsonicPlayer,
    "jellyfin": JellyfinPlayer,
}


def connect(address: Address, *, password: str, authentication: str = "token") -> Player:
    """Log in.

    Parameters
    ----------
    authentication
        How Subsonic is told the password: ``"token"`` or ``"password"``.

    Raises
    ------
    PlayerError
        When nobody answers there, or user or password are refused.
    """
    how = {"authentication": authentication} if address.kind == "subsonic" else {}
    return PLAYERS[address.kind](address, password=password, **how)
