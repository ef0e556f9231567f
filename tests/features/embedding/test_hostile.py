"""Network files that are broken, unknown or hostile: one sentence each, and nothing else."""

import os
import subprocess
import sys

import numpy as np
import pytest

from songatlas.errors import ModelError
from songatlas.extraction.ear import open_ear
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.extract import open_session, try_out
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.protobuf import field
from songatlas.machine import FileLimits

N = 1600
EAR = f"""\
name = "ear"
version = "1"
file = "ear.onnx"
sr = 16000
output = "y"
[input]
kind = "waveform"
patch_samples = {N}
"""
FLOAT, UINT8, INT64, STRING, EXTERNAL = 1, 2, 7, 8, 1


def plain() -> bytes:
    """The patch itself."""
    graph = OnnxGraph("plain", "x", (1, N))
    graph.add("Identity", "x", output="y")
    return graph.serialize({"y": (1, N)})


def with_input(network: bytes, name: str, kind: int, *shape: int) -> bytes:
    """A network with one more input: a field of the graph that follows is merged into it."""
    sizes = b"".join(field(1, field(1, size)) for size in shape)
    tensor = field(1, kind) + field(2, sizes)
    return network + field(7, field(11, field(1, name) + field(2, field(1, tensor))))


def external(location: str, inside: str = "graph") -> bytes:
    """A network that adds a vector of float32, which is kept in another file."""
    entry = field(13, field(1, "location") + field(2, location))
    tensor = field(1, N) + field(2, FLOAT) + field(8, "w") + entry + field(14, EXTERNAL)
    graph = OnnxGraph("external", "x", (1, N))
    graph.add("Add", "x", "w", output="y")
    network = graph.serialize({"y": (1, N)})
    if inside == "graph":
        return network + field(7, field(5, tensor))
    attribute = field(1, "value") + field(5, tensor) + field(20, 4)
    node = field(2, "w") + field(4, "Constant") + field(5, attribute)
    graph = OnnxGraph("external", "x", (1, N))
    body = field(7, field(1, node))
    return network + body


@pytest.fixture
def ear(tmp_path):
    """Write a network and its description, with some lines more, or some replaced."""

    def write(network: bytes = b"", more: str = "", **changes: str):
        folder = tmp_path / "ears"
        folder.mkdir(exist_ok=True)
        (folder / "ear.onnx").write_bytes(network or plain())
        text = EAR
        for key, value in changes.items():
            lines = [x for x in text.splitlines() if not x.startswith(f"{key} =")]
            at = lines.index("[input]") + (key in ("axes", "channels", "patch_samples", "name_"))
            lines.insert(at, f"{key.rstrip('_')} = {value}")
            text = "\n".join(lines) + "\n"
        (folder / "ear.toml").write_text(text + more)
        open_session.cache_clear()
        return folder / "ear.toml"

    return write


def refused(path, match):
    with pytest.raises(ModelError, match=match) as caught:
        try_out(read_description(path))
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 600


def test_the_plain_ear_works(ear):
    assert try_out(read_description(ear())) == N


@pytest.mark.parametrize(
    "data",
    [b"\x00", b"not a network", b"\xff" * 1000, plain()[:50], plain()[:-3], b"PK\x03\x04" * 99],
)
def test_what_is_no_whole_network(data, ear):
    refused(ear(data), r"ear\.onnx cannot be loaded as an ONNX network")


def test_an_empty_file_and_what_is_no_file(ear, tmp_path):
    path = ear()
    (path.parent / "ear.onnx").write_bytes(b"")
    refused(path, "is none, or is cut off")
    (path.parent / "ear.onnx").unlink()
    (path.parent / "ear.onnx").mkdir()
    refused(path, "ear.onnx cannot be read: a regular file is needed, and this is a folder")
    refused(path.parent, "a regular file is needed")
    (path.parent / "ear.onnx").rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.toml")
        refused(tmp_path / "pipe.toml", "this is a named pipe")
        refused(ear(file='"/dev/zero"'), "this is a device")
    refused(ear(file='"a\\u0000b"'), "cannot be read")


@pytest.mark.parametrize("inside", ["graph", "node"])
@pytest.mark.parametrize(
    "location", ["/etc/passwd", "../secret", "a/../../secret", "link", "*/_ORT_MEM_ADDR_/*"]
)
def test_weights_lie_in_the_folder(location, inside, ear, tmp_path):
    (tmp_path / "secret").write_bytes(np.ones(N, "<f4").tobytes())
    path = ear(external(location, inside))
    (path.parent / "a").mkdir(exist_ok=True)
    (path.parent / "link").symlink_to(tmp_path / "secret")
    refused(path, "not beside it" if "ORT" in location else "must lie in its folder")


def test_weights_beside_the_file_are_used_and_hashed(ear):
    path = ear(external("w.bin"))
    refused(path, "'w.bin', which is not beside it")
    (path.parent / "w.bin").write_bytes(np.ones(N, "<f4").tobytes())
    first = read_description(path)
    assert try_out(first) == N
    (path.parent / "w.bin").write_bytes(np.zeros(N, "<f4").tobytes())
    assert read_description(path).fingerprint != first.fingerprint


def test_an_operator_that_nobody_knows(ear):
    graph = OnnxGraph("odd", "x", (1, N))
    graph.add("Teleport", "x", output="y")
    refused(ear(graph.serialize({"y": (1, N)})), "cannot be loaded.*Teleport")


def test_a_network_that_is_too_new_says_so(ear):
    """The first reason that onnxruntime gives is hundreds of characters of its source."""
    opset, version = field(8, field(1, "") + field(2, 9999)), field(1, 9999)
    refused(
        ear(plain() + opset), r"ear\.onnx cannot be loaded.*Current official support.*opset \d+"
    )
    refused(ear(plain() + version), "Unsupported model IR version: 9999, max supported IR version")


