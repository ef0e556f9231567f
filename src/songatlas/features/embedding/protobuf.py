"""Protocol-buffer messages, field by field: enough to read a checkpoint and to write a network.

Reference
---------
https://protobuf.dev/programming-guides/encoding: a message is a sequence of fields; each begins
with a varint, the field's number times 8 plus its wire type (0 varint, 1 eight bytes, 2 a length
and so many bytes, 5 four bytes).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from songatlas.errors import StorageError

Value = int | bytes
Buffer = bytes | memoryview


def read_varint(data: Buffer, position: int) -> tuple[int, int]:
    """Number at `position`, and the position after it.

    Raises
    ------
    StorageError
        When the data end within the number, or it has more than 64 bits.

    Examples
    --------
    >>> read_varint(bytes([0xAC, 0x02, 0xFF]), 0)
    (300, 2)
    """
    number = shift = 0
    while position < len(data) and shift < 64:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return number, position
        shift += 7
    raise StorageError("The data end within a number: the file is damaged. Fetch it again.")


def fields_of(message: Buffer) -> Iterator[tuple[int, int | Buffer]]:
    """Number and value of every field in turn; a memoryview is given in pieces, without a copy."""
    position = 0
    while position < len(message):
        tag, position = read_varint(message, position)
        if tag & 7 == 0:
            value, position = read_varint(message, position)
            yield tag >> 3, value
        else:
            size = {1: 8, 5: 4}.get(tag & 7)
            if size is None:
                size, position = read_varint(message, position)
            if position + size > len(message):
                raise StorageError("The data end within a field: the file is damaged.")
            yield tag >> 3, message[position : position + size]
            position += size


def read_fields(message: bytes) -> dict[int, list[Value]]:
    r"""All values of every field, by its number; nested messages are left as bytes.

    Examples
    --------
    >>> read_fields(b"\x08\x01\x12\x02hi\x08\x05")
    {1: [1, 5], 2: [b'hi']}
    """
    fields: dict[int, list[Value]] = {}
    for number, value in fields_of(message):
        fields.setdefault(number, []).append(value if isinstance(value, int) else bytes(value))
    return fields


def varint(number: int) -> bytes:
    """`number` as a varint; a negative one in ten bytes of two's complement.

    Examples
    --------
    >>> varint(300).hex(), len(varint(-1))
    ('ac02', 10)
    """
    number &= 2**64 - 1
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def field(number: int, value: int | float | str | bytes) -> bytes:
    r"""One field: an integer as a varint, a float in four bytes, text and bytes with their length.

    Examples
    --------
    >>> field(2, "hi")
    b'\x12\x02hi'
    """
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data
