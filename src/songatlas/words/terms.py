"""Terms that are typical of the lyrics of a cluster, compared within one language.

A term is compared where it is at home: among the tracks of the language in which most tracks use
it. A cluster that simply is a language then has no typical terms, for lack of other tracks in that
language; its language says it.

References
----------
Grootendorst, M. (2022). BERTopic: Neural topic modeling with a class-based TF-IDF procedure.
arXiv:2203.05794; here a term counts once a track. Tarone, R. E. (1990). A modified Bonferroni
method for discrete data. Biometrics 46(2), 515-522.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from songatlas.types import BoolArray, FloatArray, IntArray
from songatlas.words.effect import Differences, compare_shares
from songatlas.words.evidence import Vocabulary

LEAST_TRACKS = 5  # of the collection that use a term, and of a cluster in its language
LEAST_SHARE = 0.25  # of a cluster's lyrics that are in the language of a term
LEAST_DIFFERENCE = 0.1  # of shares that is told
_MOST_TERMS = 20_000  # the most used


@dataclass(frozen=True, kw_only=True)
class TermDifferences:
    """Every term in every cluster.

    Parameters
    ----------
    terms
        Shape (n_terms,): columns of the vocabulary.
    differences
        Shape (n_clusters, n_terms); p is 1 where there is nothing to compare.
    least_p
        Shape (n_clusters, n_terms): the smallest p that could have come out, whatever the clusters.
    weight
        Shape (n_clusters, n_terms): class-based TF-IDF, greater for what is more typical.
    """

    terms: IntArray
    differences: Differences
    least_p: FloatArray
    weight: FloatArray


def compare_terms(
    vocabulary: Vocabulary, languages: Sequence[str], labels: IntArray, n_clusters: int
) -> TermDifferences:
    """Share of tracks that use each term, in each cluster and in the rest of the language.

    Parameters
    ----------
    languages
        One a track; empty counts as one more language.
    labels
        Shape (n_tracks,): −1 belongs to no cluster and is not compared.

    Examples
    --------
    >>> from songatlas.words.evidence import read_vocabulary
    >>> words = [["love", "sea"]] * 6 + [["love", "road"]] * 6
    >>> found = compare_terms(read_vocabulary(words), ["en"] * 12, np.repeat([0, 1], 6), 2)
    >>> found.terms.tolist(), found.differences.effect.tolist()
    ([0, 1, 2], [[0.0, -1.0, 1.0], [0.0, 1.0, -1.0]])
    """
    codes, home_of_track = np.unique(np.array(languages, object).astype(str), return_inverse=True)
    n_using = np.asarray(vocabulary.uses.sum(axis=0)).ravel()
    terms = np.flatnonzero(n_using >= LEAST_TRACKS)
    terms = np.sort(terms[np.argsort(-n_using[terms], kind="stable")[:_MOST_TERMS]])
    uses = vocabulary.uses[:, terms]
    counted = vocabulary.present & (labels >= 0)
    in_cluster = (labels[:, None] == np.arange(n_clusters)) & counted[:, None]  # (n_tracks, K)
    n_in_all = np.zeros((len(codes), n_clusters), np.int64)
    n_with = np.zeros((len(codes), n_clusters, len(terms)), np.int32)
    for number in range(len(codes)):
        speaks = home_of_track == number
        n_in_all[number] = in_cluster[speaks].sum(axis=0)
        n_with[number] = (uses[speaks].T @ in_cluster[speaks].astype(np.int64)).T
    home = n_with.sum(axis=1).argmax(axis=0)
    n_tracks = n_in_all[home].T  # (K, n_terms): lyrics in the language of the term
    using = n_with[home, :, np.arange(len(terms))].T  # (K, n_terms)
    n_all, using_all = n_tracks.sum(axis=0), using.sum(axis=0)
    found = compare_shares(
        using, n_tracks, n_with_all=using_all, n_all=n_all, least=LEAST_DIFFERENCE
    )
    speaking = n_tracks / np.maximum(in_cluster.sum(axis=0)[:, None], 1)
    fair = (n_tracks >= LEAST_TRACKS) & (n_all - n_tracks >= LEAST_TRACKS)
    fair &= speaking >= LEAST_SHARE
    return TermDifferences(
        terms=terms,
        differences=replace(found, p=np.where(fair, found.p, 1.0)),
        least_p=np.where(fair, _least_p(n_tracks, using_all, n_all), 1.0),
        weight=_class_tfidf(using),
    )


def can_matter(least_p: FloatArray, alpha: float) -> BoolArray:
    """Which comparisons can become significant at all; the others need no correction (Tarone).

    Decided by how often a term is used and how large the clusters are, never by the result.

    Examples
    --------
    >>> can_matter(np.array([0.001, 0.5, 0.004, 0.2]), 0.01).tolist()
    [True, False, True, False]
    """
    ordered = np.sort(least_p.ravel())
    factors = np.arange(1, len(ordered) + 2)
    enough = np.searchsorted(ordered, alpha / factors, side="right") <= factors
    return np.asarray(least_p <= alpha / factors[enough.argmax()])


def _least_p(n_tracks: IntArray, using: IntArray, n_all: IntArray) -> FloatArray:
    """Fisher's p where as many tracks of the cluster use the term as possibly could.

    The chance that all who use it are in a larger cluster, or that all of a smaller one use it.
    """
    fewer, more = np.minimum(using, n_tracks), np.maximum(using, n_tracks)
    # more! (all − fewer)! / (all! (more − fewer)!)
    logarithm = gammaln(more + 1) + gammaln(n_all - fewer + 1)
    logarithm -= gammaln(n_all + 1) + gammaln(more - fewer + 1)
    return np.asarray(np.exp(logarithm))


def _class_tfidf(using: IntArray) -> FloatArray:
    """Share of a cluster's uses that are of the term, times log(1 + average uses / uses)."""
    of_cluster = using.sum(axis=1, keepdims=True)
    idf = np.log1p(of_cluster.mean() / np.maximum(using.sum(axis=0), 1))
    return np.asarray(using / np.maximum(of_cluster, 1) * idf)
