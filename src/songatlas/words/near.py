"""Whom a cluster is near, where it is named after nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from songatlas.credits import is_of_various
from songatlas.types import Track

_TYPICAL = 15  # tracks that speak for the others
_MOST = 2


def near(tracks: Sequence[Track]) -> tuple[str, ...]:
    """Its most typical artists, then tracks, then files, at most two of each.

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
    typical = tracks[:_TYPICAL]
    artists = Counter(
        track.artist for track in typical if track.artist and not is_of_various(track)
    )
    by_kind = (
        [name for name, _ in artists.most_common()],
        [f"“{track.title}”" for track in typical if track.title],
        [track.path.rpartition("/")[2] for track in typical],
    )
    said = (" and ".join(list(dict.fromkeys(names))[:_MOST]) for names in by_kind)
    return tuple(filter(None, said))
