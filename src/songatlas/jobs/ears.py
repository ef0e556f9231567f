"""Pretrained ears on one's own music, side by side: nothing is trained, one number a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.config import Config, load_config
from songatlas.credits import by_maker
from songatlas.errors import ConfigError, TooFewTracksError
from songatlas.evaluation.bootstrap import Interval
from songatlas.evaluation.retrieval import (
    K,
    half_ranks,
    neighbour_hits,
    paired_interval,
    shared_neighbours,
)
from songatlas.extraction.ear import open_ear
from songatlas.extraction.embeddings import gather_embeddings
from songatlas.extraction.hear import hear
from songatlas.extraction.workshop import open_workshop
from songatlas.features.whitening import TRAINED, Whitening
from songatlas.library.labels import read_labels
from songatlas.library.read import Music, roots_of
from songatlas.machine import Machine
from songatlas.types import BoolArray, FloatArray, IntArray, Library

_NONE = "none"
_LEAST = K + 1
# Score -> what a person calls it.
SCORES: Mapping[str, str] = {
    "accuracy": f"{K}-NN",
    "own_half": "own half first",
    "own_half_near": f"in first {K}",
    "shared": "same lists",
}


@dataclass(frozen=True, kw_only=True)
class EarScores:
    """One ear on a collection.

    Parameters
    ----------
    ear
        As it was asked for.
    n_features
        Numbers a patch.
    scores
        By a key of :data:`SCORES`, in [0, 1], the more the better.
    differences
        Of every score, to that of the first ear, with its 95 % interval over artists; none for the
        first, no interval with one artist.
    """

    ear: str
    n_features: int
    scores: Mapping[str, float]
    differences: Mapping[str, tuple[float, Interval | None]]


@dataclass(frozen=True, kw_only=True)
class EarComparison:
    """Ears that heard the same tracks.

    Parameters
    ----------
    n_tracks, n_artists
        That all of them heard; an artist that is not known is one of his own.
    n_labelled, label
        Tracks with a label, and its column; 0 where it can judge nothing.
    n_halved
        Tracks that are long enough for two halves, for all ears.
    notes
        Sentences on tracks that some ear could not hear.
    """

    n_tracks: int
    n_artists: int
    n_labelled: int
    n_halved: int
    label: str
    rows: tuple[EarScores, ...]
    notes: tuple[str, ...]


def compare_ears(
    music: Music,
    ears: Sequence[str],
    *,
    metadata: Path | None = None,
    config: Config | None = None,
    machine: Machine | None = None,
) -> EarComparison:
    """Compare pretrained networks on the same tracks; what the cache has is not heard again.

    Parameters
    ----------
    music, metadata, machine
        As for :func:`songatlas.run`.
    ears
        What ``input.embedding`` may be, the first being what the others are compared with;
        ``"none"`` is the statistics of frames.
    config
        All settings; its ``input.embedding`` does not matter.

    Raises
    ------
    ConfigError
        For an ear that is named twice or not at all.
    ModelError
        When a network cannot be used.
    TooFewTracksError
        When the ears heard fewer than 10 tracks.
    """
    config = config or load_config()
    if not ears or len(set(ears)) < len(ears) or "auto" in ears:
        raise ConfigError(
            "--ears must be different ears, each none, musicnn or the path of a description. Got "
            f"{', '.join(ears) or 'none at all'}."
        )
    with open_workshop(machine or Machine()) as shop:
        opened = {
            name: open_ear(name, shop.cache.folder, shop.limits) for name in ears if name != _NONE
        }
        library = shop.read_music(roots_of(music), config, metadata=metadata)
        read_labels(library.tracks, config, unjoined=library.unjoined)  # a mistake shows at once
        heard = hear(library, config, shop, ear=None, modalities=())
        notes = heard.notes
        observed: dict[str, Sequence[FloatArray]] = {}
        for name in ears:
            observed[name] = heard.extracted.frames
            if name != _NONE:
                observed[name], more = gather_embeddings(
                    heard.library.tracks, opened[name], config, shop
                )
                notes += more
    if n_lost := sum(skip.code != "DUPLICATE" for skip in heard.library.skipped):
        notes += (f"{n_lost:,} files cannot be used; 'songatlas extract' says why.",)
    return _compared(heard.library, observed, config, notes)


def _compared(
    library: Library,
    observed: Mapping[str, Sequence[FloatArray]],
    config: Config,
    notes: tuple[str, ...],
) -> EarComparison:
    everywhere = np.array([min(map(len, x)) for x in zip(*observed.values(), strict=True)], int)
    kept = np.flatnonzero(everywhere > 0)
    if len(kept) < _LEAST:
        raise TooFewTracksError(
            f"Ears are compared on at least {_LEAST} tracks that all of them can hear. Got "
            f"{len(kept)} of {len(library.tracks)}."
        )
    tracks = tuple(library.tracks[i] for i in kept)
    labels, artists = read_labels(tracks, config).judging.codes, by_maker(tracks)
    halved = everywhere[kept] > 1
    tracks_of = {name: [x[int(i)] for i in kept] for name, x in observed.items()}
    measured = {
        name: _scores(x, labels, artists, halved, power=1.0 if name == _NONE else TRAINED)
        for name, x in tracks_of.items()
    }
    first = next(iter(measured.values()))
    groups = {
        score: artists[labels >= 0] if score == "accuracy" else artists[halved] for score in first
    }
    rows = [
        EarScores(
            ear=name,
            n_features=tracks_of[name][0].shape[1],
            scores={score: float(values.mean()) for score, values in own.items()},
            differences={}
            if own is first
            else {s: _difference(own[s] - first[s], groups[s]) for s in own},
        )
        for name, own in measured.items()
    ]
    return EarComparison(
        n_tracks=len(kept),
        n_artists=len(np.unique(artists[artists >= 0])) + int((artists < 0).sum()),
        n_labelled=int((labels >= 0).sum()),
        n_halved=int(halved.sum()),
        label=config.evaluation.label_column,
        rows=tuple(rows),
        notes=notes,
    )


def _difference(values: FloatArray, groups: IntArray) -> tuple[float, Interval | None]:
    interval = paired_interval(values, groups, rng=np.random.default_rng(0))
    return float(values.mean()), interval


def _scores(
    tracks: Sequence[FloatArray],
    labels: IntArray,
    artists: IntArray,
    halved: BoolArray,
    *,
    power: float,
) -> dict[str, FloatArray]:
    """Every score of every track that has it, by a key of :data:`SCORES`."""
    whitening = Whitening.fit(tracks, power)

    def places(parts: Sequence[FloatArray]) -> FloatArray:
        means = np.stack([part.mean(axis=0, dtype=np.float64) for part in parts])
        return np.asarray(((means - whitening.offset) / whitening.scale) @ whitening.whitener)

    scores: dict[str, FloatArray] = {}
    if (known := labels >= 0).any():
        hits = neighbour_hits(places(tracks)[known], labels[known], artists[known])
        scores["accuracy"] = hits.astype(float)
    if halved.sum() > 1:
        long = [x for x, has_two in zip(tracks, halved, strict=True) if has_two]
        first = places([x[: len(x) // 2] for x in long])
        second = places([x[len(x) // 2 :] for x in long])
        ranks = half_ranks(first, second)
        scores["own_half"] = (ranks == 0).mean(axis=0)
        scores["own_half_near"] = (ranks < K).mean(axis=0)
        scores["shared"] = shared_neighbours(first, second, artists[halved])
    return scores
