"""A pretrained network that averages bands, plugged in, and settings that ask for it."""

from pathlib import Path

import numpy as np
import pytest

import songatlas
from songatlas.config import replace
from songatlas.features.embedding.onnx_graph import OnnxGraph

DESCRIPTION = """\
name = "bands"
version = "1"
file = "bands.onnx"
sr = 16000
output = "embedding"
[input]
kind = "mel"
n_fft = 512
hop_length = 256
n_mels = 8
patch_frames = 32
[tags]
output = "tags"
names = ["low", "high"]
"""


@pytest.fixture(scope="module")
def ear_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that averages mel bands over time; two of them are its tags."""
    folder = tmp_path_factory.mktemp("ear")
    graph = OnnxGraph("bands", "mel", ("n", 32, 8))
    means = graph.add("ReduceMean", "mel", output="embedding", axes=[1], keepdims=0)
    chosen = np.zeros((8, 2), np.float32)
    chosen[0, 0] = chosen[7, 1] = 1.0
    graph.add("MatMul", means, graph.constant(chosen), output="tags")
    network = graph.serialize({"embedding": ("n", 8), "tags": ("n", 2)})
    (folder / "bands.onnx").write_bytes(network)
    (folder / "bands.toml").write_text(DESCRIPTION)
    return folder / "bands.toml"


@pytest.fixture(scope="module")
def with_ear(fast: songatlas.Config, ear_file: Path) -> songatlas.Config:
    return replace(fast, {"input": {"embedding": str(ear_file)}})
