"""Playlists on a real server that speaks Subsonic."""

from __future__ import annotations

import pytest
from batteries.listening import SONGS, make_results
from batteries.servers import supysonic

from songatlas.errors import PlayerError
from songatlas.players.address import parse_address
from songatlas.players.push import Pushed, push
from songatlas.players.subsonic import SubsonicPlayer

pytestmark = pytest.mark.battery

USER, PASSWORD = "Ann & Bob", 'p"&=\\ä%20'
ENVIRONMENT = {"SONGATLAS_SUBSONIC_PASSWORD": PASSWORD}
NASTY = 'a & b=c <i>"x"</i> \\ 夜\r\n%00'


@pytest.fixture(scope="module")
def port(music, tmp_path_factory):
    folder = tmp_path_factory.mktemp("subsonic") / "server"
    with supysonic(folder, music, USER, PASSWORD) as port:
        yield port


@pytest.fixture
def to(port) -> str:
    return f"subsonic+http://Ann%20%26%20Bob@127.0.0.1:{port}"


@pytest.fixture
def player(to):
    player = SubsonicPlayer(parse_address(to), password=PASSWORD, authentication="password")
    yield player
    for playlist in player.playlists():
        player.remove(playlist.id)


def send(results, to, **options) -> Pushed:
    options = {"environment": ENVIRONMENT, "authentication": "password", "write": True} | options
    return push(results, to, **options)


def paths(player, name: str) -> list[str]:
    path = {track.id: track.path for track in player.tracks()}
    (found,) = [playlist for playlist in player.playlists() if playlist.name == name]
    return [path[entry] for entry in player.entries(found.id)]


def names(player) -> list[str]:
    return sorted(playlist.name for playlist in player.playlists())


def test_a_trial_changes_nothing(player, music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1]})
    pushed = send(results, to, write=False)
    assert [step.action for step in pushed.steps] == ["new"]
    assert {match.by for match in pushed.matches} == {"path"}
    assert player.playlists() == ()
    assert not (results / "push.json").exists()


def test_playlists_arrive_change_and_go(player, music, tmp_path, to, monkeypatch):
    monkeypatch.setattr("songatlas.players.subsonic._PAGE", 2)
    monkeypatch.setattr("songatlas.players.subsonic._PIECE", 2)
    results = make_results(tmp_path / "r", music, {NASTY: [5, 4, 3, 2, 1], "Odd": [0]})
    send(results, to)
    nasty = 'songatlas: a & b=c <i>"x"</i> \\ 夜 %00'
    assert names(player) == sorted([nasty, "songatlas: Odd"])
    assert paths(player, nasty) == [SONGS[i].path for i in (5, 4, 3, 2, 1)]
    before = {playlist.name: playlist.id for playlist in player.playlists()}

    make_results(results, music, {NASTY: [3, 0, 1], "New": [2]})
    pushed = send(results, to)
    assert [step.action for step in pushed.steps] == ["update", "new", "remove"]
    assert names(player) == sorted([nasty, "songatlas: New"])
    assert paths(player, nasty) == [SONGS[i].path for i in (3, 0, 1)]
    assert before[nasty] in {playlist.id for playlist in player.playlists()}
    assert {step.action for step in send(results, to).steps} == {"same"}
    assert PASSWORD not in (results / "push.json").read_text()


def test_a_push_that_stopped_while_a_playlist_was_made_is_finished_by_the_next(
    player, music, tmp_path, to, monkeypatch
):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1]})
    asked = SubsonicPlayer._ask

    def made_and_gone(self, what, **arguments):
        answer = asked(self, what, **arguments)
        if what == "createPlaylist":
            raise PlayerError("gone")
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(SubsonicPlayer, "_ask", made_and_gone)
        with pytest.raises(PlayerError, match="gone"):
            send(results, to)
    assert paths(player, "songatlas: Slow") == [SONGS[0].path]
    assert [step.action for step in send(results, to).steps] == ["update"]
    assert paths(player, "songatlas: Slow") == [SONGS[0].path, SONGS[1].path]
    assert [step.action for step in send(results, to).steps] == ["same"]


def test_what_people_made_changed_or_renamed_is_theirs(player, music, tmp_path, to):
    ids = {track.path: track.id for track in player.tracks()}
    extra = ids[SONGS[4].path]
    foreign = player.create("songatlas: Slow", extra)
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1], "Fast": [2], "Odd": [3]})
    pushed = send(results, to)
    assert [step.action for step in pushed.steps] == ["taken", "new", "new"]

    mine = {playlist.name: playlist.id for playlist in player.playlists()}
    player._ask("updatePlaylist", playlistId=mine["songatlas: Fast"], songIdToAdd=[extra])
    player._ask("updatePlaylist", playlistId=mine["songatlas: Odd"], name="Evening")
    make_results(results, music, {"Slow": [0, 1]})
    pushed = send(results, to)
    assert [step.action for step in pushed.steps] == ["taken", "edited"]
    assert names(player) == ["Evening", "songatlas: Fast", "songatlas: Slow"]
    assert player.entries(foreign) == (extra,)
    assert paths(player, "songatlas: Fast") == [SONGS[2].path, SONGS[4].path]


def test_playlists_of_other_users_are_not_ours(player, music, tmp_path, to, port):
    address = parse_address(f"subsonic+http://another@127.0.0.1:{port}")
    other = SubsonicPlayer(address, password="secret of another", authentication="password")
    track = other.tracks()[0].id
    public = other.create("songatlas: Slow", track)
    try:
        other._ask("updatePlaylist", playlistId=public, public="true")
        results = make_results(tmp_path / "r", music, {"Slow": [0, 1]})
        assert [step.action for step in send(results, to).steps] == ["new"]
        assert other.entries(public) == (track,)
    finally:
        other.remove(public)


def test_a_server_that_checks_no_digest_is_never_sent_the_password_unasked(music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1]})
    with pytest.raises(PlayerError, match="--auth password") as refused:
        send(results, to, authentication="token")
    assert PASSWORD not in str(refused.value)


def test_a_wrong_password_and_a_wrong_place_are_said(music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1]})
    with pytest.raises(PlayerError, match="Check user and password") as refused:
        send(results, to, environment={"SONGATLAS_PASSWORD": "open barley"})
    assert "barley" not in str(refused.value)
    with pytest.raises(PlayerError, match="Check the path at the end of the address"):
        send(results, f"{to}/elsewhere")


def test_a_server_with_an_empty_search_is_read_by_albums(player, monkeypatch):
    everything = {track.path for track in player.tracks()}
    assert everything == {song.path for song in SONGS}
    monkeypatch.setattr("songatlas.players.subsonic._PAGE", 2)
    assert {str(song["path"]) for song in player._songs_of_albums()} == everything
