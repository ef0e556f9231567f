"""Lyrics as model inputs: fitted to a collection, and applied to other tracks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.config import Config
from songatlas.errors import ModelError
from songatlas.features.text.clean import lyrics_of
from songatlas.features.text.pieces import cut
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
Zeros = Callable[[tuple[int, ...], Any], Any]  # makes an array of a shape and dtype


def _fit_tfidf(
    tracks: Sequence[Track], embedded: Embedded, config: Config, zeros: Zeros = np.zeros
) -> FittedText:
    texts = list(lyrics_of(tracks, config))
    fitted = fit_tfidf(
        [text for text in texts if text], config.text, random_state=stage_seed(config.seed, "text")
    )
    values, known = fitted.transform(texts)
    flat = np.where(known[:, None], values, 0.0)
    pieces = _tfidf_pieces(fitted, texts, config.text.n_pieces)
    if all(len(x) < 2 for x in pieces):  # nothing to learn of how the words of a song vary
        observations = Observations(values=values[:, None], mask=known[:, None])
        return FittedText(observations=observations, flat=flat, state={"tfidf": fitted.state()})
    whitening = Whitening.fit(pieces, one_scale=True)
    return FittedText(
        observations=whitening.transform(pieces, zeros),
        flat=flat,
        state={"tfidf": fitted.state(), "whitening": whitening.state()},
    )


def _apply_tfidf(
    tracks: Sequence[Track], embedded: Embedded, config: Config, state: Mapping[str, Any]
) -> Observations:
    fitted = TfidfComponents.from_state(config.text, state["tfidf"])
    texts = list(lyrics_of(tracks, config))
    if "whitening" in state:
        pieces = _tfidf_pieces(fitted, texts, config.text.n_pieces)
        return Whitening.from_state(state["whitening"]).transform(pieces)
    values, known = fitted.transform(texts)
    return Observations(values=values[:, None], mask=known[:, None])


def _tfidf_pieces(fitted: TfidfComponents, texts: Sequence[str], n: int) -> list[FloatArray]:
    """(n_pieces, n_components) a track; pieces without a known word are left out."""
    pieces = [cut(text, n) for text in texts]
    values, known = fitted.transform([piece for of_track in pieces for piece in of_track])
    ends = np.cumsum([len(of_track) for of_track in pieces])[:-1]
    parts = zip(np.split(values, ends), np.split(known, ends), strict=True)
    return [x[has] for x, has in parts]


def _fit_sentences(
    tracks: Sequence[Track], embedded: Embedded, config: Config, zeros: Zeros = np.zeros
) -> FittedText:
    assert embedded is not None
    if not any(len(x) for x in embedded):
        nothing = np.zeros((len(tracks), 1, 1), np.float32)
        absent = Observations(values=nothing, mask=np.zeros((len(tracks), 1), bool))
        return FittedText(observations=absent, flat=nothing[:, 0], state={})
    whitening = Whitening.fit(embedded)
    return FittedText(
        observations=whitening.transform(embedded, zeros),
        flat=whitening.flat(embedded, zeros),
        state={"encoder": open_encoder().name, "whitening": whitening.state()},
    )


def _apply_sentences(
    tracks: Sequence[Track], embedded: Embedded, config: Config, state: Mapping[str, Any]
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


Fit = Callable[[Sequence[Track], Embedded, Config, Zeros], FittedText]
Apply = Callable[[Sequence[Track], Embedded, Config, Mapping[str, Any]], Observations]
TEXT_ENCODERS: Mapping[str, tuple[Fit, Apply]] = {
    "tfidf": (_fit_tfidf, _apply_tfidf),
    "sentences": (_fit_sentences, _apply_sentences),
}
