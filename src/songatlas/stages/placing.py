"""Tracks that have a place in a view, and those of which it hears nothing."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.config import Config
from songatlas.config.views import describe
from songatlas.errors import TooFewTracksError
from songatlas.models.base import Batch
from songatlas.stages.fit import FittedModel
from songatlas.stages.prepare import MIN_TRACKS, Prepared
from songatlas.types import BoolArray, FloatArray, IntArray


def placed(main: FittedModel) -> FittedModel:
    """`main` with the tracks alone that have a place; itself where all have."""
    rows = main.rows
    if rows.all():
        return main
    data, latents = main.data, main.latents
    return dataclasses.replace(
        main,
        rows=rows[rows],
        data=Batch(
            values={name: value[rows] for name, value in data.values.items()},
            mask={name: mask[rows] for name, mask in data.mask.items()},
            condition=data.condition[rows],
        ),
        encoded=main.encoded.of(rows),
        decoded={name: value[rows] for name, value in main.decoded.items()},
        latents=dataclasses.replace(
            latents,
            track_ids=tuple(np.array(latents.track_ids, object)[rows]),
            mean=latents.mean[rows],
            log_var=latents.log_var[rows],
            coordinates=latents.coordinates[rows],
        ),
    )


def placed_tracks(prepared: Prepared, rows: BoolArray) -> Prepared:
    """Tracks and labels of `rows` alone; the inputs stay those of all."""
    if rows.all():
        return prepared
    tracks = tuple(track for track, has in zip(prepared.library.tracks, rows, strict=True) if has)
    return dataclasses.replace(
        prepared,
        library=dataclasses.replace(prepared.library, tracks=tracks),
        labels=dataclasses.replace(prepared.labels, codes=prepared.labels.codes[rows]),
    )


def require_placed(rows: BoolArray, config: Config) -> None:
    """Refuse a view that hears too few tracks.

    Raises
    ------
    TooFewTracksError
        With fewer than 10, or no more than clusters are asked for.
    """
    needed, n_placed = max(MIN_TRACKS, config.clustering.k + 1), int(rows.sum())
    if n_placed < needed:
        raise TooFewTracksError(
            f"The view {describe(config.view)} needs at least {needed} tracks of which it hears "
            f"something. Got {n_placed} of {len(rows)}. Add what the others lack, or take another "
            "--view."
        )


def note_unplaced(prepared: Prepared, rows: BoolArray, config: Config) -> Prepared:
    """`prepared` with a note on the tracks without a place, if there are any."""
    n_unplaced = int((~rows).sum())
    if not n_unplaced:
        return prepared
    note = (
        f"{n_unplaced} of {len(rows)} tracks have nothing that the view {describe(config.view)} "
        "hears: their posterior is the prior, and they are in no cluster (−1)."
    )
    return dataclasses.replace(prepared, notes=(*prepared.notes, note))


def among_all(values: FloatArray, rows: BoolArray) -> FloatArray:
    """Values of the placed tracks in rows of all tracks, the others NaN.

    Examples
    --------
    >>> among_all(np.array([[1.0], [2.0]]), np.array([True, False, True])).ravel().tolist()
    [1.0, nan, 2.0]
    """
    if rows.all():
        return values
    everyone = np.full((len(rows), *values.shape[1:]), np.nan, values.dtype)
    everyone[rows] = values
    return everyone


def labels_among_all(labels: IntArray, rows: BoolArray) -> IntArray:
    """Clusters of the placed tracks in rows of all tracks, the others −1."""
    everyone = np.full(len(rows), -1)
    everyone[rows] = labels
    return everyone
