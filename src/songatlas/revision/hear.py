"""Tracks as a trained model hears them."""

from __future__ import annotations

from collections.abc import Sequence

from songatlas.config.stages import ViewConfig
from songatlas.extraction.ear import ear_of_run
from songatlas.extraction.hear import hear
from songatlas.extraction.workshop import Workshop
from songatlas.features.inputs import apply_inputs
from songatlas.library.labels import column_values
from songatlas.models.placement import Placement
from songatlas.models.placer import Placer
from songatlas.models.trained import TrainedModel
from songatlas.stages.condition import one_hot
from songatlas.text.languages import language_code
from songatlas.types import FeatureSet, Library, Track


def hear_as_trained(
    model: TrainedModel, library: Library, view: ViewConfig, shop: Workshop
) -> tuple[Library, FeatureSet]:
    """The tracks that can be read, and what the model is given of them.

    Parameters
    ----------
    view
        What it does not hear is not looked for.

    Raises
    ------
    ModelError
        When the pretrained network of the run is needed and is not the one here.
    """
    weights = model.weights(view)
    modalities = [name for name, weight in weights.items() if weight > 0]
    ear = None
    if model.ear and "embedding" in modalities and library.tracks:
        ear = ear_of_run(model.config, model.ear, shop.cache.folder)
    heard = hear(library, model.config, shop, ear=ear, modalities=modalities)
    for note in heard.notes:
        shop.progress.say(note)
    if not heard.library.tracks:
        return heard.library, FeatureSet(track_ids=(), modalities={})
    return heard.library, apply_inputs(model.inputs, heard.extracted, model.config)


def place_as_trained(
    model: TrainedModel,
    tracks: Sequence[Track],
    features: FeatureSet,
    view: ViewConfig,
    placer: Placer,
    *,
    space: str = "",
    among: Sequence[Track] = (),
) -> Placement:
    """Places of tracks in a view.

    Parameters
    ----------
    space
        Whose coordinates they get, if not those of the view.
    among
        Further tracks of the library. Of a track that lacks the column of the condition it is
        unknown; that all of them lack it is an error.
    """
    names, column = model.condition, model.config.model.condition
    if column == "language":  # of a run that called it as the table did
        names = tuple(map(language_code, names))
    values = column_values((*tracks, *among), column) if names else [""] * len(tracks)
    return model.place(features, one_hot(values[: len(tracks)], names), view, space, placer)
