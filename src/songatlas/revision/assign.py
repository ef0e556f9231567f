"""Place new tracks with the saved model of a run, without training."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.config import Config, load_config
from songatlas.config.views import modality_weights, with_view
from songatlas.errors import ModelError, TooFewTracksError
from songatlas.extraction.ear import choose_ear, gather_embeddings
from songatlas.extraction.executor import Executor, LocalPool
from songatlas.extraction.gather import frames_extraction, gather, without_failures
from songatlas.extraction.sentences import gather_sentences
from songatlas.features.inputs import AUDIO_INPUTS, reducer
from songatlas.features.text.encoders import TEXT_ENCODERS
from songatlas.features.text.language import with_languages
from songatlas.features.whitening import Whitening
from songatlas.library.labels import column_values
from songatlas.library.read import read_music
from songatlas.location import cache_folder
from songatlas.machine import FileLimits
from songatlas.models import MODELS
from songatlas.models.base import Model
from songatlas.models.batches import to_batch
from songatlas.models.membership import find_membership
from songatlas.models.persistence import load_model
from songatlas.models.posteriors import encode
from songatlas.models.spaces import Space
from songatlas.progress import Progress, Silent
from songatlas.seeds import stage_seed
from songatlas.stages.condition import one_hot
from songatlas.store.atomic import write_text
from songatlas.store.cache import FeatureCache
from songatlas.store.tables import format_csv
from songatlas.types import FeatureSet, FloatArray, IntArray, Library, Observations, Track


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Where new tracks belong.

    Parameters
    ----------
    library
        The tracks, in the order of the arrays, and what was skipped.
    labels, confidence
        Shape (n_tracks,): cluster as in ``cluster_labels_kmeans.npy`` of the run, −1 for a track of
        which nothing was heard; and the share of draws from the posterior that agree with it.
    mean, log_var
        Shape (n_tracks, n_latent): posterior of every track.
    """

    library: Library
    labels: IntArray
    confidence: FloatArray
    mean: FloatArray
    log_var: FloatArray


def assign(
    model: str | Path,
    music: str | Path | Sequence[str | Path],
    *,
    metadata: str | Path | None = None,
    view: str | None = None,
    lyrics_weight: float | None = None,
    cache: str | Path | None = None,
    workers: int | None = None,
    limits: FileLimits | None = None,
    progress: Progress | None = None,
) -> Assignment:
    """Give every track of `music` its posterior, its cluster and a confidence.

    Parameters
    ----------
    model
        Results folder of a run, or a ``.pth`` file of one.
    view
        ``"joint"``, ``"audio"`` or ``"lyrics"``: what the posterior is made from.
    lyrics_weight
        In [0, 1]: 0 is the audio view, 1 the lyrics view, 0.5 as trained. Without either, as in
        the run.
    limits
        Time and memory of one file; None takes those of the environment.

    Raises
    ------
    StorageError
        When there is no such model.
    ConfigError
        When `view` is unknown or contradicts `lyrics_weight`, or the model lacks its modality.
    TooFewTracksError
        When no file can be used.
    ModelError
        When the view needs the pretrained network of the run and it is not the one here.
    """
    path = Path(model)
    saved = load_model(path / "best_model.pth" if path.is_dir() else path)
    config = load_config(overrides=saved["config"])
    config = with_view(config, view, lyrics_weight)
    weights = modality_weights(config.view, saved["inputs"])
    roots = [Path(music)] if isinstance(music, (str, Path)) else [Path(root) for root in music]
    progress, executor = progress or Silent(), LocalPool(workers, limits)
    columns = {field: name for field, name in vars(config.metadata).items() if name}
    with closing(FeatureCache(cache_folder(cache))) as store:
        library = read_music(
            roots,
            store,
            progress,
            metadata=None if metadata is None else Path(metadata),
            columns=columns,
        )
        library, features = hear(
            library, saved, config, weights, store, executor=executor, progress=progress
        )
    if not library.tracks:
        reasons = sorted({skip.code for skip in library.skipped})
        raise TooFewTracksError(
            f"MUSIC must hold at least one audio file that can be used. Got {library.n_discovered} "
            f"found{', skipped: ' + ', '.join(reasons) if reasons else ''}. Name another folder."
        )
    return _place(library, features, saved, config, weights)


