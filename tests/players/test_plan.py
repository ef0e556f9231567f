"""Only what songatlas made, and nobody has changed since, is ever planned to be touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batteries.listening import make_results
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.atlas.opened import write_playlists
from songatlas.errors import ConfigError, StorageError
from songatlas.listening.choice import PlaylistOptions
from songatlas.players.matching import Match
from songatlas.players.names import file_name, playlist_name, unique_names
from songatlas.players.plan import WRITES, Playlist, Remembered, digest, plan, still_ours
from songatlas.players.player import RemotePlaylist
from songatlas.players.push import push
from songatlas.players.record import read_record, write_record
from songatlas.text import fold, printable

IDS = st.lists(st.sampled_from("abcd"), max_size=3).map(tuple)
NAMES = st.sampled_from(["Slow", "slow", "Fast", "Odd"])


@settings(max_examples=60, deadline=None)
@given(
    wanted=st.dictionaries(NAMES, st.lists(st.integers(0, 4), max_size=3), max_size=3),
    there=st.dictionaries(NAMES, IDS, max_size=4),
    known=st.dictionaries(NAMES, IDS, max_size=4),
)
def test_what_is_not_ours_or_was_changed_is_never_written(wanted, there, known):
    names = unique_names(wanted, playlist_name)
    playlists = [RemotePlaylist(id=name, name=name) for name in there]
    remembered = [Remembered(id=name, name=name, digest=digest(ids)) for name, ids in known.items()]
    ours = still_ours(remembered, playlists, there.__getitem__)
    steps = plan(
        [
            Playlist(name=n, rows=tuple(rows))
            for n, rows in zip(names, wanted.values(), strict=True)
        ],
        {row: Match(row=row, track_id="abcd"[row : row + 1]) for row in range(5)},
        playlists=playlists,
        ours=ours,
        contents={it.id: there[it.id] for it in ours},
    )
    unchanged = {name for name, ids in known.items() if there.get(name) == ids}
    for step in steps:
        if step.action == "new":
            assert fold(step.name) not in map(fold, there)
        elif step.action in WRITES:
            assert step.playlist_id in unchanged
        if step.action in ("new", "update"):
            assert step.track_ids
    assert len({step.name for step in steps}) == len(steps)


@pytest.mark.parametrize(
    ("entries", "action"), [(("a",), "update"), (("b",), "taken"), (("a", "b"), "taken")]
)
def test_a_playlist_that_was_being_made_is_ours_if_it_holds_what_it_was_made_of(entries, action):
    begun = Remembered(id="", name="Slow", digest=digest(["a"]))
    there = [RemotePlaylist(id="7", name="Slow")]
    ours = still_ours([begun], there, {"7": entries}.__getitem__)
    (step,) = plan(
        [Playlist(name="Slow", rows=(0,))],
        {0: Match(row=0, track_id="a")},
        playlists=there,
        ours=ours,
        contents={it.id: entries for it in ours},
    )
    assert step.action == action
    assert still_ours([begun], [], {}.__getitem__) == ()


def test_what_is_as_it_should_be_is_the_same_whoever_changed_it():
    ours = [Remembered(id="1", name="Slow", digest=digest(["a"]))]
    there = [RemotePlaylist(id="1", name="Slow")]
    wanted = [Playlist(name="Slow", rows=(0, 1))]
    matches = {row: Match(row=row, track_id="ab"[row], by="path") for row in (0, 1)}
    for now, action in ((["a"], "update"), (["a", "b"], "same"), (["b"], "edited")):
        (step,) = plan(wanted, matches, playlists=there, ours=ours, contents={"1": now})
        assert step.action == action


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_names_are_one_printable_line_that_is_no_path(text):
    for name in (playlist_name(text), file_name(text)):
        assert printable(name) == name == " ".join(name.split())
        assert len(name.encode()) <= 180
    assert not {*file_name(text)} & {*"/\\"}
    assert not file_name(text).startswith(".")
    assert file_name(file_name(text)) == file_name(text)


def test_names_keep_the_joiners_that_shape_their_script():
    assert playlist_name("می\u200cخواهم") == file_name("می\u200cخواهم") == "می\u200cخواهم"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=8))
def test_no_two_playlists_share_a_name(texts):
    names = unique_names(texts, file_name)
    assert len(set(map(fold, names))) == len(texts)


def test_what_was_made_is_remembered_by_server(tmp_path: Path):
    assert read_record(tmp_path) == {}
    record = {
        "mpd://b:6600": (Remembered(id="x", name='"\n\u202e', digest="d"),),
        "mpd://a:6600": (Remembered(id="\udcff", name="y", digest=""),),
        "mpd://gone:6600": (),
    }
    write_record(tmp_path, record)
    del record["mpd://gone:6600"]
    assert read_record(tmp_path) == record


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": 2, "servers": {}}', '{"schema": 1, "servers": {"a": [{}]}}']
)
def test_a_record_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "push.json").write_text(text)
    with pytest.raises(StorageError, match=r"push\.json must be what .* delete it"):
        read_record(tmp_path)
    assert (tmp_path / "push.json").read_text() == text


def test_the_record_is_json_with_a_schema(tmp_path):
    write_record(tmp_path, {})
    assert json.loads((tmp_path / "push.json").read_text()) == {"schema": 1, "servers": {}}


def test_lists_that_are_all_empty_are_one_sentence_and_no_server_is_asked(music, tmp_path):
    results = make_results(tmp_path / "r", music, {"Slow": [0, 1], "Fast": [2]})
    write_playlists(results, PlaylistOptions(minutes=0.001))
    with pytest.raises(ConfigError, match="None does: 'songatlas playlists'"):
        push(results, "mpd://127.0.0.1:9", environment={})
