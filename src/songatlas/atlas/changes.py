"""What has changed in a music folder since a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.types import IntArray, Track


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Tracks then and now.

    Parameters
    ----------
    before
        For every track now, the row that it had, −1 if it had none. A file that was renamed or
        moved is the same track; one whose contents are others is not.
    replaced
        For every track now that had no row: the row of another content under the same path, −1
        for none.
    gone
        Rows of the tracks that are no longer there, neither by content nor by path.
    """

    before: tuple[int, ...]
    replaced: tuple[int, ...]
    gone: tuple[int, ...]

    @property
    def then(self) -> IntArray:
        """Row that every track of now had, or that its path had; −1 for none."""
        return np.asarray(np.maximum(np.array(self.before, int), np.array(self.replaced, int)))

    @property
    def n_new(self) -> int:
        """Tracks that were not there before."""
        return int((self.then < 0).sum())

    @property
    def n_changed(self) -> int:
        """Tracks whose file holds something else now."""
        return sum(other >= 0 for other in self.replaced)


def find_changes(then: Sequence[Track], now: Sequence[Track]) -> Changes:
    """Compare by content, then by path.

    Examples
    --------
    >>> from pathlib import Path
    >>> def track(path, content):
    ...     return Track(path=path, source=Path(path), content_hash=content)
    >>> then = [track("a", "1"), track("b", "2"), track("c", "3")]
    >>> find_changes(then, [track("a", "9"), track("d", "2"), track("e", "5")])
    Changes(before=(-1, 1, -1), replaced=(0, -1, -1), gone=(2,))
    """
    by_content = {track.content_hash: row for row, track in enumerate(then)}
    by_path = {track.path: row for row, track in enumerate(then)}
    before = [by_content.get(track.content_hash, -1) for track in now]
    left = {*range(len(then))} - {*before}
    replaced = [
        by_path.get(track.path, -1) if old < 0 and by_path.get(track.path, -1) in left else -1
        for track, old in zip(now, before, strict=True)
    ]
    return Changes(
        before=tuple(before), replaced=tuple(replaced), gone=tuple(sorted(left - {*replaced}))
    )


def find_renamed(then: Sequence[Track], now: Sequence[Track]) -> dict[str, str]:
    """Path now by path then, of the files that were renamed or moved.

    Examples
    --------
    >>> from pathlib import Path
    >>> def track(path, content):
    ...     return Track(path=path, source=Path(path), content_hash=content)
    >>> then = [track("a", "1"), track("b", "2"), track("c", "3")]
    >>> find_renamed(then, [track("b", "1"), track("d", "2"), track("c", "3")])
    {'a': 'b', 'b': 'd'}
    """
    path_then = {track.content_hash: track.path for track in then}
    pairs = {path_then.get(track.content_hash, track.path): track.path for track in now}
    return {old: new for old, new in pairs.items() if old != new}
