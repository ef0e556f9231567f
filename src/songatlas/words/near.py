"""Whom a cluster is near, where it is named after nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence

from songatlas.credits import artist_key, is_nobody, is_of_various
from songatlas.types import Track

_TYPICAL = 15  # tracks that speak for the others
_MOST = 2
_MOSTLY = 0.5  # share of the tracks
_LARGE = 1 / 3  # share from which on an artist is said, whatever siblings have of them


def near(tracks: Sequence[Track]) -> tuple[str, ...]:
    """Its most typical artists, then tracks, albums and files, at most two of each.

    Parameters
    ----------
    tracks
        Of the cluster, the most typical first.

    Examples
    --------
    >>> from pathlib import Path
    >>> tracks = [Track(path=f"{x}.ogg", source=Path(), content_hash="", artist=x) for x in "abb"]
    >>> near(tracks)
    ('b and a', 'a.ogg and b.ogg')
    """
    return nears([tracks])[0]


def nears(
    groups: Sequence[Sequence[Track]], order: dict[frozenset[str], str] | None = None
) -> tuple[tuple[str, ...], ...]:
    """The same of siblings; first what tells them apart, then the rest.

    An artist of most tracks of all of them tells nothing, nor does a title that several have, as
    *I. Allegro*; an artist of less than a third is said of the one of which they made the greatest
    share. The same two are said in one order, and an artist as is commonest in all of them.

    Parameters
    ----------
    groups
        The tracks of every one, the most typical first.
    order
        How two have been said, which is filled.

    Examples
    --------
    >>> from pathlib import Path
    >>> groups = [[Track(path=f"{x}.ogg", source=Path(), content_hash="", artist="a", title=x)]
    ...           for x in "xy"]
    >>> nears(groups)
    (('“x”', 'x.ogg', 'a'), ('“y”', 'y.ogg', 'a'))
    """
    shares = [_shares(group) for group in groups]
    main = [{key for key, share in own.items() if share > _MOSTLY} for own in shares]
    of_all = set.intersection(*main) if len(groups) > 1 else set()
    most: dict[str, float] = {}  # share that an artist has where it is greatest
    for own in shares:
        most |= {key: max(share, most.get(key, 0.0)) for key, share in own.items()}
    titles = Counter(title for group in groups for title in {track.title for track in group})
    shared = {title for title, n in titles.items() if n > 1}
    credited = Counter(track.artist for group in groups for track in group)
    spelled = {artist_key(name): name for name, _ in reversed(credited.most_common())}
    order = {} if order is None else order
    found = []
    for group, own in zip(groups, shares, strict=True):
        others = {key for key, share in own.items() if share < min(most[key], _LARGE)}
        kinds = [*_kinds(group, spelled, of_all | others, shared), *_kinds(group, spelled)]
        said = [order.setdefault(frozenset(names), " and ".join(names)) for names in kinds if names]
        found.append(tuple(dict.fromkeys(said)))
    return tuple(found)


def _shares(tracks: Sequence[Track]) -> dict[str, float]:
    """Share of the tracks that each artist made, by key."""
    artists = Counter(artist_key(track.artist) for track in tracks if not is_nobody(track.artist))
    return {key: n / len(tracks) for key, n in artists.items()}


def _kinds(
    tracks: Sequence[Track],
    spelled: Mapping[str, str],
    makers: Container[str] = (),
    titles: Container[str] = (),
) -> list[list[str]]:
    """Artists, titles, albums and files of the most typical, at most two of each, but for some."""
    typical = tracks[:_TYPICAL]
    artists = Counter(
        artist_key(track.artist)
        for track in typical
        if not (is_nobody(track.artist) or is_of_various(track))
    )
    by_kind = (
        [spelled[key] for key, _ in artists.most_common() if key not in makers],
        [f"“{track.title}”" for track in typical if track.title and track.title not in titles],
        [f"“{track.album}”" for track in typical if track.album],
        [track.path.rpartition("/")[2] for track in typical],
    )
    return [list(dict.fromkeys(names))[:_MOST] for names in by_kind]