def hear(
    library: Library,
    saved: dict[str, Any],
    config: Config,
    weights: Mapping[str, float],
    store: FeatureCache,
    *,
    executor: Executor,
    progress: Progress,
) -> tuple[Library, FeatureSet]:
    """The tracks that can be read, and what the saved model is given of them.

    Parameters
    ----------
    weights
        Of the modalities; one of weight 0 is not looked for.

    Raises
    ------
    ModelError
        When the pretrained network of the run is needed and is not the one here.
    """
    results, _ = gather(
        library.tracks,
        frames_extraction(config.audio),
        store,
        reducer(config),
        executor=executor,
        progress=progress,
    )
    library, reduced = without_failures(library, results)
    if not reduced:
        return library, FeatureSet(track_ids=(), modalities={})
    embeddings = None
    if weights.get("embedding"):
        embeddings = _embeddings(library.tracks, saved, config, store, executor, progress)
    sentences = None
    if weights.get("text"):
        sentences = gather_sentences(library.tracks, config, store, progress)
    tracks, _ = with_languages(library.tracks)  # a condition may be a detected language
    library = dataclasses.replace(library, tracks=tracks)
    return library, _features(library.tracks, reduced, embeddings, sentences, saved, config)


def _embeddings(
    tracks: tuple[Track, ...],
    saved: dict[str, Any],
    config: Config,
    store: FeatureCache,
    executor: Executor,
    progress: Progress,
) -> list[FloatArray]:
    """(n_patches, n_features) a track, from the network that the run listened with."""
    _, ear = choose_ear(config, store.folder)
    used = saved["embedding"]
    if ear is None or ear.description.fingerprint != used["fingerprint"]:
        found = "none" if ear is None else f"another: {ear.path}"
        raise ModelError(
            f"The model needs the pretrained network {used['name']} {used['version']} with weights "
            f"of sha256 {used['sha256']}. Got {found}. Put that one back, or use --view lyrics."
        )
    embeddings, _, notes = gather_embeddings(
        tracks, ear, config, store, executor=executor, progress=progress
    )
    for note in notes:
        progress.say(note)
    return embeddings


def _place(
    library: Library,
    features: FeatureSet,
    saved: dict[str, Any],
    config: Config,
    weights: dict[str, float],
) -> Assignment:
    network = network_of(saved, config)
    data = to_batch(features, condition_of(library.tracks, saved, config))
    encoded = encode(network, data, weights=weights)
    heard = np.any([features.modalities[name].present for name in weights if weights[name]], axis=0)
    space = space_of(saved["space"])
    found = find_membership(
        network,
        encoded,
        data.condition,
        space,
        saved["clusters"]["centres"].numpy(),
        seed=stage_seed(config.seed, "membership"),
    )
    return Assignment(
        library=library,
        labels=np.where(heard, found.labels, -1),
        confidence=np.where(heard, found.confidence, 0.0),
        mean=encoded.mean,
        log_var=encoded.log_var,
    )


def space_of(stored: dict[str, Any]) -> Space:
    """A space as it was saved with its model."""
    return Space(
        name=stored["name"],
        noise={name: sd.numpy() for name, sd in stored["noise"].items()},
        state={name: value.numpy() for name, value in stored["state"].items()},
    )


def network_of(saved: dict[str, Any], config: Config) -> Model:
    """The network of a saved model, its parameters loaded."""
    described = saved["model"]
    shapes = {name: (shape[0], shape[1]) for name, shape in described["shapes"].items()}
    network = MODELS[described["name"]](shapes, config.model, described["n_conditions"])
    network.load_state_dict(saved["model_state_dict"])
    return network.eval()


def _features(
    tracks: tuple[Track, ...],
    reduced: list[FloatArray],
    embeddings: list[FloatArray] | None,
    sentences: list[FloatArray] | None,
    saved: dict[str, Any],
    config: Config,
) -> FeatureSet:
    modalities: dict[str, Observations] = {}
    for name, state in saved["inputs"].items():
        if name == "audio":
            modalities[name] = AUDIO_INPUTS[config.input.kind].from_state(state).transform(reduced)
        elif name == "embedding":
            whitening = Whitening.from_state(state)
            nothing = np.zeros((0, len(whitening.offset)))
            modalities[name] = whitening.transform(embeddings or [nothing] * len(tracks))
        else:
            apply = TEXT_ENCODERS[config.text.encoder][1]
            modalities[name] = apply(tracks, sentences, config, state)
    return FeatureSet(track_ids=tuple(track.path for track in tracks), modalities=modalities)


def condition_of(tracks: tuple[Track, ...], saved: dict[str, Any], config: Config) -> FloatArray:
    """What a conditional model is given of every track."""
    names = tuple(saved["condition"])
    values = column_values(tracks, config.model.condition) if names else [""] * len(tracks)
    return one_hot(values, names)


def assignment_table(found: Assignment, out: Path | None = None) -> str:
    """CSV of path, title, artist, cluster and confidence; also written to `out` if given.

    A track without a cluster has −1 and no confidence.
    """
    rows = [
        (track.path, track.title, track.artist, int(label), float(sure) if label >= 0 else None)
        for track, label, sure in zip(
            found.library.tracks, found.labels, found.confidence, strict=True
        )
    ]
    text = format_csv(("path", "title", "artist", "cluster", "confidence"), rows)
    if out is not None:
        write_text(out, text)
    return text
