"""Lyrics in pieces."""

from hypothesis import given
from hypothesis import strategies as st

from songatlas.features.text.clean import clean_lyrics
from songatlas.features.text.pieces import cut


@given(st.text(), st.integers(1, 9))
def test_nothing_is_lost_and_no_piece_is_empty(text: str, n: int) -> None:
    text = clean_lyrics(text)
    pieces = cut(text, n)
    assert len(pieces) <= n
    assert all(piece.split() for piece in pieces)
    assert " ".join(pieces).split() == text.split()


def test_lines_stay_whole_where_there_are_enough() -> None:
    lines = [f"line {i} of the song" for i in range(11)]
    pieces = cut("\n".join(lines), 4)
    assert len(pieces) == 4
    assert "\n".join(pieces).split("\n") == lines
    assert max(len(p.split("\n")) for p in pieces) - min(len(p.split("\n")) for p in pieces) <= 1


def test_lyrics_on_one_line_are_cut_between_words() -> None:
    assert [len(piece.split()) for piece in cut("word " * 80, 4)] == [20] * 4
    assert len(cut("word " * 25, 4)) == 2  # no piece of less than ten words
    assert len(cut("one line\nand another", 4)) == 1
