"""Column names and delimiters."""

from pathlib import Path

import pytest

from songatlas.config import load_config
from songatlas.errors import MetadataError
from songatlas.library.columns import SYNONYMS, recognise
from songatlas.library.delimiter import DELIMITERS, detect_delimiter
from songatlas.library.header import read_header


def columns(*names, **overrides):
    return recognise(names, overrides=overrides, table="t.csv").columns


@pytest.mark.parametrize(
    ("field", "name"), [(field, name) for field, names in SYNONYMS.items() for name in names]
)
def test_every_synonym_in_every_spelling(field, name):
    other = "title" if field == "file" else "file"  # a table needs one of the two
    for spelling in (name, name.upper(), f" {name[:3]}_{name[3:]} ", f"{name[:2]} {name[2:]}"):
        assert columns(other, spelling)[field] == spelling


@pytest.mark.parametrize(
    ("names", "field", "chosen"),
    [
        (["name", "title"], "title", "title"),
        (["track", "Track Name"], "title", "Track Name"),
        (["path", "FILE"], "file", "FILE"),
        (["tag", "genre", "title"], "genre", "genre"),
        (["Title", "title"], "title", "Title"),
    ],
)
def test_the_likelier_of_two_columns_counts_and_a_note_says_so(names, field, chosen):
    found = recognise(names, table="t.csv")
    assert found.columns[field] == chosen
    (note,) = found.notes
    assert "t.csv line 1" in note
    assert all(repr(name) in note for name in {*names} - {"title"} | {chosen} if name in note)
    assert f"{chosen!r} is used" in note


def test_unknown_columns_are_nothing():
    assert columns("title", "msd_genre", "tags", "emotion", "popularity") == {"title": "title"}


def test_named_columns_win_and_are_not_used_twice():
    assert columns("title", "Song Name", "text", title="Song Name") == {
        "title": "Song Name",
        "lyrics": "text",
    }
    assert columns("file", "text", title="TEXT") == {"file": "file", "title": "text"}


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"title": "Sonng Name"}, r"no column 'Sonng Name'.*Did you mean 'Song Name'\?.*'Length'"),
        ({"lyrics": "words"}, r"t.csv has no column 'words' for the lyrics.*'Song Name', 'Length'"),
        ({"titel": "Song Name"}, r"'titel' is not a field.*Did you mean 'title'\?.*genre"),
    ],
)
def test_wrong_overrides_say_what_there_is(overrides, said):
    with pytest.raises(MetadataError, match=said):
        columns("Song Name", "Length", **overrides)


def test_without_file_and_title_the_columns_are_listed():
    with pytest.raises(
        MetadataError,
        match=r"t.csv must have a file, a title.*mean 'id' for the id.*'id', 'lyrics'",
    ):
        columns("id", "lyrics")


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_header_tells_the_delimiter(delimiter, quote):
    header = delimiter.join(f"{quote}{name}{quote}" for name in ("file", "title", "lyrics"))
    others = "".join(other * 9 for other in DELIMITERS)
    assert detect_delimiter(f'{header}\n"a{others}"{delimiter}b{delimiter}"{others}"') == delimiter


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("title;a,b,c,d;lyrics", ";"),
        ('"title, or, name, or, song";artist', ";"),
        ('title,"artist;genre;album"', ","),
        ("title", ","),
        ("id;what;else", ";"),
        ("\n\r\ntitle\tartist", "\t"),
        ("\ttitle\tartist", "\t"),
    ],
)
def test_recognised_names_count_before_the_number_of_columns(header, delimiter):
    assert detect_delimiter(header + "\nrow") == delimiter


def test_expected_names_count_as_recognised():
    header = "Lied|Wer, wann, wo, wie"
    assert detect_delimiter(header) == ","
    assert detect_delimiter(header, expected=["lied"]) == "|"


def test_an_id_is_named_like_any_other_column():
    overrides = load_config(overrides={"metadata": {"id": "nr", "disc": "cd"}}).metadata.given
    found = recognise(["nr", "cd"], overrides=overrides, table="t.csv")
    assert found.columns == {"id": "nr", "disc": "cd"}


def test_a_hundred_thousand_columns_take_a_moment_and_a_message_of_some_of_them():
    names = [f"c{i}" for i in range(100_000)]
    assert read_header(Path("t.csv"), [(1, names)]).names == tuple(names)
    assert recognise([*names, "Title"], table="t.csv").columns == {"title": "Title"}
    with pytest.raises(MetadataError, match="and 99,960 more") as refused:
        recognise(names, table="t.csv")
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize(
    ("names", "cells", "title"),
    [
        (["file", "track"], ["1", "02", "3/12"], None),
        (["file", "Track"], ["A1", "", "B2"], None),
        (["title", "track"], ["1", "2", "3"], "title"),
        (["file", "Track #"], ["Tide", "22", "x"], None),
        (["file", "track"], ["22", "Tide", "1979"], "track"),
        (["file", "track"], ["", "", ""], "track"),
        (["artist", "track"], ["1", "2", "3"], "track"),
        (["file", "title"], ["1", "2", "3"], "title"),
    ],
)
def test_a_column_of_numbers_of_tracks_is_no_title(names, cells, title):
    rows = [{names[0]: "x", names[1]: cell} for cell in cells]
    found = recognise(names, table="t.csv", rows=rows)
    assert found.columns.get("title") == title
    assert not any("could all be" in note for note in found.notes) or title == "title"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Dock/01 Tide.mp3", "jazz"], "Line 1 is a row already: put a line with names above it"),
        (["Dock", "Port", "Harbour"], "where line 1 is a row already, put a line with names above"),
    ],
)
def test_a_table_without_a_header_is_told_to_have_one(names, said):
    with pytest.raises(MetadataError, match=said):
        recognise(names, table="t.csv")
