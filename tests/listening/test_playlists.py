"""Playlists that lead to the music, whatever it is called, and touch nothing of other people."""

import dataclasses
import json
import os
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from folders import contents
from planted_tree import NAMES, with_tree

from songatlas.errors import ConfigError, StorageError
from songatlas.listening.choice import PlaylistOptions, choose_entries
from songatlas.listening.file_names import safe_file_name, unique_file_names
from songatlas.listening.formats import Entry, m3u8, xspf
from songatlas.listening.lists import lists_of
from songatlas.listening.playlists import RECORD, playlist_rows, write_playlists
from songatlas.listening.versions import song_key
from songatlas.types import Track

XSPF = "{http://xspf.org/ns/0/}"
PAYLOADS = [
    "two\nlines", "#EXTM3U", "\r\n#EXTINF:0,x\n/etc/passwd", "<script>alert(1)</script>",
    "]]>&amp;\"'", "\u2028split", "\x00nul\x1b[31m", "‮evil", "\ud800 lone", "a" * 5000,
]  # fmt: skip


def with_track(atlas, row, **fields):
    tracks = list(atlas.tracks)
    tracks[row] = dataclasses.replace(tracks[row], **fields)
    return dataclasses.replace(atlas, tracks=tuple(tracks))


def rows_of(atlas, options):
    return playlist_rows(atlas, lists_of(atlas, options), options)


def paths_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["title", "artist", "album"])
def test_what_people_wrote_stays_in_its_entry(payload, field):
    track = Track(path="a.ogg", source=Path("/m/a.ogg"), content_hash="", **{field: payload})
    entries = [Entry(track=track, seconds=1.0)] * 2
    text = m3u8(payload, entries, Path("/m"))
    assert paths_of(text) == ["a.ogg", "a.ogg"]
    assert len(text.encode("utf-8").splitlines()) == 6
    root = ET.fromstring(xspf(payload, entries, Path("/m")))
    assert [e.text for e in root.iter(f"{XSPF}location")] == ["a.ogg", "a.ogg"]
    assert len(list(root.iter())) == 4 + 2 * (2 + (field in ("title", "artist", "album")) * 1) + 1


@pytest.mark.parametrize(
    "name",
    ["plain.mp3", "#1.mp3", " space.mp3", "100% ?.mp3", "http:x.mp3", "ü/夜.mp3", "a'b\"c&d.mp3",
     "two\nlines.mp3", os.fsdecode(b"caf\xe9.mp3"), "..mp3"],
)  # fmt: skip
def test_every_file_is_reached_from_its_playlist(tmp_path, name):
    source = tmp_path / "music" / name
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(b"")
    lists = tmp_path / "results" / "playlists"
    lists.mkdir(parents=True)
    entry = Entry(track=Track(path=name, source=source, content_hash=""), seconds=np.nan)
    (line,) = paths_of(m3u8("x", [entry], lists))
    line.encode("utf-8")
    if line.startswith("file://"):
        assert Path(os.fsdecode(os.fsencode(unquote(line[7:], errors="surrogateescape")))).exists()
    else:
        assert (lists / line).exists()
    root = ET.fromstring(xspf("x", [entry], lists))
    location = next(root.iter(f"{XSPF}location")).text
    assert (lists / unquote(location, errors="surrogateescape")).exists()


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../etc", "etc"), ("a/b\\c", "a b c"), ("...", "_"), ("", "_"), ("NUL", "_NUL"),
     ("com1.x", "_com1.x"), ("\u202egnp", "gnp"), (" . a . ", "a")],
)  # fmt: skip
def test_names_of_files_are_safe_everywhere(name, safe):
    assert safe_file_name(name) == safe


def test_long_and_equal_names():
    names = unique_file_names(["夜" * 300, "夜" * 300, "É", "e\u0301", "É"])
    assert all(len(name.encode()) <= 124 for name in names)
    assert len({name.casefold() for name in names}) == 5


