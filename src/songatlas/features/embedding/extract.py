"""Embedding of one audio file: decode, cut into patches, run the network on each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from songatlas.config.excerpt import parse_excerpt
from songatlas.errors import AudioError, ModelError
from songatlas.features.audio.decode import decode
from songatlas.features.audio.silence import sounding
from songatlas.features.embedding.description import Description, read_description
from songatlas.features.embedding.output import pooled
from songatlas.features.embedding.session import Session, open_session
from songatlas.store.cache import CacheRow
from songatlas.types import FloatArray, Part

EXTRACTOR_VERSION = 3  # part of the cache key; raise it when any number below changes
_GREATEST = 1e18
_MOST_FEATURES = 8192  # their covariance is inverted


def extract_embedding(
    source: Path,
    *,
    model: str,
    duration: float,
    max_patches: int,
    excerpt: str = "",
    part: Part | None = None,
) -> dict[str, CacheRow]:
    """Read one audio file and listen to it.

    Parameters
    ----------
    model
        Path of the TOML that describes the network.
    duration
        Seconds from the start; 0 means all.
    max_patches
        Patches at most, evenly spread.
    excerpt
        Part of the file, as in ``audio.excerpt``; empty for what `duration` says.
    part
        What of the file is the track; None for all of it.

    Returns
    -------
    dict
        ``"embedding"``, (n_patches, n_features), and ``"tags"``, (n_patches, n_tags), where the
        network has them.

    Raises
    ------
    AudioError
        Everything that :func:`songatlas.features.audio.decode.decode` raises, and
        ``E-NONFINITE`` when the network answers with NaN or infinity.
    ModelError
        When the network cannot be used.
    """
    description = _description(Path(model))
    wanted = parse_excerpt(excerpt)
    y = decode(source, sr=description.sr, duration=duration, excerpt=wanted, part=part).y
    y = sounding(y, description.sr)
    patches = description.input.patches(y, sr=description.sr, most=max_patches)
    outputs = listen(open_session(description.file), description, patches)
    if not all(map(_is_finite, outputs.values())):
        raise AudioError("E-NONFINITE", f"{description.name} makes no finite numbers of it")
    meta = {"seconds": len(y) / description.sr}
    return {name: CacheRow(array=values, meta=meta) for name, values in outputs.items()}


def listen(
    session: Session, description: Description, patches: FloatArray
) -> dict[str, FloatArray]:
    """Embedding and, where described, tags of every patch, (n_patches, n_features) each."""
    wanted = {"embedding": (description.output, description.output_axes, description.layers)}
    if description.tags is not None:
        wanted["tags"] = (description.tags.output, description.tags.output_axes, ())
    outputs = [output for output, _, _ in wanted.values()]
    rows: dict[str, list[FloatArray]] = {name: [] for name in wanted}
    for answer in session.answers(
        patches, outputs, name=description.input.name, constants=description.constants
    ):
        for (name, (output, axes, layers)), values in zip(wanted.items(), answer, strict=True):
            said = f"The output {output!r} of {description.name}"
            rows[name].append(pooled(values, axes, layers, name=said))
    if any(len({len(row) for row in of_patch}) > 1 for of_patch in rows.values()):
        raise ModelError(f"{description.name} must give as many numbers for every patch.")
    return {name: np.stack(of_patch) for name, of_patch in rows.items()}


def try_out(description: Description) -> int:
    """Run the network on noise and on a tone; returns the number of features of an embedding.

    Raises
    ------
    ModelError
        When the description and the network do not fit together.
    """
    noise = np.random.default_rng(0).normal(0.0, 0.1, description.sr).astype(np.float32)
    tone = np.sin(0.2 * np.arange(description.sr, dtype=np.float32))
    patches = [description.input.patches(y, sr=description.sr, most=1) for y in (noise, tone)]
    outputs = listen(open_session(description.file), description, np.concatenate(patches))
    if description.tags is not None and outputs["tags"].shape[1] != len(description.tags.names):
        raise ModelError(
            f"{description.name} gives {outputs['tags'].shape[1]} tags, and its description "
            f"names {len(description.tags.names)}."
        )
    if not all(map(_is_finite, outputs.values())):
        raise ModelError(f"{description.name} must give finite numbers. Of noise it makes others.")
    if np.array_equal(*outputs["embedding"]):
        raise ModelError(
            f"{description.name} must tell sounds apart. It gives the same numbers for noise and "
            "for a tone: samples of another scale may help ('input.gain'), or another output."
        )
    n_features: int = outputs["embedding"].shape[1]
    if n_features > _MOST_FEATURES:
        raise ModelError(
            f"{description.name} must give at most {_MOST_FEATURES:,} numbers for a patch. Got "
            f"{n_features:,}: call axes to be averaged 'time' in 'output_axes', or take another "
            "output."
        )
    return n_features


def _is_finite(values: FloatArray) -> bool:
    """Whether one can reckon with them: their squares are numbers of 32 bits, too."""
    return bool((np.abs(values) < _GREATEST).all())


@lru_cache(maxsize=2)
def _description(path: Path) -> Description:
    return read_description(path)
