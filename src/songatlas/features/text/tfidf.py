"""TF-IDF of lyrics, compressed to principal components.

References
----------
Salton & Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing
& Management 24(5), 1988. Deerwester et al., "Indexing by latent semantic analysis", JASIS 41(6),
1990.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.config.stages import TextConfig
from songatlas.distances import blocks
from songatlas.features.text.tokens import TOKENIZERS
from songatlas.threads import single_thread
from songatlas.types import BoolArray, FloatArray

Words = list[str]
_MAX_DENSE = 1000  # texts
_BLOCK = 20_000  # texts whose words are held at once
_NEGLIGIBLE = 1e-6  # of the size of all weights


@dataclass(frozen=True, kw_only=True)
class TfidfComponents:
    """Vocabulary, weights and components learned from one collection's lyrics.

    Parameters
    ----------
    vocabulary
        Terms in the order of the columns, at most ``max_features``.
    idf
        Shape (n_terms,): smoothed inverse document frequency.
    components
        Shape (n_components, n_terms). Fewer rows than asked for where the collection has less.
    offset, scale
        Shape (n_components,): subtracted from, then divided into the components.
    """

    config: TextConfig
    vocabulary: tuple[str, ...]
    idf: FloatArray
    components: FloatArray
    offset: FloatArray
    scale: FloatArray

    def transform(self, texts: Sequence[str]) -> tuple[FloatArray, BoolArray]:
        """Place `texts` in the learned space.

        Returns
        -------
        values
            Shape (n_texts, config.n_components), float32. Columns beyond the components that the
            collection supports are zero.
        known
            Shape (n_texts,): False where a text has no word of the vocabulary, so that nothing
            is known about it.
        """
        values = np.zeros((len(texts), self.config.n_components), np.float32)
        if not self.vocabulary:
            return values, np.zeros(len(texts), bool)
        known = np.zeros(len(texts), bool)
        for part in blocks(len(texts), _BLOCK):
            words = [_words(text, self.config) for text in texts[part]]
            weights = _weigh(_count(words, self.vocabulary), self.config, self.idf)
            scores = (weights @ self.components.T - self.offset) / self.scale
            values[part, : scores.shape[1]] = scores
            known[part] = np.diff(weights.indptr) > 0
        return values, known

    def state(self) -> dict[str, Any]:
        """Arrays and JSON-able values from which :meth:`from_state` makes an equal value."""
        state = vars(self) | {"vocabulary": list(self.vocabulary)}
        del state["config"]
        return state

    @classmethod
    def from_state(cls, config: TextConfig, state: Mapping[str, Any]) -> TfidfComponents:
        """Inverse of :meth:`state`."""
        arrays = {name: np.asarray(value) for name, value in state.items() if name != "vocabulary"}
        return cls(config=config, vocabulary=tuple(state["vocabulary"]), **arrays)


def fit_tfidf(texts: Sequence[str], config: TextConfig, *, random_state: int) -> TfidfComponents:
    """Learn :class:`TfidfComponents` from the tracks that have lyrics.

    Parameters
    ----------
    texts
        Cleaned lyrics, one a track; tracks without lyrics must be left out.
    random_state
        Seed of the truncated decomposition.

    Examples
    --------
    >>> texts = ["blue sea", "blue sky", "green sea", "green field"] * 3
    >>> fitted = fit_tfidf(texts, TextConfig(n_components=2), random_state=0)
    >>> values, known = fitted.transform([*texts, "words never seen"])
    >>> values.shape, bool(known[0]), bool(known[-1])
    ((13, 2), True, False)
    """
    same: dict[str, str] = {}  # the words of many texts take gigabytes, the different ones do not
    words = [[same.setdefault(word, word) for word in _words(text, config)] for text in texts]
    vocabulary = _choose_vocabulary(words, config)
    counts = _count(words, vocabulary)
    del words
    frequency = np.asarray(counts.astype(bool).sum(axis=0)).ravel()
    idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
    weights = _weigh(counts, config, idf)
    n_components = min(config.n_components, len(texts) - 1, len(vocabulary) - 1)
    if n_components < 1:
        return _nothing(config)
    mean = np.asarray(weights.mean(axis=0)).ravel()
    components = _principal_directions(weights, mean, n_components, random_state)
    if not len(components):  # all say the same
        return _nothing(config)
    offset = components @ mean
    scores = weights @ components.T - offset
    # One scale for all keeps a strong component strong; a scale each (whitening) does not.
    variance = (scores**2).mean(axis=0)
    scale = np.sqrt(variance if config.whiten else np.full_like(variance, variance.mean()))
    return TfidfComponents(
        config=config,
        vocabulary=vocabulary,
        idf=idf,
        components=components,
        offset=offset,
        scale=np.where(scale > 1e-12, scale, 1.0),
    )


def _nothing(config: TextConfig) -> TfidfComponents:
    none = np.zeros(0)
    return TfidfComponents(
        config=config, vocabulary=(), idf=none, components=np.zeros((0, 0)), offset=none, scale=none
    )


def _principal_directions(
    weights: Any, mean: FloatArray, n_components: int, random_state: int
) -> FloatArray:
    """Directions of greatest variance, (at most n_components, n_terms), by decreasing variance.

    Signs are chosen so that the largest weight of each is positive. A direction without variance
    could be any, differently in every run, and is left out.
    """
    with single_thread():
        if weights.shape[0] <= _MAX_DENSE:
            strength, directions = _by_texts(weights, mean)
        else:
            strength, directions = _by_iteration(weights, mean, n_components, random_state)
    order = np.argsort(-strength, kind="stable")[:n_components]
    least = _NEGLIGIBLE * np.sqrt((weights.data**2).sum())
    directions = directions[order[strength[order] > least]]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    return np.asarray(directions * signs[:, None])


def _by_texts(weights: Any, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Singular values and right singular vectors from the products of all pairs of texts."""
    of_mean = np.asarray(weights @ mean)
    products = (weights @ weights.T).toarray() - of_mean[:, None] - of_mean + mean @ mean
    squares, vectors = np.linalg.eigh(products)
    strength = np.sqrt(np.maximum(squares, 0.0))
    loadings = np.asarray(weights.T @ vectors) - np.outer(mean, vectors.sum(axis=0))
    return strength, (loadings / np.where(strength > 0, strength, 1.0)).T


