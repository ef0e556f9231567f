"""The few lines of TOML that describe a pretrained network: any ONNX file can be plugged in.

.. code-block:: toml

    name = "my-ear"
    version = "1"
    file = "my-ear.onnx"        # beside the TOML
    sr = 16000                  # Hz, of the mono signal
    output = "embedding"        # (n_patches, n_features)

    [input]                     # (n_patches, patch_frames, n_mels), float32
    kind = "mel"                # or "waveform", which needs patch_samples alone
    n_fft = 512
    hop_length = 256
    n_mels = 96
    patch_frames = 187
    log = "log10"               # of floor + gain · power
    gain = 10000.0
    floor = 1.0

    [tags]                      # optional: an output for naming clusters, never a model's input
    output = "tags"
    names = ["rock", "pop"]
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songatlas.config import did_you_mean
from songatlas.errors import ModelError
from songatlas.features.embedding.front_end import FRONT_ENDS, LOGARITHMS, FrontEnd, MelFrontEnd

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}")


@dataclass(frozen=True, kw_only=True)
class Tags:
    """A second output: probabilities of named tags, (n_patches, n_tags)."""

    output: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Description:
    """A pretrained network, and what it must be given.

    Parameters
    ----------
    name, version
        Part of the cache key of its embeddings.
    file
        The ONNX file.
    sha256
        Of the file's bytes.
    sr
        Sampling rate of its input in Hz.
    output
        Name of the output that is the embedding.
    input
        How patches are made; the network's only input takes them.
    tags
        None without such an output.
    """

    name: str
    version: str
    file: Path
    sha256: str
    sr: int
    output: str
    input: FrontEnd
    tags: Tags | None = None

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change with the weights and with every setting."""
        fields = dataclasses.asdict(dataclasses.replace(self, file=Path()))
        text = json.dumps(fields, sort_keys=True, default=str)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def read_description(path: Path) -> Description:
    """Read and check a description, and hash the file that it names.

    Raises
    ------
    ModelError
        When the TOML or the ONNX file cannot be read, a key is unknown, missing or of the wrong
        type, or a value is out of range.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path} cannot be read as TOML: {error}") from error
    front_end = _front_end(table.pop("input", None), path)
    tags = table.pop("tags", None)
    file = table.get("file")
    if not isinstance(file, str):
        raise ModelError(f"{path}: 'file' must name the ONNX file. Got {file!r}.")
    file = path.parent / file
    try:
        with file.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: the file {file} cannot be read: {error.strerror}.") from error
    given = table | {"file": file, "sha256": sha256, "input": front_end}
    given["tags"] = None if tags is None else _build(Tags, tags, path, "tags.")
    description: Description = _build(Description, given, path)
    _check(description, path)
    return description


def _front_end(table: Any, path: Path) -> FrontEnd:
    kind = table.get("kind") if isinstance(table, dict) else None
    if not isinstance(kind, str) or kind not in FRONT_ENDS:
        raise ModelError(
            f"{path}: 'input.kind' must be one of {', '.join(FRONT_ENDS)}. Got {kind!r}."
        )
    settings = {name: value for name, value in table.items() if name != "kind"}
    front_end: FrontEnd = _build(FRONT_ENDS[kind], settings, path, "input.")
    return front_end


def _build(kind: type[Any], table: Any, path: Path, prefix: str = "") -> Any:
    """`kind` from a table whose keys and types are those of its fields."""
    if not isinstance(table, Mapping):
        raise ModelError(f"{path}: {prefix.rstrip('.')!r} must be a table. Got {table!r}.")
    types = typing.get_type_hints(kind)
    required = {f.name for f in dataclasses.fields(kind) if f.default is dataclasses.MISSING}
    if unknown := sorted(set(table) - set(types)):
        hint = did_you_mean(unknown[0], types)
        raise ModelError(f"{path}: {prefix + unknown[0]!r} is not a setting.{hint}")
    if missing := sorted(required - set(table)):
        raise ModelError(f"{path}: {prefix + missing[0]!r} is required and missing.")
    return kind(
        **{name: _checked(value, types[name], path, prefix + name) for name, value in table.items()}
    )


def _checked(value: Any, wanted: Any, path: Path, name: str) -> Any:
    if wanted is float and type(value) is int:
        return float(value)
    if wanted == tuple[str, ...] and isinstance(value, list):
        value = tuple(value)
    if wanted in (int, float, str) and type(value) is not wanted:
        raise ModelError(f"{path}: {name!r} must be of type {wanted.__name__}. Got {value!r}.")
    return value


def _check(description: Description, path: Path) -> None:
    front_end = description.input
    if not _NAME.fullmatch(description.name):
        raise ModelError(
            f"{path}: 'name' must be letters, digits, dots, dashes and underscores. "
            f"Got {description.name!r}."
        )
    sizes = {"sr": description.sr}
    sizes |= {k: v for k, v in vars(front_end).items() if isinstance(v, int)}
    for name, value in sizes.items():
        if value < 1:
            raise ModelError(f"{path}: {name!r} must be at least 1. Got {value}.")
    if isinstance(front_end, MelFrontEnd):
        if front_end.log not in LOGARITHMS:
            raise ModelError(
                f"{path}: 'input.log' must be one of {', '.join(LOGARITHMS)}. "
                f"Got {front_end.log!r}."
            )
        if not 0 <= front_end.fmin < (front_end.fmax or description.sr / 2) <= description.sr / 2:
            raise ModelError(
                f"{path}: 'input.fmin' and 'input.fmax' must rise within 0 to half of 'sr', "
                f"{description.sr / 2:g} Hz. Got {front_end.fmin:g} and {front_end.fmax:g}."
            )
