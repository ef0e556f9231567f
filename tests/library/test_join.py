"""Rows to files: the strongest evidence, never a guess, in any order."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.library.grounds import AudioFile
from songatlas.library.join import join
from songatlas.library.metadata import Row, Table
from songatlas.library.path_index import PathIndex

ROOT = Path("/music")
COLUMNS = {name: name for name in ("file", "title", "artist", "genre", "lyrics")}


def audio(path, title="", artist="", copies=()):
    sources = tuple(ROOT / name for name in (path, *copies))
    return AudioFile(path=path, sources=sources, title=title, artist=artist)


def row(line, **cells):
    return Row(line=line, cells={**dict.fromkeys(COLUMNS, ""), **cells})


def run(files, rows, *, unusable=None, bases=(ROOT,), spellings=()):
    """Line numbers of the rows of every described file, and the notes by their lines."""
    table = Table(path=Path("t.csv"), columns=tuple(COLUMNS), rows=tuple(rows))
    pairs = [(source, file.path) for file in files for source in file.sources]
    pairs += [(ROOT / path, path) for path in unusable or {}]
    index = PathIndex(pairs, bases=bases, spellings=spellings)
    return join(table, COLUMNS, files, index=index, unusable=unusable)


def genres(joined):
    return {path: cells["genre"] for path, cells in joined.cells.items()}


@pytest.mark.parametrize(
    "text",
    [
        "a/x.mp3",
        "./a//x.mp3",
        "a/../a/x.mp3",
        "/music/a/x.mp3",
        "/home/link/a/x.mp3",
        "a\\x.mp3",
        "../music/a/x.mp3",
        "x.mp3",
        " a/x.mp3 ",
    ],
)
def test_by_path_in_every_spelling(text):
    files = [audio("a/x.mp3"), audio("b/y.mp3")]
    joined = run(files, [row(2, file=text, genre="pop")], spellings=[(Path("/home/link"), ROOT)])
    assert genres(joined) == {"a/x.mp3": "pop"}


def test_by_path_from_any_base():
    files = [audio("one/x.mp3"), audio("two/y.mp3")]
    rows = [row(2, file="x.mp3", genre="1"), row(3, file="y.mp3", genre="2")]
    joined = run(files, rows, bases=[ROOT / "one", ROOT / "two"])
    assert genres(joined) == {"one/x.mp3": "1", "two/y.mp3": "2"}
    assert joined.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a",
        "/music",
        ".",
        "..",
        "b/y",
        "\x00",
        "~/y.mp3",
    ],
)
def test_paths_that_lead_elsewhere_find_nothing(text):
    joined = run([audio("a/x.mp3")], [row(2, file=text, genre="pop")])
    assert joined.cells == {}
    assert joined.notes[1].startswith("t.csv line 2: ")
    assert "is none of the audio files found" in joined.notes[1]


def test_decomposed_file_names_are_the_same():
    composed, decomposed = "Beyoncé.mp3", "Beyonce\N{COMBINING ACUTE ACCENT}.mp3"
    assert genres(run([audio(decomposed)], [row(2, file=composed, genre="x")])) == {decomposed: "x"}
    assert genres(run([audio(composed)], [row(2, file=decomposed, genre="x")])) == {composed: "x"}
    both = run([audio(composed), audio(decomposed)], [row(2, file=decomposed, genre="x")])
    assert genres(both) == {decomposed: "x"}


def test_a_bare_name_in_two_folders_is_not_guessed_but_the_title_may_help():
    files = [audio("a/01.mp3", title="One"), audio("b/01.mp3", title="Two")]
    joined = run(files, [row(2, file="01.mp3", genre="pop")])
    assert joined.cells == {}
    assert joined.notes[1] == "t.csv line 2: '01.mp3' could be 2 files; give its folder too."
    assert genres(run(files, [row(2, file="01.mp3", title="Two", genre="pop")])) == {
        "b/01.mp3": "pop"
    }


def test_a_row_for_a_copy_describes_the_kept_file():
    files = [audio("a.mp3", copies=["z/b.mp3"])]
    assert genres(run(files, [row(2, file="z/b.mp3", genre="pop")])) == {"a.mp3": "pop"}


def test_a_row_for_a_skipped_file_says_so_and_describes_nothing_else():
    joined = run(
        [audio("ok.mp3", title="T")],
        [row(2, file="bad.mp3", title="T", genre="pop")],
        unusable={"bad.mp3": "E-DECODE"},
    )
    assert joined.cells == {}
    assert joined.notes[1] == "t.csv line 2: 'bad.mp3' was skipped (E-DECODE)."


@pytest.mark.parametrize(
    "file",
    [
        audio("x.mp3", title="Hello", artist="Adele"),
        audio("hello.mp3", artist="ADELE"),
        audio("hello_30s.wav", artist="Adele feat. Nobody"),
        audio("Adele - Hello.mp3"),
        audio("Hello - Adele.mp3"),
        audio("adele_hello_30s.wav"),
    ],
    ids=lambda file: f"{file.path} {file.title}",
)
def test_by_title_and_artist(file):
    other = audio("other.mp3", title="Hello", artist="Lionel Richie")
    joined = run([file, other], [row(2, title="Hello", artist="Adele", genre="pop")])
    assert genres(joined) == {file.path: "pop"}


def test_title_and_artist_may_name_several_files():
    files = [audio("1.mp3", "Hello", "Adele"), audio("2.mp3", "HELLO!", "adele")]
    joined = run(files, [row(2, title="Hello", artist="Adele", genre="pop")])
    assert genres(joined) == {"1.mp3": "pop", "2.mp3": "pop"}


@pytest.mark.parametrize("name", ["hello.mp3", "Hello_30s.wav", "Adele - Hello.mp3"])
def test_never_against_the_artist_tag(name):
    files = [audio(name, title="Hello", artist="Lionel Richie")]
    joined = run(files, [row(2, title="Hello", artist="Adele", genre="pop")])
    assert joined.cells == {}
    assert "is not by 'Adele'" in joined.notes[1]


@pytest.mark.parametrize("file", [audio("x.mp3", title="24K Magic"), audio("24k_magic_30s.wav")])
def test_by_title_alone(file):
    rows = [row(2, title="24K Magic", genre="pop")]
    assert genres(run([file, audio("else.mp3")], rows)) == {file.path: "pop"}


def test_a_title_of_two_files_is_reported():
    files = [audio("1.mp3", title="Intro"), audio("intro.mp3"), audio("3.mp3", title="x")]
    joined = run(files, [row(7, title="Intro", genre="pop")])
    assert joined.cells == {}
    assert joined.notes[1] == (
        "t.csv line 7: 2 files are called 'Intro'; give the artist or the path."
    )


def test_an_artist_that_is_excluded_leaves_one():
    files = [audio("1.mp3", "Intro", "A"), audio("2.mp3", "Intro")]
    assert genres(run(files, [row(2, title="Intro", artist="B", genre="x")])) == {"2.mp3": "x"}


@pytest.mark.parametrize("title", ["???", "…", "❤️", " "])
def test_titles_without_letters_never_match(title):
    joined = run([audio("!!!.mp3", title=title)], [row(2, title=title, genre="x")])
    assert joined.cells == {}
    assert len(joined.notes) == 2


def test_a_clip_length_is_weaker_than_the_whole_name():
    files = [audio("song.wav"), audio("song_30s.wav"), audio("slow_90s.wav")]
    rows = [
        row(2, title="Song", genre="1"),
        row(3, title="Slow 90s", genre="2"),
        row(4, title="Slow", genre="3"),
    ]
    joined = run(files, rows)
    assert genres(joined) == {"song.wav": "1", "slow_90s.wav": "2"}
    assert joined.notes[1] == (
        "t.csv line 4: 'slow_90s.wav' is already described by line 3, which fits better."
    )


def test_a_stronger_row_is_not_contradicted_by_a_weaker_one():
    files = [audio("a.mp3", "Intro", "A")]
    rows = [row(2, title="Intro", genre="weak"), row(3, file="a.mp3", genre="strong")]
    joined = run(files, rows)
    assert genres(joined) == {"a.mp3": "strong"}
    assert "already described by line 3" in joined.notes[1]


def test_equal_rows_are_one():
    same = {"title": "T", "genre": "pop", "lyrics": "la"}
    joined = run([audio("t.mp3")], [row(2, **same), row(9, **same)])
    assert joined.cells["t.mp3"] == row(2, **same).cells
    assert joined.notes == ()


def test_what_rows_disagree_on_is_left_out_and_reported_with_both_lines():
    rows = [
        row(2, title="T", genre="pop", lyrics="la"),
        row(5, title="T", genre="rock", lyrics="la"),
        row(9, title="T", genre="", lyrics="la"),
    ]
    joined = run([audio("t_30s.wav")], rows)
    assert joined.cells["t_30s.wav"] == row(0, title="T", genre="", lyrics="la").cells
    assert joined.notes == (
        "t.csv lines 2, 5 and 9 describe 't_30s.wav' differently in genre; "
        "what they disagree on is not used.",
    )


def test_different_paths_of_one_file_are_no_disagreement():
    joined = run(
        [audio("a/x.mp3")],
        [row(2, file="x.mp3", genre="pop"), row(3, file="a/x.mp3", genre="pop")],
    )
    assert genres(joined) == {"a/x.mp3": "pop"}
    assert joined.notes == ()


def test_unmatched_rows_and_files_are_reported():
    joined = run([audio("a.mp3"), audio("b.mp3")], [row(3, title="Nope"), row(4, genre="pop")])
    first, *others = joined.notes
    assert first.startswith("t.csv: 0 of 2 rows name a file that was found")
    assert "(the first row says 'Nope', the first audio file is 'a.mp3')" in first
    assert joined.unjoined == first
    assert others == [
        "t.csv line 3: no audio file is called 'Nope'.",
        "t.csv line 4: it names no file and no title.",
    ]


def test_notes_are_short_and_on_one_line_whatever_the_table_says():
    joined = run([audio("a.mp3")], [row(2, title="evil\x1b[2J\n" * 500)])
    assert all(len(note) < 120 and note.isprintable() for note in joined.notes[1:])


NAMES = st.sampled_from(["one", "two", "One!", "two 30s", "夜", "?", ""])
ARTISTS = st.sampled_from(["", "A", "B", "A feat. B"])
PATHS = ["one.mp3", "x/one.mp3", "two_30s.wav", "two.wav", "夜.mp3", "A - one.mp3", "3.mp3"]
FILES = st.lists(
    st.builds(audio, st.sampled_from(PATHS), NAMES, ARTISTS), unique_by=lambda file: file.path
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "file": st.sampled_from(["", "", "one.mp3", "x/one.mp3", "gone.mp3"]),
            "title": NAMES,
            "artist": ARTISTS,
            "genre": st.sampled_from(["", "pop", "rock"]),
        }
    ),
    max_size=6,
)


@settings(deadline=None)
@given(FILES, ROWS, st.randoms(use_true_random=False))
def test_order_does_not_matter(files, cells, shuffle: random.Random):
    rows = [row(line, **fields) for line, fields in enumerate(cells, start=2)]
    expected = run(files, rows)
    for items in (files, rows):
        shuffle.shuffle(items)
    assert run(files, rows) == expected


@settings(deadline=None)
@given(FILES, ROWS)
def test_every_row_is_used_or_reported_and_nothing_is_invented(files, cells):
    rows = [row(line, **fields) for line, fields in enumerate(cells, start=2)]
    joined = run(files, rows)
    said = {fields["genre"] for fields in cells} | {""}
    assert joined.cells.keys() <= {file.path for file in files}
    assert set(genres(joined).values()) <= said
    alone = [run(files, [one]) for one in rows]
    for one, result in zip(rows, alone, strict=True):
        assert bool(result.cells) != any(f"line {one.line}:" in note for note in result.notes)
    reported = [note for note in joined.notes if " line " in note.split(":")[0]]
    assert len({note.split(":")[0] for note in reported}) == len(reported)


@settings(deadline=None)
@given(FILES, ROWS)
def test_a_contradicting_artist_is_never_joined_by_title(files, cells):
    rows = [row(2, **{**fields, "file": ""}) for fields in cells[:1]]
    for path in run(files, rows).cells:
        (file,) = [file for file in files if file.path == path]
        credited, tagged = cells[0]["artist"], file.artist
        assert not (credited and tagged) or set(credited) & set(tagged) & {"A", "B"}
