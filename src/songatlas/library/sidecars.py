"""Lyrics in a text file beside the audio: ``NAME.lrc``, else ``NAME.txt``."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePath

from songatlas.library.charset import NotTextError, decode
from songatlas.library.lrc import strip_times
from songatlas.library.names import as_utf8
from songatlas.store.regular_file import open_regular
from songatlas.text import clean, one_line

_EXTENSIONS = (".lrc", ".txt")  # the first wins
_MAX_BYTES = 1 << 20


class Sidecars:
    """Reads sidecars, listing each folder once.

    ``notes`` has a sentence for every sidecar that could not be used.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._folders: dict[Path, dict[str, Path]] = {}

    def lyrics(self, audio: Path) -> str:
        """Lyrics beside `audio` without times, empty when there are none."""
        if audio.parent not in self._folders:
            self._folders[audio.parent] = _list(audio.parent)
        path = self._folders[audio.parent].get(_stem(audio.name))
        if path is None:
            return ""
        try:
            with open_regular(path) as file:
                data = file.read(_MAX_BYTES + 1)
            if len(data) > _MAX_BYTES:
                raise NotTextError("it is larger than 1 MB")
            text, _ = decode(data)
        except (OSError, NotTextError) as error:
            self.notes.append(f"{one_line(str(path))} is not used as lyrics: {error}.")
            return ""
        return strip_times(clean(text))


def _list(folder: Path) -> dict[str, Path]:
    """Sidecar of every stem in `folder`."""
    try:
        names = sorted(child.name for child in folder.iterdir())
    except OSError:  # a file named on its own, in a folder that cannot be listed
        return {}
    found: dict[str, Path] = {}
    for extension in _EXTENSIONS:
        for name in names:
            if name.lower().endswith(extension):
                found.setdefault(_stem(name), folder / name)
    return found


def _stem(name: str) -> str:
    return unicodedata.normalize("NFC", as_utf8(PurePath(name).stem))
