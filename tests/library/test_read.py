"""Folders and a table to a library."""

import contextlib
import csv
import random
import shutil
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import mutagen
import pytest

from songatlas.errors import MetadataError
from songatlas.library.read import read_library
from songatlas.library.scan import content_hash
from songatlas.progress import Silent


def write_csv(path, header, *rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def by_path(library):
    return {track.path: track for track in library.tracks}


def test_table_before_tags_before_sidecars(tmp_path, write_audio):
    for seed, name in enumerate(["a", "b", "c", "d"]):
        path = write_audio(tmp_path / f"{name}.flac", seed=seed)
        (tmp_path / f"{name}.txt").write_text("sidecar")
        tags = mutagen.File(path)
        tags["title"], tags["genre"], tags["date"] = f"tag {name}", "tag", "1999"
        if name != "d":
            tags["lyrics"] = "tag"
        tags.save()
    table = write_csv(
        tmp_path / "t.csv",
        ["file", "name", "playlist_genre", "text", "Mood"],
        ["a.flac", "table a", "table", "table [Chorus]\nla", "sad"],
        ["b.flac", "", " ", "", "glad"],
    )
    library = read_library([tmp_path], metadata=table)
    tracks = by_path(library)
    said = [(t.title, t.genre, t.year, t.lyrics) for t in library.tracks]
    assert said == [
        ("table a", "table", "1999", "table [Chorus]\nla"),
        ("tag b", "tag", "1999", "tag"),
        ("tag c", "tag", "1999", "tag"),
        ("tag d", "tag", "1999", "sidecar"),
    ]
    assert tracks["a.flac"].columns == {
        "file": "a.flac",
        "name": "table a",
        "playlist_genre": "table",
        "text": "table [Chorus]\nla",
        "Mood": "sad",
    }
    assert tracks["b.flac"].columns["Mood"] == "glad"
    assert tracks["c.flac"].columns == {}
    assert library.notes == (
        "t.csv: 2 of 2 rows name a file that was found; it describes 2 of 4 audio files; the first "
        "that it does not is 'c.flac'.",
    )


TITLES = [
    "24K Magic",
    "Don't Stop (Me) Now!",
    "夜に駆ける",
    "Привет",
    "আমি তোমাকে",
    "Beyoncé",
    "AC/DC: T.N.T.",
    "99 Problems",
    "  Spaces  ",
    "ÜBER",
]


def clean(title):
    """What makes a file name of a title: words of letters and numbers, in lower case."""
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in title.lower())
    return "_".join("".join(kept).split())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_files_named_after_cleaned_titles(form, tmp_path, write_audio):
    """The layout of the experiment: ``{clean title}_30s.wav`` and three columns."""
    music = tmp_path / "music"
    for seed, title in enumerate(TITLES):
        write_audio(music / f"{unicodedata.normalize(form, clean(title))}_30s.wav", seed=seed)
    rows = [[title, f"words of {title}", f"genre {n}"] for n, title in enumerate(TITLES)]
    random.Random(0).shuffle(rows)
    table = write_csv(tmp_path / "t.csv", ["track_name", "lyrics", "playlist_genre"], *rows)
    library = read_library([music], metadata=table)
    assert library.notes == ()
    assert {(t.title, t.lyrics, t.genre) for t in library.tracks} == {
        (title.strip(), f"words of {title}".strip(), f"genre {n}") for n, title in enumerate(TITLES)
    }


def test_rows_that_repeat_a_title_are_never_last_wins(tmp_path, write_audio):
    write_audio(tmp_path / "intro_30s.wav", seed=1)
    write_audio(tmp_path / "once_30s.wav", seed=2)
    table = write_csv(
        tmp_path / "t.csv",
        ["track_name", "lyrics", "playlist_genre"],
        ["Intro", "same", "pop"],
        ["Once", "words", "rap"],
        ["Intro", "same", "rock"],
    )
    library = read_library([tmp_path], metadata=table)
    tracks = by_path(library)
    intro = tracks["intro_30s.wav"]
    assert (intro.title, intro.lyrics, intro.genre) == ("Intro", "same", "")
    assert intro.columns["playlist_genre"] == ""
    assert tracks["once_30s.wav"].genre == "rap"
    (note,) = library.notes
    assert "t.csv lines 2 and 4" in note
    assert "playlist_genre" in note


def test_counts_add_up(tmp_path, write_audio):
    write_audio(tmp_path / "a.wav", seed=1)
    write_audio(tmp_path / "b.wav", seed=1)
    write_audio(tmp_path / "c.ogg", seed=2)
    (tmp_path / "bad.mp3").write_bytes(b"<html>")
    (tmp_path / "empty.mp3").touch()
    (tmp_path / "broken.mp3").symlink_to("nowhere")
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "notes.txt").write_text("words")
    library = read_library([tmp_path])
    assert [track.path for track in library.tracks] == ["a.wav", "c.ogg"]
    assert [(skip.path, skip.code) for skip in library.skipped] == [
        ("b.wav", "DUPLICATE"),
        ("bad.mp3", "E-DECODE"),
        ("broken.mp3", "E-NOTREGULAR"),
        ("empty.mp3", "E-EMPTY"),
    ]
    assert library.n_discovered == 6
    track = library.tracks[0]
    assert track.source == tmp_path / "a.wav"
    assert track.content_hash == content_hash(track.source, track.source.stat())
    assert library.notes == ()


