"""Files that an ONNX file keeps its weights in: named, and none outside of its folder.

Reference
---------
https://github.com/onnx/onnx/blob/main/docs/ExternalData.md, and onnx.proto3 for the field numbers.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path

from songatlas.errors import ModelError, StorageError
from songatlas.features.embedding.protobuf import Buffer, fields_of

_MOST_FIELDS = 3_000_000  # the largest published networks have a tenth
# Message -> its fields that hold others in which a tensor may be.
_INSIDE: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "function": {7: "node"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}


def external_files(file: Path) -> list[Path]:
    """Files beside `file` that hold tensors of it, sorted.

    Raises
    ------
    ModelError
        When it is no ONNX file, is cut off, or names a file that is not in its folder.
    """
    folder = file.parent.resolve()
    found = set()
    for name in sorted(_locations(file)):
        path = folder / name
        if Path(name).is_absolute() or not path.resolve().is_relative_to(folder):
            raise ModelError(
                f"{file} keeps weights in {name!a}: they must lie in its folder. Do not use a "
                "network that reaches for other files, or export it as one."
            )
        if not path.is_file():
            raise ModelError(
                f"{file} keeps weights in {name!a}, which is not beside it. Put it there."
            )
        found.add(path)
    return sorted(found)


def _locations(file: Path) -> set[str]:
    try:
        with file.open("rb") as stream:
            return set(_walk(memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))))
    except (ValueError, StorageError) as error:  # ValueError: it is empty
        raise ModelError(
            f"{file} cannot be loaded as an ONNX network: it is none, or is cut off. Fetch or "
            "export it again."
        ) from error


def _walk(model: memoryview) -> Iterator[str]:
    n_fields, has_graph = 0, False
    waiting: list[tuple[str, Buffer]] = [("model", model)]
    while waiting:
        kind, message = waiting.pop()
        for number, value in fields_of(message):
            n_fields += 1
            inside = _INSIDE[kind].get(number) if not isinstance(value, int) else None
            has_graph |= inside == "graph"
            if n_fields > _MOST_FIELDS:
                raise StorageError(f"More than {_MOST_FIELDS} fields.")
            if inside == "entry":
                entry = {key: bytes(text) for key, text in fields_of(value) if key in (1, 2)}  # type: ignore[arg-type]
                if entry.get(1) == b"location":
                    yield entry.get(2, b"").decode("utf-8", "surrogateescape")
            elif inside:
                waiting.append((inside, value))  # type: ignore[arg-type]
    if not has_graph:
        raise StorageError("There is no graph.")
