"""Tables as other programs and data sets write them, and large ones."""

import itertools
import tracemalloc

import pytest
from library.joined import audio, genres

from songatlas.library.columns import recognise
from songatlas.library.delimiter import lines_above
from songatlas.library.join import join
from songatlas.library.metadata import read_table
from songatlas.library.path_index import PathIndex
from songatlas.library.read import read_library

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
    "Numbers": "My songs;;;\n;;;\nTitle;Artist;Album;Genre\nHarbour;Dock;Port;jazz\n",
    "remarks": "# made 2024-05-01, by me\n# n = 1\n# title, artist, album, genre\n"
    'Harbour, Dock, Port, "jazz"\n',
    "tabs and one value more": "TITLE\tARTIST\tALBUM\tGENRE\tTAGS\n"
    "Harbour\tDock\tPort\tjazz\ta\tb\n",
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


@pytest.mark.parametrize(
    ("column", "cell", "genre"),
    [
        ("Genres", "album rock,art rock", "album rock; art rock"),  # Exportify
        ("artist_genres", "\"['album rock', 'art rock']\"", "album rock; art rock"),
        ("genre", "Folk, World, & Country", "Folk, World, & Country"),  # Discogs
    ],
)
def test_genres_that_are_listed_are_several(column, cell, genre, tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    cell = f'"{cell}"' if not cell.startswith('"') else cell
    (tmp_path / "t.csv").write_text(f"file,{column}\nx.wav,{cell}\n")
    (track,) = read_library([tmp_path], metadata=tmp_path / "t.csv").tracks
    assert track.genre == genre


def test_lines_above_the_header_are_said_and_lines_counted_from_the_first(tmp_path):
    (tmp_path / "t.csv").write_text("My songs\n\ntitle;genre\nHarbour;jazz\n\nTide;dub;x\n")
    table = read_table(tmp_path / "t.csv")
    assert [(row.line, row.cells["title"]) for row in table.rows] == [(4, "Harbour")]
    assert table.notes[0] == (
        "t.csv line 3: the names of the columns are taken from here; what stands above is left out."
    )
    assert table.notes[1].startswith("t.csv line 6: 3 fields where the header has 2")


def test_a_row_of_usual_words_is_no_header():
    assert lines_above("nr,what\n1,title\n2,artist genre\n") == 0
    assert lines_above("Lied,Wer\nTitle,Artist\n", expected=["Lied"]) == 0


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
    "column",
    [
        "artist_id",
        "album_uri",
        "genre_count",
        "artist_popularity",
        "Lyrics URL",
        "score",
        "release_id",
    ],
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


@pytest.mark.battery
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
