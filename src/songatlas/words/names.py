"""Names of clusters, made from their traits.

Language, instruments and voices, sound and lyrics, in this order: ``"German · guitar & female voice
· fast & bright · liebe, herz"``. Genres are never in a name: the clusters are judged against them,
and a name must not anticipate the verdict. So of a pretrained ear's tags only those that name an
instrument, a voice or a mood are, which most of the tracks have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from songatlas.types.atlas import Trait
from songatlas.words.languages import SOUNDING, language_name

_USUAL = 2  # words of a kind
_MOST = 5
_IS_LANGUAGE = 0.6  # share of the tracks in a language from which on the name says it
_IS_HEARD = 0.5  # the same for an instrument or a voice


def name_clusters(traits: Sequence[Sequence[Trait]]) -> tuple[str, ...]:
    """One name a cluster, all different.

    Two that would be alike are told more of, and numbered if that does not help. A cluster without
    traits is ``"Cluster 3"``.

    Parameters
    ----------
    traits
        Of every cluster, in the order of their numbers.

    Examples
    --------
    >>> def trait(kind, name, here=0.9):
    ...     return Trait(kind=kind, name=name, measure=kind, here=here, elsewhere=0.0, unit="",
    ...                  effect=0.9, p=0.0)
    >>> name_clusters([
    ...     [trait("sound", "fast"), trait("sound", "bright"), trait("lyrics", "liebe")],
    ...     [trait("language", "de"), trait("genre", "rock")], []])
    ('Fast & bright · liebe', 'German', 'Cluster 2')
    """
    names = [_name(of_cluster, _USUAL) for of_cluster in traits]
    for most in range(_USUAL + 1, _MOST + 1):
        counts = Counter(names)
        names = [
            _name(of_cluster, most) if name and counts[name] > 1 else name
            for name, of_cluster in zip(names, traits, strict=True)
        ]
    counts = Counter(names)
    named = [name or f"Cluster {number}" for number, name in enumerate(names)]
    return tuple(
        f"{name} ({number})" if counts[name] > 1 else name for number, name in enumerate(named)
    )


def _name(traits: Sequence[Trait], most: int) -> str:
    """Name of a cluster from at most so many traits a kind; empty without any."""
    of_kind: dict[str, list[Trait]] = {}
    for trait in traits:
        of_kind.setdefault(trait.kind, []).append(trait)
    languages = [
        language_name(trait.name)
        for trait in of_kind.get("language", [])
        if trait.here >= _IS_LANGUAGE
    ]
    heard = [
        trait.name
        for trait in of_kind.get("tag", [])
        if trait.name in SOUNDING and trait.here >= _IS_HEARD
    ]
    parts = [
        ", ".join(languages[:1]),
        " & ".join(heard[:most]),
        " & ".join(trait.name for trait in of_kind.get("sound", [])[:most]),
        ", ".join(trait.name for trait in of_kind.get("lyrics", [])[:most]),
    ]
    name = " · ".join(part for part in parts if part)
    return name[:1].upper() + name[1:]