def test_progress_counts_every_file_that_is_looked_into(tmp_path, write_audio):
    for seed in range(3):
        write_audio(tmp_path / f"{seed}.wav", seed=seed)
    (tmp_path / "notes.txt").write_text("words")
    shown = []

    class Shown(Silent):
        @contextlib.contextmanager
        def stage(self, title, *, total, unit):
            shown.append((total, unit))
            yield SimpleNamespace(advance=lambda: shown.append(1))

    read_library([tmp_path], progress=Shown())
    assert shown == [(4, "files"), 1, 1, 1, 1]


def test_a_wrong_table_stops_before_the_long_work(tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    table = write_csv(tmp_path / "t.csv", ["Lied", "words"], ["x", "la"])

    def never(path, status):
        raise AssertionError(path)

    with pytest.raises(MetadataError, match="'Lied', 'words'"):
        read_library([tmp_path], metadata=table, hash_of=never)
    library = read_library([tmp_path], metadata=table, columns={"title": "lied", "lyrics": "words"})
    assert (library.tracks[0].title, library.tracks[0].lyrics) == ("x", "la")


def test_a_table_beside_the_music_and_several_roots(tmp_path, write_audio, monkeypatch):
    write_audio(tmp_path / "data/one/x.wav", seed=1)
    write_audio(tmp_path / "data/two/y.wav", seed=2)
    write_audio(tmp_path / "data/two/deep/z.wav", seed=3)
    table = write_csv(
        tmp_path / "data/t.csv",
        ["path", "title"],
        ["one/x.wav", "relative to the table"],
        [tmp_path / "data/two/y.wav", "absolute"],
        ["deep/z.wav", "relative to a root"],
    )
    monkeypatch.chdir(tmp_path)
    library = read_library(["data/one", "data/two"], metadata=table.relative_to(tmp_path))
    assert library.root == tmp_path / "data"
    assert [(track.path, track.title) for track in library.tracks] == [
        ("one/x.wav", "relative to the table"),
        ("two/deep/z.wav", "relative to a root"),
        ("two/y.wav", "absolute"),
    ]
    assert library.notes == ()


def test_roots_and_tables_reached_through_links(tmp_path, write_audio):
    write_audio(tmp_path / "real/x.wav")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_csv(tmp_path / "real/rel.csv", ["file", "title"], ["x.wav", "T"])
    write_csv(tmp_path / "real/abs.csv", ["file", "title"], [tmp_path / "link/x.wav", "T"])
    for name in ("rel.csv", "abs.csv"):
        library = read_library([tmp_path / "link"], metadata=tmp_path / "link" / name)
        assert library.root == tmp_path / "real"
        assert [track.title for track in library.tracks] == ["T"]


def test_paths_in_a_table_are_never_opened(tmp_path, write_audio):
    write_audio(tmp_path / "music/x.wav", seed=1)
    write_audio(tmp_path / "secret.wav", seed=2)
    table = write_csv(tmp_path / "music/t.csv", ["file", "title"], ["../secret.wav", "T"])
    opened = []

    def hashed(path, status):
        opened.append(path.name)
        return content_hash(path, status)

    library = read_library([tmp_path / "music"], metadata=table, hash_of=hashed)
    assert opened == ["x.wav"]
    assert library.tracks[0].title == ""
    assert library.notes[1] == "t.csv line 2: '../secret.wav' is none of the audio files found."


def test_nothing_depends_on_times_or_on_the_order_of_making(tmp_path, write_audio):
    names = [f"{n}.wav" for n in range(6)]
    for seed, name in enumerate(names):
        write_audio(tmp_path / "one" / name, seed=seed // 2)
    (tmp_path / "two").mkdir()
    for name in reversed(names):
        shutil.copyfile(tmp_path / "one" / name, tmp_path / "two" / name)
    first, second = (read_library([tmp_path / name]) for name in ("one", "two"))
    assert [(t.path, t.content_hash) for t in first.tracks] == [
        (t.path, t.content_hash) for t in second.tracks
    ]
    assert first.skipped == second.skipped


def test_notes_of_every_stage_are_kept(tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    (tmp_path / "x.txt").write_bytes(bytes(100) + b"\xff")
    table = tmp_path / "t.csv"
    table.write_bytes("title,name,genre\nx,,Chanson française\nà,b,c,d\n".encode("cp1252"))
    notes = read_library([tmp_path], metadata=table).notes
    assert ["cp1252" in notes[0], "4 fields" in notes[1], "'title' is used" in notes[2]] == [
        True
    ] * 3
    assert "x.txt is not used as lyrics" in notes[3]
    assert len(notes) == 4


def test_entities_in_a_table_are_read(tmp_path, write_audio):
    titles = ["Rock & Roll", "Où es-tu", "Tom & Jerry's", "It’s late", "x"]
    for seed, title in enumerate(titles):
        write_audio(tmp_path / f"{title}.wav", seed=seed)
    escaped = ["Rock &amp; Roll", "O&ugrave; es-tu", "Tom &amp;amp; Jerry&#39;s", "It&rsquo;s late"]
    rows = [[title, "R&amp;B", "soft &gt; loud"] for title in escaped]
    table = write_csv(tmp_path / "t.csv", ["title", "genre", "mood"], *rows)
    tracks = [track for track in read_library([tmp_path], metadata=table).tracks if track.title]
    assert {track.title for track in tracks} == set(titles[:4])
    assert {(track.genre, track.columns["mood"]) for track in tracks} == {("R&B", "soft > loud")}


def test_files_that_are_named_one_by_one_are_read_as_their_folder_is(
    tmp_path, monkeypatch, write_audio
):
    """With the cue sheets that lie beside them, which are looked for once a folder."""
    names = [write_audio(tmp_path / f"{i}.flac", seed=i) for i in range(6)]
    looked = []
    look = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: looked.append(path) or look(path))
    assert len(read_library(names).tracks) == 6
    assert looked.count(tmp_path) == 1
