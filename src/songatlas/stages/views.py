"""The same fitted model heard by sound alone, by lyrics alone: other places of the same tracks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from songatlas.config import Config
from songatlas.config.stages import ViewConfig
from songatlas.config.views import VIEWS, is_whole, modality_weights
from songatlas.models.placement import Placement, among_all
from songatlas.models.placer import Placer
from songatlas.stages.fit import FittedModel
from songatlas.types import FloatArray
from songatlas.types.atlas import View

MAX_TRACKS = 20_000  # above, two more pairs of maps would cost as much as all the rest


def view_all(main: FittedModel, config: Config, placer: Placer) -> dict[str, Placement]:
    """The view that is clustered, first and by its name, then the others that the model knows.

    Only a whole joint view has others, and only up to 20,000 tracks. A view that hears fewer than
    two tracks is left out.

    Parameters
    ----------
    config
        Of the run that `main` belongs to.
    """
    view, joint = config.view, main.placement
    views = {view.name: joint}
    senses = [name for name, heard in VIEWS.items() if set(heard) & set(joint.weights)]
    if not is_whole(view) or len(senses) < len(VIEWS) or len(joint.rows) > MAX_TRACKS:
        return views
    for name in senses:
        if name != view.name:
            weights = modality_weights(ViewConfig(name=name), joint.weights)
            found = placer.place(joint.network, joint.data, weights, config.clustering.space)
            if found.rows.sum() > 1:
                views[name] = found.without_data()
    return views


def draw_views(
    places: Mapping[str, Placement], maps: Mapping[str, Mapping[str, FloatArray]]
) -> dict[str, View]:
    """Every view with its maps, in rows of all tracks; NaN where a track has no place.

    Parameters
    ----------
    maps
        By view and kind: shape (n_placed, 2).
    """

    def drawn(found: Placement, on_maps: Mapping[str, FloatArray]) -> View:
        view = View(coordinates=found.points, maps=on_maps)
        return view.each(lambda x: among_all(x, found.rows).astype(np.float32))

    return {name: drawn(found, maps[name]) for name, found in places.items()}
