"""How well the traits of a cluster fit each of its tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from songatlas.types import FloatArray, IntArray
from songatlas.types.atlas import Trait
from songatlas.words.evidence import Evidence, strongest_tags
from songatlas.words.sentence import amount, trait_words

_HALF = 0.5


def typical_and_atypical(
    evidence: Evidence, labels: IntArray, traits: Sequence[Sequence[Trait]]
) -> tuple[tuple[str, str], ...]:
    """The trait that fits each track best, and the one that fits it least, in a few words.

    Of what is measured, a trait fits by the share of the collection that has less of it; of the
    rest it fits or not. What fits counts by its effect, and what most of the cluster lacks is not
    missed in a track.

    Parameters
    ----------
    traits
        Of every cluster, in the order of their numbers.

    Returns
    -------
    tuple
        (typical, atypical) a track, each empty where no trait is.
    """
    told = [("", "")] * len(labels)
    ranks = _ranks(evidence.sound)
    for number, of_cluster in enumerate(traits):
        rows = np.flatnonzero(labels == number)
        if not of_cluster or not len(rows):
            continue
        fits = np.stack([_fit(evidence, ranks, trait, rows) for trait in of_cluster], axis=1)
        effect = np.array([abs(trait.effect) for trait in of_cluster])
        usual = np.array([trait.unit != "share" or trait.here > _HALF for trait in of_cluster])
        for_it = np.where(fits >= _HALF, fits * effect, 0.0)
        against = np.where(fits < _HALF, (1.0 - fits) * effect * usual, 0.0)
        best, worst = for_it.argmax(axis=1), against.argmax(axis=1)
        for i, row in enumerate(rows.tolist()):
            fitting, missing = of_cluster[best[i]], of_cluster[worst[i]]
            told[row] = (
                _say(evidence, fitting, row) if for_it[i, best[i]] > 0 else "",
                _deny(evidence, missing, row) if against[i, worst[i]] > 0 else "",
            )
    return tuple(told)


def _ranks(sound: FloatArray) -> FloatArray:
    """Share of the tracks that have less of each measure, ties counted half; NaN where unknown."""
    known = np.isfinite(sound)
    ranks = stats.rankdata(np.where(known, sound, np.nan), axis=0, nan_policy="omit")
    return np.asarray((ranks - 0.5) / np.maximum(known.sum(axis=0), 1))


def _fit(evidence: Evidence, ranks: FloatArray, trait: Trait, rows: IntArray) -> FloatArray:
    """In [0, 1] for each of `rows`; NaN, which is neither for nor against, where unknown."""
    if trait.kind == "sound":
        rank = ranks[rows, _column(evidence, trait)]
        return np.asarray(rank if trait.effect > 0 else 1.0 - rank)
    if trait.kind == "tag":
        column = [name.casefold() for name in evidence.tag_names].index(trait.name)
        has, known = strongest_tags(evidence.tags[rows])[:, column], evidence.tags[rows, column]
        return np.where(np.isfinite(known), has, np.nan)
    if trait.kind == "lyrics":
        vocabulary = evidence.vocabulary
        # none where no track uses it any more: traits of an updated run are those of its training
        columns = [i for i, term in enumerate(vocabulary.terms) if term == trait.name]
        uses = vocabulary.uses[rows][:, columns].toarray().sum(axis=1)
        return np.where(vocabulary.present[rows], uses, np.nan)
    texts = evidence.languages if trait.kind == "language" else evidence.genres
    return np.array([float(texts[row] == trait.name) if texts[row] else np.nan for row in rows])


def _column(evidence: Evidence, trait: Trait) -> int:
    return [scale.name for scale in evidence.scales].index(trait.measure)


def _say(evidence: Evidence, trait: Trait, row: int) -> str:
    if trait.kind != "sound":
        return f"{_PREFIXES.get(trait.kind, '')}{trait_words(trait)}"
    column = _column(evidence, trait)
    scale = evidence.scales[column]
    return f"{trait.name} ({amount(evidence.sound[row, column], scale.unit, scale.digits)})"


_PREFIXES: Mapping[str, str] = {"tag": "heard as ", "genre": "genre "}
_DENIALS: Mapping[str, str] = {"lyrics": "without ", "genre": "genre not ", "tag": "not heard as "}


def _deny(evidence: Evidence, trait: Trait, row: int) -> str:
    said = trait_words(trait) if trait.kind in _DENIALS else _say(evidence, trait, row)
    return f"{_DENIALS.get(trait.kind, 'not ')}{said}"
