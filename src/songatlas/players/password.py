"""Where a server's password comes from: the environment or the keyring, never an argument."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping

from songatlas.errors import ConfigError
from songatlas.players.address import Address

SERVICE = "songatlas"  # under which the keyring keeps it


def find_password(address: Address, environment: Mapping[str, str]) -> str:
    """The password for `address`; empty for an MPD that none is known for.

    First ``SONGATLAS_MPD_PASSWORD``, ``SONGATLAS_SUBSONIC_PASSWORD`` or
    ``SONGATLAS_JELLYFIN_PASSWORD``, then ``SONGATLAS_PASSWORD``, then the keyring (service
    ``songatlas``, user the address as `push` prints it) where that package is installed.

    Raises
    ------
    ConfigError
        When a server that needs one has none, or the keyring cannot be read.

    Examples
    --------
    >>> from songatlas.players.address import parse_address
    >>> home = parse_address("subsonic+http://me@music.example")
    >>> find_password(home, {"SONGATLAS_PASSWORD": "a", "SONGATLAS_SUBSONIC_PASSWORD": "b"})
    'b'
    """
    own = f"SONGATLAS_{address.kind.upper()}_PASSWORD"
    for variable in (own, "SONGATLAS_PASSWORD"):
        if environment.get(variable):
            return environment[variable]
    kept = _from_keyring(address.identity)
    if kept is None and address.kind != "mpd":
        raise ConfigError(
            f"{address.identity} needs a password, and there is none. Put it in the environment "
            f"variable {own} or SONGATLAS_PASSWORD, or install songatlas[keyring] and run: "
            f"keyring set {SERVICE} {address.identity}"
        )
    return kept or ""


def _from_keyring(identity: str) -> str | None:
    if importlib.util.find_spec("keyring") is None:
        return None
    keyring = importlib.import_module("keyring")
    errors = importlib.import_module("keyring.errors")
    try:
        found: str | None = keyring.get_password(SERVICE, identity)
    except errors.NoKeyringError:  # the package without a place to keep anything
        return None
    except errors.KeyringError as error:
        raise ConfigError(
            f"The keyring must be open to read the password of {identity}. It says: {error}. "
            "Unlock it, or put the password in the environment variable SONGATLAS_PASSWORD."
        ) from error
    return found
