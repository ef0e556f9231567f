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
from songatlas.features.embedding.session import Session, open_session
from songatlas.store.cache import CacheRow
from songatlas.types import FloatArray, Part

EXTRACTOR_VERSION = 2  # part of the cache key; raise it when any number below changes


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
    if not all(np.isfinite(values).all() for values in outputs.values()):
        raise AudioError("E-NONFINITE", f"{description.name} makes no finite numbers of it")
    meta = {"seconds": len(y) / description.sr}
    return {name: CacheRow(array=values, meta=meta) for name, values in outputs.items()}


def listen(
    session: Session, description: Description, patches: FloatArray
) -> dict[str, FloatArray]:
    """Embedding and, where described, tags of every patch."""
    names = {"embedding": description.output}
    if description.tags is not None:
        names["tags"] = description.tags.output
    return dict(zip(names, session.run(patches, list(names.values())), strict=True))


def try_out(description: Description) -> int:
    """Run the network once on noise; returns the number of features of an embedding.

    Raises
    ------
    ModelError
        When the description and the network do not fit together.
    """
    noise = np.random.default_rng(0).normal(0.0, 0.1, description.sr).astype(np.float32)
    patches = description.input.patches(noise, sr=description.sr, most=1)
    outputs = listen(open_session(description.file), description, patches)
    if description.tags is not None and outputs["tags"].shape[1] != len(description.tags.names):
        raise ModelError(
            f"{description.name} gives {outputs['tags'].shape[1]} tags, and its description "
            f"names {len(description.tags.names)}."
        )
    n_features: int = outputs["embedding"].shape[1]
    return n_features


@lru_cache(maxsize=2)
def _description(path: Path) -> Description:
    return read_description(path)
