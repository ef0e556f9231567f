"""Names that most of the tracks bear out: no language of some, no genre of a few alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from songatlas.types import IntArray
from songatlas.types.atlas import Trait
from songatlas.words.evidence import Evidence
from songatlas.words.names import MOSTLY, genre_of, said_of, share_trait, unsung, with_unsung
from songatlas.words.parts import heard_shares

_MOST = 0.5  # share of the tracks
_FAR = 0.25  # by which a genre is more special than the one that would be said first


def spoken(
    traits: Sequence[Trait], evidence: Evidence, rows: IntArray, among: IntArray
) -> tuple[Trait, ...]:
    """`traits` of some tracks, with what is to be said of those without lyrics.

    English songs and instrumental music are not *English*, though all that is known of them is, but
    *English & without lyrics*: where less than four of five tracks are known to be in it. Where
    four of five have no lyrics, and less than half of their siblings, *Without lyrics* is what they
    are beside songs in languages.

    Parameters
    ----------
    rows, among
        The tracks, and these with their siblings, as rows of `evidence`.
    """
    said = [evidence.languages[row] for row in rows.tolist()]
    told = [
        with_unsung(x) if x.kind == "language" and said.count(x.name) < MOSTLY * len(said) else x
        for x in traits
    ]
    here = _without_lyrics(evidence, rows)
    if here >= MOSTLY and len(others := np.setdiff1d(among, rows)):
        elsewhere = _without_lyrics(evidence, others)
        if elsewhere < _MOST:
            told.insert(0, unsung(here, elsewhere))
    return tuple(told)


def _without_lyrics(evidence: Evidence, rows: IntArray) -> float:
    """Share of some tracks."""
    silent = np.array([not evidence.languages[row] for row in rows.tolist()])
    return float((silent & ~evidence.vocabulary.present[rows]).mean())


def borne_out(
    traits: Sequence[Trait], evidence: Evidence, rows: IntArray, everywhere: Mapping[str, float]
) -> tuple[Trait, ...]:
    """`traits` of some tracks, before the first genre one that says better what most of them are.

    What sets a third of a region apart is no name for all of it: electronic music with some jazz,
    beside other electronic music, is not *Jazz*. A genre or mood of most that is told already comes
    first; else, of the genres that most are heard as, that which the collection has least of. So
    does one that sets them much further apart from the collection than the first does: death metal
    that is heard as techno, and other metal not, is no *Techno*. Nothing is added to a minor kind
    of what most are heard as, as *alternative rock* is of *rock*.

    Parameters
    ----------
    traits
        As :func:`songatlas.words.traits.find_traits` orders them.
    rows
        The tracks, as rows of `evidence`.
    everywhere
        Share of all tracks that are heard as each tag, of
        :func:`songatlas.words.parts.heard_shares`.

    Examples
    --------
    >>> import numpy as np
    >>> from songatlas.words.evidence import read_vocabulary
    >>> tags = np.array([[0.9, 0.8, 0.0], [0.9, 0.0, 0.0], [0.9, 0.0, 0.0], [0.0, 0.0, 0.9]])
    >>> evidence = Evidence(
    ...     scales=(), sound=np.zeros((4, 0)), tag_names=("electronic", "jazz", "folk"), tags=tags,
    ...     vocabulary=read_vocabulary([[]] * 4), languages=("",) * 4, genres=("",) * 4,
    ...     artists=("",) * 4)
    >>> jazz = Trait(kind="tag", name="jazz", measure="tag", here=0.33, elsewhere=0.0, unit="share",
    ...              effect=0.33, p=0.0)
    >>> found = borne_out([jazz], evidence, np.array([0, 1, 2]), heard_shares(evidence))
    >>> [trait.name for trait in found]
    ['electronic', 'jazz']
    """
    first = next(filter(genre_of, traits), None)
    if first is None:
        return tuple(traits)
    if first.here < _MOST:
        told = [x for x in traits if x.here >= _MOST and said_of(x)[0] in ("genre", "mood")]
        if told:
            return (*told, *(trait for trait in traits if trait not in told))
    of_most = [x for x in _heard(evidence, rows, everywhere) if x.here >= _MOST]
    if first.here >= _MOST:
        least = first.here - everywhere.get(first.name, 0.0) + _FAR
        of_most = [trait for trait in of_most if trait.effect >= least]
    elif any({*genre_of(trait).split()} & {*genre_of(first).split()} for trait in of_most):
        return tuple(traits)
    main = max(of_most, key=lambda trait: trait.effect, default=first)
    return (main, *(x for x in traits if (x.kind, x.name) != (main.kind, main.name)))


def _heard(evidence: Evidence, rows: IntArray, everywhere: Mapping[str, float]) -> list[Trait]:
    """Genres that some tracks are heard as, against all tracks."""
    shares = heard_shares(evidence.of(rows))
    found = [
        share_trait("tag", name, share, everywhere.get(name, 0.0)) for name, share in shares.items()
    ]
    return [trait for trait in found if genre_of(trait)]
