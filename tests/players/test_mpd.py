"""Playlists on a real MPD that plays to nowhere."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from batteries.listening import SONGS, Song, make_music, make_results
from batteries.servers import mpd, wait_until
from planted_tree import node

from songatlas.errors import PlayerError
from songatlas.players.mpd_lines import MpdConnection
from songatlas.players.push import push
from songatlas.results.tree import write_tree
from songatlas.types.tree import Tree

pytestmark = pytest.mark.battery

NASTY = 'rm "everything"\nkill\r\n\\ <b>'


@pytest.fixture(scope="module")
def port(music, tmp_path_factory):
    with mpd(tmp_path_factory.mktemp("mpd") / "server", music) as port:
        yield port


@pytest.fixture
def client(port):
    connection = MpdConnection(("127.0.0.1", port), identity="the test", timeout=20)
    wait_until(lambda: ("songs", str(len(SONGS))) in connection.ask("stats"))
    yield connection
    for name in names(connection):
        connection.ask("rm", name)
    connection.close()


def names(client) -> list[str]:
    return sorted(v for name, v in client.ask("listplaylists") if name == "playlist")


def files(client, playlist: str) -> list[str]:
    return [v for name, v in client.ask("listplaylist", playlist) if name == "file"]


def actions(pushed) -> dict[str, str]:
    return {step.name: step.action for step in pushed.steps}


@pytest.fixture
def to(port) -> str:
    return f"mpd://127.0.0.1:{port}"


def test_a_trial_changes_nothing(client, music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1], NASTY: [2, 3]})
    before = {path.name for path in results.iterdir()}
    pushed = push(results, to, environment={})
    assert [step.action for step in pushed.steps] == ["new", "new"]
    assert pushed.whole
    assert names(client) == []
    assert {path.name for path in results.iterdir()} == before


def test_playlists_arrive_and_play(client, music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [1, 0], NASTY: [2, 3, 4, 5]})
    push(results, to, environment={}, write=True)
    nasty = 'songatlas: rm "everything" kill - <b>'
    assert names(client) == sorted(["songatlas: Slow", nasty])
    assert files(client, "songatlas: Slow") == [SONGS[1].path, SONGS[0].path]
    assert files(client, nasty) == [SONGS[i].path for i in (2, 3, 4, 5)]

    client.ask("clear")
    client.ask("load", nasty)
    client.ask("play")
    wait_until(lambda: float(dict(client.ask("status")).get("elapsed", 0)) > 0.3)
    status = dict(client.ask("status"))
    assert status["state"] == "play"
    assert status["playlistlength"] == "4"
    assert dict(client.ask("currentsong"))["file"] == SONGS[2].path
    client.ask("stop")


def test_only_what_changed_is_sent_again_and_what_is_gone_goes(client, music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1], "Fast": [2], "Odd": [3]})
    push(results, to, environment={}, write=True)
    make_results(results, music, {"Slow": [0, 1], "Fast": [2, 5]})
    pushed = push(results, to, environment={}, write=True)
    assert actions(pushed) == {
        "songatlas: Slow": "same",
        "songatlas: Fast": "update",
        "songatlas: Odd": "remove",
    }
    assert names(client) == ["songatlas: Fast", "songatlas: Slow"]
    assert files(client, "songatlas: Fast") == [SONGS[2].path, SONGS[5].path]
    again = push(results, to, environment={}, write=True)
    assert set(actions(again).values()) == {"same"}


def test_what_people_made_or_changed_is_theirs(client, music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1], "Fast": [2], "Odd": [3]})
    client.ask("playlistadd", "songatlas: Slow", SONGS[4].path)  # was there first
    pushed = push(results, to, environment={}, write=True)
    assert actions(pushed)["songatlas: Slow"] == "taken"
    assert not pushed.whole

    for name in ("songatlas: Fast", "songatlas: Odd"):
        client.ask("playlistadd", name, SONGS[0].path)
    make_results(results, music, {"Slow": [0, 1], "Fast": [2, 5]})
    pushed = push(results, to, environment={}, write=True)
    assert [step.action for step in pushed.steps] == ["taken", "edited", "edited"]
    assert files(client, "songatlas: Slow") == [SONGS[4].path]
    assert files(client, "songatlas: Fast") == [SONGS[2].path, SONGS[0].path]
    assert files(client, "songatlas: Odd") == [SONGS[3].path, SONGS[0].path]

    push(results, to, environment={}, write=True, replace_edited=True)
    assert names(client) == ["songatlas: Fast", "songatlas: Slow"]
    assert files(client, "songatlas: Slow") == [SONGS[4].path]
    assert files(client, "songatlas: Fast") == [SONGS[2].path, SONGS[5].path]


def test_an_interrupted_push_is_finished_by_the_next(client, music, tmp_path, to, monkeypatch):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1, 2]})
    with monkeypatch.context() as patched:
        patched.setattr(
            "songatlas.players.mpd.MpdPlayer.replace", lambda *_: (_ for _ in ()).throw(KeyError)
        )
        with pytest.raises(KeyError):
            push(results, to, environment={}, write=True)
    assert files(client, "songatlas: Slow") == [SONGS[0].path]
    pushed = push(results, to, environment={}, write=True)
    assert actions(pushed) == {"songatlas: Slow": "update"}
    assert files(client, "songatlas: Slow") == [SONGS[i].path for i in (0, 1, 2)]


def test_long_lists_go_in_pieces(client, music, tmp_path, to, monkeypatch):
    monkeypatch.setattr("songatlas.players.mpd._PAGE", 2)
    monkeypatch.setattr("songatlas.players.mpd._PIECE", 4)
    results = make_results(tmp_path / "r", music, {"All": [5, 4, 3, 2, 1, 0]})
    push(results, to, environment={}, write=True)
    assert files(client, "songatlas: All") == [SONGS[i].path for i in (5, 4, 3, 2, 1, 0)]
    assert names(client) == ["songatlas: All"]


def test_what_mpd_loses_from_playlists_is_left_out_and_named(music, tmp_path):
    root = tmp_path / "server music"
    songs = [
        Song(path=path, title=path) for path in ("#1.flac", " 2.flac", "#3/3.flac", "a/#4.flac")
    ]
    make_music(root, songs)
    results = make_results(tmp_path / "r", root, {"Slow": range(4), "Lost": [0]}, songs)
    with mpd(tmp_path / "mpd", root) as port:
        wait_until(lambda: n_songs(port) == len(songs))
        pushed = push(results, f"mpd://127.0.0.1:{port}", environment={}, write=True)
    assert [(step.action, step.track_ids) for step in pushed.steps] == [
        ("new", ("a/#4.flac",)),
        ("unmatched", ()),
    ]
    reasons = dict(pushed.unmatched)
    assert reasons["#1.flac"] == "MPD loses '#1.flac' from playlists: rename it"
    assert [*reasons] == ["#1.flac", " 2.flac", "#3/3.flac"]


def test_a_server_without_the_music_is_left_alone(client, music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1]})
    push(results, to, environment={}, write=True)
    others = [Song(path=f"elsewhere/{i}.flac", title=f"Other {i}") for i in range(3)]
    make_results(results, music, {"Other": [0, 1, 2]}, others)
    with pytest.raises(PlayerError, match=r"must hold some of the 3 tracks"):
        push(results, to, environment={}, write=True)
    assert names(client) == ["songatlas: Slow"]


def test_matched_by_recording_and_tags_where_the_paths_differ(music, tmp_path):
    """The same music under other names on the server, and without the id in one of them."""
    root = tmp_path / "server music"
    moved = [
        Song(path=f"by number/{i:02d}{Path(s.path).suffix}", title=s.title, album=s.album,
             seconds=s.seconds)
        for i, s in enumerate(SONGS)
    ]  # fmt: skip
    make_music(root, moved)
    strip_id(root / moved[4].path)
    with mpd(tmp_path / "mpd", root) as port:
        wait_until(lambda: n_songs(port) == len(SONGS))
        results = make_results(tmp_path / "r", music, {"All": range(len(SONGS))})
        pushed = push(results, f"mpd://127.0.0.1:{port}", environment={})
    assert [m.track_id for m in pushed.matches] == [song.path for song in moved]
    by = ["recording"] * len(SONGS)
    by[4] = "tags"
    assert [m.by for m in pushed.matches] == by


def test_passwords_come_from_the_environment_and_stay_out_of_sight(music, tmp_path, capfd):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1]})
    with mpd(tmp_path / "mpd", music, password="open sesame") as port:
        wait_until(lambda: n_songs(port) == len(SONGS))
        to = f"mpd://127.0.0.1:{port}"
        with pytest.raises(PlayerError, match="SONGATLAS_MPD_PASSWORD"):
            push(results, to, environment={}, write=True)
        with pytest.raises(PlayerError, match="SONGATLAS_MPD_PASSWORD") as refused:
            push(results, to, environment={"SONGATLAS_PASSWORD": "open barley"}, write=True)
        assert "barley" not in str(refused.value)
        push(results, to, environment={"SONGATLAS_MPD_PASSWORD": "open sesame"}, write=True)
    record = (results / "push.json").read_text()
    assert "sesame" not in record
    assert list(json.loads(record)["servers"]) == [to]
    assert "sesame" not in "".join(capfd.readouterr())


def test_from_the_command_line(client, music, tmp_path, to):
    import subprocess
    import sys

    results = make_results(tmp_path / "r", music, {"Slow": [0, 1], "Fast": [2]})
    shutil.copy(results / "run.json", tmp_path / "run.json")
    command = [sys.executable, "-m", "songatlas", "push", str(results), "--to", to]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    trial = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert trial.returncode == 0, trial.stderr
    assert "Add --write" in trial.stdout + trial.stderr
    done = subprocess.run(
        [*command, "--write", "--size", "1", "--prefix", ""],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert names(client) == ["Fast", "Slow"]
    assert files(client, "Slow") == [SONGS[0].path]


def n_songs(port: int) -> int:
    connection = MpdConnection(("127.0.0.1", port), identity="the test", timeout=20)
    try:
        return int(dict(connection.ask("stats"))["songs"])
    finally:
        connection.close()


def strip_id(path: Path) -> None:
    import mutagen

    file = mutagen.File(path)
    del file["musicbrainz_trackid"]
    file.save()


def test_lists_of_the_tree_are_called_by_their_way_through_it(client, music, tmp_path, to):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1, 2, 3, 4, 5]})
    nodes = (
        node("all", range(6)),
        node("A", range(4), name="夜"),
        node("B", range(4, 6), name="day"),
        node("A.1", range(2), name="calm"),
        node("A.2", range(2, 4), name="wild"),
    )
    write_tree(results, Tree(nodes=nodes))
    push(results, to, environment={}, write=True)
    both = ["songatlas: 夜", "songatlas: 夜 › calm", "songatlas: 夜 › wild"]
    assert names(client) == sorted([*both, "songatlas: day"])
    assert len(files(client, both[0])) == 4
    assert len(files(client, both[1])) == 2
    coarse = push(results, to, environment={}, detail="coarse")
    assert [step.action for step in coarse.steps] == ["same", "same", "remove", "remove"]
    push(results, to, environment={}, detail="coarse", write=True)
    (one,) = push(results, to, environment={}, nodes=["wild"], write=True).steps
    assert one.action == "new"
    assert names(client) == sorted([both[0], both[2], "songatlas: day"])  # the others stay
    push(results, to, environment={}, detail="clusters", write=True)
    assert names(client) == ["songatlas: Slow"]
