"""The published network: fetched, converted, and equal to what TensorFlow computes."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from songatlas.errors import ModelError
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.extract import try_out
from songatlas.features.embedding.fetch import fetch_wheel
from songatlas.features.embedding.installed import install, list_models
from songatlas.features.embedding.musicnn import RECIPE
from songatlas.features.embedding.session import Session

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
    pooled, penultimate, tags = session.run(reference["mel"], ["pooled", "penultimate", "tags"])
    np.testing.assert_allclose(tags, reference["tags"], atol=2e-7, rtol=0)
    np.testing.assert_allclose(penultimate, reference["penultimate"], atol=3e-6, rtol=0)
    np.testing.assert_allclose(pooled, reference["mean_pool"], atol=1e-5, rtol=0)


@pytest.mark.network
def test_it_is_described_licensed_and_listed(installed):
    assert {path.name for path in installed.iterdir()} == {
        "LICENCE.txt", "model.toml", "musicnn.onnx",
    }  # fmt: skip
    assert "Universitat Pompeu Fabra" in (installed / "LICENCE.txt").read_text()
    description = read_description(installed / "model.toml")
    assert (description.name, description.sr, len(description.tags.names)) == ("musicnn", 16000, 50)
    assert try_out(description) == 200
    (listed,) = list_models(cache=installed.parents[1])
    assert (listed.name, listed.installed, listed.trouble) == ("musicnn", True, "")


@pytest.mark.network
def test_installing_again_repairs_and_changes_nothing_else(wheel, installed, tmp_path):
    cache = tmp_path / "cache"
    shutil.copytree(installed, cache / "models" / "musicnn")
    network = cache / "models" / "musicnn" / "musicnn.onnx"
    network.write_bytes(network.read_bytes()[:1000])
    (listed,) = list_models(cache=cache)
    assert "cannot be loaded" in listed.trouble
    folder = install("musicnn", wheel=wheel, cache=cache)
    for path in installed.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()
    assert len(list(folder.iterdir())) == 3


@pytest.mark.network
def test_pip_refuses_another_hash(wheel, tmp_path):
    with pytest.raises(ModelError, match=r"pip cannot fetch musicnn==0\.1\.0.*--wheel"):
        fetch_wheel(RECIPE.requirement, sha256="0" * 64, folder=tmp_path)
    assert not list(tmp_path.glob("*.whl"))


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
    graph.add("Identity", zeros, output="tags")
    with pytest.raises(ModelError, match=r"self test: 'penultimate'.*difference of 1\.5"):
        RECIPE.check(graph.serialize({"penultimate": ("n", 96), "tags": ("n", 96)}))


def test_without_onnxruntime_installing_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("songatlas.features.embedding.session.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install 'songatlas\[embedding\]'"):
        install("musicnn", cache=tmp_path)
