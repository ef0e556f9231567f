"""The published network: fetched, converted, and equal to what TensorFlow computes."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from songatlas.errors import ModelError
from songatlas.extraction.ear import open_ear
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.extract import try_out
from songatlas.features.embedding.fetch import fetch_wheel, fetch_with_pip
from songatlas.features.embedding.installed import install, list_models, model_folder
from songatlas.features.embedding.musicnn import RECIPE, TAGS, build_network
from songatlas.features.embedding.session import Session
from songatlas.features.embedding.tensorflow_checkpoint import read_checkpoint

REFERENCE = Path(__file__).parents[3].parent / "shared" / "musicnn" / "reference.npz"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    try:
        return fetch_wheel(RECIPE.requirement, sha256=RECIPE.sha256, folder=folder)
    except ModelError as error:
        pytest.skip(f"needs the network: {error}")


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    return install("musicnn", wheel=wheel, cache=tmp_path_factory.mktemp("cache"))


@pytest.mark.network
def test_parity_with_tensorflow(installed):
    if not REFERENCE.is_file():
        pytest.skip("the reference outputs are not beside the repository (../shared/musicnn)")
    reference = np.load(REFERENCE)
    session = Session(installed / "musicnn.onnx", "musicnn")
    outputs = ["pooled", "penultimate", "tags", "embedding"]
    pooled, penultimate, tags, embedding = session.run(reference["mel"], outputs)
    np.testing.assert_allclose(tags[:, :50], reference["tags"], atol=2e-7, rtol=0)
    np.testing.assert_array_equal(embedding[:, :200], penultimate)
    np.testing.assert_allclose(penultimate, reference["penultimate"], atol=3e-6, rtol=0)
    np.testing.assert_allclose(pooled, reference["mean_pool"], atol=1e-5, rtol=0)


def variables(wheel: Path, network: str) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(wheel) as opened:
        parts = (".index", ".data-00000-of-00001")
        return read_checkpoint(*(opened.read(f"musicnn/{network}/{part}") for part in parts))


def plain_network(weights: dict[str, np.ndarray], mel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Last pool and tags of the five plain layers, in float64, channels last as in TensorFlow."""

    def normalised(x: np.ndarray, number: int) -> np.ndarray:
        name = f"batch_normalization_{number}" if number else "batch_normalization"
        gamma, beta, mean, variance = (
            weights[f"{name}/{part}"].astype(float)
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        return gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta

    x = normalised(mel[..., None].astype(float), 0)
    sizes = [(4, 1), (2, 2), (2, 2), (2, 2), (4, 4)]
    for number, (size, step) in enumerate(zip(sizes, (2, 2, 2, 2, 4), strict=True), 1):
        kernel = weights[f"{number}CNN/kernel"]
        around = sliding_window_view(np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), (3, 3), (1, 2))
        x = np.tensordot(around, kernel, axes=((4, 5, 3), (0, 1, 2))) + weights[f"{number}CNN/bias"]
        x = normalised(np.maximum(x, 0), number)
        x = sliding_window_view(x, size, (1, 2))[:, ::step, ::step].max(axis=(4, 5))
    pool5 = x.reshape(len(x), -1)
    return pool5, 1 / (1 + np.exp(-pool5 @ weights["dense/kernel"] - weights["dense/bias"]))


@pytest.mark.network
def test_the_network_of_clips_is_that_of_its_definition(wheel, installed):
    mel = np.random.default_rng(0).uniform(0, 3, (1, 187, 96)).astype("f4")
    session = Session(installed / "musicnn.onnx", "musicnn")
    found, tags, embedding = session.run(mel, ["pool5", "tags", "embedding"])
    pool5, probabilities = plain_network(variables(wheel, "MTT_vgg"), mel)
    np.testing.assert_allclose(found, pool5, atol=1e-5, rtol=0)
    np.testing.assert_allclose(tags[:, 50:], probabilities, atol=1e-6, rtol=0)
    np.testing.assert_array_equal(embedding[:, 200:], found)


def test_both_networks_of_any_weights_are_written_as_they_are_defined():
    """Without the wheel: the same layers, weights drawn at random."""
    rng = np.random.default_rng(1)
    songs, clips = (drawn(shapes, rng) for shapes in (SONG_SHAPES, CLIP_SHAPES))
    session = Session(build_network(songs, clips), "musicnn")
    mel = rng.uniform(0, 3, (1, 187, 96)).astype("f4")
    embedding, tags = session.run(mel, ["embedding", "tags"])
    pool5, probabilities = plain_network(clips, mel)
    assert (embedding.shape, tags.shape) == ((1, 456), (1, 100))
    np.testing.assert_allclose(embedding[:, 200:], pool5, atol=1e-4 * np.abs(pool5).max())
    np.testing.assert_allclose(tags[:, 50:], probabilities, atol=1e-4)
    assert len(TAGS) == 100


