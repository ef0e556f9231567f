"""Words as an ear's text tower understands them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from songatlas.errors import ModelError
from songatlas.extraction.apart import run_apart
from songatlas.extraction.ear import names_of
from songatlas.extraction.job import Request
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.text_tower import NEEDS_EXTRA, has_tokenizers
from songatlas.machine import FileLimits
from songatlas.types import FloatArray


def ear_with_text(wanted: str, used: Mapping[str, str]) -> Path:
    """Description of the ear whose embeddings a run keeps for search, its text tower with it.

    Parameters
    ----------
    wanted
        ``input.embedding`` of the run.
    used
        What its record says of the ear, with ``"text"``.

    Raises
    ------
    ModelError
        When it is not here, no longer what it was, or has no text tower any more.
    """
    prints = used["fingerprint"].split("+")
    names = dict(zip(prints, names_of(wanted), strict=False))
    path = Path(names.get(used["text"], wanted))
    if not path.is_file():
        raise ModelError(
            f"The ear of this run is described in {path}, which is not there. Put it back, "
            "its text tower beside it."
        )
    description = read_description(path)
    if description.fingerprint != used["text"]:
        raise ModelError(
            f"{path} must describe the ear of this run, {used['name']} {used['version']}. It "
            "describes another now: put that one back."
        )
    if description.text is None:
        raise ModelError(
            f"{path} must describe a text tower under [text], as it did when the run was made. It "
            "has none: put the table back."
        )
    return path


def hear_words(path: Path, words: str, limits: FileLimits | None = None) -> FloatArray:
    """Embedding of some words by the text tower of a description, (n_features,) float32.

    Both files are a stranger's: they are read in a process of their own.

    Parameters
    ----------
    path
        Of the description.
    limits
        Of that process; None takes those of the environment.

    Raises
    ------
    ModelError
        Without tokenizers, and when one of the files cannot be used.
    """
    if not has_tokenizers():
        raise ModelError(NEEDS_EXTRA)
    request = Request(extractor="words", settings={"words": words})
    rows = run_apart(path, request, limits, task="these words")
    return np.asarray(rows["words"].array, np.float32)
