"""The text tower of an ear: words in the space of its embeddings, so that they can be compared.

``tokenizers`` of Hugging Face is imported here alone (``songatlas[search]``).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from songatlas.errors import ModelError
from songatlas.features.embedding.output import pooled
from songatlas.features.embedding.session import Session, said
from songatlas.store.regular_file import open_regular
from songatlas.types import FloatArray, IntArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NEEDS_EXTRA = (
    "Search by a text tower needs tokenizers, which is not installed: "
    "python -m pip install 'songatlas[search]'"
)
_MOST_BYTES = 2**27  # of a tokenizer; that of XLM-RoBERTa has 17 MB
_FITS = "the tokens must fit, by 'text.max_length' and 'text.pad_id'"


@dataclass(frozen=True, kw_only=True)
class TextTower:
    """A second network, which makes of words what the ear makes of sound.

    Parameters
    ----------
    file, tokenizer
        The ONNX file and the ``tokenizer.json``; once read, their paths.
    output, output_axes
        As those of the ear.
    input_ids, attention_mask
        Names of the inputs, (1, n_tokens) both; an empty one is not given.
    max_length
        Tokens at most, special ones included.
    pad_id
        Token that fills up to `max_length`, with a mask of 0; −1 fills up nothing.
    """

    file: str
    tokenizer: str
    output: str
    output_axes: tuple[str, ...] = ()
    input_ids: str = "input_ids"
    attention_mask: str = "attention_mask"
    max_length: int = 77
    pad_id: int = -1


def has_tokenizers() -> bool:
    """Whether tokenizers is installed."""
    return find_spec("tokenizers") is not None


def embed_words(tower: TextTower, words: str) -> FloatArray:
    """Embedding of some words, (n_features,) float32, as the network gives it.

    Raises
    ------
    ModelError
        Without tokenizers or onnxruntime, and when one of the files cannot be used.
    """
    ids, mask = tokens(tower, words)
    session = Session(Path(tower.file), tower.file, fits=_FITS)
    given = {tower.attention_mask: mask[None].tolist()} if tower.attention_mask else {}
    (answer,) = session.answers(
        ids[None, None], [tower.output], name=tower.input_ids, constants=given
    )
    called = f"The output {tower.output!r} of {tower.file}"
    values = pooled(answer[0], tower.output_axes, (), name=called)
    if not np.isfinite(values).all():
        raise ModelError(f"{called} must be finite numbers. Of {words[:40]!r} it makes others.")
    return values


def tokens(tower: TextTower, words: str) -> tuple[IntArray, IntArray]:
    """Tokens of some words and their mask, (n_tokens,) int64 each.

    Raises
    ------
    ModelError
        Without tokenizers, and when the file is no tokenizer or makes no token.
    """
    if not has_tokenizers():
        raise ModelError(NEEDS_EXTRA)
    tokenizer = _tokenizer(Path(tower.tokenizer))
    try:
        tokenizer.no_padding()
        tokenizer.enable_truncation(tower.max_length)
        ids = np.array(tokenizer.encode(words).ids, np.int64)
    except Exception as error:  # it raises nothing narrower
        raise ModelError(f"{tower.tokenizer} cannot read {words[:40]!r}: {said(error)}") from error
    if not len(ids):
        raise ModelError(
            f"{tower.tokenizer} must make at least one token of {words[:40]!r}. Got none."
        )
    mask = np.ones(len(ids), np.int64)
    if tower.pad_id >= 0:
        behind = (0, max(tower.max_length - len(ids), 0))
        return np.pad(ids, behind, constant_values=tower.pad_id), np.pad(mask, behind)
    return ids, mask


def _tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    with open_regular(path) as stream:
        data = stream.read(_MOST_BYTES + 1)
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError(f"it has more than {_MOST_BYTES // 2**20} MB")
        return Tokenizer.from_buffer(data)
    except Exception as error:  # it raises nothing narrower
        raise ModelError(
            f"{path} must be a tokenizer.json of Hugging Face's tokenizers. It is none: "
            f"{said(error)}"
        ) from error
