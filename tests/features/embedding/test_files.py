"""Checkpoints are read and networks written as their formats say."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.errors import StorageError
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.protobuf import field, read_fields, read_varint, varint
from songatlas.features.embedding.session import Session
from songatlas.features.embedding.tensorflow_checkpoint import read_checkpoint

MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)


def block(*entries: tuple[bytes, bytes]) -> bytes:
    """A LevelDB block whose keys share their beginnings, uncompressed, with its trailer."""
    data, before = b"", b""
    for key, value in entries:
        shared = 0
        while shared < min(len(key), len(before)) and key[shared] == before[shared]:
            shared += 1
        data += varint(shared) + varint(len(key) - shared) + varint(len(value))
        data += key[shared:] + value
        before = key
    return data + struct.pack("<II", 0, 1) + b"\0" + b"crc!"


def checkpoint(variables: dict[str, np.ndarray]) -> tuple[bytes, bytes]:
    data, entries = b"", [(b"", b"header")]
    for name, array in sorted(variables.items()):
        shape = b"".join(field(2, field(1, size)) for size in array.shape)
        kind = {"f": 1, "i": 9}[array.dtype.kind]
        entry = field(1, kind) + field(2, shape) + field(5, array.nbytes)
        entry += field(4, len(data)) if data else b""  # zero is left out, as protobuf does
        entries.append((name.encode(), entry))
        data += array.tobytes()
    content = block(*entries)
    index = block((b"~", varint(0) + varint(len(content) - 5)))
    footer = varint(0) + varint(0) + varint(len(content)) + varint(len(index) - 5)
    return content + index + footer.ljust(40, b"\0") + MAGIC, data


def test_a_checkpoint_gives_its_variables_back():
    rng = np.random.default_rng(0)
    variables = {
        "conv/bias": rng.normal(size=3).astype("<f4"),
        "conv/kernel": rng.normal(size=(2, 5, 3)).astype("<f4"),
        "step": np.array(300, "<i8"),
    }
    found = read_checkpoint(*checkpoint(variables))
    assert found.keys() == variables.keys()
    for name, array in variables.items():
        np.testing.assert_array_equal(found[name], array)


def test_damage_to_a_checkpoint_is_noticed():
    index, data = checkpoint({"a": np.zeros(4, "<f4")})
    with pytest.raises(StorageError, match="not a LevelDB table"):
        read_checkpoint(index[:-1], data)
    with pytest.raises(StorageError, match="'a' must be"):
        read_checkpoint(index, data[:-1])
    compressed = index.replace(b"\0crc!", b"\1crc!")
    with pytest.raises(StorageError, match="compressed"):
        read_checkpoint(compressed, data)


@given(st.integers(0, 2**64 - 1))
def test_varints_round_trip(number):
    assert read_varint(varint(number) + b"\xff", 0) == (number, len(varint(number)))
    assert read_fields(field(7, number) + field(1, b"x")) == {7: [number], 1: [b"x"]}


def test_a_number_without_end_is_refused():
    with pytest.raises(StorageError, match="end within a number"):
        read_varint(b"\xff\xff", 0)


def test_a_written_network_computes_what_it_says():
    rng = np.random.default_rng(1)
    x, kernel = rng.normal(size=(1, 2, 6)).astype("f4"), rng.normal(size=(3, 2, 3)).astype("f4")
    graph = OnnxGraph("network", "x", ("n", 2, 6))
    convolved = graph.add("Conv", "x", graph.constant(kernel), pads=[1, 1])
    scale, shift, mean = rng.normal(size=(3, 3)).astype("f4")
    variance = np.array([0.5, 1.0, 2.0], "f4")
    weights = [graph.constant(w) for w in (scale, shift, mean, variance)]
    normal = graph.add("BatchNormalization", convolved, *weights, epsilon=0.25)
    graph.add("Reshape", normal, graph.constant(np.array([-1, 18])), output="y")
    (found,) = Session(graph.serialize({"y": ("n", 18)}), "it").run(x, ["y"])
    padded = np.pad(x[0], ((0, 0), (1, 1)))
    expected = np.array(
        [[(kernel[c] * padded[:, t : t + 3]).sum() for t in range(6)] for c in range(3)]
    )
    expected = (expected - mean[:, None]) / np.sqrt(variance + 0.25)[:, None]
    expected = expected * scale[:, None] + shift[:, None]
    np.testing.assert_allclose(found[0], expected.ravel(), rtol=1e-4, atol=1e-5)
