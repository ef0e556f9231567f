"""Names that most of the tracks bear out: a genre of a few stands behind that of most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from songatlas.types import IntArray
from songatlas.types.atlas import Trait
from songatlas.words.evidence import Evidence
from songatlas.words.names import genre_of
from songatlas.words.parts import heard_shares

_MOST = 0.5  # share of the tracks


def borne_out(
    traits: Sequence[Trait], evidence: Evidence, rows: IntArray, everywhere: Mapping[str, float]
) -> tuple[Trait, ...]:
    """`traits` of some tracks, the genre of most before one that only a part of them is heard as.

    What sets a third of a region apart is no name for all of it: electronic music with some jazz,
    beside other electronic music, is not *Jazz*. Of the genres that at least half of the tracks are
    heard as, that which the collection has least of comes first. Nothing is added where the first
    genre is one of these, or a kind of one, as *alternative rock* is of *rock*.

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
    if first is None or first.here >= _MOST:
        return tuple(traits)
    of_most = [
        _as_trait(name, share, everywhere.get(name, 0.0))
        for name, share in heard_shares(evidence.of(rows)).items()
        if share >= _MOST
    ]
    of_most = [trait for trait in of_most if genre_of(trait)]
    kinds = {word for trait in of_most for word in genre_of(trait).split()}
    if not of_most or kinds & {*genre_of(first).split()}:
        return tuple(traits)
    return (max(of_most, key=lambda trait: trait.effect), *traits)


def _as_trait(name: str, here: float, elsewhere: float) -> Trait:
    return Trait(
        kind="tag",
        name=name,
        measure="tag",
        here=here,
        elsewhere=elsewhere,
        unit="share",
        effect=here - elsewhere,
        p=1.0,
    )
