"""A results folder, read back for everything that is done with a finished run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.errors import StorageError
from songatlas.library.names import real_path
from songatlas.projection import PROJECTIONS
from songatlas.results.descriptions import read_clusters, read_reasons
from songatlas.results.folder import RUN_FILE
from songatlas.store.tables import read_csv
from songatlas.types import Finding, Track
from songatlas.types.atlas import Atlas, View

VIEWS_FOLDER = "views"
MAPS = tuple(PROJECTIONS)


def read_run(folder: str | Path) -> dict[str, Any]:
    """The contents of ``run.json``, whose presence means that a run is complete.

    Raises
    ------
    StorageError
        When it is missing or unreadable.
    """
    path = Path(folder) / RUN_FILE
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        wrong = f"has no {RUN_FILE}" if Path(folder).exists() else "does not exist"
        raise StorageError(
            f"{folder} must be the folder of a finished run. It {wrong}: name a folder that "
            "'songatlas run --out' wrote, or run that again to finish it."
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return record


def read_atlas(folder: str | Path) -> Atlas:
    """What a finished run found.

    Raises
    ------
    StorageError
        When `folder` is no finished run, or its files do not fit together.

    Examples
    --------
    >>> read_atlas("nowhere")
    Traceback (most recent call last):
        ...
    songatlas.errors.StorageError: nowhere must be the folder of a finished run. It does not ex...
    """
    run = read_run(folder)
    folder = Path(folder).resolve()
    try:
        root = Path(run["root"])
        rows = read_csv(folder / "tracks.csv")
        tracks = tuple(_track(row, root) for row in rows)
        trust = json.loads((folder / "trust.json").read_text(encoding="utf-8"))
        return Atlas(
            folder=folder,
            root=root,
            tracks=tracks,
            seconds=np.array([float(row["seconds"] or "nan") for row in rows]),
            labels=_array(folder / "cluster_labels_kmeans.npy"),
            confidence=np.array([float(row["confidence"] or 0) for row in rows]),
            views=_views(folder, run["view"]["key"]),
            clusters=read_clusters(folder, tracks),
            reasons=read_reasons(folder),
            verdict=trust["verdict"],
            findings=tuple(Finding(**found) for found in trust["findings"]),
            copies={copy: kept for kept, copy in trust["duplicates"]},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(folder, error) from error


def _track(row: Mapping[str, str], root: Path) -> Track:
    return Track(
        path=row["path"],
        source=root / real_path(row["path"]),
        content_hash=row["content_hash"],
        title=row["title"],
        artist=row["artist"],
        album=row["album"],
        year=row["year"],
        genre=row["genre"],
        language=row["language"],
    )


def _views(folder: Path, main: str) -> dict[str, View]:
    views = {main: _view(folder)}
    others = folder / VIEWS_FOLDER
    names = sorted(path.name for path in others.iterdir()) if others.is_dir() else []
    return views | {name: _view(others / name) for name in names}


def _view(folder: Path) -> View:
    return View(
        coordinates=_array(folder / "coordinates.npy"),
        maps={name: _array(folder / f"{name}_2d.npy") for name in MAPS},
    )


def _array(path: Path) -> Any:
    return np.load(path, allow_pickle=False)


def _unreadable(path: Path, error: Exception) -> StorageError:
    said = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error)
    return StorageError(
        f"{path} must hold what a finished run of this songatlas wrote. It does not: {said}. Run "
        "songatlas again with the same --out."
    )
