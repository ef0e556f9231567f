"""What sets each cluster apart from the rest of the collection, beyond chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from songatlas.types import BoolArray, FloatArray, IntArray
from songatlas.types.atlas import Trait
from songatlas.words.effect import Differences, compare_shares, compare_values, holm
from songatlas.words.evidence import Evidence, strongest_tags
from songatlas.words.terms import LEAST_DIFFERENCE, can_matter, compare_terms

ALPHA = 0.01  # of each kind, corrected for everything that was tried of it
LEAST_DELTA = 0.3  # of Cliff's delta: a track here beats one elsewhere in 65 % of all pairs
MOST_TERMS = 8  # told of a cluster
_LEAST_ARTISTS = 2  # that use a term, where artists are known
_LEAST_KNOWN = 0.5  # of a cluster's tracks that have a language, or a genre, for one to be told


def find_traits(
    evidence: Evidence, labels: IntArray, n_clusters: int
) -> tuple[tuple[Trait, ...], ...]:
    """Traits of every cluster, kind by kind, the strongest first.

    Parameters
    ----------
    labels
        Shape (n_tracks,): cluster, −1 for none; those tracks are left out of every comparison.

    Returns
    -------
    tuple
        One tuple a cluster; empty where nothing is beyond chance.
    """
    kinds = (
        _sounds(evidence, labels, n_clusters),
        _tags(evidence, labels, n_clusters),
        _terms(evidence, labels, n_clusters),
        _texts("language", evidence.languages, labels, n_clusters),
        _texts("genre", evidence.genres, labels, n_clusters),
    )
    found: list[list[Trait]] = [[] for _ in range(n_clusters)]
    for of_kind in kinds:
        for number, trait in of_kind:
            found[number].append(trait)
    return tuple(tuple(traits) for traits in found)


Found = Iterator[tuple[int, Trait]]


def _sounds(evidence: Evidence, labels: IntArray, n_clusters: int) -> Found:
    differences = _corrected(compare_values(evidence.sound, labels, n_clusters))
    for k, j, told in _beyond_chance(differences, LEAST_DELTA, np.abs(differences.effect)):
        scale = evidence.scales[j]
        name = scale.high if told["effect"] > 0 else scale.low
        yield k, Trait(kind="sound", name=name, measure=scale.name, unit=scale.unit, **told)


def _tags(evidence: Evidence, labels: IntArray, n_clusters: int) -> Found:
    has = strongest_tags(evidence.tags)
    known = np.isfinite(evidence.tags).all(axis=1) & (labels >= 0)
    in_cluster = ((labels[:, None] == np.arange(n_clusters)) & known[:, None]).astype(np.int64)
    n_with = in_cluster.T @ has.astype(np.int64)
    differences = _corrected(_shares(n_with, in_cluster.sum(axis=0)))
    for k, j, told in _beyond_chance(differences, LEAST_DIFFERENCE, differences.effect):
        yield k, _share("tag", evidence.tag_names[j].casefold(), told)


def _terms(evidence: Evidence, labels: IntArray, n_clusters: int) -> Found:
    found = compare_terms(evidence.vocabulary, evidence.languages, labels, n_clusters)
    differences = _corrected(found.differences, can_matter(found.least_p, ALPHA))
    uses = evidence.vocabulary.uses.tocsc()
    n_told = [0] * n_clusters
    for k, j, told in _beyond_chance(differences, LEAST_DIFFERENCE, found.weight):
        column = found.terms[j]
        rows = uses.indices[uses.indptr[column] : uses.indptr[column + 1]]
        if n_told[k] < MOST_TERMS and _several_artists(rows[labels[rows] == k], evidence.artists):
            n_told[k] += 1
            yield k, _share("lyrics", evidence.vocabulary.terms[column], told)


def _texts(kind: str, texts: Sequence[str], labels: IntArray, n_clusters: int) -> Found:
    # Counted, not compared: every track of a large collection may have a genre of its own.
    values = sorted({*texts} - {""})
    number = {value: j for j, value in enumerate(values)}
    codes = np.array([number.get(text, -1) for text in texts], int)
    known = (labels >= 0) & (codes >= 0)
    n_with = np.zeros((n_clusters, len(values)), np.int64)
    np.add.at(n_with, (labels[known], codes[known]), 1)
    n_known, n_all = n_with.sum(axis=1), np.bincount(labels[labels >= 0], minlength=n_clusters)
    differences = _corrected(_shares(n_with, n_known))
    for k, j, told in _beyond_chance(differences, LEAST_DIFFERENCE, differences.effect):
        if n_known[k] >= _LEAST_KNOWN * n_all[k]:
            yield k, _share(kind, values[j], told)


def _share(kind: str, name: str, told: dict[str, float]) -> Trait:
    return Trait(kind=kind, name=name, measure=kind, unit="share", **told)


def _shares(n_with: IntArray, n_known: IntArray) -> Differences:
    """Shares among the tracks of which it is known.

    Parameters
    ----------
    n_with
        Shape (n_clusters, n_measures): tracks of the cluster that have it.
    n_known
        Shape (n_clusters,).
    """
    n_tracks = np.broadcast_to(n_known[:, None], n_with.shape)
    return compare_shares(
        n_with, n_tracks, n_with_all=n_with.sum(axis=0), n_all=n_tracks.sum(axis=0)
    )


def _corrected(differences: Differences, possible: BoolArray | None = None) -> Differences:
    """Holm's p for how many there are, or are possible; 1 for the others."""
    asked = np.ones(differences.p.shape, bool) if possible is None else possible
    p = np.ones_like(differences.p)
    p[asked] = holm(differences.p[asked])
    return replace(differences, p=p)


def _beyond_chance(
    found: Differences, least: float, strength: FloatArray
) -> Iterator[tuple[int, int, dict[str, float]]]:
    """Cluster, measure and the numbers of all that is told, the strongest of a cluster first."""
    pairs = np.argwhere((found.p <= ALPHA) & (np.abs(found.effect) >= least)).tolist()
    for k, j in sorted(pairs, key=lambda pair: (pair[0], -strength[tuple(pair)], pair[1])):
        yield k, j, {name: float(values[k, j]) for name, values in vars(found).items()}


def _several_artists(rows: IntArray, artists: Sequence[str]) -> bool:
    known = [artists[row] for row in rows if artists[row]]
    return len({*known}) >= _LEAST_ARTISTS or len(known) < len(rows)
