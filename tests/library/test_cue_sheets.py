"""Files that hold several tracks by a cue sheet, wherever that is and however it is written."""

import csv
import math
import shutil
import struct
from pathlib import Path

import mutagen
import mutagen.apev2
import numpy as np
import pytest
import soundfile

from songatlas.library.read import read_library
from songatlas.types import Library

SR = 8000


def sound(path: Path, seconds: float = 6.0, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    soundfile.write(path, 0.1 * rng.standard_normal(int(seconds * SR)), SR)
    return path


def sheet(file: str | None, titles=("One", "Two", "Three"), step: int = 2, disc: str = "") -> str:
    lines = [disc, *([f'FILE "{file}" WAVE'] if file is not None else [])]
    for i, title in enumerate(titles):
        lines += [f"TRACK {i + 1:02d} AUDIO", f'TITLE "{title}"', f"INDEX 01 00:{i * step:02d}:00"]
    return "\n".join(lines)


def said(library: Library) -> list[tuple[str, str]]:
    return [(track.path, track.title) for track in library.tracks]


def numbered(path: str, *titles: str) -> list[tuple[str, str]]:
    return [(f"{path}#{i + 1:02d}", title) for i, title in enumerate(titles)]


THREE = ("One", "Two", "Three")


@pytest.mark.parametrize(
    ("audio", "cue", "file"),
    [
        ("album.flac", "album.cue", "album.flac"),
        ("album.flac", "album.cue", "album.wav"),  # it was a WAV when the sheet was written
        ("Album.FLAC", "rip.cue", "aLBUM.flac"),
        ("album.flac", "album.cue", "CDImage.ape"),  # by its own name
        ("album.flac", "album.flac.cue", "range.wav"),
        ("album.flac", "disc.CUE", r"D:\rips\album.wav"),
        ("cd 1/album.flac", "disc.cue", "cd 1/album.flac"),
        ("01. Side A.flac", "side.cue", "01. Side A"),
        ("album.flac", "album.cue", None),  # names no file
        ("álbum.flac", "x.cue", "a\u0301lbum.flac"),
    ],
)
def test_the_file_that_a_sheet_names_is_its_tracks(tmp_path, audio, cue, file):
    sound(tmp_path / audio)
    sound(tmp_path / "other.flac", seed=1)
    (tmp_path / cue).write_text(sheet(file), encoding="utf-8")
    library = read_library([tmp_path])
    parts = [track for track in library.tracks if track.part]
    assert [(t.path, t.title) for t in parts] == numbered(audio, *THREE)
    assert [t.part for t in parts] == [(0, 2), (2, 4), (4, math.inf)]
    assert {t.source for t in parts} == {tmp_path / audio}
    assert library.notes == ("1 file holds 3 tracks by cue sheets, each of which is analysed.",)


@pytest.mark.parametrize(
    ("encoding", "titles"),
    [
        ("utf-8-sig", ("Été", "Naïve", "夜")),
        ("utf-16", ("Été", "Naïve", "夜")),
        ("cp1252", ("L’été à la mer", "Señor y mañana", "Où vas-tu, mon frère")),
        ("cp1251", ("Тихая гавань", "Дальняя дорога", "Последний поезд на юг")),
        ("cp932", ("静かな港のうた", "さよならの朝に", "とおいまちへ")),
        ("cp932", ("恋 花束", "夏")),
    ],
)
def test_sheets_in_the_encodings_of_their_writers(tmp_path, encoding, titles):
    sound(tmp_path / "album.wav")
    text = sheet("album.wav", titles)
    (tmp_path / "album.cue").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert said(read_library([tmp_path])) == numbered("album.wav", *titles)


def test_tracks_of_a_sheet_say_what_it_says_else_what_the_file_says(tmp_path):
    path = sound(tmp_path / "album.flac")
    tags = mutagen.File(path)
    tags["title"], tags["artist"], tags["genre"], tags["lyrics"] = (
        "Whole",
        "Tagged",
        "Jazz",
        "la la",
    )
    tags["date"], tags["language"] = "2001", "en"
    tags.save()
    (tmp_path / "album.txt").write_text("words of all songs")
    text = sheet("album.flac", disc="REM DATE 1999\nTITLE Disc")
    (tmp_path / "album.cue").write_text(text.replace('"Two"', '"Two"\nPERFORMER "Ann; Bob"'))
    found = read_library([tmp_path]).tracks
    assert [t.artist for t in found] == ["Tagged", "Ann; Bob", "Tagged"]
    kinds = {(t.album, t.genre, t.year, t.language, t.lyrics) for t in found}
    assert kinds == {("Disc", "Jazz", "1999", "en", "")}


def test_a_file_a_track_stays_whole_and_is_named_by_the_sheet(tmp_path):
    for i in range(3):
        sound(tmp_path / f"{i + 1}.flac", seed=i)
    tags = mutagen.File(tmp_path / "2.flac")
    tags["title"] = "Tagged"
    tags.save()
    lines = ['PERFORMER "Ann"', 'TITLE "Disc"']
    for i, title in enumerate(THREE):
        lines += [f'FILE "{i + 1}.wav" WAVE', f"TRACK {i + 1:02d} AUDIO", f'TITLE "{title}"']
        lines += ["INDEX 01 00:00:00"]
    (tmp_path / "disc.cue").write_text("\n".join(lines))
    library = read_library([tmp_path])
    assert said(library) == [("1.flac", "One"), ("2.flac", "Tagged"), ("3.flac", "Three")]
    assert {(t.artist, t.album, t.part) for t in library.tracks} == {("Ann", "Disc", None)}
    assert library.notes == ()


def test_two_sides_in_two_files_are_the_tracks_of_both(tmp_path):
    sound(tmp_path / "A.flac")
    sound(tmp_path / "B.flac", seed=1)
    sides = sheet("A.wav") + "\n" + sheet("B.wav").replace("TRACK 0", "TRACK 1")
    (tmp_path / "LP.cue").write_text(sides)
    found = [(t.path, t.part) for t in read_library([tmp_path]).tracks]
    places = [(0, 2), (2, 4), (4, math.inf)]
    names = [*(f"A.flac#0{i}" for i in (1, 2, 3)), *(f"B.flac#1{i}" for i in (1, 2, 3))]
    assert found == list(zip(names, places * 2, strict=True))


def in_vorbis(path):
    tags = mutagen.File(path)
    tags["cuesheet"] = sheet("whatever.wav")
    tags.save()


def in_block(path):
    data = path.read_bytes()
    block = bytes(128) + struct.pack(">QB258xB", 0, 1, 4)
    for number, start in ((1, 0), (2, SR), (3, 4 * SR)):
        pause = SR if number == 2 else 0  # INDEX 00, and 01 a second later
        indexes = [(0, 0), (pause, 1)] if pause else [(0, 1)]
        block += struct.pack(">QB12xB13xB", start, number, 0, len(indexes))
        block += b"".join(struct.pack(">QB3x", *index) for index in indexes)
    block += struct.pack(">QB12xB13xB", 6 * SR, 170, 0, 0)
    header = bytes([5]) + len(block).to_bytes(3, "big")
    stream_info = 4 + 4 + 34
    path.write_bytes(data[:stream_info] + header + block + data[stream_info:])


def in_ape(path):
    tags = mutagen.apev2.APEv2()
    tags["Cuesheet"] = sheet("whatever.ape")
    tags.save(path)


@pytest.mark.parametrize(
    ("kind", "embed", "titles"),
    [
        ("flac", in_vorbis, THREE),
        ("flac", in_block, ("", "", "")),
        ("mp3", in_ape, THREE),
        ("ogg", in_vorbis, THREE),
    ],
)
def test_sheets_inside_files(tmp_path, kind, embed, titles):
    embed(sound(tmp_path / f"album.{kind}"))
    library = read_library([tmp_path])
    assert said(library) == numbered(f"album.{kind}", *titles)
    assert [t.part for t in library.tracks] == [(0, 2), (2, 4), (4, math.inf)]


def test_a_sheet_beside_counts_before_one_inside_unless_it_is_broken(tmp_path):
    in_vorbis(sound(tmp_path / "album.flac"))
    cue = tmp_path / "album.cue"
    cue.write_text(sheet("album.flac", ("A", "B")))
    assert said(read_library([tmp_path])) == numbered("album.flac", "A", "B")
    cue.write_text(sheet("album.flac", ("A", "B")).replace("00:02:00", "later"))
    library = read_library([tmp_path])
    assert said(library) == numbered("album.flac", *THREE)
    assert "album.cue (line 8: a time must be" in library.notes[1]


BROKEN = {
    "times.cue": sheet("album.flac").replace("00:02:00", "00:05:00").encode(),
    "bytes.cue": b"FILE album.flac WAVE\nTRACK 01 AUDIO\x00\xff\xfe\xfa\n",
    "empty.cue": b"",
    "prose.cue": b"Dear Sir, this is the album.",
    "album.cue": b'FILE "album.flac" WAVE\nTRACK 01 AUDIO\nTRACK 02 AUDIO\nINDEX 01 01:00:00',
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_sheet_that_cannot_be_used_is_one_note_and_its_file_one_track(tmp_path, name):
    sound(tmp_path / "album.flac")
    (tmp_path / name).write_bytes(BROKEN[name])
    library = read_library([tmp_path])
    assert said(library) == [("album.flac", "")]
    (note,) = library.notes
    assert note.startswith("Cue sheets that are not used, so that their files stay whole: " + name)


def test_many_lost_files_are_one_note(tmp_path):
    sound(tmp_path / "here.flac")
    for i in range(8):
        (tmp_path / f"{i}.cue").write_text(sheet(f"gone {i}.flac"))
    library = read_library([tmp_path])
    assert said(library) == [("here.flac", "")]
    (note,) = library.notes
    assert note.startswith("Cue sheets name files that were not found: 0.cue (gone 0.flac), 1.cue")
    assert "4.cue (gone 4.flac) and 3 more; give the files these names" in note


def test_data_discs_are_no_business_of_ours(tmp_path):
    sound(tmp_path / "a.flac")
    text = 'FILE "game.bin" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00'
    (tmp_path / "game.cue").write_text(text)
    assert read_library([tmp_path]).notes == ()


def test_the_sheet_of_an_album_in_one_of_its_tracks_does_not_split_that(tmp_path):
    path = sound(tmp_path / "03 Three.flac", seconds=3.0)
    tags = mutagen.File(path)
    tags["cuesheet"] = sheet("album.wav", [f"T{i}" for i in range(9)])
    tags["title"] = "Three"
    tags.save()
    library = read_library([tmp_path])
    assert said(library) == [("03 Three.flac", "Three")]
    assert "that in 03 Three.flac (most of its tracks begin behind the end" in library.notes[0]


def test_a_track_is_known_by_its_file_and_place(tmp_path):
    sound(tmp_path / "album.flac")
    cue = tmp_path / "album.cue"
    cue.write_text(sheet("album.flac"))
    before = {t.path: t.content_hash for t in read_library([tmp_path]).tracks}
    assert len(set(before.values())) == 3
    assert len({value[:32] for value in before.values()}) == 1
    cue.write_text(sheet("album.flac").replace("00:04:00", "00:05:00"))
    after = {t.path: t.content_hash for t in read_library([tmp_path]).tracks}
    changed = [path for path, value in before.items() if after[path] != value]
    assert changed == ["album.flac#02", "album.flac#03"]


def test_copies_of_an_album_are_its_tracks_once_wherever_the_sheet_lies(tmp_path):
    sound(tmp_path / "a" / "album.flac")
    (tmp_path / "b").mkdir()
    shutil.copy(tmp_path / "a" / "album.flac", tmp_path / "b" / "album.flac")
    (tmp_path / "b" / "album.cue").write_text(sheet("album.flac"))
    library = read_library([tmp_path])
    assert said(library) == numbered("a/album.flac", *THREE)
    assert [(s.path, s.code) for s in library.skipped] == [("b/album.flac", "DUPLICATE")]


def test_a_file_named_alone_has_its_sheet_too(tmp_path):
    path = sound(tmp_path / "album.flac")
    (tmp_path / "album.cue").write_text(sheet("album.flac"))
    (tmp_path / "no.cue").write_text(sheet("other.flac"))
    sound(tmp_path / "other.flac", seed=1)
    library = read_library([path])
    assert said(library) == numbered("album.flac", *THREE)
    assert len(library.notes) == 1


def test_a_file_of_the_name_of_a_track_keeps_it(tmp_path):
    in_vorbis(sound(tmp_path / "album.flac"))
    sound(tmp_path / "other.flac", seed=1).rename(tmp_path / "album.flac#02")
    found = {t.path: t.source.name for t in read_library([tmp_path]).tracks}
    assert found == {
        "album.flac#01": "album.flac",
        "album.flac#02": "album.flac#02",
        "album.flac#02_": "album.flac",
        "album.flac#03": "album.flac",
    }


def test_rows_of_a_table_find_tracks_in_files(tmp_path):
    sound(tmp_path / "album.flac")
    (tmp_path / "album.cue").write_text(sheet("album.flac", disc="PERFORMER Ann"))
    table = tmp_path / "songs.csv"
    with table.open("w", newline="") as file:
        rows = [
            ("file", "title", "artist", "genre"),
            ("album.flac#01", "", "", "dub"),
            ("", "Two", "Ann", "ska"),
            ("", "Three", "", "rock"),
        ]
        csv.writer(file).writerows(rows)
    found = read_library([tmp_path], metadata=table).tracks
    assert [t.genre for t in found] == ["dub", "ska", "rock"]
