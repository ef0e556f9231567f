"""Tables as other programs, other machines and data sets write them."""

import itertools
import tracemalloc
from pathlib import Path

import pytest

from songatlas.library.columns import recognise
from songatlas.library.grounds import AudioFile
from songatlas.library.join import join
from songatlas.library.metadata import read_table
from songatlas.library.path_index import PathIndex
from songatlas.library.read import read_library

ROOT = Path("/music/library")


def audio(path, title="", artist=""):
    return AudioFile(path=path, sources=(ROOT / path,), title=title, artist=artist)


@pytest.fixture
def read(tmp_path):
    """Join a table of this text or these bytes to files; a file is its path, or a triple."""

    def joined(content, *files, **columns):
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = read_table(path)
        found = recognise(table.columns, overrides=columns, table="t.csv")
        known = [audio(*(file if isinstance(file, tuple) else (file,))) for file in files]
        index = PathIndex(
            [(file.sources[0], file.path) for file in known], bases=[ROOT], spellings=[]
        )
        result = join(table, found.columns, known, index=index, instead=found.instead)
        fields = {
            path: {field: cells[name] for field, name in found.columns.items()}
            for path, cells in result.cells.items()
        }
        return fields, (*found.notes, *result.notes), result.unjoined

    return joined


def genres(found):
    return {path: fields["genre"] for path, fields in found[0].items()}


# A row names a file in more than one way ---------------------------------------------------------