@pytest.mark.parametrize(
    ("more", "changes", "match"),
    [
        ("", {"output": '"z"'}, "has no output 'z'. It has y"),
        ("", {"axes": '["time"]'}, r"takes 'x' as \(1, 1600\). Got \(1600,\)"),
        ("", {"axes": '["patch", "mel"]'}, "must be of patch, channel, time, each once"),
        ("", {"axes": '["time", "time"]'}, "each once"),
        ("", {"axes": '["patch", "channel", "time"]'}, r"Got \(1, 1, 1600\)"),
        ("", {"patch_samples": "800"}, r"Got \(1, 800\)"),
        ("", {"patch_samples": "0"}, "at least 1"),
        ("", {"patch_samples": "10000000000"}, "at most"),
        ("", {"output_axes": '["patch", "time", "feature"]'}, r"Got \(1, 1600\): name its axes"),
        ("", {"output_axes": '["patch"]'}, "with feature"),
        ("", {"output_axes": '["layer", "feature"]', "layers": "[1]"}, "has 1 layers"),
        ("", {"layers": '["a"]'}, "'layers' must be of type int"),
        ("", {"name_": '"z"'}, "has no input 'z'. It has x"),
        ("[constants]\nz = 1\n", {}, "has no input 'z'"),
        ("[constants]\nx = 1\n", {}, "one input that takes patches. Got none"),
        ("[tags]\noutput = 'y'\nnames = ['a']\n", {}, "gives 1600 tags"),
    ],
)
def test_a_description_that_does_not_fit(more, changes, match, ear):
    refused(ear(more=more, **changes), match)


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (None, "must have one input that takes patches. Got x, mask"),
        ("[[1, 2], [3]]", "'constants.mask' must be a number"),
        ('"a"', "'constants.mask' must be a number"),
        ('[["a", "b", "c", "d"]]', "'constants.mask' must be a number"),
        ("[[1, 2, 3, 1979-05-27]]", "'constants.mask' must be a number"),
        ("[[1, 2, 3, 1000000000000000000000]]", "'constants.mask' must be a number"),
        ('{fill = "a", shape = [1, 4]}', "'constants.mask' must be a number"),
        ("{fill = 1, shape = [100000, 100000]}", "'constants.mask' must be"),
        ("{fill = 1}", "'constants.mask' must be"),
        ("[1, 1]", r"takes 'mask' as \(1, 4\). Got \(2,\)"),
    ],
)
def test_constants(value, match, ear):
    network = with_input(plain(), "mask", INT64, 1, 4)
    refused(ear(network, "" if value is None else f"[constants]\nmask = {value}\n"), match)
    ok = ear(network, "[constants]\nmask = {fill = 1, shape = [1, 4]}\n")
    assert try_out(read_description(ok)) == N


def test_inputs_of_text_and_answers_that_are_no_numbers(ear):
    text = with_input(plain(), "words", STRING, 1)
    refused(ear(text, "[constants]\nwords = [1]\n"), r"as tensor\(string\)")
    quantised = with_input(plain(), "samples", UINT8, 1)
    remedy = r"as tensor\(uint8\), .*floating point, as it was before it was quantised"
    refused(ear(quantised, "[constants]\nsamples = [1]\n"), remedy)
    graph = OnnxGraph("nan", "x", (1, N))
    zero = graph.constant(np.zeros(1, "f4"))
    graph.add("Div", graph.add("Mul", "x", zero), zero, output="y")
    refused(ear(graph.serialize({"y": (1, N)})), "must give finite numbers")
    wide = OnnxGraph("wide", "x", (1, N))
    wide.add("Concat", *["x"] * 6, output="y", axis=1)
    refused(ear(wide.serialize({"y": (1, 6 * N)})), "at most 8,192 numbers.*Got 9,600")


def test_a_network_that_hears_nothing(ear):
    whole = OnnxGraph("whole", "x", (1, N))
    whole.add("Floor", whole.add("Abs", "x"), output="y")  # as of samples that must be integers
    network = whole.serialize({"y": (1, N)})
    refused(ear(network, patch_samples="1600\ngain = 0.1"), "same numbers for noise and for a tone")
    assert try_out(read_description(ear(network, patch_samples="1600\ngain = 32768"))) == N


def test_numbers_whose_squares_are_none(ear):
    graph = OnnxGraph("great", "x", (1, N))
    graph.add("Mul", "x", graph.constant(np.array([1e30], "f4")), output="y")
    refused(ear(graph.serialize({"y": (1, N)})), "must give finite numbers")


def huge() -> bytes:
    """A hundred gigabytes of zeros, in a file of a few bytes."""
    graph = OnnxGraph("huge", "x", (1, N))
    zeros = graph.add("ConstantOfShape", graph.constant(np.array([10**6, 25_000])))
    graph.add("Add", "x", graph.add("ReduceSum", zeros, keepdims=0), output="y")
    return graph.serialize({"y": (1, N)})


def test_a_network_that_needs_all_memory_costs_a_process_of_its_own(ear, tmp_path):
    with pytest.raises(ModelError, match=r"ear\.onnx.*it needs more memory than allowed"):
        open_ear(str(ear(huge())), tmp_path, FileLimits(seconds=60, megabytes=1024))
    assert open_ear(str(ear()), tmp_path).n_features == N


def test_the_command_line_says_it_in_one_line(ear, tmp_path):
    (tmp_path / "music").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "songatlas", "extract", tmp_path / "music", "--embedding",
         ear(external("../secret")), "--cache", tmp_path / "cache"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("songatlas: ")
