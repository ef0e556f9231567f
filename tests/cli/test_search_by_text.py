"""`songatlas search` by the text tower of CLAP's recipe, from the run to the list."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import run_command
from ear_twins import RECIPES, SIGNATURES, write_tower

import songatlas
from songatlas.config import replace
from songatlas.errors import ConfigError, ModelError, StorageError
from songatlas.features.embedding.extract import extract_embedding
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.machine import Machine

pytestmark = pytest.mark.battery

N_FEATURES = SIGNATURES["clap"][2][-1]
WORDS = {"first": 3, "second": 11, "third": 20}  # word -> the row of the track that it means


def audio_twin() -> bytes:
    """CLAP's signature: bands averaged over time, mixed at random, so that loud ones are long."""
    name, shape, _ = SIGNATURES["clap"]
    graph = OnnxGraph("clap", name, shape)
    bands = graph.add("ReduceMean", name, axes=[1, 2], keepdims=0)  # (n, 64)
    shapes = graph.add("Sub", bands, graph.add("ReduceMean", bands, axes=[1], keepdims=1))
    mixing = np.random.default_rng(0).normal(size=(64, N_FEATURES)).astype("f4")
    graph.add("MatMul", shapes, graph.constant(mixing), output="audio_embeds")
    return graph.serialize({"audio_embeds": ("n", N_FEATURES)})


def write_ear(folder: Path, *, text: bool = True) -> Path:
    """The recipe of the page and its network; without its text tower if so asked."""
    folder.mkdir(exist_ok=True)
    path = folder / "clap.toml"
    recipe = RECIPES["clap"]
    path.write_text(recipe if text else recipe.partition("[text]")[0], encoding="utf-8")
    (folder / "audio_model.onnx").write_bytes(audio_twin())
    return path


def heard_by(ear: Path, result: songatlas.RunResult) -> np.ndarray:
    """Mean over the patches of every track, asked of the ear itself: (n_tracks, 512)."""
    settings = {"model": str(ear), "duration": 0.0, "max_patches": 32}
    each = [extract_embedding(track.source, **settings) for track in result.tracks]
    return np.stack([rows["embedding"].array.mean(axis=0) for rows in each]).astype("f8")


@pytest.fixture(scope="module")
def clap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clap")
    write_tower(folder, {"nothing": np.ones(N_FEATURES)})
    return write_ear(folder)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, music: Path) -> Path:
    """Music of its own, which may change."""
    folder = tmp_path_factory.mktemp("searched")
    shutil.copytree(music, folder / "music")
    return folder


@pytest.fixture(scope="module")
def searched(
    clap: Path, place: Path, cache: Path, fast: songatlas.Config
) -> tuple[songatlas.RunResult, np.ndarray]:
    """A run, and what its ear heard; every word means just what one track sounds like."""
    config = replace(fast, {"input": {"embedding": str(clap)}})
    result = songatlas.run(
        place / "music", out=place / "out", config=config, machine=Machine(cache=cache, workers=1)
    )
    heard = heard_by(clap, result)
    write_tower(clap.parent, {word: heard[row] for word, row in WORDS.items()})
    return result, heard


def cosines(heard: np.ndarray, vector: np.ndarray) -> np.ndarray:
    return heard @ vector / np.linalg.norm(heard, axis=1) / np.linalg.norm(vector)


@pytest.mark.parametrize("word", WORDS)
def test_tracks_come_by_the_cosine_of_word_and_sound(searched, word, capsys):
    result, heard = searched
    code, out, err = run_command(
        capsys, "search", result.out, word.upper(), "-n", 24, "--format", "json"
    )
    found = json.loads(out)
    expected = cosines(heard, heard[WORDS[word]])
    order = np.argsort(-expected, kind="stable")
    assert np.diff(np.sort(expected)).min() > 1e-6  # or the order would say nothing
    assert (code, err) == (0, "By text tower of clap.\n")
    assert [entry["path"] for entry in found] == [result.tracks[row].path for row in order]
    scores = [entry["score"] for entry in found]
    np.testing.assert_allclose(scores, expected[order], atol=1e-4)
    assert scores[0] == 1.0
    # what a wrong implementation would do gives another order
    centred = heard - heard.mean(axis=0)
    for other in (heard @ heard[WORDS[word]], cosines(centred, centred[WORDS[word]])):
        assert not np.array_equal(np.argsort(-other, kind="stable"), order)


def test_several_words_lie_between_what_each_means(searched):
    result, heard = searched
    rows = [WORDS["first"], WORDS["second"]]
    found = songatlas.search(result.out, "first second", n=24)
    expected = cosines(heard, heard[rows].sum(axis=0))
    assert list(found.rows) == np.argsort(-expected, kind="stable").tolist()
    np.testing.assert_allclose(found.scores, np.sort(expected)[::-1], atol=1e-5)
    assert found.by == "text tower of clap"
    assert found.heard == ({},) * 24


def test_the_run_keeps_what_the_ear_gave_and_says_so(searched):
    result, heard = searched
    kept = np.load(result.out / "ear_embeddings.npy", allow_pickle=False)
    assert (kept.dtype, kept.shape) == (np.float32, (24, N_FEATURES))
    np.testing.assert_allclose(kept, heard, rtol=1e-4, atol=1e-4)
    record = json.loads((result.out / "run.json").read_text(encoding="utf-8"))
    assert "ear_embeddings.npy" in record["files"]
    assert record["embedding"]["text"] == record["embedding"]["fingerprint"]
    text = (result.out / "README.md").read_text(encoding="utf-8")
    assert "`ear_embeddings.npy`" in text
    assert "`embedding` by clap: 24 tracks" in text


