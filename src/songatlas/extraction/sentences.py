"""Sentence embeddings of the lyrics of every track, from the cache where they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from songatlas.config import Config, require_one_of
from songatlas.extraction.workshop import Workshop
from songatlas.features.text.sentences import (
    EXTRACTOR_VERSION,
    embed_lyrics,
    open_encoder,
    require_encoder,
)
from songatlas.store.cache import CacheRow
from songatlas.types import FloatArray, Track


def check_encoder(config: Config) -> None:
    """Refuse an encoder that is none or not here, before any file is extracted.

    Raises
    ------
    ConfigError
        For a name that is no encoder.
    ModelError
        When the encoder is not installed.
    """
    if config.text.encoder == "tfidf":
        return
    from songatlas.features.text.encoders import TEXT_ENCODERS  # loads what most runs can spare

    require_one_of("text.encoder", config.text.encoder, TEXT_ENCODERS)
    if config.text.encoder == "sentences" and "text" in config.model.modalities:
        require_encoder()


def gather_sentences(
    tracks: Sequence[Track], config: Config, shop: Workshop
) -> list[FloatArray] | None:
    """Embedding of every piece of a track's lyrics; None where the settings ask for none.

    They are kept by the content of the cleaned lyrics, so that a text is read once wherever it
    stands.

    Returns
    -------
    (n_pieces, n_features) a track, without rows where it has no lyrics.

    Raises
    ------
    ModelError
        When the encoder is not installed.
    """
    if config.text.encoder != "sentences" or "text" not in config.model.modalities:
        return None
    from songatlas.features.text.clean import lyrics_of  # compiles what most runs can spare

    encoder = open_encoder()
    key = f"sentences-{EXTRACTOR_VERSION}-{encoder.name.replace(' ', '-')}"
    texts = list(lyrics_of(tracks, config))
    hashes = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
    wanted = {content: text for content, text in zip(hashes, texts, strict=True) if text}
    rows = {content: shop.cache.get(content, key) for content in wanted}
    found = {content: row.array for content, row in rows.items() if isinstance(row, CacheRow)}
    missing = {content: text for content, text in wanted.items() if content not in found}
    with shop.progress.stage("Reading lyrics", total=len(missing), unit="texts") as bar:
        for content, text in missing.items():
            found[content] = embed_lyrics(encoder, text)
            shop.cache.put(content, key, CacheRow(array=found[content], meta={}))
            bar.advance()
    n_features = next((x.shape[1] for x in found.values()), 1)
    nothing = np.zeros((0, n_features), np.float32)
    return [found.get(content, nothing) for content in hashes]
