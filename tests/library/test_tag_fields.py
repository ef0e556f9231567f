"""What the fields of tags say: lyrics, genres, artists and the further ones."""

import mutagen
import pytest
from library.tag_bytes import (
    SOUND,
    THREE,
    ape,
    frame,
    id3,
    lyrics,
    names,
    sung,
    text,
    three,
)

from songatlas.library.labels import column_values
from songatlas.library.read import read_library
from songatlas.library.tags import NO_TEXT, Tags, read_tags


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        (["\nSil", "ver ", "riv", "er", "\nrun", "ning ", "home"], "Silver river\nrunning home"),
        (["Sil", "ver ", "riv", "er\n", "run", "ning ", "home\n"], "Silver river\nrunning home"),
        (["Silver ", "river ", "running ", "home"], "Silver river running home"),
        (["Silver river", "running home"], "Silver river\nrunning home"),
        (["\r\nSilver river", "\r\nrunning home"], "Silver river\nrunning home"),
        (["Silver river ", "running home "], "Silver river\nrunning home"),
        (["\n夜", "に", "駆", "ける", "\n君", "と"], "夜に駆ける\n君と"),
        (["夜に駆ける", "君と"], "夜に駆ける\n君と"),
        (["", "one", "", "two"], "one\n\ntwo"),
    ],
)
def test_synchronised_lyrics_in_lines(tags_of, pieces, lines):
    assert tags_of(id3(3, sung(*pieces)) + SOUND).lyrics == lines
    wide = sung(*pieces, encoding=1, codec="utf-16", end=b"\0\0")
    assert tags_of(id3(3, wide) + SOUND).lyrics == lines


def test_chords_and_events_are_no_lyrics(tags_of):
    assert tags_of(id3(3, sung("C", "G", "Am", kind=5)) + SOUND).lyrics == ""


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ([text(3, b"TLAN", "deu"), lyrics("long " * 9), lyrics("kurz", b"ger")], "kurz"),
        ([text(3, b"TLAN", "ja"), lyrics("romaji mo nagai"), lyrics("夜", b"jpn")], "夜"),
        (
            [text(3, b"TIT2", "Mond"), lyrics("a moon, a moon"), lyrics("Der Mond", b"XXX")],
            "Der Mond",
        ),
        (
            [text(3, b"TIT2", "君", encoding=1), lyrics("you and I"), lyrics("あなた", b"eng")],
            "あなた",
        ),
        ([lyrics("words in English", about="Translation"), lyrics("mots", b"fra")], "mots"),
        ([lyrics("la"), lyrics("la la la la", b"und")], "la la la la"),
        ([lyrics(""), lyrics("la", b"und")], "la"),
        ([sung("timed"), lyrics("plain")], "plain"),
    ],
)
def test_of_several_lyrics_those_of_the_song_count(tags_of, frames, words):
    assert tags_of(id3(3, *frames) + SOUND).lyrics == words


@pytest.mark.parametrize(
    ("frames", "genre"),
    [
        ([text(4, b"TCON", "Rock\0Jazz\0")], "Rock; Jazz"),
        ([text(4, b"TCON", "17\0Neo Soul\x008")], "Rock; Neo Soul; Jazz"),
        ([text(3, b"TCON", "(17)Rock")], "Rock"),
        ([text(3, b"TCON", "(51)(39)")], "Techno-Industrial; Noise"),
        ([text(3, b"TCON", "(4)Eurodisco")], "Disco; Eurodisco"),
        ([text(3, b"TCON", "(RX)(8)")], "Remix; Jazz"),
        ([text(3, b"TCON", "((Proto) Punk")], "(Proto) Punk"),
        ([text(3, b"TCON", "Rock; Pop;rock")], "Rock; Pop"),
        ([text(3, b"TCON", "Hip-Hop/Rap")], "Hip-Hop/Rap"),
        ([text(3, b"TCON", "(250)")], ""),
        ([text(2, b"TCO", "(127)")], "Drum & Bass"),
        ([text(4, b"TCON", "80s")], "80s"),
    ],
)
def test_genres_are_kept_whole_and_by_name(tags_of, frames, genre):
    version = 2 if frames[0].startswith(b"TCO\0") else 4
    assert tags_of(id3(version, *frames) + SOUND).genre == genre


@pytest.mark.parametrize(
    ("version", "credit", "artist", "artists"),
    [
        (3, "Ann Oakley/Bo Birch", "Ann Oakley/Bo Birch", ("Ann Oakley", "Bo Birch")),
        (4, "Ann Oakley/Bo Birch", "Ann Oakley/Bo Birch", ()),
        (3, "AC/DC", "AC/DC", ()),
        (3, "Ann; Bo", "Ann; Bo", ("Ann", "Bo")),
        (4, "Ann\0Bo", "Ann; Bo", ("Ann", "Bo")),
        (3, "Ann\0Bo", "Ann; Bo", ("Ann", "Bo")),
        (4, "Ann", "Ann", ()),
    ],
)
def test_artists_one_by_one(tags_of, version, credit, artist, artists):
    found = tags_of(id3(version, text(version, b"TPE1", credit)) + SOUND)
    assert (found.artist, found.artists) == (artist, artists)