def test_every_cluster_has_its_playlists_in_an_order_that_flows(atlas):
    written = write_playlists(atlas)
    folder = atlas.folder / "playlists"
    assert sorted(written) == sorted(path.name for path in folder.iterdir())
    text = (folder / "Fast 1.m3u8").read_text(encoding="utf-8")
    assert paths_of(text) in (
        [f"../../music/a/{i:05d}.ogg" for i in range(4, 8)],
        [f"../../music/a/{i:05d}.ogg" for i in range(7, 3, -1)],
    )
    again = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_playlists(atlas)
    assert again == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_other_peoples_playlists_are_left_alone(atlas):
    folder = atlas.folder / "playlists"
    folder.mkdir()
    (folder / "Fast 0.m3u8").write_text("mine")
    write_playlists(atlas)
    assert (folder / "Fast 0.m3u8").read_text() == "mine"
    assert (folder / "Fast 0 2.m3u8").is_file()
    (folder / "Fast 1.xspf").write_text("changed")  # by a person
    fewer = dataclasses.replace(
        atlas,
        clusters=tuple(dataclasses.replace(c, name=f"New {c.number}") for c in atlas.clusters),
    )
    write_playlists(fewer)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["Fast 0.m3u8", "Fast 1.xspf", RECORD]
        + [f"New {k}.{kind}" for k in range(3) for kind in ("m3u8", "xspf")]
    )


def test_a_stopped_writing_is_taken_up_again(atlas, monkeypatch):
    """Also when it replaced some of the files and not others."""
    from songatlas.listening import playlists as module

    write_playlists(atlas)
    written = []

    def failing(path, text):
        if path.suffix == ".m3u8" and written:
            raise KeyboardInterrupt
        written.append(path)
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr(module, "write_text", failing)
    options = PlaylistOptions(size=2)
    with pytest.raises(KeyboardInterrupt):
        write_playlists(atlas, options)
    monkeypatch.undo()
    write_playlists(atlas, options)
    names = {path.name for path in (atlas.folder / "playlists").iterdir()}
    assert names == {RECORD} | {f"Fast {k}.{kind}" for k in range(3) for kind in ("m3u8", "xspf")}


def test_options_are_those_of_the_last_time(atlas):
    write_playlists(atlas, PlaylistOptions(size=2, name="{number} {name}", formats=("xspf",)))
    write_playlists(atlas)
    folder = atlas.folder / "playlists"
    assert sorted(p.name for p in folder.iterdir()) == [
        "0 Fast 0.xspf", "1 Fast 1.xspf", "2 Fast 2.xspf", RECORD
    ]  # fmt: skip
    assert (folder / "0 Fast 0.xspf").read_text(encoding="utf-8").count("<track>") == 2


def test_a_format_that_is_none_is_said(atlas):
    with pytest.raises(ConfigError, match=r"among m3u8, xspf\. Got mp3"):
        write_playlists(atlas, PlaylistOptions(formats=("m3u8", "mp3")))


def test_a_file_is_no_folder(atlas, tmp_path):
    (tmp_path / "list.m3u8").write_text("mine")
    with pytest.raises(ConfigError, match="must be a folder"):
        write_playlists(atlas, out=tmp_path / "list.m3u8")


def test_a_damaged_record_is_said(atlas):
    write_playlists(atlas)
    (atlas.folder / "playlists" / RECORD).write_text("{}")
    with pytest.raises(StorageError, match=r"playlists\.json must be the list"):
        write_playlists(atlas)


@pytest.mark.parametrize("template", ["{oops}", "{name", "{0}", "{name.__class__}"])
def test_templates_hold_names_and_numbers_only(atlas, template):
    with pytest.raises(ConfigError, match="may hold"):
        write_playlists(atlas, PlaylistOptions(name=template))


def entries(*songs):
    return [
        Entry(track=Track(path=f"{i}", source=Path(f"{i}"), content_hash="", artist=a, title=t),
              seconds=s)
        for i, (a, t, s) in enumerate(songs)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"size": 2}, [0, 1]),
        ({"max_per_artist": 1}, [0, 3, 4]),
        ({"versions": False}, [0, 2, 3, 4]),
        ({"minutes": 4}, [0, 3, 4]),
        ({"max_per_artist": 1, "size": 2}, [0, 3]),
    ],
)
def test_what_a_playlist_may_hold(options, taken):
    songs = entries(
        ("A", "Halo", 120.0), ("A", "Halo (Live)", 150.0), ("A", "Other", 200.0),
        ("", "Halo", float("nan")), ("B", "Halo", 120.0),
    )  # fmt: skip
    assert choose_entries(songs, PlaylistOptions(**options)) == taken