NAMED = [
    # what the table says, which file is meant, another that is not
    (r"C:\Users\me\Music\Dock\Harbour.mp3", "Dock/Harbour.mp3", "Anna/Harbour.mp3"),
    (r"\\NAS\share\Dock\one.flac", "Dock/one.flac", "Anna/one.flac"),
    ("/Volumes/Extern/Music/Dock/one.MP3", "Dock/one.mp3", "Anna/two.mp3"),
    ("file:///Users/me/Dock/Sm%C3%B8rrebr%C3%B8d%20%231.m4a", "Dock/Smørrebrød #1.flac", "x.mp3"),
    ("file://localhost/C:/Music/100%25%20Love.mp3", "100% Love.mp3", "Love.mp3"),
    ("Macintosh HD:Users:me:Music:Dock:03 Tide.m4a", "Dock/03 Tide.m4a", "Anna/03 Tide.m4a"),
    ("7", "audio/000007.mp3", "audio/000070.mp3"),
    ("000007", "audio/7.mp3", "audio/77.mp3"),
    ("7.0", "audio/000/000007.mp3", "audio/000/000008.mp3"),
    ("TRABC128F", "A/TRABC128F.mp3", "A/TRABC128E.mp3"),
    ("Mr. Tide", "Mr. Tide.ogg", "Mr.ogg"),
    ("old/DOCK/Señal.WAV", "Dock/señal.flac", "x/Señal.mp3"),
    ("gegenüber_30s.wav", "gegen_ber_30s.wav", "gegen_30s.wav"),
    ("Café Noir.mp3", "Cafe Noir.mp3", "Noir.mp3"),
    ("Łódź.mp3", "Lodz.mp3", "dz.mp3"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant", "other"), NAMED, ids=lambda text: text)
def test_a_path_or_id_of_another_machine(said, meant, other, read):
    assert genres(read(f'file,genre\n"{said}",pop\n', other, meant)) == {meant: "pop"}


@pytest.mark.parametrize(
    ("said", "files"),
    [
        ("/old/one.mp3", ["a/one.mp3", "b/one.mp3"]),
        ("/old/c/one.mp3", ["a/one.mp3", "b/one.mp3"]),
        ("one", ["one.mp3", "one.flac"]),
        ("7", ["a/07.mp3", "b/007.mp3"]),
        ("D:\\x\\Stra%C3%9Fe.mp3", ["a/Straße.mp3", "b/Straße.mp3"]),
    ],
)
def test_an_end_of_several_files_is_said(said, files, read):
    fields, notes, unjoined = read(f'file,genre\n"{said}",pop\n', *files)
    assert fields == {}
    assert "could be 2 files" in notes[1]
    assert unjoined.startswith("t.csv: 0 of 1 rows name a file that was found")


def test_two_rows_with_one_end_describe_nothing_and_the_longer_end_wins(read):
    two = "file,genre\n/old/A/01.mp3,pop\n/old/B/01.mp3,rock\n"
    fields, notes, _ = read(two, "Z/01.mp3")
    assert fields == {}
    assert "lines 2 and 3" in notes[1]
    assert genres(read(two, "B/01.mp3")) == {"B/01.mp3": "rock"}
    assert genres(read(two, "B/01.mp3", "A/01.mp3")) == {"A/01.mp3": "pop", "B/01.mp3": "rock"}


def test_the_end_of_a_path_joins_neither_another_artist_nor_another_title(read):
    text = "file,artist,title,genre\n/old/track01.mp3,{},{},pop\n"
    file = ("new/track01.mp3", "Harbour", "Dock")
    assert genres(read(text.format("Dock", "Harbour (live)"), file)) == {file[0]: "pop"}
    assert read(text.format("Anna", "Harbour"), file)[0] == {}
    assert read(text.format("Dock", "Winter"), file)[0] == {}


TITLES = [
    ("gegenüber", "gegen_ber_30s.wav"),
    ("Für Elise", "f_r_elise_30s.wav"),
    ("Déjà Vu", "d_j__vu_30s.wav"),
    ("Über", "_ber_30s.wav"),
    ("Für Elise", "Fuer Elise.mp3"),
    ("Ænima", "AEnima.mp3"),
    ("Señorita", "senorita_30s.wav"),
    ("Señorita", "Sen\N{COMBINING TILDE}orita.mp3"),
    ("naïveté", "navet_30s.wav"),
    ("Harbour", "01 - Harbour.mp3"),
    ("Harbour", "1-03 Harbour.flac"),
    ("Harbour", "B2. Harbour.flac"),
    ("Harbour", "[07] Harbour_30s.wav"),
    ("Harbour", "CD2 - 11 - Harbour.mp3"),
    ("Harbour", "(12) Harbour.mp3"),
    ("Harbour", "03_Harbour.mp3"),
    ("Harbour", "Dock - Harbour.mp3"),
    ("Harbour", "Dock - Album - 04 - Harbour.mp3"),
    ("Harbour", "2-07 Dock - Harbour.mp3"),
    ("Harbour - Live", "Dock - Harbour - Live.mp3"),
    ("99 Problems", "05 99 Problems.mp3"),
    ("Señal", "03 - se_al.mp3"),
]


@pytest.mark.parametrize(("title", "name"), TITLES)
@pytest.mark.parametrize("artist", ["", "Dock"])
def test_a_title_in_what_the_file_is_called(title, name, artist, read):
    found = read(f"title,artist,genre\n{title},{artist},pop\n", name, "Another - Tide.mp3")
    assert genres(found) == {name: "pop"}


@pytest.mark.parametrize(
    ("title", "artist", "name"),
    [
        ("Halo", "Beyoncé", "Beyonce - Halo.mp3"),
        ("Halo", "Beyoncé", "Beyonc_ - Halo.mp3"),
        ("Halo", "Beyoncé", "04 beyonc__halo.mp3"),
        ("Jóga", "Björk", "Bjork - Joga.mp3"),
        ("Jóga", "Björk", "bj_rk_j_ga_30s.wav"),
    ],
)
def test_an_artist_without_accents_is_the_same(title, artist, name, read):
    found = read(f"title,artist,genre\n{title},{artist},pop\n", name, "Another - Halo Tide.mp3")
    assert genres(found) == {name: "pop"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Привет 2", "Москва 2.mp3"),
        ("夜に駆ける", "_.mp3"),
        ("Ré", "r.mp3"),
        ("Harbour", "Harbours.mp3"),
        ("24K Magic", "K Magic.mp3"),
    ],
)
def test_what_is_not_the_same_is_not_joined(title, name, read):
    assert read(f"title,genre\n{title},pop\n", name)[0] == {}


def test_two_titles_of_which_the_same_is_left_describe_nothing(read):
    fields, notes, _ = read("title,genre\nFür Elise,1\nFár Elise,2\n", "f_r_elise.mp3", "x.mp3")
    assert fields == {}
    assert any("lines 2 and 3" in note for note in notes)


@pytest.mark.parametrize(
    "file",
    [
        ("03 Stay.mp3", "Stay", "Dock"),
        ("Dock - Stay.mp3",),
        ("03 - Dock - Stay.mp3",),
        ("2-03 Dock - Stay_30s.mp3",),
        ("Stay.mp3", "", "Dock"),
    ],
)
@pytest.mark.parametrize("credit", ["Somebody Else", "Docks", "['Rihanna', 'Mikky Ekko']"])
def test_a_title_never_joins_another_artist(file, credit, read):
    fields, notes, _ = read(f'Track Name,Artist Name(s),Genres\nStay,"{credit}",pop\n', file)
    assert fields == {}
    assert "but by another artist" in notes[1]


def test_rows_of_several_artists_leave_a_file_without_artist_alone(read):
    text = "title,artist,genre\nStay,{},pop\nStay,{},soul\n"
    fields, notes, _ = read(text.format("Rihanna", "Zedd"), "Stay.mp3")
    assert fields == {}
    assert "lines 2 and 3" in notes[1]
    assert genres(read(text.format("Zedd", "Zedd feat. Alessia Cara"), "Stay.mp3")) == {
        "Stay.mp3": ""
    }


def test_a_folder_tells_two_of_one_title_apart(read):
    files = "Dock/Album/01 Intro.mp3", "Anna Probe/01 Intro.mp3"
    found = read("title,artist,genre\nIntro,Anna Probe,pop\nIntro,Dock,jazz\n", *files)
    assert genres(found) == {files[0]: "jazz", files[1]: "pop"}


@pytest.mark.parametrize("shape", ["{}/{}", "Music/{}/{}", "{}/Album/{}", "x/{}/Album 2/{}"])
def test_folders_that_are_called_like_artists_are_their_artists(shape, read):
    text = "title,artist,genre\nHello,Somebody Else,pop\nTide,Dock,jazz\nWave,Anna Probe,soul\n"
    pairs = ("The Testers", "01 Hello.mp3"), ("Dock", "02 Tide.mp3"), ("Anna Probe", "Wave.mp3")
    hello, tide, wave = (shape.format(*pair) for pair in pairs)
    assert genres(read(text, hello, tide, wave)) == {tide: "jazz", wave: "soul"}
    genre_folders = "Pop/01 Hello.mp3", "Jazz/02 Tide.mp3", "Various Artists/Wave.mp3"
    assert len(read(text, *genre_folders)[0]) == 3


@pytest.mark.parametrize(
    ("file", "joined"),
    [
        ("Lionel Richie/Can't Slow Down/08 Hello.mp3", False),
        ("Pop/Lionel Richie/Best/CD2/08 - Hello.mp3", False),
        ("Lionel Richie/Hello.mp3", True),  # nothing says that this folder is an artist
        ("Music/25/01 Hello.mp3", True),
        ("Hip-Hop/25/01 Hello.mp3", True),
        ("2015/Best of/01 Hello.mp3", True),
        ("Various Artists/Now 90/01 Hello.mp3", True),
        ("Mine/Adele - 25/01 Hello.mp3", True),
        ("Adele/25/CD 1/01 Hello.mp3", True),
    ],
)
def test_the_folder_of_a_lone_artist_is_minded(file, joined, read):
    found = read("title,artist,genre\nHello,Adele,pop\n", file)[0]
    assert [*found] == [file] * joined


# Tables as their sources write them --------------------------------------------------------------

ONE = {"title": "Harbour", "artist": "Dock", "album": "Port", "genre": "jazz"}
SOURCES = {
    "Exportify": "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Genres,Tempo\n"
    'spotify:track:1,Harbour,Port,Dock,2001,jazz,99\n',
    "Spotify of Kaggle": ",track_id,artists,album_name,track_name,explicit,track_genre\n"
    "0,5SuOik,Dock,Port,Harbour,False,jazz\n",
    "songs of Kaggle": "track_id,track_name,track_artist,track_popularity,track_album_id,"
    "track_album_name,playlist_name,playlist_genre\n5Su,Harbour,Dock,1,9,Port,Mine,jazz\n",
    "a merge": "Unnamed: 0,title_x,artist_x,album,genre_x,title_y,artist_y,genre_y\n"
    "0,Harbour,,Port,,Harbour,Dock,jazz\n",
    "Rekordbox": "\ufeff#\tTrack Title\tArtist\tAlbum\tGenre\tBPM\tLocation\t\r\n"
    "1\tHarbour\tDock\tPort\tjazz\t99.0\tD:\\x\\none.mp3\t\r\n",
    "iTunes": "\ufeffName\tArtist\tComposer\tAlbum\tGenre\tAlbum Artist\tLocation\r"
    '"Heroes" (Live)\tDock\t\tPort\tpop\t\tMac:a:b.m4a\r'
    "12\" Mix\tDock\t\tPort\tpop\t\t\rHarbour\t\t\tPort\tjazz\tDock\tMac:a:c.m4a\r",
    "Genius": "title,tag,artist,year,views,features,lyrics,id,language_cld3,language,album\n"
    'Harbour,jazz,Dock,2001,5,{},"la\nla",9,en,en,Port\n',
    "spaces": 'title, artist, album, genre\nHarbour, "Dock", "Port", jazz\n',
    "quotes and a last delimiter": '"Title";"Artist";"Album";"Genre";\n'
    '"Harbour";"Dock";"Port";"jazz"\n',
    "a delimiter in rows alone": "Title,Artist,Album,Genre\nHarbour,Dock,Port,jazz,\n",
    "MusicBee": "<Title>\t<Artist>\t<Album>\t<Genre>\t<Album Artist>\n"
    "Harbour\tDock\tPort\tjazz\tX\n",
    "levels of pandas": "track,track,album,artist\ntitle,genre_top,title,name\n"
    "Harbour,jazz,Port,Dock\n",
    "FMA": ",album,artist,track,track\n,title,name,genre_top,title\ntrack_id,,,,\n"
    "2,Port,Dock,jazz,Harbour\n",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("source", SOURCES)
def test_exports_are_read_as_they_are(source, encoding, read):
    text = SOURCES[source].removeprefix("\ufeff")
    fields, _, _ = read(text.encode(encoding), ("x/1.mp3", "Harbour", "Dock"), "y.mp3")
    assert {name: fields["x/1.mp3"][name] for name in ONE} == ONE


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Album Artist Name(s),Disc Number", '"A, B",2', ("A, B", "", "2")),  # Exportify
        ("Composer,Disc Number,Album Artist", "C,1,D", ("D", "C", "1")),  # iTunes
        ("<Album Artist>,<Disc#>,<Composer>", "D,1/2,C", ("D", "C", "1/2")),  # MusicBee
        ("AlbumArtist,DiscNumber,Composer", ",2,C; D", ("", "C; D", "2")),  # Mp3tag
        ("album_artists,disk,composers", "\"['A', 'B']\",2,\"['C', 'D']\"", ("A; B", "C; D", "2")),
    ],
)
def test_credits_of_tables_are_those_of_tracks(header, row, expected, tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    (tmp_path / "t.csv").write_text(f"file,{header}\nx.wav,{row}\n")
    (track,) = read_library([tmp_path], metadata=tmp_path / "t.csv").tracks
    assert (track.album_artist, track.composer, track.disc) == expected


def test_ids_in_the_index_of_several_header_rows_name_files(read):
    text = ",track,track\n,genre_top,title\ntrack_id,,\n" + "".join(
        f"{n},g{n},Food {n}\n" for n in (2, 3, 10)
    )
    found = read(text, "000/000002.mp3", "000/000010.mp3", ("000/000003.mp3", "Winter", "X"))
    assert genres(found) == {"000/000002.mp3": "g2", "000/000010.mp3": "g10"}


def test_a_row_that_is_empty_but_for_its_number_is_no_row_of_names(read):
    text = ",title,artist,genre\n0,Food,A,Rock\n1,,,\n2,Tide,B,Pop\n3,Dock,C,Jazz\n"
    found = read(text, "Food.mp3", "Tide.mp3", "Dock.mp3")
    assert genres(found) == {"Food.mp3": "Rock", "Tide.mp3": "Pop", "Dock.mp3": "Jazz"}
    later = ",title,artist,genre\n0,Food,A,Rock\n1,Tide,B,Pop\n2,,,\n3,Dock,C,Jazz\n"
    assert genres(read(later, "Food.mp3", "Tide.mp3", "Dock.mp3")) == genres(found)


def test_three_levels_of_names(read):
    text = (
        "feature,tonnetz,tonnetz\nstatistics,mean,std\nnumber,01,01\ntrack_id,,\n"
        "2,0.5,0.1\n3,0.6,0.2\n"
    )
    fields, _, _ = read(text, "000002.mp3", "000003.mp3")
    assert fields == {"000002.mp3": {"id": "2"}, "000003.mp3": {"id": "3"}}


@pytest.mark.parametrize(
    ("columns", "field", "meant"),
    [
        (["file", "artits"], "artist", "artits"),
        (["title", "sub_genre"], "genre", "sub_genre"),
        (["title", "Lyrics (clean)"], "lyrics", "Lyrics (clean)"),
        (["title", "languages"], "language", "languages"),
        (["title", "albumn"], "album", "albumn"),
    ],
)
def test_a_near_miss_of_a_name_is_suggested(columns, field, meant):
    found = recognise(columns, table="t.csv")
    assert field not in found.columns
    assert f"Did you mean {meant!r}? Then add --column {field}={meant!r}." in found.notes[-1]


@pytest.mark.parametrize(
    "column", ["artist_id", "album_uri", "genre_count", "artist_popularity", "Lyrics URL", "score"]
)
def test_what_is_something_else_is_not_suggested(column):
    assert recognise(["title", column], table="t.csv").notes == ()


def test_a_near_miss_of_what_a_table_must_have_is_in_the_error():
    with pytest.raises(Exception, match=r"Did you mean 'Song titel' for the title\?"):
        recognise(["Song titel", "mood"], table="t.csv")


# Large tables ------------------------------------------------------------------------------------


@pytest.mark.battery
@pytest.mark.parametrize(
    "row",
    [
        "Song number {0},Artist {1},words and more words",
        "Ein schönes Lied Nummer {0},Künstler {1},Wörter",
        "Song number 7,Artist 7,the same words",
        "Song number 7,Artist {1},others of {0}",
        "Stay,Artist {0},words",
    ],
)
def test_memory_and_notes_do_not_grow_with_the_rows(row, tmp_path):
    files = [audio(f"Song number {n}.mp3") for n in range(7, 18)] + [audio("Stay.mp3")]
    index = PathIndex([(file.sources[0], file.path) for file in files], bases=[], spellings=[])
    path = tmp_path / "t.csv"

    def peak(n_rows):
        lines = (row.format(n, n % 500) + "\n" for n in range(n_rows))
        path.write_text("title,artist,lyrics\n" + "".join(lines), encoding="utf-8")
        tracemalloc.start()
        try:
            table = read_table(path)
            joined = join(table, {"title": "title", "artist": "artist"}, files, index=index)
            return tracemalloc.get_traced_memory()[1], joined
        finally:
            tracemalloc.stop()

    few, _ = peak(1000)
    many, joined = peak(8000)
    assert many < few + 3e6
    assert len(joined.notes) < 15
    assert len(joined.notes[0]) < 300


def test_a_large_table_of_another_encoding_is_not_kept_either(tmp_path):
    path = tmp_path / "t.csv"
    lines = "".join(f"Où es-tu {n},mon cœur\n" for n in range(70_000))
    path.write_bytes(b"title,lyrics\n" + lines.encode("cp1252"))
    tracemalloc.start()
    try:
        table = read_table(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6e6  # the sample, decoded and guessed at
    assert "cp1252" in table.notes[0]
    assert next(iter(table.rows)).cells["lyrics"] == "mon cœur"
    path.write_bytes(b"title\n" + b"plain\n" * 300_000 + "Où es-tu mon cœur\n".encode("cp1252"))
    *_, last = read_table(path).rows
    assert last.cells["title"] == "Où es-tu mon cœur"


def test_the_first_of_a_kind_are_given_and_the_others_counted(read):
    rows = [f"Nope {n}" for n in range(1000)]
    _, notes, unjoined = read("title\n" + "\n".join(rows), "x.mp3")
    assert unjoined == notes[0]
    assert notes[1:] == (
        "t.csv line 2: no audio file is called 'Nope 0'.",
        "t.csv line 3: no audio file is called 'Nope 1'.",
        "t.csv line 4: no audio file is called 'Nope 2'.",
        "t.csv: 997 more rows have a title that no audio file is called.",
    )


def test_ragged_rows_are_counted(tmp_path):
    (tmp_path / "t.csv").write_text("title,genre\na,b\n" + "x\n" * 50, encoding="utf-8")
    table = read_table(tmp_path / "t.csv")
    assert [row.cells["title"] for row in table.rows] == ["a"]
    assert len(table.notes) == 4
    assert "47 more rows" in table.notes[-1]


def test_rows_can_be_gone_through_again_and_in_turn(tmp_path):
    (tmp_path / "t.csv").write_text("title\n" + "".join(f"{n}\n" for n in range(700)))
    rows = read_table(tmp_path / "t.csv").rows
    pairs = list(itertools.zip_longest(rows, rows))
    assert [one.line for one, _ in pairs] == list(range(2, 702))
    assert all(one == other for one, other in pairs)
