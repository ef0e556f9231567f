"""What is sent to a server and what is made of its answers, against servers that misbehave."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import shlex
import socket
import threading
from urllib.parse import parse_qs

import pytest
from batteries.http_double import Answer, Request, answering
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.errors import PlayerError
from songatlas.players.address import parse_address
from songatlas.players.http import ask
from songatlas.players.mpd_lines import MpdConnection, quoted
from songatlas.players.subsonic import SubsonicPlayer

OK = {"status": "ok", "version": "1.16.1"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\n\r\0")), max_size=4))
def test_mpd_reads_what_was_meant(arguments):
    line = quoted(["find", *arguments])
    assert line.count("\n") == 1
    reader = shlex.shlex(line[:-1], posix=True)  # quotes and backslashes as MPD has them
    reader.whitespace, reader.whitespace_split, reader.commenters = " ", True, ""
    reader.quotes, reader.escapedquotes = '"', '"'
    assert [*reader] == ["find", *arguments]


@pytest.mark.parametrize("end", ["\n", "\r", "\0", "\nkill\n"])
def test_nothing_can_end_a_line_for_mpd(end):
    with pytest.raises(PlayerError, match="holds the end of a line"):
        quoted(["rm", f"a{end}b"])


def test_a_local_socket_where_there_are_none(monkeypatch):
    monkeypatch.delattr(socket, "AF_UNIX", raising=False)
    with pytest.raises(PlayerError, match=r"mpd://HOST:PORT .*/run/mpd/socket.*: give host and"):
        MpdConnection("/run/mpd/socket", identity="mpd:///run/mpd/socket", timeout=1)


@contextlib.contextmanager
def saying(data: bytes):
    """Someone on the loopback who says `data` and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as peer:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(1024):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()
        thread.join()


def ask_for_stats(place: tuple[str, int]) -> None:
    connection = MpdConnection(place, identity="mpd://test", timeout=10)
    with contextlib.closing(connection):
        connection.ask("stats")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"SSH-2.0-OpenSSH\r\n", "must be an MPD"),
        (b"", "stopped answering"),
        (b"OK MPD 0.23.5\nfile: x\n", "stopped answering"),
        (b"OK MPD 0.23.5\nnonsense\nOK\n", "in lines of 'NAME: VALUE'"),
        (b"OK MPD 0.23.5\nACK [5@0] {} un\x1b[31mknown\n", r"refuses 'stats': 'un\\x1b\[31mknown'"),
    ],
)
def test_who_is_no_mpd_or_hangs_up_is_said(data, said):
    with saying(data) as place, pytest.raises(PlayerError, match=said):
        ask_for_stats(place)


def subsonic(port: int, **options: str) -> SubsonicPlayer:
    address = parse_address(f"subsonic+http://me@127.0.0.1:{port}/sub")
    return SubsonicPlayer(address, password="s3same", **options)


def reply(**more: object) -> Answer:
    return Answer(json.dumps({"subsonic-response": {**OK, **more}}).encode())


def test_subsonic_is_sent_a_salted_digest_and_never_the_password():
    with answering(lambda request: reply()) as (port, asked):
        subsonic(port).remove("7&id=8\n")
    for request in asked:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        known = hashlib.md5(f"s3same{form['s']}".encode()).hexdigest()
        assert form["t"] == known
        assert (form["u"], form["f"], form["c"]) == ("me", "json", "songatlas")
        assert "s3same" not in repr(request)
        assert request.path in ("/sub/rest/ping", "/sub/rest/deletePlaylist")
        assert b"s3same".hex() not in repr(request)
    salts = {parse_qs(request.body.decode())["s"][0] for request in asked}
    assert len(salts) == len(asked) == 2
    assert parse_qs(asked[1].body.decode())["id"] == ["7&id=8\n"]


def test_subsonic_in_its_openest_form_is_understood():
    song = {
        "id": 7,
        "title": "Halo",
        "artist": "A • B",
        "artists": [{"id": "1", "name": "A"}, {"id": "2", "name": "B"}],
        "album": "I",
        "duration": 180,
        "musicBrainzId": "abc",
    }
    with answering(lambda request: reply(searchResult3={"song": [song]})) as (port, _):
        (track,) = subsonic(port).tracks()
    assert (track.id, track.artists, track.seconds) == ("7", ("A • B", "A", "B"), 180.0)
    assert (track.recording_id, track.path) == ("abc", "")


@pytest.mark.parametrize(
    "none", [{}, {"playlists": None}, {"playlists": []}, {"playlists": {"playlist": None}}]
)
def test_subsonic_may_say_in_any_way_that_there_is_nothing(none):
    with answering(lambda request: reply(**none)) as (port, _):
        assert subsonic(port).playlists() == ()


def test_subsonic_may_leave_anything_empty():
    song = {"id": "7", "title": "Halo", "artist": None, "artists": None, "duration": None}
    mine = {"id": "1", "name": "Mine", "owner": None}
    rows = {"searchResult3": {"song": [song]}, "playlists": {"playlist": [mine]}}
    with answering(lambda request: reply(**rows)) as (port, _):
        player = subsonic(port)
        (track,) = player.tracks()
        assert [playlist.name for playlist in player.playlists()] == ["Mine"]
    assert (track.artists, track.album, math.isnan(track.seconds)) == (("",), "", True)


@pytest.mark.parametrize("most", [2, 500], ids=["small pages", "one page for ever"])
def test_every_song_is_read_whatever_the_pages_of_subsonic(most, monkeypatch):
    monkeypatch.setattr("songatlas.players.subsonic._PAGE", 5)
    songs = [{"id": str(i)} for i in range(5)]

    def answer(request: Request) -> Answer:
        assert len(asked) < 20
        start = 0 if most > 5 else int(parse_qs(request.body.decode()).get("songOffset", "0")[0])
        return reply(searchResult3={"song": songs[start : start + most]})

    with answering(answer) as (port, asked):
        assert [track.id for track in subsonic(port).tracks()] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"<html>"), "in JSON"),
        (Answer(b"[" * 100_000), "in JSON"),
        (reply(status="failed", error=None), "no reason given"),
        (Answer(b"[]"), "as Subsonic does"),
        (Answer(b""), "as Subsonic does"),
        (Answer(b"{}", status=401), "HTTP 401. Check user and password"),
        (Answer(b"", status=302, location="http://evil.example/?t=1"), "'http://evil.example/'"),
        (reply(status="failed", error={"code": 41, "message": "no"}), "--auth password"),
        (reply(status="failed"), "no reason given"),
    ],
)
def test_what_subsonic_should_not_answer_is_said(answer, said):
    with answering(lambda request: answer) as (port, asked), pytest.raises(PlayerError) as refused:
        subsonic(port)
    assert said in str(refused.value)
    assert "s3same" not in str(refused.value)
    assert len(asked) == 1  # redirects are not followed


def test_a_row_without_what_it_must_have_is_said():
    rows = {"searchResult3": {"song": [{"title": "x"}]}}
    with (
        answering(lambda request: reply(**rows)) as (port, _),
        pytest.raises(PlayerError, match="A row of the answer cannot be read: KeyError: 'id'"),
    ):
        subsonic(port).tracks()


def test_nobody_there_is_said_without_the_address_of_the_request():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(PlayerError, match=r"the server cannot be reached for 'x'") as refused:
        ask(f"http://127.0.0.1:{port}/?token=s3same", server="the server", what="x")
    assert "s3same" not in str(refused.value)
    assert refused.value.__cause__ is None
