"""The ``.npy`` files of a results folder: row *i* of each is track *i* of ``tracks.csv``.

Conventions
-----------
The view that was clustered stands in the folder itself, the others in ``views/NAME``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from songatlas.projection import PROJECTIONS
from songatlas.results.written import as_written
from songatlas.store.arrays import write_array
from songatlas.store.atomic import remove
from songatlas.types import FloatArray, IntArray
from songatlas.types.atlas import View

LATENTS_FILE = "latent_features.npy"
CLUSTERS_OF_TRACKS_FILE = "cluster_labels_kmeans.npy"
CLASSES_FILE = "genre_labels.npy"
_VIEWS = "views"
_MAPS = tuple(PROJECTIONS)
_OF_A_VIEW = ("coordinates.npy", *(f"{kind}_2d.npy" for kind in _MAPS))


def write_arrays(
    folder: Path,
    *,
    latents: FloatArray,
    labels: IntArray,
    classes: IntArray,
    views: Mapping[str, View],
) -> list[str]:
    """Write every array.

    Parameters
    ----------
    latents
        Shape (n_tracks, n_latent): posterior means.
    labels
        Shape (n_tracks,): cluster, −1 for none.
    classes
        Shape (n_tracks,): index into the sorted values of the label column, −1 for none.
    views
        The one that was clustered first.

    Returns
    -------
    The names of the files.
    """
    arrays: dict[str, FloatArray | IntArray] = {
        LATENTS_FILE: latents.astype(np.float32),
        CLUSTERS_OF_TRACKS_FILE: labels.astype(np.int64),
        CLASSES_FILE: classes.astype(np.int64),
    }
    for number, (name, view) in enumerate(views.items()):
        prefix = "" if number == 0 else f"{_VIEWS}/{name}/"
        values = (view.coordinates, *(view.maps[kind] for kind in _MAPS))
        arrays |= {f"{prefix}{file}": array for file, array in zip(_OF_A_VIEW, values, strict=True)}
    for name, array in arrays.items():
        write_array(folder / name, array)
    return list(arrays)


def read_latents(folder: Path) -> FloatArray:
    """Shape (n_tracks, n_latent), float32: posterior means."""
    return _array(folder / LATENTS_FILE)


def read_cluster_labels(folder: Path) -> IntArray:
    """Shape (n_tracks,): cluster, −1 for none."""
    return _array(folder / CLUSTERS_OF_TRACKS_FILE)


def read_views(folder: Path, main: str) -> dict[str, View]:
    """Every view that the folder holds, `main` first, which was clustered.

    Raises
    ------
    StorageError
        When a file is missing or is no array.
    """
    others = folder / _VIEWS
    names = sorted(path.name for path in others.iterdir()) if others.is_dir() else []
    return {main: _view(folder)} | {name: _view(others / name) for name in names}


def forget_views(folder: Path, names: Collection[str]) -> None:
    """Delete the views with these names, which an earlier run in this folder made."""
    for name in names:
        view = folder / _VIEWS / name
        if view.is_dir():
            for file in _OF_A_VIEW:
                remove(view / file)
            with contextlib.suppress(OSError):  # somebody put a file there
                view.rmdir()


def _view(folder: Path) -> View:
    coordinates, *maps = (_array(folder / file) for file in _OF_A_VIEW)
    return View(coordinates=coordinates, maps=dict(zip(_MAPS, maps, strict=True)))


def _array(path: Path) -> npt.NDArray[Any]:
    with as_written(path):
        return np.asarray(np.load(path, allow_pickle=False))
