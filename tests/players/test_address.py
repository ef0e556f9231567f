"""Where a server is, and where its password is not."""

from __future__ import annotations

import sys
import types

import pytest

from songatlas.errors import ConfigError
from songatlas.players.address import SCHEMES, parse_address
from songatlas.players.connect import PLAYERS
from songatlas.players.password import find_password


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("mpd://localhost", "mpd://localhost:6600"),
        ("MPD://LocalHost:6601/", "mpd://localhost:6601"),
        ("mpd:///run/mpd/socket", "mpd:///run/mpd/socket"),
        ("mpd://[::1]", "mpd://[::1]:6600"),
        ("subsonic+http://me@h", "subsonic+http://me@h:80"),
        ("subsonic+https://a%40b@h:444/x y/", "subsonic+https://a%40b@h:444/x%20y"),
        ("jellyfin+https://me@h", "jellyfin+https://me@h:443"),
    ],
)
def test_one_server_has_one_spelling(text, identity):
    assert parse_address(text).identity == identity
    assert parse_address(identity).identity == identity


def test_every_scheme_has_a_player():
    assert {scheme.partition("+")[0] for scheme in SCHEMES} == {*PLAYERS}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("localhost", "must be mpd://HOST"),
        ("ftp://localhost", "must be mpd://HOST"),
        ("mpd://", "must be mpd://HOST"),
        ("mpd://me@localhost", "knows no users"),
        ("mpd://localhost:99999", "cannot be read"),
        ("mpd://local host", "must be mpd://HOST"),
        ("mpd://local\r\nhost", "one line of printable"),
        ("subsonic+http://h", "must name user and host"),
        ("subsonic+http://me@h/?p=x", "must be mpd://HOST"),
        ("http://me@h/", "must be mpd://HOST"),
        ("mpd://[::1", "cannot be read"),
        ("mpd://a..b", "cannot be read"),
        (f"subsonic+http://me@{'a' * 64}", "cannot be read"),
    ],
)
def test_what_is_no_address_is_refused(text, said):
    with pytest.raises(ConfigError, match=said):
        parse_address(text)


@pytest.mark.parametrize(
    "text", ["subsonic+http://me:s3same@h", "mpd://:s3same@h", "x://a:s3same@"]
)
def test_a_password_in_the_address_is_refused_and_not_repeated(text):
    with pytest.raises(ConfigError, match="must not hold a password") as refused:
        parse_address(text)
    assert "s3same" not in str(refused.value)


class KeyringError(Exception):
    pass


class NoKeyringError(KeyringError):
    pass


def keyring(monkeypatch, answer) -> None:
    module, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    module.get_password = answer
    module.__spec__ = object()
    errors.KeyringError, errors.NoKeyringError = KeyringError, NoKeyringError
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def raising(error: Exception):
    def answer(service: str, user: str) -> str:
        raise error

    return answer


def test_the_keyring_is_asked_last(monkeypatch):
    keyring(monkeypatch, lambda service, user: f"{service} of {user}")
    address = parse_address("subsonic+http://me@h")
    assert find_password(address, {}) == "songatlas of subsonic+http://me@h:80"
    assert find_password(address, {"SONGATLAS_PASSWORD": "x"}) == "x"


def test_without_a_password_mpd_is_tried_and_others_are_not(monkeypatch):
    for answer in (lambda service, user: None, raising(NoKeyringError())):
        keyring(monkeypatch, answer)
        assert find_password(parse_address("mpd://h"), {}) == ""
        with pytest.raises(ConfigError, match=r"SONGATLAS_JELLYFIN_PASSWORD or SONGATLAS_PASSW"):
            find_password(parse_address("jellyfin+http://me@h"), {"SONGATLAS_PASSWORD": ""})


def test_a_locked_keyring_is_no_missing_password(monkeypatch):
    keyring(monkeypatch, raising(KeyringError("locked")))
    with pytest.raises(ConfigError, match=r"says: locked\. Unlock it"):
        find_password(parse_address("mpd://h"), {})
