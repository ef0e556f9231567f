"""A network as an ONNX file, written without the onnx package.

Reference
---------
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3, whose field numbers stand below;
operators of opset 17.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from songatlas.features.embedding.protobuf import field

_IR_VERSION, _OPSET = 8, 17
_FLOAT, _INT64 = 1, 7  # TensorProto.DataType
_AS_FLOAT, _AS_INT, _AS_INTS = 1, 2, 7  # AttributeProto.AttributeType

Attribute = int | float | Sequence[int]


class OnnxGraph:
    """Nodes in the order in which they are added.

    Parameters
    ----------
    name
        Of the graph.
    input_name, input_shape
        Its one input, float32; a dimension given as text is free.

    Examples
    --------
    >>> graph = OnnxGraph("twice", "x", ("n", 2))
    >>> doubled = graph.add("Mul", "x", graph.constant(np.float32([2.0])), output="y")
    >>> graph.serialize({doubled: ("n", 2)})[:2].hex()
    '0808'
    """

    def __init__(self, name: str, input_name: str, input_shape: Sequence[int | str]) -> None:
        self._name = name
        self._input = _value_info(input_name, input_shape)
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def constant(self, array: npt.NDArray[np.generic]) -> str:
        """Add weights (float32, or int64 for shapes); returns the name of the value."""
        name = f"constant_{len(self._constants)}"
        is_integer = np.issubdtype(array.dtype, np.integer)
        data = np.ascontiguousarray(array, dtype="<i8" if is_integer else "<f4")
        tensor = b"".join(field(1, size) for size in data.shape)
        tensor += field(2, _INT64 if is_integer else _FLOAT)
        self._constants.append(tensor + field(8, name) + field(9, data.tobytes()))
        return name

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Attribute) -> str:
        """Add a node; returns the name of its output."""
        output = output or f"value_{len(self._nodes)}"
        node = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operator)
        for name, value in attributes.items():
            node += field(5, field(1, name) + _attribute(value))
        self._nodes.append(node)
        return output

    def serialize(self, outputs: dict[str, Sequence[int | str]]) -> bytes:
        """The whole file; `outputs` are names of values with their shapes."""
        graph = b"".join(field(1, node) for node in self._nodes) + field(2, self._name)
        graph += b"".join(field(5, constant) for constant in self._constants)
        graph += field(11, self._input)
        graph += b"".join(field(12, _value_info(*item)) for item in outputs.items())
        opset = field(1, "") + field(2, _OPSET)
        return field(1, _IR_VERSION) + field(2, "songatlas") + field(7, graph) + field(8, opset)


def _attribute(value: Attribute) -> bytes:
    if isinstance(value, int):
        return field(3, value) + field(20, _AS_INT)
    if isinstance(value, float):
        return field(2, value) + field(20, _AS_FLOAT)
    return b"".join(field(8, item) for item in value) + field(20, _AS_INTS)


def _value_info(name: str, shape: Sequence[int | str]) -> bytes:
    dimensions = [field(1, field(1 if isinstance(size, int) else 2, size)) for size in shape]
    tensor = field(1, _FLOAT) + field(2, b"".join(dimensions))
    return field(1, name) + field(2, field(1, tensor))
