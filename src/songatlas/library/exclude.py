"""What is no music of the user's, or was told to be left out: bins, services, and globs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase, translate
from pathlib import PurePath

from songatlas.text import fold, some
from songatlas.toml import read_toml

_NAMES: dict[str, list[str]] = read_toml("library/walk.toml")
_SERVICE = re.compile("|".join(translate(name) for name in _NAMES["services"]))


class Exclusion:
    """Says of every file and folder whether it is left out, and afterwards what was.

    Parameters
    ----------
    globs
        With a ``/`` inside, from the folder of music; otherwise any name below it. ``**`` stands
        for folders, as many as there are, and with a ``/`` at the end only folders fit.

    Examples
    --------
    >>> left_out = Exclusion(["Audiobooks", "Jazz/**/*.mp3"])
    >>> folder, file = PurePath("a/audiobooks"), PurePath("Jazz/Live/1.mp3")
    >>> left_out(folder, folder=True), left_out(file, folder=False)
    (True, True)
    >>> [*left_out.notes()]
    ["--exclude left out 2 files and folders: 'Jazz/Live/1.mp3', 'a/audiobooks'."]
    """

    def __init__(self, globs: Sequence[str] = ()) -> None:
        self._globs = {glob: _parts(glob) for glob in globs}
        self._fitting: set[str] = set()
        self._excluded: set[str] = set()
        self._services: set[str] = set()

    @property
    def has_globs(self) -> bool:
        """Whether a file may be left out, not folders alone."""
        return bool(self._globs)

    def __call__(self, path: PurePath, *, folder: bool) -> bool:
        """Whether `path`, relative to the folder of music, is left out."""
        if folder and _is_service(path):
            self._services.add(path.as_posix())
            return True
        names = fold(path.as_posix()).split("/") if self._globs else []
        fitting = {
            glob
            for glob, parts in self._globs.items()
            if (folder or not glob.endswith("/")) and _fits(parts, names)
        }
        if fitting:
            self._fitting |= fitting
            self._excluded.add(path.as_posix())
        return bool(fitting)

    def notes(self) -> Iterator[str]:
        """One sentence each on bins and services, on what was excluded, and on globs in vain."""
        if n := len(self._services):
            folders = (
                "folder of a bin or service was" if n == 1 else "folders of bins or services were"
            )
            yield f"{n:,} {folders} left out: {_shown(self._services)}."
        if n := len(self._excluded):
            what = "file or folder" if n == 1 else "files and folders"
            yield f"--exclude left out {n:,} {what}: {_shown(self._excluded)}."
        for glob in self._globs.keys() - self._fitting:
            yield f"--exclude {glob!r} fits no file or folder."


def _is_service(path: PurePath) -> bool:
    at_the_top = len(path.parts) == 1 and path.name in _NAMES["bins_at_the_top"]
    return at_the_top or _SERVICE.match(path.name.casefold()) is not None


def _parts(glob: str) -> list[str]:
    parts = fold(glob).strip("/").removeprefix("./").split("/")
    return parts if "/" in glob.rstrip("/") else ["**", *parts]


def _fits(parts: Sequence[str], names: Sequence[str]) -> bool:
    if not parts or not names:
        return all(part == "**" for part in parts) and not names
    if parts[0] == "**":
        return _fits(parts[1:], names) or _fits(parts, names[1:])
    return fnmatchcase(names[0], parts[0]) and _fits(parts[1:], names[1:])


def _shown(paths: set[str]) -> str:
    return some([ascii(path) for path in sorted(paths)], 3)
