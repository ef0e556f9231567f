"""Addresses of servers, as ``--to`` takes them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from songatlas.errors import ConfigError

# Scheme of --to -> the usual port.
SCHEMES = {
    "mpd": 6600,
    "subsonic+http": 80,
    "subsonic+https": 443,
    "jellyfin+http": 80,
    "jellyfin+https": 443,
}
_FORMS = "mpd://HOST[:PORT], subsonic+http(s)://USER@HOST/PATH or jellyfin+http(s)://USER@HOST/PATH"


@dataclass(frozen=True, kw_only=True)
class Address:
    """A server and who asks it.

    Parameters
    ----------
    scheme
        A key of :data:`SCHEMES`.
    host
        Empty for MPD on a local socket.
    port
        1 to 65535.
    user
        Empty for MPD.
    path
        Of the URL, without a slash at the end; for MPD without a host, the socket.
    """

    scheme: str
    host: str
    port: int
    user: str
    path: str

    @property
    def kind(self) -> str:
        """A key of :data:`songatlas.players.connect.PLAYERS`."""
        return self.scheme.partition("+")[0]

    @property
    def identity(self) -> str:
        """The address in one spelling, whichever way it was typed."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        place = f"{_bracketed(self.host)}:{self.port}" if self.host else ""
        return f"{self.scheme}://{user}{place}{quote(self.path)}"

    @property
    def base_url(self) -> str:
        """What the HTTP requests start with."""
        protocol = self.scheme.partition("+")[2]
        return f"{protocol}://{_bracketed(self.host)}:{self.port}{quote(self.path)}"


def parse_address(text: str) -> Address:
    """Read the value of ``--to``.

    Raises
    ------
    ConfigError
        When it is none of :data:`SCHEMES`, names no host or user where one is needed, or holds a
        password, which would stay in the shell's history and the list of processes.

    Examples
    --------
    >>> parse_address("mpd://localhost").identity
    'mpd://localhost:6600'
    >>> parse_address("subsonic+https://me@Music.example/sub/").base_url
    'https://music.example:443/sub'
    >>> parse_address("subsonic+http://me:secret@music.example")
    Traceback (most recent call last):
        ...
    songatlas.errors.ConfigError: --to must not hold a password: ...
    """
    if not text.isprintable():
        raise ConfigError(f"--to must be one line of printable characters. Got {text!a}.")
    try:
        parts = urlsplit(text)
        port = parts.port
        (parts.hostname or "").encode("idna")  # as it is looked up
        # Anything that is not a plain name could start another line of the request.
        known = parts.scheme in SCHEMES and not {*(parts.hostname or "")} & {*" \\\"'<>"}
    except ValueError as error:
        raise ConfigError(f"--to must be {_FORMS}. It cannot be read: {error}.") from error
    if parts.password is not None:
        raise ConfigError(
            "--to must not hold a password: it would stay in the shell's history and show in the "
            "list of processes. Put it in the environment variable SONGATLAS_PASSWORD."
        )
    if not known or parts.query or parts.fragment:
        raise ConfigError(f"--to must be {_FORMS}. Got {text!r}.")
    kind = parts.scheme.partition("+")[0]
    user, host = unquote(parts.username or ""), parts.hostname or ""
    if kind == "mpd" and user:
        raise ConfigError(f"--to must be mpd://HOST[:PORT]: MPD knows no users. Got {text!r}.")
    if kind != "mpd" and not (user and host):
        raise ConfigError(f"--to must name user and host: {parts.scheme}://USER@HOST. Got {text!r}")
    if not host and not parts.path:
        raise ConfigError(f"--to must be {_FORMS}. Got {text!r}.")
    return Address(
        scheme=parts.scheme,
        host=host,
        port=port or SCHEMES[parts.scheme],
        user=user,
        path=unquote(parts.path).rstrip("/"),
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
