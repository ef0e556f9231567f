"""A part of a file is a track everywhere: decoded, extracted, written, played, refused."""

import dataclasses
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
import soundfile
from listening.conftest import make_atlas

import songatlas
from songatlas.config.excerpt import Excerpt
from songatlas.errors import AudioError
from songatlas.extraction.job import Request
from songatlas.extraction.pool import extract_all
from songatlas.features.audio.decode import decode
from songatlas.listening.formats import Entry, m3u8, xspf
from songatlas.listening.page.payload import payload
from songatlas.machine import Machine
from songatlas.players.matching import match_tracks
from songatlas.players.player import RemoteTrack
from songatlas.results.tracks import TrackTable, read_tracks, write_tracks
from songatlas.types import Part, Track

SR = 22050
TONES = (220.0, 440.0, 880.0)  # Hz, of three tracks of two seconds
PARTS = (Part(0.0, 2.0), Part(2.0, 4.0), Part(4.0, math.inf))


def album(path: Path, seconds: float = 2.0) -> Path:
    t = np.arange(int(seconds * SR)) / SR
    soundfile.write(path, np.concatenate([0.3 * np.sin(2 * np.pi * f * t) for f in TONES]), SR)
    return path


def tone(y: np.ndarray) -> float:
    """Loudest frequency, in Hz."""
    return float(np.abs(np.fft.rfft(y * np.hanning(len(y)))).argmax() * SR / len(y))


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg", "aiff"])
def test_a_part_is_its_stretch_of_the_sound(tmp_path, kind):
    path = album(tmp_path / f"album.{kind}")
    for part, frequency in zip(PARTS, TONES, strict=True):
        y = decode(path, sr=SR, part=part).y
        assert len(y) / SR == pytest.approx(2.0, abs=0.06)
        assert tone(y) == pytest.approx(frequency, abs=2)


@pytest.mark.parametrize(
    ("part", "given", "place"),
    [
        (PARTS[1], {"excerpt": Excerpt(start=None, seconds=1.0)}, (2.5, 3.5)),
        (PARTS[1], {"excerpt": Excerpt(start=0.5, seconds=9.0)}, (2.5, 4.0)),
        (PARTS[1], {"excerpt": Excerpt(start=0.0, seconds=0.5)}, (2.0, 2.5)),
        (PARTS[1], {"duration": 1.5}, (2.0, 3.5)),
        (PARTS[1], {"duration": 30.0}, (2.0, 4.0)),
        (PARTS[2], {"excerpt": Excerpt(start=None, seconds=1.0)}, (4.5, 5.5)),
        (PARTS[2], {"excerpt": Excerpt(start=1.0, seconds=9.0)}, (5.0, 6.0)),
        (Part(5.0, 9.0), {}, (5.0, 6.0)),  # it says more than there is
    ],
)
def test_excerpts_are_of_the_track(tmp_path, part, given, place):
    path = tmp_path / "noise.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 6 * SR), SR, "FLOAT")
    whole, _ = soundfile.read(path, dtype="float32")
    start, stop = (int(x * SR) for x in place)
    np.testing.assert_array_equal(decode(path, sr=SR, part=part, **given).y, whole[start:stop])


def test_a_track_behind_the_end_says_so(tmp_path):
    path = album(tmp_path / "album.flac")
    with pytest.raises(AudioError, match=r"ends before .* at 7.00 s \(its cue sheet\)") as error:
        decode(path, sr=SR, part=Part(7.0, math.inf))
    assert error.value.code == "E-SHORT"


def test_tracks_before_the_damage_of_a_file_are_used(tmp_path):
    path = album(tmp_path / "album.wav")
    path.write_bytes(path.read_bytes()[: 44 + 2 * int(3.0 * SR)])
    assert len(decode(path, sr=SR, part=PARTS[0]).y) == 2 * SR
    with pytest.raises(AudioError, match="E-TRUNC"):
        decode(path, sr=SR, part=PARTS[1])


def test_features_of_a_part_are_those_of_a_file_of_its_own(tmp_path):
    path = album(tmp_path / "album.wav")
    y, _ = soundfile.read(path, dtype="int16")
    soundfile.write(tmp_path / "two.wav", y[2 * SR : 4 * SR], SR)
    sources, parts = [path, tmp_path / "two.wav"], [PARTS[1], None]
    found = dict(
        extract_all(sources, Request(extractor="frames", settings={}), parts=parts, n_workers=1)
    )
    np.testing.assert_array_equal(found[0]["frames"].array, found[1]["frames"].array)


def parted(atlas):
    """The first three tracks of an atlas as those of one album."""
    source = atlas.root / "a" / "album #1.flac"
    tracks = [
        dataclasses.replace(t, path=f"a/album #1.flac#{i + 1:02d}", source=source, part=part)
        for i, (t, part) in enumerate(zip(atlas.tracks, PARTS, strict=False))
    ]
    return dataclasses.replace(atlas, tracks=(*tracks, *atlas.tracks[3:]))


@pytest.fixture
def atlas(tmp_path):
    (tmp_path / "results").mkdir()
    return parted(make_atlas(tmp_path / "results", tmp_path / "music"))


