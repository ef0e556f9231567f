"""New tracks in the views, clusters and maps of a finished run, by its saved model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.config.stages import ViewConfig
from songatlas.errors import ModelError, SongatlasError
from songatlas.extraction.gather import frames_job, lengths
from songatlas.extraction.workshop import Workshop
from songatlas.features.text.language import with_languages
from songatlas.models.decision import Decision
from songatlas.models.placement import Placement, among_all
from songatlas.models.placer import Placer
from songatlas.models.trained import TrainedModel
from songatlas.projection.place_among import place_among
from songatlas.revision.hear import hear_as_trained, place_as_trained
from songatlas.types import FeatureSet, FloatArray, IntArray, Library, Track
from songatlas.types.atlas import AtlasData, View


@dataclass(frozen=True, kw_only=True)
class Newcomers:
    """Where new tracks belong; row *i* is the *i*-th of them.

    Parameters
    ----------
    seconds
        Shape (n_tracks,): length of every track.
    mean
        Shape (n_tracks, n_latent): posterior means.
    labels
        As in a run: −1 for a track of which nothing was heard.
    decision
        For those clusters.
    views
        Coordinates and maps in every view of the run; NaN where a track has no place.
    """

    seconds: FloatArray
    mean: FloatArray
    labels: IntArray
    decision: Decision
    views: Mapping[str, View]


def place_changes(
    atlas: AtlasData, library: Library, changes: Changes, model: TrainedModel, shop: Workshop
) -> tuple[Library, Newcomers]:
    """The library without files that cannot be read, and the new tracks placed."""
    new = {i for i, old in enumerate(changes.before) if old < 0}
    fresh = dataclasses.replace(
        library, tracks=tuple(track for i, track in enumerate(library.tracks) if i in new)
    )
    features = None
    if new:
        everything = ViewConfig(name="joint")
        fresh, features = hear_as_trained(model, fresh, everything, shop)
    usable = {track.path for track in fresh.tracks}
    tracks = [t for i, t in enumerate(library.tracks) if i not in new or t.path in usable]
    if not tracks:
        raise SongatlasError(
            f"At least one track of {atlas.folder} must be left. Got none that can be used."
        )
    kept, _ = with_languages(tuple(tracks))
    library = dataclasses.replace(library, tracks=kept, skipped=fresh.skipped)
    if features is None or not fresh.tracks:
        return library, nobody(atlas, model.config.model.n_latent)
    seconds = lengths(fresh.tracks, frames_job(model.config.audio), shop.cache)
    return library, place_new(atlas, model, fresh, features, seconds, shop.placer(), among=kept)


def place_new(
    atlas: AtlasData,
    model: TrainedModel,
    library: Library,
    features: FeatureSet,
    seconds: FloatArray,
    placer: Placer,
    *,
    among: Sequence[Track],
) -> Newcomers:
    """Place tracks that the model was not fitted to; those of the run, `among`, stay.

    On a map, a track lies among the five that are nearest to it in the view's coordinates.
    """
    placed = partial(place_as_trained, model, library.tracks, features, among=among)
    main = placed(model.config.view, placer)
    views = {}
    for name, known in atlas.views.items():
        found = main
        if name != atlas.main_view:
            found = placed(ViewConfig(name=name), placer, space=name)
        views[name] = _view_of(found, known)
    labels, decision = placer.decide(main, model.centres, None, seed=model.config.seed)
    return Newcomers(
        seconds=seconds, mean=main.encoded.mean, labels=labels, decision=decision, views=views
    )


def nobody(atlas: AtlasData, n_latent: int) -> Newcomers:
    """No track at all."""
    return Newcomers(
        seconds=np.zeros(0),
        mean=np.zeros((0, n_latent), np.float32),
        labels=np.zeros(0, np.int64),
        decision=Decision.unknown(0),
        views={name: view.each(lambda rows: rows[:0]) for name, view in atlas.views.items()},
    )


def decide_again(
    atlas: AtlasData, library: Library, centres: FloatArray, model: TrainedModel, shop: Workshop
) -> Decision:
    """The decision of every track for clusters that a person corrected, by the saved model.

    What the run heard is read from the cache again. A track that can no longer be read keeps its
    confidence and has no second and no shares; so has every track, and a sentence says it, where
    the model needs a pretrained network that is not here.

    Parameters
    ----------
    atlas
        With the corrected labels; its reasons are not read.
    library
        The same tracks, with their lyrics.
    centres
        Shape (n_clusters, n_coordinates): of the corrected clusters.
    """
    everyone = dataclasses.replace(
        Decision.unknown(len(atlas.tracks)), confidence=atlas.confidence.copy()
    )
    view = model.config.view
    try:
        heard, features = hear_as_trained(model, library, view, shop)
    except ModelError as error:
        shop.progress.say(f"Reasons of the corrected clusters lack their shares. {error}")
        return everyone
    row_of = {track.path: row for row, track in enumerate(library.tracks)}
    rows = np.array([row_of[track.path] for track in heard.tracks], int)
    if not len(rows):
        return everyone
    placer = shop.placer()
    places = place_as_trained(model, heard.tracks, features, view, placer)
    _, decision = placer.decide(places, centres, atlas.labels[rows], seed=model.config.seed)
    return everyone.with_rows(rows, decision)


def _view_of(places: Placement, known: View) -> View:
    """Coordinates of new tracks, and their points on the maps among the known ones."""
    points = places.points.astype(np.float32)
    maps = {kind: _on_map(points, known.coordinates, xy) for kind, xy in known.maps.items()}
    return View(coordinates=points, maps=maps).each(lambda x: among_all(x, places.rows))


def _on_map(new: FloatArray, known: FloatArray, xy: FloatArray) -> FloatArray:
    """(n_new, 2): the known tracks stay, the new ones lie among their nearest."""
    placed = np.isfinite(known).all(axis=1) & np.isfinite(xy).all(axis=1)
    if not len(new) or not placed.any():
        return np.full((len(new), 2), np.nan, np.float32)
    X = np.concatenate([known[placed], new]).astype(np.float64)
    drawn = np.arange(int(placed.sum()))
    return place_among(X, drawn, np.asarray(xy[placed], np.float32))[len(drawn) :]
