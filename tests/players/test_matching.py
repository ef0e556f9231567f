"""A track is found on a server by what proves it, and by nothing less."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from songatlas.players.matching import Match, match_tracks
from songatlas.players.player import RemoteTrack
from songatlas.types import Track

ID = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"


def track(path: str, root: str = "/home/me/Music", **said: str) -> Track:
    return Track(path=path, source=Path(root) / path, content_hash="", **said)


def match(tracks, remote, *, seconds=180.0, ids=None) -> list[Match]:
    found = match_tracks(
        range(len(tracks)),
        tracks,
        np.full(len(tracks), seconds),
        remote,
        lambda it: (ids or {}).get(it.path, ""),
    )
    return [found[row] for row in range(len(tracks))]


@pytest.mark.parametrize(
    ("path", "root", "there"),
    [
        ("A/B/x.mp3", "/home/me/Music", "A/B/x.mp3"),  # the same root
        ("B/x.mp3", "/home/me/Music/A", "A/B/x.mp3"),  # the server starts higher
        ("A/B/x.mp3", "/home/me/Music", "B/x.mp3"),  # the server starts lower
        ("A/B/x.mp3", "/home/me/Music", "/srv/media/A/B/x.mp3"),  # absolute, elsewhere
        ("A/B/x.mp3", "/home/me/Music", "D:\\Media\\A\\B\\x.mp3"),  # on Windows
        ("A/Bé/x.mp3", "/m", unicodedata.normalize("NFD", "A/Bé/x.mp3")),
        (unicodedata.normalize("NFD", "A/Bé/x.mp3"), "/m", "A/Bé/x.mp3"),
        ("a/b/X.MP3", "/m", "A/B/x.mp3"),
        ('A/"q" \\n/x.mp3', "/m", 'A/"q" \\n/x.mp3'),  # a backslash in a name
    ],
)
def test_by_path_wherever_the_roots_are(path, root, there):
    (found,) = match([track(path, root)], [RemoteTrack(id="1", path=there)])
    assert (found.track_id, found.by) == ("1", "path")


@pytest.mark.parametrize(
    ("path", "there", "seconds"),
    [
        ("A/B/x.mp3", "A/C/x.mp3", 180),  # the end alone
        ("A/B/x.mp3", "C/B/x.mp3", 180),
        ("A/B/x.mp3", "A/B/y.mp3", 180),
        ("x.mp3", "A/x.mp3", np.nan),  # a bare name proves nothing
        ("x.mp3", "A/x.mp3", 200),
        ("A/B/x.mp3", "A/B/x.mp3", 200),  # another recording in its place
    ],
)
def test_a_path_that_proves_nothing(path, there, seconds):
    (found,) = match([track(path)], [RemoteTrack(id="1", path=there, seconds=seconds)])
    assert found == Match(row=0, reason="nothing there has its path, recording or tags")


def test_the_longest_common_path_decides_and_equal_ones_do_not():
    remote = [RemoteTrack(id=name, path=f"{name}/CD1/x.mp3") for name in ("A", "B")]
    assert match([track("CD1/x.mp3", "/m/A")], remote)[0].track_id == "A"
    (found,) = match([track("CD1/x.mp3", "/m/C")], remote)
    assert found.track_id == ""
    assert found.reason == "2 tracks there fit equally well: 'A/CD1/x.mp3', 'B/CD1/x.mp3'"


def test_spelling_as_it_is_comes_before_any_other():
    remote = [RemoteTrack(id="upper", path="A/X.mp3"), RemoteTrack(id="lower", path="A/x.mp3")]
    found = match([track("A/x.mp3"), track("A/X.mp3")], remote)
    assert [it.track_id for it in found] == ["lower", "upper"]


def test_the_recording_decides_where_paths_differ():
    mine = [track("a.mp3", album="One"), track("b.mp3", album="None")]
    remote = [
        RemoteTrack(id="1", path="1", recording_id=ID.upper(), album="one!"),
        RemoteTrack(id="2", path="2", recording_id=ID, album="Best of"),
    ]
    found = match(mine, remote, ids={"a.mp3": ID, "b.mp3": ID})
    assert (found[0].track_id, found[0].by) == ("1", "recording")
    assert "2 tracks there fit equally well" in found[1].reason


def tagged(**changes: object) -> RemoteTrack:
    said = {"title": "Halo", "artists": ("Beyoncé",), "album": "I Am", "seconds": 180.0}
    return RemoteTrack(**{"id": "1", "path": "1", **said, **changes})


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"title": "HALO!"}, True),
        ({"artists": (unicodedata.normalize("NFD", "BEYONCÉ"),)}, True),
        ({"artists": ("Somebody", "Beyoncé")}, True),
        ({"album": ""}, True),
        ({"seconds": 182.9}, True),
        ({"title": "Halo (live)"}, False),
        ({"artists": ("Beyoncé feat. Somebody",)}, True),
        ({"artists": ("Somebody", "X with BEYONCE")}, True),
        ({"artists": ("Somebody",)}, False),
        ({"artists": ()}, False),
        ({"album": "Live"}, False),
        ({"seconds": 184.0}, False),
        ({"seconds": np.nan}, False),
    ],
)
def test_tags_fit_only_all_together(changes, fits):
    mine = track("a.mp3", title="Halo", artist="Beyoncé", album="I am")
    (found,) = match([mine], [tagged(**changes)])
    assert found.by == ("tags" if fits else "")


def test_nothing_said_is_nothing_in_common():
    assert match([track("a.mp3")], [tagged(title="", artists=("",), album="")])[0].by == ""


def test_two_of_equal_tags_are_not_told_apart_but_the_album_may():
    mine = track("a.mp3", title="Halo", artist="Beyoncé", album="I am")
    both = [tagged(), tagged(id="2")]
    assert "2 tracks there fit" in match([mine], both)[0].reason
    assert match([mine], [tagged(), tagged(id="2", album="")])[0].track_id == "1"


def test_no_two_tracks_get_the_same_and_better_evidence_wins():
    mine = [
        track("A/x.mp3", title="Halo", artist="Beyoncé"),
        track("other.mp3", title="Halo", artist="Beyoncé"),
    ]
    found = match(mine, [tagged(path="A/x.mp3")])
    assert [it.track_id for it in found] == ["1", ""]
    assert found[1].reason == "its match there is also that of 'A/x.mp3'"
    found = match(mine, [tagged()])
    assert [it.track_id for it in found] == ["", ""]


def test_the_order_of_the_server_does_not_matter():
    rng = np.random.default_rng(0)
    mine = [track(f"{i % 5}/{i % 7}/{i % 3}.mp3", title=f"T{i % 4}", artist="A") for i in range(60)]
    remote = [
        RemoteTrack(id=str(i), path=f"{i % 5}/{i % 7}/{i % 3}.mp3", title=f"T{i % 6}")
        for i in range(90)
    ]
    first = match(mine, remote)
    shuffled = match(mine, [remote[i] for i in rng.permutation(len(remote))])
    assert [it.track_id for it in first] == [it.track_id for it in shuffled]


def calls_to_match(tracks, remote) -> int:
    """Of Python functions, items of generators too; every track is found."""
    n_calls = 0

    def count(_, event, __):
        nonlocal n_calls
        n_calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = match(tracks, remote)
    finally:
        sys.setprofile(before)
    assert [it.track_id for it in found] == [it.id for it in remote]
    return n_calls


@pytest.mark.parametrize(
    ("path", "there", "title"),
    [
        ("{}/CD1/01.mp3", "/srv/{}/CD1/01.mp3", "{}"),  # one end of the path
        ("{}.mp3", "", "Intro"),  # one title
    ],
)
def test_what_thousands_of_tracks_share_is_not_compared_with_all_of_them(path, there, title):
    calls = []
    for n in (100, 200):
        names = [f"artist {i}" for i in range(n)]
        tracks = [track(path.format(x), title=title.format(x), artist=x) for x in names]
        remote = [
            RemoteTrack(
                id=x, path=there.format(x), title=title.format(x), artists=(x,), seconds=180.0
            )
            for x in names
        ]
        calls.append(calls_to_match(tracks, remote))
    assert calls[1] < 2.3 * calls[0]
