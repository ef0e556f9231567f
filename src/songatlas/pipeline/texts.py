"""Lyrics as model inputs: fitted to a collection, and applied to other tracks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.config import Config
from songatlas.errors import ModelError
from songatlas.features.text.clean import clean_lyrics
from songatlas.features.text.sentences import open_encoder
from songatlas.features.text.tfidf import TfidfComponents, fit_tfidf
from songatlas.features.whitening import Whitening
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray, Observations, Track


@dataclass(frozen=True, kw_only=True)
class FittedText:
    """Lyrics of a collection.

    Parameters
    ----------
    observations
        One or several a track that has any.
    flat
        Shape (n_tracks, n_features): one vector a track, for the baselines.
    state
        What was fitted, to be saved with the model.
    """

    observations: Observations
    flat: FloatArray
    state: dict[str, Any]


Embedded = Sequence[FloatArray] | None


def _fit_tfidf(tracks: Sequence[Track], embedded: Embedded, config: Config) -> FittedText:
    texts = _texts(tracks, config)
    fitted = fit_tfidf(
        [text for text in texts if text],
        config.text,
        random_state=stage_seed(config.seed, "text"),
    )
    observations = _tfidf_observations(fitted, texts)
    flat = np.where(observations.mask, observations.values[:, 0], 0.0)
    return FittedText(observations=observations, flat=flat, state=fitted.state())


def _apply_tfidf(
    tracks: Sequence[Track], embedded: Embedded, config: Config, state: dict[str, Any]
) -> Observations:
    fitted = TfidfComponents.from_state(config.text, state)
    return _tfidf_observations(fitted, _texts(tracks, config))


def _tfidf_observations(fitted: TfidfComponents, texts: Sequence[str]) -> Observations:
    values, known = fitted.transform(texts)
    return Observations(values=values[:, None], mask=known[:, None])


def _fit_sentences(tracks: Sequence[Track], embedded: Embedded, config: Config) -> FittedText:
    assert embedded is not None
    if not any(len(x) for x in embedded):
        nothing = np.zeros((len(tracks), 1, 1), np.float32)
        absent = Observations(values=nothing, mask=np.zeros((len(tracks), 1), bool))
        return FittedText(observations=absent, flat=nothing[:, 0], state={})
    whitening = Whitening.fit(embedded)
    return FittedText(
        observations=whitening.transform(embedded),
        flat=whitening.flat(embedded),
        state={"encoder": open_encoder().name, "whitening": whitening.state()},
    )


def _apply_sentences(
    tracks: Sequence[Track], embedded: Embedded, config: Config, state: dict[str, Any]
) -> Observations:
    whitening = Whitening.from_state(state["whitening"])
    nothing = np.zeros((0, len(whitening.offset)))
    if embedded is None:  # not heard in this view
        return whitening.transform([nothing] * len(tracks))
    used, here = state["encoder"], open_encoder().name
    if used != here:
        raise ModelError(
            f"The model needs the sentence encoder {used}. Got {here}: "
            f"python -m pip install '{used.replace(' ', '==')}'"
        )
    return whitening.transform([x if len(x) else nothing for x in embedded])


def _texts(tracks: Sequence[Track], config: Config) -> list[str]:
    strip = config.text.strip_headers
    return [clean_lyrics(track.lyrics, strip_headers=strip) for track in tracks]


Fit = Callable[[Sequence[Track], Embedded, Config], FittedText]
Apply = Callable[[Sequence[Track], Embedded, Config, dict[str, Any]], Observations]
TEXT_ENCODERS: Mapping[str, tuple[Fit, Apply]] = {
    "tfidf": (_fit_tfidf, _apply_tfidf),
    "sentences": (_fit_sentences, _apply_sentences),
}
