"""New tracks in the views, clusters and maps of a finished run, by its saved model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.config import Config, ViewConfig, load_config
from songatlas.config.views import modality_weights
from songatlas.errors import SongatlasError
from songatlas.extraction.executor import Executor
from songatlas.extraction.gather import frames_extraction, lengths
from songatlas.features.text.language import with_languages
from songatlas.models.batches import to_batch
from songatlas.models.membership import find_membership
from songatlas.models.posteriors import decode, encode
from songatlas.progress import Progress
from songatlas.projection.place_among import place_among
from songatlas.revision.assign import condition_of, hear, network_of, space_of
from songatlas.revision.deciding import Decision, decide, undecided
from songatlas.seeds import stage_seed
from songatlas.stages.placing import among_all
from songatlas.store.cache import FeatureCache
from songatlas.types import FeatureSet, FloatArray, IntArray, Library
from songatlas.types.atlas import Atlas, View


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where new tracks belong; row *i* is the *i*-th of them.

    Parameters
    ----------
    mean
        Shape (n_tracks, n_latent): posterior means.
    labels
        As in a run: −1 for a track of which nothing was heard.
    decision
        For those clusters.
    views
        Coordinates and maps in every view of the run; NaN where a track has no place.
    """

    mean: FloatArray
    labels: IntArray
    decision: Decision
    views: Mapping[str, View]


def place_changes(
    atlas: Atlas,
    library: Library,
    changes: Changes,
    saved: dict[str, Any],
    store: FeatureCache,
    *,
    executor: Executor,
    progress: Progress,
) -> tuple[Library, Placement, FloatArray]:
    """The library without files that cannot be read, the new tracks placed, and their lengths."""
    config = load_config(overrides=saved["config"])
    new = {i for i, old in enumerate(changes.before) if old < 0}
    fresh = dataclasses.replace(
        library, tracks=tuple(track for i, track in enumerate(library.tracks) if i in new)
    )
    if not new:
        kept, _ = with_languages(library.tracks)
        library = dataclasses.replace(library, tracks=kept)
        return library, nothing_new(atlas, config.model.n_latent), np.zeros(0)
    weights = dict.fromkeys(saved["inputs"], 1.0)
    fresh, features = hear(
        fresh, saved, config, weights, store, executor=executor, progress=progress
    )
    usable = {track.path for track in fresh.tracks}
    tracks = [t for i, t in enumerate(library.tracks) if i not in new or t.path in usable]
    if not tracks:
        raise SongatlasError(
            f"At least one track of {atlas.folder} must be left. Got none that can be used."
        )
    kept, _ = with_languages(tuple(tracks))
    library = dataclasses.replace(library, tracks=kept, skipped=fresh.skipped)
    seconds = lengths(fresh.tracks, frames_extraction(config.audio), store)
    if fresh.tracks:
        placement = place_new(atlas, saved, config, fresh, features)
    else:
        placement = nothing_new(atlas, config.model.n_latent)
    return library, placement, seconds


def place_new(
    atlas: Atlas, saved: dict[str, Any], config: Config, library: Library, features: FeatureSet
) -> Placement:
    """Place tracks that the model was not fitted to; those of the run stay where they are.

    On a map, a track lies among the five that are nearest to it in the view's coordinates.
    """
    network = network_of(saved, config)
    data = to_batch(features, condition_of(library.tracks, saved, config))
    views: dict[str, View] = {}
    main: dict[str, Any] = {}
    for name, known in atlas.views.items():
        is_main = name == atlas.main_view
        view = config.view if is_main else ViewConfig(name=name)
        weights = modality_weights(view, saved["inputs"])
        stored = saved["space"] if is_main else saved["views"][name]
        space = space_of(stored)
        encoded = encode(network, data, weights=weights)
        heard = np.any(
            [features.modalities[part].present for part in weights if weights[part]], axis=0
        )
        decoded = decode(network, encoded.mean, data.condition)
        coordinates = space.transform(encoded, decoded).astype(np.float32)
        views[name] = View(
            coordinates=among_all(coordinates[heard], heard),
            maps={
                kind: among_all(_on_map(coordinates[heard], known.coordinates, xy), heard)
                for kind, xy in known.maps.items()
            },
        )
        if is_main:
            main = {"encoded": encoded, "heard": heard, "space": space, "weights": weights}
    centres = saved["clusters"]["centres"].numpy()
    found = find_membership(
        network,
        main["encoded"],
        data.condition,
        main["space"],
        centres,
        seed=stage_seed(config.seed, "membership"),
    )
    labels = np.where(main["heard"], found.labels, -1)
    decision = decide(network, data, main["space"], centres, found, labels, main["weights"])
    return Placement(mean=main["encoded"].mean, labels=labels, decision=decision, views=views)


def nothing_new(atlas: Atlas, n_latent: int) -> Placement:
    """The placement of no track at all."""
    return Placement(
        mean=np.zeros((0, n_latent), np.float32),
        labels=np.zeros(0, np.int64),
        decision=undecided(0),
        views={
            name: View(
                coordinates=view.coordinates[:0],
                maps={kind: xy[:0] for kind, xy in view.maps.items()},
            )
            for name, view in atlas.views.items()
        },
    )


def _on_map(new: FloatArray, known: FloatArray, xy: FloatArray) -> FloatArray:
    """(n_new, 2): the known tracks stay, the new ones lie among their nearest."""
    placed = np.isfinite(known).all(axis=1) & np.isfinite(xy).all(axis=1)
    if not len(new) or not placed.any():
        return np.full((len(new), 2), np.nan, np.float32)
    X = np.concatenate([known[placed], new]).astype(np.float64)
    drawn = np.arange(int(placed.sum()))
    return place_among(X, drawn, np.asarray(xy[placed], np.float32))[len(drawn) :]