def drawn(shapes: dict[str, tuple[int, ...]], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Weights that neither die out nor explode; of a normalisation some factors are negative."""
    weights = {}
    for name, shape in shapes.items():
        if name.startswith("batch"):
            for part in ("gamma", "beta", "moving_mean"):
                weights[f"{name}/{part}"] = rng.normal(0.3, 0.5, shape).astype("f4")
            weights[f"{name}/moving_variance"] = rng.uniform(0.5, 2, shape).astype("f4")
        else:
            scale = np.sqrt(2 / np.prod(shape[:-1]))
            weights[f"{name}/kernel"] = rng.normal(0, scale, shape).astype("f4")
            weights[f"{name}/bias"] = rng.normal(0, 0.1, shape[-1]).astype("f4")
    return weights


def _normalisations(*sizes: int) -> dict[str, tuple[int, ...]]:
    names = ["batch_normalization", *(f"batch_normalization_{i}" for i in range(1, len(sizes)))]
    return {name: (size,) for name, size in zip(names, sizes, strict=True)}


SONG_SHAPES = {
    **_normalisations(1, 204, 204, 51, 51, 51, 64, 64, 64, 1506, 200),
    "conv2d": (7, 38, 1, 204), "conv2d_1": (7, 67, 1, 204), "conv2d_2": (128, 1, 1, 51),
    "conv2d_3": (64, 1, 1, 51), "conv2d_4": (32, 1, 1, 51), "conv2d_5": (7, 561, 1, 64),
    "conv2d_6": (7, 64, 1, 64), "conv2d_7": (7, 64, 1, 64), "dense": (1506, 200),
    "dense_1": (200, 50),
}  # fmt: skip
CLIP_SHAPES = {
    **_normalisations(1, *5 * [128]),
    "1CNN": (3, 3, 1, 128), **{f"{i}CNN": (3, 3, 128, 128) for i in range(2, 6)},
    "dense": (256, 50),
}  # fmt: skip


@pytest.mark.network
def test_it_is_described_licensed_and_listed(installed):
    assert {path.name for path in installed.iterdir()} == {
        "LICENCE.txt", "model.toml", "musicnn.onnx",
    }  # fmt: skip
    assert "Universitat Pompeu Fabra" in (installed / "LICENCE.txt").read_text()
    description = read_description(installed / "model.toml")
    assert (description.name, description.sr, len(description.tags.names)) == (
        "musicnn",
        16000,
        100,
    )
    assert try_out(description) == 456
    (listed,) = list_models(cache=installed.parents[1])
    assert (listed.name, listed.installed, listed.trouble) == ("musicnn", True, "")


@pytest.mark.network
def test_installing_again_repairs_and_changes_nothing_else(wheel, installed, tmp_path):
    cache = tmp_path / "cache"
    shutil.copytree(installed, model_folder(cache, "musicnn"))
    network = model_folder(cache, "musicnn") / "musicnn.onnx"
    network.write_bytes(network.read_bytes()[:1000])
    (listed,) = list_models(cache=cache)
    assert "cannot be loaded" in listed.trouble
    assert listed.trouble.endswith("To repair it: songatlas models install musicnn")
    with pytest.raises(ModelError, match="To repair it: songatlas models install musicnn"):
        open_ear("musicnn", cache)
    folder = install("musicnn", wheel=wheel, cache=cache)
    for path in installed.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()
    assert len(list(folder.iterdir())) == 3


@pytest.mark.network
def test_pip_fetches_the_same_and_refuses_another_hash(wheel, tmp_path):
    found = fetch_with_pip(RECIPE.requirement, RECIPE.sha256, tmp_path / wheel.name, "x")
    assert found.read_bytes() == wheel.read_bytes()
    found.unlink()
    with pytest.raises(
        ModelError, match=r"musicnn==0\.1\.0 cannot be fetched: x\. pip says: .*--wheel"
    ):
        fetch_with_pip(RECIPE.requirement, "0" * 64, found, "x")
    assert not list(tmp_path.iterdir())


def test_another_wheel_is_refused_and_nothing_is_written(tmp_path):
    other = tmp_path / "musicnn-0.1.0-py3-none-any.whl"
    other.write_bytes(b"PK another one")
    with pytest.raises(ModelError, match=f"must be the wheel of musicnn==0.1.0.*{RECIPE.sha256}"):
        install("musicnn", wheel=other, cache=tmp_path / "cache")
    with pytest.raises(ModelError, match="cannot be read"):
        install("musicnn", wheel=tmp_path / "none.whl", cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
    assert [m.installed for m in list_models(cache=tmp_path / "cache")] == [False] * len(EMBEDDINGS)


def test_a_network_that_computes_something_else_fails_its_self_test(tmp_path):
    from songatlas.features.embedding.onnx_graph import OnnxGraph

    graph = OnnxGraph("zero", "mel", ("n", 187, 96))
    flat = graph.add("ReduceMean", "mel", axes=[1], keepdims=0)
    zeros = graph.add("Mul", flat, graph.constant(np.zeros(1, np.float32)), output="penultimate")
    for name in ("song_tags", "pool5", "clip_tags"):
        graph.add("Identity", zeros, output=name)
    with pytest.raises(ModelError, match=r"self test: 'penultimate'.*difference of 1\.5"):
        RECIPE.check(graph.serialize(dict.fromkeys(RECIPE.expected, ("n", 96))))


def test_without_onnxruntime_installing_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("songatlas.features.embedding.session.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install onnxruntime"):
        install("musicnn", cache=tmp_path)
