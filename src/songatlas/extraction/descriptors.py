"""Plain descriptors of every track: made from the cached frames, written, and read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.config import AudioConfig, Config
from songatlas.errors import StorageError
from songatlas.extraction.ear import Ear, cached_tags
from songatlas.extraction.gather import frames_job
from songatlas.features.audio.descriptors import DESCRIPTORS, describe_frames
from songatlas.store.cache import CacheRow, FeatureCache
from songatlas.store.tables import read_csv, write_csv
from songatlas.types import FloatArray, Track

DESCRIPTORS_FILE = "descriptors.csv"
_TAG = "tag "  # before the name of a tag, in the columns


@dataclass(frozen=True, kw_only=True)
class Descriptors:
    """What every track sounds like, row *i* being track *i*; for telling, never for a model.

    Parameters
    ----------
    sound
        Shape (n_tracks, 9), columns as in
        :data:`songatlas.features.audio.descriptors.DESCRIPTORS`; NaN where unknown.
    tag_names
        Of the pretrained ear; empty without one.
    tags
        Shape (n_tracks, n_tags): mean probability; NaN where unknown.
    """

    sound: FloatArray
    tag_names: tuple[str, ...]
    tags: FloatArray


def unknown_descriptors(n_tracks: int) -> Descriptors:
    """Nothing known of so many tracks."""
    return Descriptors(
        sound=np.full((n_tracks, len(DESCRIPTORS)), np.nan),
        tag_names=(),
        tags=np.zeros((n_tracks, 0)),
    )


def gather_descriptors(
    tracks: Sequence[Track], config: Config, cache: FeatureCache, *, ear: Ear | None = None
) -> Descriptors:
    """Descriptors of tracks whose features are in the cache, read one by one.

    What the cache has lost is unknown.
    """
    key = frames_job(config.audio).key
    sound = [_sound(cache.get(track.content_hash, key), config.audio) for track in tracks]
    names = () if ear is None or ear.description.tags is None else ear.description.tags.names
    tags = np.full((len(tracks), len(names)), np.nan)
    if ear is not None and names:
        for i, found in enumerate(cached_tags(tracks, ear, config, cache)):
            if found is not None:
                tags[i] = found
    shape = (len(tracks), len(DESCRIPTORS))
    return Descriptors(sound=np.reshape(sound, shape), tag_names=tuple(names), tags=tags)


def write_descriptors(folder: Path, tracks: Sequence[Track], descriptors: Descriptors) -> None:
    """Write ``descriptors.csv``: row *i* is track *i*, an empty cell is unknown."""
    columns = [
        "path",
        *(scale.name for scale in DESCRIPTORS),
        *(f"{_TAG}{name}" for name in descriptors.tag_names),
    ]
    numbers = np.hstack([descriptors.sound, descriptors.tags])
    rows = [
        [track.path, *(x if np.isfinite(x) else None for x in values)]
        for track, values in zip(tracks, numbers.tolist(), strict=True)
    ]
    write_csv(folder / DESCRIPTORS_FILE, columns, rows)


def read_descriptors(folder: Path) -> Descriptors:
    """Inverse of :func:`write_descriptors`.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written.
    """
    path = folder / DESCRIPTORS_FILE
    rows = read_csv(path)
    columns = list(rows[0]) if rows else []
    tags = [column for column in columns if column.startswith(_TAG)]
    names = [scale.name for scale in DESCRIPTORS]
    try:
        numbers = [[float(row[name] or "nan") for name in (*names, *tags)] for row in rows]
    except (ValueError, KeyError) as error:
        raise StorageError(
            f"{path} must be what a finished run of this songatlas wrote. It is not: {error}. Run "
            "songatlas again with the same --out."
        ) from error
    values = np.reshape(numbers, (len(rows), len(names) + len(tags)))
    return Descriptors(
        sound=values[:, : len(names)],
        tag_names=tuple(tag.removeprefix(_TAG) for tag in tags),
        tags=values[:, len(names) :],
    )


def _sound(row: object, config: AudioConfig) -> FloatArray:
    if not isinstance(row, CacheRow):
        return np.full(len(DESCRIPTORS), np.nan)
    return describe_frames(
        row.array, sr=config.sr, n_fft=config.n_fft, hop_length=config.hop_length
    )
