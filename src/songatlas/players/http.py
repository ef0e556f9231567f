"""Requests to servers that answer in JSON."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from songatlas.errors import PlayerError

_TIMEOUT = 60.0
_MOST_BYTES = 64 << 20
Row = TypeVar("Row")
_REMEDIES = {
    401: "Check user and password.",
    403: "Check user and password, and that the user may do this.",
    404: "Check the path at the end of the address.",
}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Nobody else is told the password: an address that moved is an error."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def ask(
    url: str,
    *,
    server: str,
    what: str,
    method: str = "POST",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Send a request, and return the JSON that it is answered with (None for no answer at all).

    Parameters
    ----------
    url
        ``http://`` or ``https://``. It is in no message.
    server, what
        What messages call the server and the request.

    Raises
    ------
    PlayerError
        When the server cannot be reached, refuses, points elsewhere, or answers something else.
    """
    request = urllib.request.Request(url, data=body, headers={**(headers or {})}, method=method)
    request.add_header("User-Agent", "songatlas")
    try:
        with _OPENER.open(request, timeout=_TIMEOUT) as answer:
            data: bytes = answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            _raise_refused(error, server, what)
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise PlayerError(
            f"{server} cannot be reached for '{what}': {reason or type(error).__name__}. Start "
            "the server, or check the address."
        ) from None  # the request may name what nobody should read in a traceback
    if len(data) > _MOST_BYTES:
        raise PlayerError(f"{server} must answer '{what}' in 64 MB. It sent more: see its log.")
    try:
        return json.loads(data) if data.strip() else None
    except (ValueError, RecursionError) as error:
        raise PlayerError(
            f"{server} must answer '{what}' in JSON. Got {data[:60]!a}: check the address, and "
            "that nothing asks for a login before it."
        ) from error


def read_rows(
    rows: Iterable[Any], read: Callable[[Any], Row], *, server: str, what: str
) -> tuple[Row, ...]:
    """Every row of an answer as `read` understands it.

    Raises
    ------
    PlayerError
        When one lacks what it must have.
    """
    try:
        return tuple(read(row) for row in rows)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PlayerError(
            f"{server} must answer '{what}' as its interface is documented. A row of the answer "
            f"cannot be read: {type(error).__name__}: {error}. See its log, and its version."
        ) from error


def _raise_refused(error: urllib.error.HTTPError, server: str, what: str) -> NoReturn:
    moved = error.headers.get("Location") if 300 <= error.code < 400 else None
    remedy = _REMEDIES.get(error.code, "See its log.")
    if moved:
        remedy = f"It points to {moved.partition('?')[0]!a}: name that address."
    raise PlayerError(f"{server} refuses '{what}' with HTTP {error.code}. {remedy}") from None