@pytest.mark.parametrize(
    ("artists", "taken"),
    [
        (("A", "A feat. B", "A; C", "The A", "B"), [0, 4]),
        (("A & B", "A", "B", "C"), [0, 3]),
        (("Simon & Garfunkel", "Simon & Garfunkel (with Art)", "Art"), [0, 2]),
        (("Various Artists", "", "Various Artists"), [0, 1, 2]),
        (("Mölöko ft. X", "MOLOKO", "x"), [0, 2]),
    ],
)
def test_one_of_an_artist_whoever_the_guests_are(artists, taken):
    songs = entries(*((artist, f"{i}", 1.0) for i, artist in enumerate(artists)))
    assert choose_entries(songs, PlaylistOptions(max_per_artist=1)) == taken
    copies = entries(("A feat. B", "Song", 1.0), ("A", "Song (Live)", 1.0))
    assert choose_entries(copies, PlaylistOptions(versions=False)) == [0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Song - 2011 Remaster", "Song", True),
        ("Song (feat. Somebody)", "Song", True),
        ("Song (Radio Edit)", "Song", True),
        ("Live and Let Die", "Die", False),
        ("Live", "", False),
        ("Song (Part 2)", "Song", False),
        ("Song, Pt. 1 - Live at Home", "Song Pt 1", True),
        ("Song (Live (at Home))", "Song", True),
        ("Song（Live）", "Song", True),
        ("6 ft. Under", "6 ft. Over", False),
        ("Song ft. Somebody", "Song", True),
        ("Song (Instrumental)", "Song - Karaoke Version", True),
        ("Song (A Cappella)", "Song [Acapella]", True),
        ("Instrumental", "Karaoke", False),
    ],
)
def test_versions_of_a_song(one, other, same):
    assert (song_key("X", one) == song_key("x", other)) == same


@pytest.mark.parametrize(
    "title", ["(live " * 20_000, "a" + " " * 100_000 + "b", " - live" * 20_000]
)
def test_what_is_no_title_is_not_looked_into(title):
    """Patterns would take hours for these."""
    assert song_key("X", title) == song_key("x", title.upper())
    assert song_key("X", title) != song_key("X", f"{title} c")


def test_copies_count_as_versions(atlas):
    """Whichever of them comes first, and whatever they are called."""
    copies = {"a/00001.ogg": "a/00000.ogg", "a/00002.ogg": "a/00000.ogg", "a/00007.ogg": "gone"}
    atlas = dataclasses.replace(atlas, copies=copies)
    assert sorted(rows_of(atlas, PlaylistOptions())[0]) == [0, 1, 2, 3]
    assert sorted(rows_of(atlas, PlaylistOptions(versions=False))[0]) == [0, 3]
    assert sorted(rows_of(atlas, PlaylistOptions(versions=False))[1]) == [4, 5, 6, 7]
    first = dataclasses.replace(atlas.clusters[0], rows=(2, 1, 0, 3))
    atlas = dataclasses.replace(atlas, clusters=(first, *atlas.clusters[1:]))
    assert sorted(rows_of(atlas, PlaylistOptions(versions=False))[0]) == [2, 3]


def test_versions_of_a_song_do_not_follow_one_another(atlas):
    """Nothing is nearer to a recording than its copy, and nobody hears a song thrice in a row."""
    titles = ("Song", "Song (Radio Edit)", "Another", "Third")
    tracks = [
        dataclasses.replace(track, artist="X", title=titles[i] if i < 4 else track.title)
        for i, track in enumerate(atlas.tracks)
    ]
    copies = {"a/00003.ogg": "a/00002.ogg"}
    atlas = dataclasses.replace(atlas, tracks=tuple(tracks), copies=copies)
    listed = rows_of(atlas, PlaylistOptions())[0]
    assert sorted(listed) == [0, 1, 2, 3]
    assert {*listed[:2]} == {0, 2}
    assert {*listed[2:]} == {1, 3}


def test_a_record_that_lies_deletes_nothing_else(atlas):
    """Names that lead out of the folder, that are none, and digests that are not the file's."""
    import hashlib

    write_playlists(atlas)
    folder = atlas.folder / "playlists"
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    outside = atlas.folder / "tracks.csv"
    outside.write_text("precious")
    (folder / "mine.m3u8").write_text("mine")
    digest = hashlib.sha256(b"precious").hexdigest()
    names = ["../tracks.csv", str(outside), "..", "", "nul\0", "mine.m3u8"]
    record["files"] |= dict.fromkeys(names, digest)
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")
    write_playlists(atlas)
    assert outside.read_text() == "precious"
    assert (folder / "mine.m3u8").read_text() == "mine"


