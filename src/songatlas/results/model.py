"""The model files of a results folder, read only as their run wrote them."""

from __future__ import annotations

import json
from pathlib import Path

from songatlas.errors import StorageError
from songatlas.models.trained import BEST_MODEL, TrainedModel
from songatlas.results.folder import RUN_FILE
from songatlas.results.record import digests
from songatlas.results.staging import replacement


def read_model(path: Path) -> TrainedModel:
    """As :meth:`songatlas.models.trained.TrainedModel.load`, the file compared with its digest.

    A file that no ``run.json`` beside it names is not compared.

    Raises
    ------
    StorageError
        When it has changed since it was written, is missing, or is no model that this songatlas
        can read.
    """
    file = path / BEST_MODEL if path.is_dir() else path
    known = {
        digest
        for folder in (file.parent, replacement(file.parent))
        if (digest := _recorded(folder, file.name))
    }
    if known and file.is_file() and digests(file.parent, [file.name])[file.name] not in known:
        raise StorageError(
            f"{file} has changed since songatlas wrote it: its digest is not that in {RUN_FILE}. "
            "Put it back as it was, or run songatlas into that folder again."
        )
    return TrainedModel.load(file)


def _recorded(folder: Path, name: str) -> str | None:
    """Digest of a file in the ``run.json`` of `folder`, if there is one that says it."""
    try:
        said = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        return str(said["files"][name])
    except (OSError, ValueError, KeyError, TypeError):
        return None
