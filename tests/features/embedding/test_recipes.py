"""Every recipe of the page on ears is fed to a small random network with exactly its signature."""

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import soundfile

from songatlas.features.embedding.description import Description, Tags, read_description
from songatlas.features.embedding.extract import extract_embedding, open_session, try_out
from songatlas.features.embedding.front_end import MelFrontEnd, WaveformFrontEnd
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.protobuf import field

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "ears.md"
RECIPES = {
    re.search(r'^name = "(.*)"', text)[1]: text
    for text in re.findall(r"^```text\n(name = .*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
}
# Recipe -> its input, the axes of its input and of its output, as published; the last is features.
SIGNATURES = {
    "clap": ("input_features", ("n", 1, 1001, 64), (1, 512)),
    "clap-fused": ("input_features", ("n", 4, 1001, 64), (1, 512)),
    "mert": ("waveform", (1, 120000), (13, 1, 374, 768)),
    "muq": ("waveform", (1, 240000), (13, 1, 250, 1024)),
    "muq-mulan": ("waveform", (1, 240000), (1, 512)),
    "musicfm": ("waveform", (1, 720000), (1, 750, 1024)),
    "omar-rq": ("waveform", (1, 240000), (1, 1, 250, 1024)),
    "discogs-effnet": ("melspectrogram", ("n", 128, 96), (1, 1280)),
    "openl3": ("melspectrogram", ("n", 128, 199, 1), (1, 512)),
    "vggish": ("x", (1, 1, 96, 64), (1, 128)),
    "yamnet": ("waveform", ("n",), (5, 1024)),
    "panns": ("waveform", ("n", 320000), (1, 2048)),
    "panns-logmel": ("x", ("n", 1, 1001, 64), (1, 2048)),
}
FEATURES = np.random.default_rng(3).normal(size=(3, 2048)).astype("f4")
BOOL = 9  # TensorProto.DataType


def ramp(shape):
    """A factor for every place of an output, the same for all features."""
    return np.random.default_rng(4).normal(size=(*shape[:-1], 1)).astype("f4")


def twin(name, given, answer, output):
    """Mean, peak and power of the patch, mixed into features, and other ones at every place."""
    graph = OnnxGraph("twin", name, given)
    flat = graph.add("Reshape", name, graph.constant(np.array([1, -1])))
    power = graph.add("Mul", flat, flat)
    numbers = [graph.add("ReduceMean", x, axes=[1], keepdims=1) for x in (flat, power)]
    numbers.append(graph.add("ReduceMax", flat, axes=[1], keepdims=1))
    mixed = graph.constant(FEATURES[:, : answer[-1]].copy())
    vector = graph.add("MatMul", graph.add("Concat", *numbers, axis=1), mixed)
    graph.add("Mul", vector, graph.constant(ramp(answer)), output=output)
    return graph.serialize({output: answer})


@pytest.fixture
def described(tmp_path):
    def write(name):
        given, shape, answer = SIGNATURES[name]
        path = tmp_path / f"{name}.toml"
        path.write_text(RECIPES[name], encoding="utf-8")
        output, file = (
            re.search(rf'^{key} = "(.*)"', RECIPES[name], re.M)[1] for key in ("output", "file")
        )
        network = twin(given, shape, answer, output)
        if name == "clap-fused":  # a field of the graph that follows is merged into it
            tensor = field(1, BOOL) + field(2, field(1, field(1, 1)) * 2)
            network += field(7, field(11, field(1, "is_longer") + field(2, field(1, tensor))))
        (tmp_path / file).write_bytes(network)
        open_session.cache_clear()
        return path

    return write


def test_the_reference_has_every_key_and_no_other():
    text = (PAGE.parents[1] / "reference" / "ears.md").read_text("utf-8")
    keys = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", text, re.M)))
    kinds = (Description, WaveformFrontEnd, MelFrontEnd, Tags)
    there = {"kind", *(each.name for kind in kinds for each in fields(kind))}
    assert set(keys) == there - {"sha256", "input", "constants", "tags"}


def test_every_recipe_has_a_twin():
    assert RECIPES.keys() == SIGNATURES.keys()


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_recipe_feeds_its_network(name, described, tmp_path):
    path = described(name)
    description = read_description(path)
    n_features = SIGNATURES[name][2][-1]
    assert try_out(description) == n_features

    rng = np.random.default_rng(0)
    y = (0.1 * rng.normal(size=11 * description.sr)).astype("f4")  # no whole number of patches
    soundfile.write(tmp_path / "noise.wav", y, description.sr, subtype="FLOAT")
    rows = extract_embedding(tmp_path / "noise.wav", model=str(path), duration=0.0, max_patches=3)
    patches = description.input.patches(y, sr=description.sr, most=3)
    flat = patches.reshape(len(patches), -1).astype("f8")
    numbers = np.stack([flat.mean(1), (flat**2).mean(1), flat.max(1)], axis=1)
    factors = ramp(SIGNATURES[name][2])
    if "layer" in description.output_axes and description.layers:
        factors = factors[list(description.layers)]
    expected = numbers @ FEATURES[:, :n_features] * factors.mean()
    scale = np.abs(numbers).max() * np.abs(factors.mean())
    np.testing.assert_allclose(rows["embedding"].array, expected, rtol=1e-3, atol=1e-4 * scale)
    full = 1 + (
        len(y) // description.input.patch_samples if "patch_samples" in RECIPES[name] else 9
    )
    assert len(patches) == min(3, full)
