"""Model inputs of a library, and the same information as plain vectors for the baselines."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from songatlas.config import Config
from songatlas.errors import ConfigError
from songatlas.features.audio.first_frames import OpeningInput
from songatlas.features.audio.flaws import flaws_of
from songatlas.features.audio.frames import columns
from songatlas.features.audio.recordings import Print, print_of
from songatlas.features.audio.windows import WindowInput
from songatlas.features.text.encoders import TEXT_ENCODERS
from songatlas.features.whitening import TRAINED, Whitening
from songatlas.store.arena import Arena
from songatlas.store.cache import CacheRow
from songatlas.types import FeatureSet, FloatArray, Observations, Track

AUDIO_INPUTS: dict[str, type[WindowInput] | type[OpeningInput]] = {
    "windows": WindowInput,
    "opening": OpeningInput,
}
_COLUMNS = 16  # whose variance is taken at once: numpy makes a copy of what it is given


@dataclass(frozen=True, kw_only=True)
class Extracted:
    """What was extracted of every track, before anything is fitted.

    Parameters
    ----------
    tracks
        With their lyrics.
    frames
        What the audio input keeps of every track's frames.
    prints
        What its recording is recognised by, one a track; may be empty.
    flaws
        A measure a track by the name of the flaw, infinity where it has none; may be empty.
    embeddings
        (n_patches, n_features) a track, without rows where it has none; None without a pretrained
        network.
    sentences
        (n_pieces, n_features) a track, for the text encoder that needs them; None for the others.
    """

    tracks: tuple[Track, ...]
    frames: list[FloatArray]
    embeddings: list[FloatArray] | None = None
    sentences: list[FloatArray] | None = None
    prints: list[Print] = field(default_factory=list)
    flaws: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the models see.

    Parameters
    ----------
    features
        Observations of every modality that at least one track has.
    blocks
        (n_tracks, n_features) a modality: the same inputs, one vector a track.
    state
        Everything that was fitted, a mapping a modality, to be saved with the model.
    audio
        The fitted audio input, for pictures; None without audio.
    """

    features: FeatureSet
    blocks: Mapping[str, FloatArray]
    state: dict[str, dict[str, Any]]
    audio: WindowInput | OpeningInput | None

    def flat(self, modalities: Collection[str], zeros: Any = np.zeros) -> FloatArray:
        """Blocks of the modalities side by side, for PCA and K-Means; `zeros` makes the array."""
        blocks = {name: x for name, x in self.blocks.items() if name in modalities}
        if len(blocks) > 1 and isinstance(self.audio, OpeningInput):
            blocks.pop("text", None)  # the original's PCA saw the sound alone
        return _balanced(list(blocks.values()), zeros)


def reducer(config: Config, arena: Arena | None = None) -> Any:
    """Function from a cached row to its part of ``frames``, its print and its flaws.

    What is large is kept in `arena`.
    """
    kind = AUDIO_INPUTS[config.input.kind]

    def reduce(row: CacheRow) -> tuple[FloatArray, Print, tuple[float, ...]]:
        seconds = float(row.meta["seconds"])
        reduced = kind.reduce(columns(row.array, seconds), config)
        known_by = print_of(row.array, seconds, config.audio)
        flaws = flaws_of(row.array, config.audio)
        if arena is None:
            return reduced, known_by, flaws
        known_by = dataclasses.replace(known_by, course=arena.keep(known_by.course))
        return arena.keep(reduced), known_by, flaws

    return reduce


def build_inputs(extracted: Extracted, config: Config, arena: Arena | None = None) -> Inputs:
    """Fit the inputs on all tracks and apply them.

    Parameters
    ----------
    arena
        Where inputs go that are large; None keeps them in memory.

    Raises
    ------
    ConfigError
        When no track has any of the modalities that the model may see.
    """
    tracks, embeddings = extracted.tracks, extracted.embeddings
    zeros, rest = (np.zeros, _stay) if arena is None else (arena.zeros, arena.rest)
    modalities: dict[str, Observations] = {}
    state: dict[str, dict[str, Any]] = {}
    blocks: dict[str, FloatArray] = {}
    audio = None
    kind = AUDIO_INPUTS[config.input.kind]

    if "audio" in config.model.modalities:
        for name, some in kind.columns(config).items():
            frames = [x[:, some] for x in extracted.frames]
            fitted = kind.fit(frames)
            audio = audio or fitted
            modalities[name] = fitted.transform(frames, zeros)
            state[name] = fitted.state()
            rest()
            blocks[name] = fitted.flat(frames, zeros)
            rest()
    if embeddings is not None and any(len(patches) for patches in embeddings):
        whitening = Whitening.fit(embeddings, TRAINED)
        modalities["embedding"] = whitening.transform(embeddings, zeros)
        rest()
        state["embedding"] = whitening.state()
        blocks["embedding"] = whitening.flat(embeddings, zeros)
    if "text" in config.model.modalities:
        text = TEXT_ENCODERS[config.text.encoder][0](tracks, extracted.sentences, config, zeros)
        rest()
        if text.observations.mask.any():
            modalities["text"] = text.observations
            state["text"] = text.state
            blocks["text"] = text.flat
    if not modalities:
        raise ConfigError(
            f"No track has any of model.modalities, {list(config.model.modalities)}: there is "
            "nothing to learn from. Add audio, lyrics, or a metadata table with a lyrics column."
        )
    features = FeatureSet(track_ids=tuple(track.path for track in tracks), modalities=modalities)
    return Inputs(features=features, blocks=blocks, state=state, audio=audio)


def apply_inputs(
    state: Mapping[str, Mapping[str, Any]], extracted: Extracted, config: Config
) -> FeatureSet:
    """Inputs of other tracks, by what was fitted.

    Parameters
    ----------
    state
        ``Inputs.state`` of the tracks that it was fitted to.
    extracted
        A modality that is not among it is absent.
    """
    tracks, modalities = extracted.tracks, {}
    kind = AUDIO_INPUTS[config.input.kind]
    from_frames = kind.columns(config)
    for name, fitted in state.items():
        if name in from_frames:
            frames = [x[:, from_frames[name]] for x in extracted.frames]
            modalities[name] = kind.from_state(fitted).transform(frames)
        elif name == "embedding":
            whitening = Whitening.from_state(fitted)
            nothing = [np.zeros((0, len(whitening.offset)))] * len(tracks)
            modalities[name] = whitening.transform(extracted.embeddings or nothing)
        else:
            apply = TEXT_ENCODERS[config.text.encoder][1]
            modalities[name] = apply(tracks, extracted.sentences, config, fitted)
    return FeatureSet(track_ids=tuple(track.path for track in tracks), modalities=modalities)


def _stay() -> None:
    """What is in memory has nowhere else to be."""


def _balanced(blocks: list[FloatArray], zeros: Any) -> FloatArray:
    """Blocks side by side, each with the same total variance unless it is alone."""
    if len(blocks) == 1:
        return blocks[0]
    ends = np.cumsum([0, *(block.shape[1] for block in blocks)])
    X: FloatArray = zeros((len(blocks[0]), int(ends[-1])), np.result_type(*blocks))
    for block, start, end in zip(blocks, ends[:-1], ends[1:], strict=True):
        some = [block[:, a : a + _COLUMNS].var(axis=0) for a in range(0, end - start, _COLUMNS)]
        size = max(np.sqrt(np.concatenate(some).sum()), 1e-12)
        np.divide(block, size, out=X[:, start:end])
    return X
