"""What may be said of a node of the tree, so that none of its large parts contradicts the name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.types.atlas import Trait
from songatlas.words.evidence import Evidence, strongest_tags
from songatlas.words.names import genre_of

LARGE = 0.2  # share of a node's tracks from which on a part can contradict its name
_FEW = 1 / 3  # share of the tracks of a part below which it does


@dataclass(frozen=True, kw_only=True)
class Part:
    """A large part of a node.

    Parameters
    ----------
    traits
        Against its siblings.
    heard
        Share of its tracks that are heard as each tag; empty where nothing is known.
    """

    traits: Sequence[Trait]
    heard: Mapping[str, float]

    def contradicts(self, trait: Trait) -> bool:
        """Whether few of its tracks have the tag."""
        return self.heard.get(trait.name, 1.0) < _FEW


def heard_shares(evidence: Evidence) -> dict[str, float]:
    """Share of the tracks that are heard as each tag, by its name in small letters.

    Examples
    --------
    >>> from songatlas.words.evidence import read_vocabulary
    >>> tags = np.array([[0.9, 0.0], [0.9, 0.8], [np.nan, np.nan]])
    >>> heard_shares(Evidence(
    ...     scales=(), sound=np.zeros((3, 0)), tag_names=("Rock", "piano"), tags=tags,
    ...     vocabulary=read_vocabulary([[]] * 3), languages=("",) * 3, genres=("",) * 3,
    ...     artists=("",) * 3))
    {'rock': 1.0, 'piano': 0.5}
    """
    known = np.isfinite(evidence.tags).all(axis=1)
    if not known.any():
        return {}
    shares = strongest_tags(evidence.tags[known]).mean(axis=0).tolist()
    return {name.casefold(): x for name, x in zip(evidence.tag_names, shares, strict=True)}


def agreed(traits: Sequence[Trait], parts: Sequence[Part]) -> tuple[Trait, ...]:
    """`traits` of a node without the tags that a large part of it contradicts.

    Where no genre is left, the first of them is, and beside it those of the parts that contradict
    it: the node is of several kinds.

    Parameters
    ----------
    traits
        Against its siblings, as :func:`songatlas.words.traits.find_traits` orders them.
    parts
        The largest first; none for a leaf.

    Examples
    --------
    >>> def tag(name):
    ...     return Trait(kind="tag", name=name, measure="tag", here=0.6, elsewhere=0.1,
    ...                  unit="share", effect=0.5, p=0.0)
    >>> band = Part(traits=[tag("pop")], heard={"rock": 0.9, "guitar": 0.9})
    >>> strings = Part(traits=[tag("classical")], heard={"rock": 0.1, "guitar": 0.2})
    >>> [trait.name for trait in agreed([tag("guitar"), tag("rock")], [band, strings])]
    ['rock', 'classical']
    """
    denied = [
        trait
        for trait in traits
        if trait.kind == "tag" and any(part.contradicts(trait) for part in parts)
    ]
    left = [trait for trait in traits if trait not in denied]
    if any(map(genre_of, left)):
        return tuple(left)
    kept = next(filter(genre_of, denied), None)
    if kept is None:
        return tuple(left)
    others = (
        next((trait for trait in part.traits if genre_of(trait)), None)
        for part in parts
        if part.contradicts(kept)
    )
    beside = {trait.name: trait for trait in others if trait is not None}
    return (kept, *beside.values(), *left)
