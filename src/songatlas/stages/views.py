"""The same fitted model heard by sound alone, by words alone: other places of the same tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from songatlas.config import Config, ViewConfig
from songatlas.config.views import VIEWS, is_whole, modality_weights
from songatlas.models.spaces import Space
from songatlas.stages.fit import FittedModel, place
from songatlas.types import BoolArray, FloatArray

MAX_TRACKS = 20_000  # above, two more pairs of maps would cost as much as all the rest


@dataclass(frozen=True, kw_only=True)
class Viewed:
    """Where a view places the tracks.

    Parameters
    ----------
    coordinates
        Shape (n_tracks, n_coordinates), the rows of tracks without a place included.
    rows
        Shape (n_tracks,): which tracks have a place.
    space
        What the coordinates are in.
    """

    coordinates: FloatArray
    rows: BoolArray
    space: Space


def view_all(main: FittedModel, config: Config) -> dict[str, Viewed]:
    """The view that is clustered, first and by its name, then the others that the model knows.

    Only a whole joint view has others, and only up to 20,000 tracks. A view that hears fewer than
    two tracks is left out.

    Parameters
    ----------
    config
        Of the run that `main` belongs to.
    """
    view = config.view
    views = {
        view.name: Viewed(coordinates=main.latents.coordinates, rows=main.rows, space=main.space)
    }
    known: Mapping[str, float] = main.weights
    senses = [name for name, heard in VIEWS.items() if set(heard) & set(known)]
    if not is_whole(view) or len(senses) < len(VIEWS) or len(main.rows) > MAX_TRACKS:
        return views
    for name in senses:
        if name != view.name:
            placed = place(
                main.model,
                main.data,
                modality_weights(ViewConfig(name=name), known),
                config.clustering.space,
            )
            if placed.rows.sum() > 1:
                views[name] = Viewed(
                    coordinates=placed.coordinates, rows=placed.rows, space=placed.space
                )
    return views
