"""Finding the audio file that a path in a metadata table means.

Paths are only compared with those of the files that were found in the folders the user named;
nothing is opened, so that no path can lead elsewhere.
"""

from __future__ import annotations

import functools
import os
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from songatlas.library.names import as_utf8, composed
from songatlas.library.titles import loose_keys
from songatlas.text import title_key, unaccented

_QUOTED = re.compile(r"b?([\"'])(.+)\1")  # as Python writes bytes and texts
_WEB = re.compile(r"https?://", re.IGNORECASE)
_VIDEO = re.compile(r"\S.*\[([\w-]{11})\]")  # Title [its id]
_EXTENSION = re.compile(r"(?<=[^.])\.\w{1,5}$")


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
        self._files = list(files)
        self._tracks_of = functools.lru_cache(maxsize=1 << 10)(_tracks_of)
        self._tracks: dict[str, set[str]] = {}
        for source, track in self._files:
            for key in {str(source), source.name}:
                self._tracks.setdefault(key, set()).add(track)
                self._tracks.setdefault(composed(key), set()).add(track)

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

    def find_end(self, text: str) -> tuple[frozenset[str], int]:
        r"""Track paths with the longest end in common with `text`, and its number of parts.

        For paths of another machine: whatever the case, the extension, the zeros before a number
        and the accents of the name; of several names of one length the closest counts. Of a URL
        the escapes are undone.

        Examples
        --------
        >>> files = [(Path("/m/a/007.mp3"), "a/007.mp3"), (Path("/m/b/007.mp3"), "b/007.mp3")]
        >>> index = PathIndex(files, bases=[], spellings=[])
        >>> index.find_end(r"D:\Songs\A\7.flac")
        (frozenset({'a/007.mp3'}), 2)
        """
        best: dict[tuple[int, int], dict[_End, None]] = {}
        for spelling in _spellings(text):
            *folders, name = spelling or ["\0"]
            wanted = [_folder_key(folder) for folder in reversed(folders)]
            for form, key in _forms(name, bare=True):
                if (form, key) in self._by_name:
                    end = self._by_name[form, key].furthest(wanted)
                    best.setdefault((end.n_parts, -form), {})[end] = None
        if not best:
            return frozenset(), 0
        longest = max(best)
        return self._tracks_of(*best[longest]), longest[0]

    @functools.cached_property
    def _by_name(self) -> dict[tuple[int, str], _End]:
        """The files by every form of their names."""
        names: dict[tuple[int, str], list[tuple[Path, str]]] = {}
        for source, track in self._files:
            for form in set(_forms(as_utf8(source.name), bare=False)):
                names.setdefault(form, []).append((source, track))
        return {form: _End(files, 1) for form, files in names.items()}

    def _exact(self, key: str) -> set[str]:
        return self._tracks.get(key) or self._tracks.get(composed(key), set())

    def _candidates(self, text: str) -> list[str]:
        """Absolute paths that `text` may mean, ``..`` resolved by name only."""
        paths = [os.path.normpath(Path(base, text)) for base in self._bases]
        for path in tuple(paths):
            for name, real in self._spellings:
                if path.startswith(name + os.sep):
                    paths.append(real + path[len(name) :])
        return paths


class _End:
    """Files whose paths have their last parts in common.

    Divided by the folder before only where somebody asks: thousands of files may be a *01.mp3*.

    Parameters
    ----------
    files
        Pairs of a real path and the track path that it stands for.
    n_parts
        How many parts they have in common.
    """

    def __init__(self, files: Sequence[tuple[Path, str]], n_parts: int) -> None:
        self._files = files
        self.n_parts = n_parts

    @functools.cached_property
    def tracks(self) -> frozenset[str]:
        """Track paths of all of them."""
        return frozenset(track for _, track in self._files)

    @functools.cached_property
    def _longer(self) -> dict[str, _End]:
        """The same files by the key of the folder before."""
        by_folder: dict[str, list[tuple[Path, str]]] = {}
        for source, track in self._files:
            folders = source.parts[: -self.n_parts]
            if folders:
                key = _folder_key(as_utf8(folders[-1]))
                by_folder.setdefault(key, []).append((source, track))
        return {key: _End(files, self.n_parts + 1) for key, files in by_folder.items()}

    def furthest(self, folders: Iterable[str]) -> _End:
        """Those of them that have the most of `folders`, keys from the nearest up, in common."""
        end = self
        for folder in folders:
            if folder not in end._longer:
                break
            end = end._longer[folder]
        return end


def _tracks_of(*ends: _End) -> frozenset[str]:
    """Track paths of all of them: of one its own, for thousands of rows may ask."""
    return ends[0].tracks.union(*(end.tracks for end in ends[1:])) if ends[1:] else ends[0].tracks


def _spellings(text: str) -> Iterator[list[str]]:
    """Parts of the path that `text` may be: as it stands, a URL, of Windows, of an old Mac."""
    if quoted := _QUOTED.fullmatch(text):
        text = quoted[2]
    if _WEB.match(text):
        text = text.partition("?")[0].partition("#")[0]
    whole = [text.replace("\\", "/")]
    if "%" in text:
        unescaped = urllib.parse.unquote(whole[0], errors="surrogateescape")
        whole = [unescaped] if text.casefold().startswith("file:") else [*whole, unescaped]
    if ":" in text and "/" not in whole[0]:
        whole.append(text.replace(":", "/"))
    for path in whole:
        yield [part for part in path.split("/") if part not in ("", ".", "..")]


def _forms(name: str, *, bare: bool) -> Iterator[tuple[int, str]]:
    """How close each key of a file's name is to it, and the key.

    Parameters
    ----------
    bare
        Whether it may have no extension, and a dot be part of it.
    """
    folded = composed(name).casefold()
    yield 0, folded
    stems = {_EXTENSION.sub("", folded)} | ({folded} if bare else set())
    for stem in stems:
        yield 1, stem
        if not bare and (video := _VIDEO.fullmatch(stem)):
            yield 3, title_key(video[1])
        if stem.isdecimal():
            yield 2, str(int(stem)) if len(stem) < 40 else stem
        for key in {title_key(stem), *loose_keys(stem)} - {""}:
            yield 3, key


@functools.lru_cache(maxsize=1 << 12)
def _folder_key(name: str) -> str:
    return title_key(unaccented(name)) or name