def test_a_credit_and_its_artists(tags_of, write_audio, tmp_path):
    frames = text(4, b"TPE1", "Ann feat. Bo"), text(4, b"TXXX", "ARTISTS\0Ann\0Bo")
    found = tags_of(id3(4, *frames) + SOUND)
    assert (found.artist, found.artists) == ("Ann feat. Bo", ("Ann", "Bo"))
    path = write_audio(tmp_path / "y.flac")
    tags = mutagen.File(path)
    tags["artists"], tags["artist"] = ["Ann", "Bo"], "Ann feat. Bo"
    tags.save()
    found = read_tags(path)
    assert (found.artist, found.artists) == ("Ann feat. Bo", ("Ann", "Bo"))


def test_a_text_of_ones_own_gives_way_to_the_frame_for_it(tags_of):
    own = [text(4, b"TXXX", f"{key}\0{key} of its own") for key in ("NAME", "Artist", "GENRE")]
    assert names(tags_of(id3(4, *own, *three(4)) + SOUND)) == THREE
    assert tags_of(id3(4, *own) + SOUND).title == "NAME of its own"


def test_the_further_fields(tags_of):
    tag = id3(
        3,
        *(
            text(3, b"TPE2", "Various Artists"),
            text(3, b"TCOM", "J. S. Bach"),
            text(3, b"TPOS", "02/3"),
        ),
        *(text(3, b"TCMP", "1"), text(3, b"TALB", "Airs")),
    )
    expected = Tags(
        album_artist="Various Artists",
        composer="J. S. Bach",
        disc="2",
        compilation=True,
        album="Airs",
    )
    assert tags_of(tag + SOUND) == expected
    items = [("Album Artist", b"Various Artists", 0), ("Composer", b"J. S. Bach", 0)]
    items += [("Disc", b"2", 0), ("Compilation", b"1", 0), ("Album", b"Airs", 0)]
    assert tags_of(SOUND + ape(items)) == expected


def test_a_library_says_how_many_tags_are_no_text_and_has_all_fields(tmp_path):
    junk = bytes([0x81, 1, 0x9D, 2, 0xFF, 3]) * 5
    bad, composer = frame(3, b"TIT2", b"\0" + junk), text(3, b"TCOM", "Bach")
    for name in ("a", "b"):
        (tmp_path / f"{name}.mp3").write_bytes(id3(3, bad, composer) + SOUND * 3 + name.encode())
    tag = id3(3, text(3, b"TPE1", "Ann; Bo"), text(3, b"TCON", "Rock; Jazz"), composer)
    (tmp_path / "c.mp3").write_bytes(tag + SOUND * 3)
    library = read_library([tmp_path])
    assert [note for note in library.notes if NO_TEXT in note] == [
        f"{NO_TEXT} Files of which this is so: 2; the first is a.mp3."
    ]
    *_, track = library.tracks
    assert (track.artist, track.artists, track.composer) == ("Ann; Bo", ("Ann", "Bo"), "Bach")
    assert column_values(library.tracks, "genre") == ["", "", "Rock"]
    assert column_values(library.tracks, "composer") == ["Bach"] * 3
    table = tmp_path / "t.csv"
    table.write_text("file,artist,composer\nc.mp3,Cy,Telemann\n")
    *_, track = read_library([tmp_path], metadata=table).tracks
    assert (track.artist, track.artists, track.composer) == ("Cy", (), "Telemann")


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("m4a", ("\xa9ART", "\xa9gen", "aART", "\xa9wrt", "disk", "cpil")),
        ("wma", ("Author", "WM/Genre", "WM/AlbumArtist", "WM/Composer", "WM/PartOfSet",
                 "WM/IsCompilation")),
        ("ogg", ("artist", "genre", "albumartist", "composer", "discnumber", "compilation")),
        ("flac", ("artist", "genre", "albumartist", "composer", "discnumber", "compilation")),
    ],
)  # fmt: skip
def test_repeated_and_further_fields_of_other_formats(kind, keys, write_audio, tmp_path):
    path = write_audio(tmp_path / f"x.{kind}")
    tags = mutagen.File(path)
    artist, genre, album_artist, composer, disc, compilation = keys
    tags[artist], tags[genre], tags[album_artist] = ["Ann", "Bo"], ["Folk", "Rock"], "Various"
    tags[composer] = ["Cy", "Di"]
    tags[disc] = [(2, 3)] if kind == "m4a" else "2"
    tags[compilation] = {"m4a": True, "wma": True}.get(kind, "1")
    tags.save()
    found = read_tags(path)
    assert (found.artist, found.artists, found.genre) == ("Ann; Bo", ("Ann", "Bo"), "Folk; Rock")
    assert (found.album_artist, found.composer) == ("Various", "Cy; Di")
    assert (found.disc, found.compilation) == ("2", True)
