"""The lyrics of a track: of its row, else its tags, else the files beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from songatlas.library.sidecars import Sidecars
from songatlas.text import quoted


class Lyrics:
    """Reads lyrics, and remembers which tracks only have a text that says there are none."""

    def __init__(self, sidecars: Sidecars) -> None:
        self._sidecars = sidecars
        self._absent: list[tuple[str, str]] = []

    def of(
        self, path: str, written: Sequence[str], *, sources: Sequence[Path], language: str = ""
    ) -> str:
        """The first of `written`, then of the sidecars of `sources`, of which something is sung.

        Parameters
        ----------
        path
            Of the track, for the note.
        written
            What its row and its tags say, empty where they say nothing.
        sources
            Its own file, and those with the same bytes.
        language
            Of the track, where known: sidecars in it are preferred.
        """
        beside = (self._sidecars.lyrics(source, language=language) for source in sources)
        said = ""
        for text in filter(None, chain(written, chain.from_iterable(beside))):
            from songatlas.library.sung import (
                sung,
            )  # compiles what a library without words can spare

            if words := sung(text):
                return words
            said = said or text.strip()
        if said:
            self._absent.append((path, said))
        return ""

    def notes(self, listed: Sequence[Path]) -> Iterator[str]:
        """What a person should know; `listed` are all files under the music folders."""
        yield from self._sidecars.notes(listed)
        if self._absent:
            path, said = self._absent[0]
            n = len(self._absent)
            yield (
                f"{n:,} {'track has' if n == 1 else 'tracks have'} a text instead of lyrics that "
                f"says there are none, such as {quoted(said)} of {quoted(path)}; "
                f"{'it counts' if n == 1 else 'they count'} as without lyrics."
            )
