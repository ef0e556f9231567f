"""Pretrained ears: networks that were trained on other music, as one more modality.

:data:`EMBEDDINGS` names those that songatlas can install; adding one is a file here and a row
there. Any other ONNX network is plugged in by a description, see
:mod:`songatlas.features.embedding.description`.
"""

from __future__ import annotations

from collections.abc import Mapping

from songatlas.features.embedding import musicnn
from songatlas.features.embedding.recipe import Recipe

EMBEDDINGS: Mapping[str, Recipe] = {
    "musicnn": musicnn.RECIPE,
}
