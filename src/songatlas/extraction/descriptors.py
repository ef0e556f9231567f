"""Plain descriptors of every track, made from the cached frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songatlas.config import Config
from songatlas.config.stages import AudioConfig
from songatlas.extraction.ear import Ear, embedding_job
from songatlas.extraction.gather import frames_job
from songatlas.features.audio.descriptors import DESCRIPTORS, Descriptors, describe_frames
from songatlas.features.audio.speech import TAG, is_speech
from songatlas.store.cache import CacheRow, FeatureCache
from songatlas.types import FloatArray, Track
from songatlas.words.heard import merge_tags


def gather_descriptors(
    tracks: Sequence[Track],
    config: Config,
    cache: FeatureCache,
    *,
    ear: Ear | None = None,
    with_text: Ear | None = None,
) -> Descriptors:
    """Descriptors of tracks whose features are in the cache, read one by one.

    What the cache has lost is unknown.

    Parameters
    ----------
    with_text
        Whose embeddings are kept for search; None is that of `ear` that has a text tower, if any.
    """
    with_text = with_text or (None if ear is None else ear.with_text())
    key = frames_job(config.audio).key
    sound, speech = [], []
    for track in tracks:
        row = cache.get(track.content_hash, key)
        sound.append(_sound(row, config.audio))
        speech.append(_speech(row, config.audio))
    if ear is not None:  # of several, the first that has tags speaks
        ear = next((each for each in ear.each if each.description.tags is not None), ear)
    names = () if ear is None or ear.description.tags is None else ear.description.tags.names
    tags = np.full((len(tracks), len(names)), np.nan)
    if ear is not None and names:
        # Mean probabilities. Tags hold names of genres: they name clusters, and no model sees them.
        key = embedding_job(ear, config).beside["tags"]
        for i, track in enumerate(tracks):
            row = cache.get(track.content_hash, key)
            if isinstance(row, CacheRow):
                tags[i] = row.array.mean(axis=0)
    names, tags = with_speech(*merge_tags(names, tags), np.array(speech))
    shape = (len(tracks), len(DESCRIPTORS))
    return Descriptors(
        sound=np.reshape(sound, shape),
        tag_names=names,
        tags=tags,
        embeddings=None if with_text is None else gather_means(tracks, with_text, config, cache),
    )


def with_speech(
    names: tuple[str, ...], tags: FloatArray, speech: FloatArray
) -> tuple[tuple[str, ...], FloatArray]:
    """Tags with one more where a track is speech, for which no network that hears music has a tag.

    Parameters
    ----------
    names, tags
        As in :class:`~songatlas.features.audio.descriptors.Descriptors`.
    speech
        Shape (n_tracks,): 1 where a track is speech, else 0; NaN where unknown.

    Examples
    --------
    >>> with_speech(("rock",), np.array([[0.4], [0.1]]), np.array([0.0, 1.0]))
    (('rock', 'speech'), array([[0.4, 0. ],
           [0.1, 1. ]]))
    """
    if not (speech == 1).any() or TAG in names:
        return names, tags
    return (*names, TAG), np.column_stack([tags, speech])


def gather_speech(tracks: Sequence[Track], config: Config, cache: FeatureCache) -> Descriptors:
    """Which tracks are speech, whether any is or not, and nothing else of them."""
    key = frames_job(config.audio).key
    speech = [_speech(cache.get(track.content_hash, key), config.audio) for track in tracks]
    return Descriptors(
        sound=np.full((len(tracks), len(DESCRIPTORS)), np.nan),
        tag_names=(TAG,),
        tags=np.array(speech, float)[:, None],
    )


def gather_means(
    tracks: Sequence[Track], ear: Ear, config: Config, cache: FeatureCache
) -> FloatArray:
    """Mean over the patches of every track as one network gave them, (n_tracks, n_features).

    Float32; NaN for a track that the cache has no embedding of.
    """
    key = embedding_job(ear, config).key
    means = np.full((len(tracks), ear.n_features), np.nan, np.float32)
    for i, track in enumerate(tracks):
        row = cache.get(track.content_hash, key)
        if isinstance(row, CacheRow):
            means[i] = row.array.mean(axis=0, dtype=np.float64)
    return means


def _sound(row: object, config: AudioConfig) -> FloatArray:
    if not isinstance(row, CacheRow):
        return np.full(len(DESCRIPTORS), np.nan)
    return describe_frames(row.array, config)


def _speech(row: object, config: AudioConfig) -> float:
    return float(is_speech(row.array, config)) if isinstance(row, CacheRow) else np.nan
