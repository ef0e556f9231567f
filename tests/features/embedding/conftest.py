"""A network of four nodes that is plugged in, and the published one where PyPI can be reached."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from batteries.wheel_index import Index

from songatlas.features.embedding.onnx_graph import OnnxGraph

PATCH = 1600  # samples

DESCRIPTION = f"""\
name = "loudness"
version = "1"
file = "loudness.onnx"
sr = 16000
output = "embedding"

[input]
kind = "waveform"
patch_samples = {PATCH}

[tags]
output = "tags"
names = ["loud"]
"""


def loudness_network() -> bytes:
    """Power and peak of every patch; as a tag, the power again."""
    graph = OnnxGraph("loudness", "x", ("n", PATCH))
    power = graph.add("ReduceMean", graph.add("Mul", "x", "x"), output="tags", axes=[1], keepdims=1)
    peak = graph.add("ReduceMax", "x", axes=[1], keepdims=1)
    graph.add("Concat", power, peak, output="embedding", axis=1)
    return graph.serialize({"embedding": ("n", 2), "tags": ("n", 1)})


@pytest.fixture
def plugged_in(tmp_path: Path) -> Callable[..., Path]:
    """Write the network and its description, with some text of it replaced."""

    def write(*changes: tuple[str, str]) -> Path:
        (tmp_path / "loudness.onnx").write_bytes(loudness_network())
        text = DESCRIPTION
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "loudness.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def tone() -> np.ndarray:
    """A tenth of a second more than one, at 16 kHz, growing louder."""
    t = np.arange(17600) / 16000
    return (0.5 * t * np.sin(2 * np.pi * 440 * t)).astype(np.float32)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The server, and pip set to it alone."""
    for name in [name for name in os.environ if name.startswith("PIP_") or "proxy" in name.lower()]:
        monkeypatch.delenv(name)
    with Index() as server:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple/")
        yield server
        server.shutdown()