def _by_iteration(
    weights: Any, mean: FloatArray, n_components: int, random_state: int
) -> tuple[FloatArray, FloatArray]:
    """The same without a dense matrix, for many texts; only the strongest."""
    from scipy.sparse.linalg import LinearOperator, svds

    centred = LinearOperator(
        weights.shape,
        matvec=lambda v: weights @ v.ravel() - mean @ v.ravel(),
        rmatvec=lambda u: weights.T @ u.ravel() - mean * u.sum(),
        dtype=np.float64,
    )
    start = np.random.default_rng(random_state).standard_normal(min(weights.shape))
    _, strength, directions = svds(centred, k=n_components, v0=start)
    return strength, directions


def _words(text: str, config: TextConfig) -> list[str]:
    words = TOKENIZERS[config.tokens](text)
    if config.stop_words == "english":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        words = [word for word in words if word not in ENGLISH_STOP_WORDS]
    return words


def _choose_vocabulary(words: Sequence[Words], config: TextConfig) -> tuple[str, ...]:
    """The most frequent terms among those in enough, but not in too many, texts."""
    in_texts: Counter[str] = Counter()
    in_all: Counter[str] = Counter()
    for text in words:
        counted = Counter(text)
        in_texts.update(counted.keys())
        in_all.update(counted)
    most = config.max_df * len(words)
    kept = [word for word, n in in_texts.items() if config.min_df <= n <= most]
    kept.sort(key=lambda word: (-in_all[word], word))
    return tuple(sorted(kept[: config.max_features]))


def _count(words: Sequence[Words], vocabulary: Sequence[str]) -> Any:
    """Term counts, shape (n_texts, n_terms)."""
    import scipy.sparse as sp

    column = {word: i for i, word in enumerate(vocabulary)}
    columns, lengths = array("i"), np.zeros(len(words), np.intp)
    for row, text in enumerate(words):
        found = [column[word] for word in text if word in column]
        columns.extend(found)
        lengths[row] = len(found)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    given = np.ones(len(columns)), np.array(columns, np.int32), ends
    counts = sp.csr_matrix(given, (len(words), len(vocabulary)))
    counts.sum_duplicates()
    return counts


def _weigh(counts: Any, config: TextConfig, idf: FloatArray) -> Any:
    """TF-IDF rows of unit length, shape (n_texts, n_terms), from term counts."""
    import scipy.sparse as sp

    if counts.nnz == 0:
        return counts
    weights = counts.copy()
    if config.sublinear_tf:
        weights.data = 1 + np.log(weights.data)
    weights.data *= idf[weights.indices]
    length = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
    return sp.diags(1 / np.where(length > 0, length, 1.0)) @ weights