@pytest.mark.parametrize(
    "words",
    ["third " * 1667, "夜に駆ける third", "third \x00\x1b[31m", "'third' <b> %s {x}"],
    ids=["long", "another script", "control characters", "markup"],
)
def test_odd_words_find_something(searched, words, capsys):
    result, _ = searched
    code, out, _ = run_command(capsys, "search", result.out, words, "-n", 1)
    assert code == 0
    assert "\x1b" not in out
    assert result.tracks[WORDS["third"]].title in out


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "WORDS must say something"), ("zither", "nothing but zeros of 'zither'")],
)
def test_words_that_mean_nothing_are_said(searched, words, said, capsys):
    code, out, err = run_command(capsys, "search", searched[0].out, words)
    assert (code, out) == (2, "")
    assert said in err


def test_an_ear_without_tags_has_none_to_search_by(searched):
    with pytest.raises(ConfigError, match="has neither tags nor a text tower"):
        songatlas.search(searched[0].out, "first", by="tags")


def test_files_that_are_gone_or_others_are_one_sentence(searched, clap, capsys, monkeypatch):
    out = searched[0].out
    whole = {path: path.read_bytes() for path in clap.parent.iterdir()}

    def refused(match: str, name: str, data: bytes | None) -> None:
        path = clap.parent / name
        path.unlink() if data is None else path.write_bytes(data)
        code, said, err = run_command(capsys, "search", out, "first")
        path.write_bytes(whole[path])
        assert (code, said) == (2, "")
        assert match in err
        assert err.count("\n") == 1

    refused("which is not there. Put it back", "clap.toml", None)
    refused("cannot be read as TOML", "clap.toml", b"= [")
    changed = whole[clap].replace(b"fmax = 14000", b"fmax = 12000")
    refused("It describes another now", "clap.toml", changed)
    refused("must describe a text tower under [text]", "clap.toml", whole[clap].split(b"[text]")[0])
    refused("text_model.onnx, cannot be read", "text_model.onnx", None)
    refused("cannot be loaded as an ONNX network", "text_model.onnx", b"\x00" * 99)
    refused("tokenizer.json, cannot be read", "tokenizer.json", None)
    refused("must be a tokenizer.json", "tokenizer.json", b"{}")
    monkeypatch.setattr("songatlas.features.embedding.text_tower.find_spec", lambda name: None)
    refused(
        "pip install 'songatlas[search]'", "tokenizer.json", whole[clap.parent / "tokenizer.json"]
    )


def test_a_tower_of_another_width_is_refused(searched, clap):
    whole = {path: path.read_bytes() for path in clap.parent.iterdir()}
    write_tower(clap.parent, {"first": np.ones(8)})
    with pytest.raises(ModelError, match=r"of 512 numbers\. Got 8: name another output"):
        songatlas.search(searched[0].out, "first")
    for path, data in whole.items():
        path.write_bytes(data)


@pytest.mark.parametrize("data", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_of_embeddings_is_said(searched, data, tmp_path):
    copy = shutil.copytree(searched[0].out, tmp_path / "copy")
    (copy / "ear_embeddings.npy").write_bytes(data)
    with pytest.raises(StorageError, match="must hold what a finished run of this songatlas wrote"):
        songatlas.search(copy, "first")


def test_a_record_of_another_kind_is_said(searched, tmp_path):
    copy = shutil.copytree(searched[0].out, tmp_path / "copy")
    record = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    record["embedding"]["text"] = "another"
    (copy / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(StorageError, match=r"run\.json must hold what a finished run"):
        songatlas.search(copy, "first")


# ---- text towers that come later, and music that does


@pytest.mark.battery
def test_a_run_from_before_gets_them_by_an_update_without_hearing_again(
    searched, clap, place, cache, fast
):
    """And a track that is new then is found, too."""
    result, heard = searched
    whole = clap.read_text(encoding="utf-8")
    write_ear(clap.parent, text=False)
    config = replace(fast, {"input": {"embedding": str(clap)}})
    machine = Machine(cache=cache, workers=1)
    out = place / "before"
    songatlas.run(place / "music", out=out, config=config, machine=machine)
    clap.write_text(whole, encoding="utf-8")
    assert not (out / "ear_embeddings.npy").exists()
    with pytest.raises(ConfigError, match="has neither tags nor a text tower"):
        songatlas.search(out, "first")

    report = songatlas.update(out, machine=machine)
    assert (report.new, report.gone) == (0, 0)
    np.testing.assert_allclose(np.load(out / "ear_embeddings.npy"), heard, rtol=1e-4, atol=1e-4)
    found = songatlas.search(out, "first", n=1)
    assert found.tracks[0].path == result.tracks[WORDS["first"]].path

    sound, sr = soundfile.read(result.tracks[WORDS["second"]].source)
    soundfile.write(place / "music" / "new.flac", 0.5 * sound[: 2 * sr], sr)
    (place / "music" / result.tracks[0].path).unlink()
    report = songatlas.update(out, machine=machine)
    assert (report.new, report.gone) == (1, 1)
    kept = np.load(out / "ear_embeddings.npy")
    assert kept.shape == (24, N_FEATURES)
    found = songatlas.search(out, "second", n=2)
    assert "new.flac" in {track.path for track in found.tracks}
    assert not found.notes
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["embedding"]["text"] == record["embedding"]["fingerprint"]
    assert "ear_embeddings.npy" in record["files"]
