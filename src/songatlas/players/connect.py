"""A server of whichever kind an address names."""

from __future__ import annotations

from songatlas.players.address import Address
from songatlas.players.jellyfin import JellyfinPlayer
from songatlas.players.mpd import MpdPlayer
from songatlas.players.player import Player
from songatlas.players.subsonic import SubsonicPlayer


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
    if address.kind == "subsonic":
        return SubsonicPlayer(address, password=password, authentication=authentication)
    if address.kind == "mpd":
        return MpdPlayer(address, password=password)
    return JellyfinPlayer(address, password=password)
