"""The line protocol of MPD, as its documentation describes it (https://mpd.readthedocs.io).

A request is one line of quoted arguments, an answer lines of ``NAME: VALUE`` up to ``OK`` or
``ACK``. That is little enough to speak it here: the client library of that protocol is under a
copyleft licence, which the core may not depend on.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterable, Sequence

from songatlas.errors import PlayerError

_LONGEST_LINE = 1 << 20


class MpdConnection:
    """An open connection.

    Parameters
    ----------
    place
        Host and port, or the path of a local socket.
    identity
        What messages call the server.
    timeout
        Seconds without an answer after which it counts as lost.

    Raises
    ------
    PlayerError
        When nobody answers there, or somebody who is no MPD.
    """

    def __init__(self, place: tuple[str, int] | str, *, identity: str, timeout: float) -> None:
        self._identity = identity
        try:
            self._socket = _connect(place, timeout)
        except OSError as error:
            raise PlayerError(
                f"{identity} cannot be reached: {error}. Start MPD there, or give its host and "
                "port: mpd://HOST:PORT."
            ) from error
        self._file = self._socket.makefile("rwb")
        try:
            self._expect_greeting()
        except PlayerError:
            self.close()
            raise

    def ask(self, *command: str) -> list[tuple[str, str]]:
        """Send one command, and return the pairs that it answers with, names in lower case."""
        return self._exchange(command[0], quoted(command))

    def do_all(self, commands: Iterable[Sequence[str]]) -> None:
        """Send several commands at once; the first that fails ends them."""
        lines = "".join(quoted(command) for command in commands)
        self._exchange("command list", f"command_list_begin\n{lines}command_list_end\n")

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):  # what was still to be sent to a lost connection
            self._file.close()
        self._socket.close()

    def _expect_greeting(self) -> None:
        greeting = self._line()
        if not greeting.startswith("OK MPD "):
            raise PlayerError(
                f"{self._identity} must be an MPD, which greets with 'OK MPD'. Got "
                f"{greeting[:60]!a}: check host and port."
            )

    def _exchange(self, what: str, request: str) -> list[tuple[str, str]]:
        try:
            self._file.write(request.encode(errors="surrogateescape"))
            self._file.flush()
        except OSError as error:
            raise self._lost(error) from error
        pairs = []
        while (line := self._line()) != "OK":
            if line.startswith("ACK "):
                raise PlayerError(self._refusal(what, line))
            name, separator, value = line.partition(": ")
            if not separator:
                raise PlayerError(
                    f"{self._identity} must answer '{what}' in lines of 'NAME: VALUE'. Got "
                    f"{line[:60]!a}: check host and port."
                )
            pairs.append((name.lower(), value))
        return pairs

    def _line(self) -> str:
        try:
            line = self._file.readline(_LONGEST_LINE)
        except OSError as error:
            raise self._lost(error) from error
        if not line.endswith(b"\n"):
            raise self._lost("the connection ended in the middle of an answer")
        # What is no UTF-8 comes back as it was, if it is ever sent again.
        return line[:-1].decode(errors="surrogateescape")

    def _lost(self, reason: OSError | str) -> PlayerError:
        return PlayerError(
            f"{self._identity} stopped answering: {reason}. See its log, and run the same command "
            "again: what is there already is kept."
        )

    def _refusal(self, what: str, line: str) -> str:
        said = line.partition("} ")[2] or line
        remedy = "See its log and its settings."
        if line.startswith(("ACK [3@", "ACK [4@")):  # wrong password, no permission
            remedy = "Put its password in the environment variable SONGATLAS_MPD_PASSWORD."
        return f"{self._identity} refuses '{what}': {said[:200]!a}. {remedy}"


def quoted(command: Sequence[str]) -> str:
    r"""A request line for `command`, its arguments quoted so that none can be more than one.

    Raises
    ------
    PlayerError
        When an argument holds the end of a line, which the protocol cannot express.

    Examples
    --------
    >>> print(quoted(["playlistadd", 'say "hi"', "a\\b.mp3"]), end="")
    playlistadd "say \"hi\"" "a\\b.mp3"
    >>> quoted(["rm", "x\nkill"])
    Traceback (most recent call last):
        ...
    songatlas.errors.PlayerError: MPD cannot be told 'x\nkill': it holds the end of a line. ...
    """
    for argument in command:
        if {*argument} & {"\n", "\r", "\0"}:
            raise PlayerError(
                f"MPD cannot be told {argument!r}: it holds the end of a line. Rename it."
            )
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in command[1:])
    return " ".join([command[0], *(f'"{text}"' for text in escaped)]) + "\n"


def _connect(place: tuple[str, int] | str, timeout: float) -> socket.socket:
    if isinstance(place, tuple):
        return socket.create_connection(place, timeout)
    if not hasattr(socket, "AF_UNIX"):  # Python on Windows
        raise PlayerError(
            f"--to must be mpd://HOST:PORT on {sys.platform}, where Python knows no local sockets. "
            f"Got the path {place!r}: give host and port of that MPD."
        )
    local = socket.socket(socket.AF_UNIX)
    local.settimeout(timeout)
    try:
        local.connect(place)
    except OSError:
        local.close()
        raise
    return local