def test_tracks_without_a_place_are_no_trouble(atlas):
    labels = atlas.labels.copy()
    labels[0] = -1
    clusters = list(atlas.clusters)
    clusters[0] = dataclasses.replace(clusters[0], rows=clusters[0].rows[1:])
    few = dataclasses.replace(atlas, labels=labels, clusters=tuple(clusters))
    assert sorted(rows_of(few, PlaylistOptions())[0]) == [1, 2, 3]


def lists_in(folder):
    """What is written, without endings, and the rows in each."""
    found = {}
    for path in folder.rglob("*.m3u8"):
        lines = paths_of(path.read_text(encoding="utf-8"))
        assert all((path.parent / line).resolve().parent.name == "a" for line in lines)
        rows = sorted(int(Path(line).stem) for line in lines)
        found[path.relative_to(folder).as_posix().removesuffix(".m3u8")] = rows
    return found


REGION, PART, LOUD, OTHER = NAMES["A"], NAMES["A.1"], "AC DC loud", NAMES["B"]
FINE = {
    f"{REGION}/{REGION}": [*range(8)],
    f"{REGION}/{PART}": [*range(5)],
    f"{REGION}/{LOUD}": [5, 6, 7],
    OTHER: [8, 9, 10, 11],
}


def test_a_region_is_a_folder_of_its_own_list_and_of_its_parts(atlas):
    written = write_playlists(with_tree(atlas))
    folder = atlas.folder / "playlists"
    assert lists_in(folder) == FINE
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert {*written} == there
    title = (folder / REGION / f"{LOUD}.m3u8").read_text(encoding="utf-8").splitlines()[1]
    assert title == f"#PLAYLIST:{REGION} › AC/DC: loud?"


@pytest.mark.parametrize(
    ("options", "lists"),
    [
        ({"detail": "coarse"}, {REGION: [*range(8)], OTHER: [8, 9, 10, 11]}),
        ({"detail": "clusters"}, {f"Fast {k}": [*range(4 * k, 4 * k + 4)] for k in range(3)}),
        ({"nodes": ("A.2",)}, {LOUD: [5, 6, 7]}),
        ({"nodes": ("A.2",), "detail": "coarse"}, {LOUD: [5, 6, 7]}),
        ({"nodes": ("A",)}, {name: rows for name, rows in FINE.items() if name != OTHER}),
        ({"nodes": ("gone",)}, FINE),
        ({"max_per_artist": 1, "nodes": ("A.1",)}, {PART: [0, 1, 2, 3]}),
    ],
)
def test_a_level_or_a_part_of_the_tree_and_nothing_of_ours_beside_it(atlas, options, lists):
    grown = with_tree(atlas)
    write_playlists(grown)
    write_playlists(grown, PlaylistOptions(**options))
    folder = atlas.folder / "playlists"
    assert lists_in(folder) == lists
    assert all(any(path.iterdir()) for path in folder.rglob("*") if path.is_dir())
    write_playlists(grown)  # as the last time
    assert lists_in(folder) == lists


def test_a_level_that_there_is_not_is_refused(atlas):
    with pytest.raises(ConfigError, match=r"--detail must be one of auto, coarse.*mean 'coarse'"):
        write_playlists(with_tree(atlas), PlaylistOptions(detail="coars"))


def test_folders_of_other_people_and_what_they_put_into_ours_stay(atlas):
    folder, grown = atlas.folder / "playlists", with_tree(atlas)
    (folder / REGION).mkdir(parents=True)
    (folder / REGION / "mine.txt").write_text("mine")
    write_playlists(grown)
    assert {f"{REGION} 2/{REGION}", f"{REGION} 2/{PART}"} < {*lists_in(folder)}
    (folder / f"{REGION} 2" / "beside.txt").write_text("mine, too")
    write_playlists(grown, PlaylistOptions(detail="coarse"))
    assert {*lists_in(folder)} == {REGION, OTHER}
    kept = {p.relative_to(folder).as_posix() for p in folder.rglob("*.txt")}
    assert kept == {f"{REGION}/mine.txt", f"{REGION} 2/beside.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_leads_no_list_out_of_the_folder(atlas, tmp_path):
    folder, grown = atlas.folder / "playlists", with_tree(atlas)
    write_playlists(grown)
    shutil.move(folder / REGION, tmp_path / "elsewhere")
    (folder / REGION).symlink_to(tmp_path / "elsewhere")
    before = contents(tmp_path / "elsewhere")
    write_playlists(grown, PlaylistOptions(size=2))
    assert contents(tmp_path / "elsewhere") == before
    assert f"{REGION} 2/{PART}" in lists_in(folder)
