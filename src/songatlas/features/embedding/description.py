"""The few lines of TOML that describe a pretrained network: any ONNX file can be plugged in.

.. code-block:: toml

    name = "my-ear"
    version = "1"
    file = "my-ear.onnx"        # beside the TOML
    sr = 16000                  # Hz, of the mono signal
    output = "embedding"
    output_axes = ["patch", "layer", "time", "feature"]
    layers = [-1]

    [input]
    kind = "mel"                # or "waveform"
    axes = ["patch", "channel", "mel", "time"]
    n_fft = 512
    hop_length = 256
    n_mels = 96
    patch_frames = 187
    log = "log10"               # of floor + gain · power
    gain = 10000.0
    floor = 1.0

    [constants]                 # other inputs of the network, the same for every patch
    is_longer = [[false]]

    [tags]                      # optional: an output for naming clusters, never a model's input
    output = "tags"
    names = ["rock", "pop"]

    [text]                      # optional: the same space from words, for search
    file = "text_model.onnx"
    tokenizer = "tokenizer.json"
    output = "text_embeds"
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from songatlas.errors import ModelError
from songatlas.features.embedding.external_data import external_files
from songatlas.features.embedding.front_end import (
    CHOICES,
    FRONT_ENDS,
    MelFrontEnd,
    WaveformFrontEnd,
)
from songatlas.features.embedding.output import OUTPUT_AXES
from songatlas.features.embedding.table import build
from songatlas.features.embedding.text_tower import TextTower
from songatlas.store.regular_file import open_regular
from songatlas.text import printable

_IN_FILE_NAMES = {  # both are part of the names of files in the cache
    "name": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}"), "dots, dashes and underscores"),
    "version": (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,40}"),
        "dots, dashes, underscores and plus signs",
    ),
}
_MOST_BYTES = 2**20  # of a description
_MOST = 10**8  # of a size
_ABOVE_0 = ("gain", "power")


@dataclass(frozen=True, kw_only=True)
class Tags:
    """A second output: probabilities of named tags, (n_patches, n_tags)."""

    output: str
    names: tuple[str, ...]
    output_axes: tuple[str, ...] = ()


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
        Of the file's bytes, and of those that it keeps weights in.
    sr
        Sampling rate of its input in Hz.
    output
        Name of the output that is the embedding.
    output_axes, layers
        See :func:`songatlas.features.embedding.output.pooled`.
    input
        How patches are made.
    constants
        Other inputs, see :meth:`songatlas.features.embedding.session.Session.answers`.
    tags
        None without such an output.
    text
        None without a text tower.
    """

    name: str
    version: str
    file: Path
    sha256: str
    sr: int
    output: str
    input: MelFrontEnd | WaveformFrontEnd
    output_axes: tuple[str, ...] = ()
    layers: tuple[int, ...] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    tags: Tags | None = None
    text: TextTower | None = None

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change with the weights and with every setting.

        A text tower changes no embedding of sound, and so not these digits.
        """
        fields = dataclasses.asdict(dataclasses.replace(self, file=Path(), text=None))
        del fields["text"]
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
        with open_regular(path) as stream:
            table = tomllib.loads(stream.read(_MOST_BYTES).decode())
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read as TOML: {error}") from error
    front_end = _front_end(table.pop("input", None), path)
    tags, text = table.pop("tags", None), table.pop("text", None)
    file = table.get("file")
    if not isinstance(file, str):
        raise ModelError(f"{path}: 'file' must name the ONNX file. Got {file!r}.")
    file = path.parent / file
    try:
        sha256 = _hash_of(file)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        why = getattr(error, "strerror", None) or error
        raise ModelError(f"{path}: the file {file} cannot be read: {why}.") from error
    given = table | {"file": file, "sha256": sha256, "input": front_end}
    given["tags"] = None if tags is None else build(Tags, tags, path, "tags.")
    given["text"] = None if text is None else _text_tower(text, path)
    description: Description = build(Description, given, path)
    _check(description, path)
    return description


def _hash_of(file: Path) -> str:
    digest = hashlib.sha256()
    with open_regular(file) as stream:
        first = hashlib.file_digest(stream, "sha256").hexdigest()
    more = external_files(file)
    if not more:
        return first
    for part in (file, *more):
        with open_regular(part) as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _text_tower(table: Any, path: Path) -> TextTower:
    """The table ``[text]``, whose files must be there; they are not hashed: no key needs it."""
    tower: TextTower = build(TextTower, table, path, "text.")
    files = {name: path.parent / getattr(tower, name) for name in ("file", "tokenizer")}
    for name, file in files.items():
        try:
            open_regular(file).close()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise ModelError(
                f"{path}: {f'text.{name}'!r}, {file}, cannot be read: {why}."
            ) from error
    for name, least in {"max_length": 1, "pad_id": -1}.items():
        if not least <= (value := getattr(tower, name)) <= _MOST:
            raise ModelError(
                f"{path}: {f'text.{name}'!r} must be at least {least} and at most {_MOST}. Got "
                f"{value}."
            )
    return dataclasses.replace(tower, file=str(files["file"]), tokenizer=str(files["tokenizer"]))


def _front_end(table: Any, path: Path) -> MelFrontEnd | WaveformFrontEnd:
    kind = table.get("kind") if isinstance(table, dict) else None
    if not isinstance(kind, str) or kind not in FRONT_ENDS:
        raise ModelError(
            f"{path}: 'input.kind' must be one of {', '.join(FRONT_ENDS)}. Got {kind!r}."
        )
    settings = {name: value for name, value in table.items() if name != "kind"}
    front_end: MelFrontEnd | WaveformFrontEnd = build(FRONT_ENDS[kind], settings, path, "input.")
    return front_end


def _check(description: Description, path: Path) -> None:
    front_end, sr = description.input, description.sr
    for name, (pattern, signs) in _IN_FILE_NAMES.items():
        if not pattern.fullmatch(value := getattr(description, name)):
            raise ModelError(
                f"{path}: {name!r} must be letters, digits, {signs}, at most 41, the first a "
                f"letter or digit. Got {value!r}."
            )
    for name, words in CHOICES.items():
        if (value := getattr(front_end, name, words[0])) not in words:
            raise ModelError(
                f"{path}: 'input.{name}' must be one of {', '.join(words)}. Got {value!r}."
            )
    least = {"patch_hop": 0, "win_length": 0, "patch_frames": 0, "sr": 1}
    least["patch_samples"] = 0 if isinstance(front_end, MelFrontEnd) else 1
    for name, value in {"sr": sr, **vars(front_end)}.items():
        if type(value) is int and not least.get(name, 1) <= value <= _MOST:
            setting = name if name == "sr" else f"input.{name}"
            raise ModelError(
                f"{path}: {setting!r} must be at least {least.get(name, 1)} and at most {_MOST}. "
                f"Got {value}."
            )
    for name, value in vars(front_end).items():  # else every patch might be the same, unnoticed
        above = "above" if name in _ABOVE_0 else "at least"
        if type(value) is float and not (0 <= value < math.inf and (value or above != "above")):
            raise ModelError(f"{path}: 'input.{name}' must be finite, {above} 0. Got {value:g}.")
    for tag in () if description.tags is None else description.tags.names:
        if not tag.strip() or printable(tag) != tag:
            raise ModelError(f"{path}: 'tags.names' must be words, each on one line. Got {tag!a}.")
    others = (each for each in (description.tags, description.text) if each is not None)
    of_output = [description.output_axes, *(each.output_axes for each in others)]
    inner = ["time", "mel"] if isinstance(front_end, MelFrontEnd) else ["time"]
    _check_axes("input.axes", front_end.axes, ("patch", "channel", *inner), inner, path)
    for axes in of_output:
        _check_axes("output_axes", axes, OUTPUT_AXES, ["feature"], path)
    if isinstance(front_end, MelFrontEnd):
        _check_mel(front_end, sr, path)


def _check_axes(
    name: str, axes: tuple[str, ...], words: tuple[str, ...], needed: list[str], path: Path
) -> None:
    often = {"time", "feature"} if name == "output_axes" else set()
    twice = any(axes.count(axis) > 1 for axis in set(axes) - often)
    if axes and (set(axes) - set(words) or set(needed) - set(axes) or twice):
        raise ModelError(
            f"{path}: {name!r} must be of {', '.join(words)}, each once, with "
            f"{' and '.join(needed)}. Got {[*axes]}."
        )


def _check_mel(front_end: MelFrontEnd, sr: int, path: Path) -> None:
    nyquist, fmin, fmax = sr / 2, front_end.fmin, front_end.fmax
    if bool(front_end.patch_frames) == bool(front_end.patch_samples):
        raise ModelError(
            f"{path}: 'input.patch_frames' is required and missing (or 'input.patch_samples' "
            "instead of it): one of the two says how long a patch is."
        )
    if not 0 <= fmin < (fmax or nyquist) <= nyquist:
        raise ModelError(
            f"{path}: 'input.fmin' and 'input.fmax' must rise within 0 to half of 'sr', "
            f"{nyquist:g} Hz. Got {fmin:g} and {fmax:g}."
        )
    if front_end.win_length > front_end.n_fft:
        raise ModelError(
            f"{path}: 'input.win_length' must be at most 'input.n_fft', {front_end.n_fft}. Got "
            f"{front_end.win_length}."
        )
    if front_end.log != "none" and not max(front_end.floor, front_end.amin) > 0:
        raise ModelError(
            f"{path}: 'input.floor' or 'input.amin' must be above 0: silence has no logarithm. "
            f"Got {front_end.floor:g} and {front_end.amin:g}."
        )
    for name in ("mean", "std"):
        values = getattr(front_end, name)
        fits = len(values) in (1, front_end.n_mels) and all(map(math.isfinite, values))
        if not fits or (name == "std" and min(values) <= 0):
            raise ModelError(
                f"{path}: 'input.{name}' must be one number or {front_end.n_mels}"
                f"{', above 0' * (name == 'std')}. Got {[*values]}."
            )