@pytest.mark.parametrize("column", ["", "mood", "part", "start"])
def test_places_come_back_from_the_table(tmp_path, atlas, column):
    n = len(atlas.tracks)
    table = TrackTable(
        tracks=atlas.tracks,
        seconds=atlas.seconds,
        confidence=atlas.confidence,
        clusters={"VAE": atlas.labels},
        label_column=column,
        classes=["x"] * n if column else (),
    )
    write_tracks(tmp_path, table)
    again = read_tracks(tmp_path, atlas.root)
    assert again.tracks == atlas.tracks
    assert (again.label_column, list(again.classes)) == (column, list(table.classes))


def test_playlists_say_from_where_to_where(atlas):
    entries = [Entry(track=track, seconds=2.0) for track in atlas.tracks[1:4]]
    folder = atlas.root / "lists"
    assert m3u8("x", entries, folder).splitlines()[2:] == [
        "#EXTINF:2,Artist 1 - Song 1",
        "#EXTVLCOPT:start-time=2.000",
        "#EXTVLCOPT:stop-time=4.000",
        "../a/album #1.flac",
        "#EXTINF:2,Artist 2 - Song 2",
        "#EXTVLCOPT:start-time=4.000",
        "../a/album #1.flac",
        "#EXTINF:2,Artist 3 - Song 3",
        "../a/00003.ogg",
    ]
    root = ET.fromstring(xspf("x", entries, folder))
    options = [e.text for e in root.iter("{http://www.videolan.org/vlc/playlist/}option")]
    assert options == ["start-time=2.000", "stop-time=4.000", "start-time=4.000"]


def test_the_page_plays_that_stretch(atlas):
    links = payload(atlas, {})["tracks"]["link"]
    assert links[:4] == [
        "../music/a/album%20%231.flac#t=0.000,2.000",
        "../music/a/album%20%231.flac#t=2.000,4.000",
        "../music/a/album%20%231.flac#t=4.000",
        "../music/a/00003.ogg",
    ]


@pytest.mark.parametrize(
    ("remote", "track_id"),
    [
        ({"path": "Jazz/album.flac/track0002"}, "1"),  # as MPD calls it
        ({"path": "Jazz/album.flac"}, ""),  # all of it is not one of its tracks
        ({"path": "Jazz/album.flac/track0003"}, ""),
        (
            {"path": "x", "title": "Two", "artists": ("Ann",), "album": "Disc", "seconds": 200.0},
            "1",
        ),
    ],
)
def test_on_servers_a_track_in_a_file_is_that_track(remote, track_id):
    track = Track(
        path="Jazz/album.flac#02",
        source=Path("/m/Jazz/album.flac"),
        content_hash="",
        part=Part(200.0, 400.0),
        title="Two",
        artist="Ann",
        album="Disc",
    )
    there = [RemoteTrack(id="1", **remote)]
    found = match_tracks([0], [track], np.array([200.0]), there, lambda it: "")
    assert found[0].track_id == track_id


@pytest.mark.battery
def test_a_run_an_update_and_tags_know_tracks_in_files(tmp_path, fast, cache):
    """Ten tracks in one file, five in files; then the sheet changes, and a track goes too far."""
    music, out = tmp_path / "music", tmp_path / "results"
    music.mkdir()
    rng = np.random.default_rng(5)
    t = np.arange(3 * SR) / SR
    songs = [
        0.3 * np.sin(2 * np.pi * 110 * 2 ** (i / 5) * t) + rng.normal(0, 0.02, len(t))
        for i in range(15)
    ]
    soundfile.write(music / "album.flac", np.concatenate(songs[:10]), SR)
    for i, y in enumerate(songs[10:]):
        soundfile.write(music / f"{i}.wav", y, SR)
    lines = ['FILE "album.wav" WAVE']
    for i in range(10):
        lines += [f"TRACK {i + 1:02d} AUDIO", f'TITLE "Song {i}"', f"INDEX 01 00:{3 * i:02d}:00"]
    cue = music / "album.cue"
    cue.write_text("\n".join([*lines, "TRACK 11 AUDIO", 'TITLE "Lost"', "INDEX 01 09:00:00"]))
    machine = Machine(cache=cache, workers=1)
    result = songatlas.run(music, out=out, config=fast, machine=machine)
    names = [f"album.flac#{i + 1:02d}" for i in range(10)]
    assert [t.path for t in result.tracks if t.part] == names
    assert [(s.path, s.code) for s in result.prepared.library.skipped] == [
        ("album.flac#11", "E-SHORT")
    ]
    (note,) = [note for note in result.prepared.notes if "behind the end" in note]
    assert "skipped: 1; the first is 'album.flac#11'" in note
    near = songatlas.similar(out, "Song 3", 14).tracks
    assert {"album.flac#01", "0.wav"} <= {track.path for track in near}
    refused = {item.path: item.refused for item in songatlas.tag(out)}
    assert all(("part of a file" in refused[name]) for name in names if name in refused)
    assert any(name in refused for name in names)

    cue.write_text("\n".join(lines).replace("00:15:00", "00:16:00"))
    report = songatlas.update(out, machine=machine)
    assert (report.new, report.changed, report.gone) == (
        0,
        3,
        0,
    )  # the last track ends elsewhere now, too
    again = songatlas.open(out)
    place = {track.path: track.part for track in again.tracks}
    assert place["album.flac#05"] == (12, 16)
    assert place["album.flac#06"] == (16, 18)
    assert {track.source for track in again.tracks if track.part} == {music / "album.flac"}
