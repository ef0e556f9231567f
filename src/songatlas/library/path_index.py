"""Finding the audio file that a path in a metadata table means.

Paths are only compared with those of the files that were found in the folders the user named;
nothing is opened, so that no path can lead elsewhere.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path


class PathIndex:
    """Track paths by every path that may stand for them.

    Parameters
    ----------
    files
        Pairs of a real path and the track path that it stands for.
    bases
        Folders that a relative path may start from.
    spellings
        Pairs of a folder as it is also called and the real one.

    Examples
    --------
    >>> files = [(Path("/music/a/x.mp3"), "a/x.mp3"), (Path("/music/b/x.mp3"), "b/x.mp3")]
    >>> index = PathIndex(files, bases=[Path("/music")], spellings=[])
    >>> sorted(index.find("a/x.mp3")), sorted(index.find("x.mp3"))
    (['a/x.mp3'], ['a/x.mp3', 'b/x.mp3'])
    """

    def __init__(
        self,
        files: Iterable[tuple[Path, str]],
        *,
        bases: Sequence[Path],
        spellings: Sequence[tuple[Path, Path]],
    ) -> None:
        self._bases = list(bases)
        self._spellings = [(str(name), str(real)) for name, real in spellings if name != real]
        self._tracks: dict[str, set[str]] = {}
        for source, track in files:
            for key in {str(source), source.name}:
                self._tracks.setdefault(key, set()).add(track)
                self._tracks.setdefault(_folded(key), set()).add(track)

    def find(self, text: str) -> set[str]:
        """Track paths that `text` may mean; empty when it means none of them.

        An absolute path is taken as it is, a relative one from every base; a bare file name that
        is none of these means every file of that name.
        """
        for spelling in dict.fromkeys((text, text.replace("\\", "/"))):
            found = {track for path in self._candidates(spelling) for track in self._exact(path)}
            found = found or self._exact(spelling)
            if found:
                return found
        return set()

    def _exact(self, key: str) -> set[str]:
        return self._tracks.get(key) or self._tracks.get(_folded(key), set())

    def _candidates(self, text: str) -> list[str]:
        """Absolute paths that `text` may mean, ``..`` resolved by name only."""
        paths = [os.path.normpath(Path(base, text)) for base in self._bases]
        for path in tuple(paths):
            for name, real in self._spellings:
                if path.startswith(name + os.sep):
                    paths.append(real + path[len(name) :])
        return paths


def _folded(text: str) -> str:
    """NFC, which file systems and people disagree about."""
    return unicodedata.normalize("NFC", text)
