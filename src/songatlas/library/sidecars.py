"""Lyrics in a text file beside the audio.

Conventions
-----------
A file belongs to the audio whose name it has: ``NAME.lrc``, else ``NAME.mp3.lrc``, else with a
language, ``NAME.en.lrc``, each in the spelling of the audio before any other case. What lies beside
it comes before what lies in a folder ``Lyrics`` there; before both, times come before plain text.
Where the first says nothing the next is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from songatlas.library.charset import NotTextError, read_text
from songatlas.library.names import composed
from songatlas.library.notes import first_of
from songatlas.store.formats import claims_audio
from songatlas.text import compiled
from songatlas.text.languages import language_code
from songatlas.toml import read_toml

_BESIDE: dict[str, list[str]] = read_toml("library/sidecars.toml")
_EXTENSIONS = _BESIDE["extensions"]  # the first counts first
# Behind the name: its language, or what it is.
_LANGUAGE = (
    r"(?i)\.([a-z]{2,3})(?:[-_][a-z0-9]{2,4})?$|[\s._\-(\[（]+(?:"
    + "|".join(_BESIDE["words"])
    + r")[)\]）]?$"
)
_NO_LYRICS = "it is a log, a cue sheet or a list"


class Sidecars:
    """Reads the sidecars of some audio files, listing each folder once.

    Parameters
    ----------
    audio
        All files that may have sidecars; each of these belongs to the one that it fits best.
    """

    def __init__(self, audio: Iterable[Path]) -> None:
        self._names: dict[str, set[str]] = {}  # of the audio files in a folder
        for path in audio:
            folder, name = os.path.split(path)
            self._names.setdefault(folder, set()).add(name)
        self._owned: dict[str, dict[str, list[Path]]] = {}
        self._unused: dict[str, list[Path]] = {}
        self._taken: set[Path] = set()

    def lyrics(self, audio: Path, *, language: str = "") -> Iterator[str]:
        """What every sidecar of `audio` says, the best first; those in `language` are preferred.

        The text is as it was written: see :func:`songatlas.library.sung.sung`.
        """
        folder, name = os.path.split(audio)
        owned = self._files_of(folder).get(name, ())
        wanted = language_code(language)
        for path in sorted(owned, key=lambda path: _order(path, audio, wanted)):
            try:
                text = read_text(path)
                if "\0" in text:
                    raise NotTextError("it holds zero bytes")
                if path.suffix.lower() == ".txt":
                    from songatlas.library.paperwork import is_paperwork  # with many patterns

                    if is_paperwork(text):
                        raise NotTextError(_NO_LYRICS)
            except (OSError, NotTextError) as error:
                self._unused.setdefault(str(error), []).append(path)
                continue
            yield text

    def notes(self, listed: Iterable[Path]) -> Iterator[str]:
        """A sentence for every reason why sidecars are not used.

        Parameters
        ----------
        listed
            All files under the music folders, among which those are found that belong to no audio.
        """
        for reason, paths in self._unused.items():
            yield f"{first_of(paths)} not used as lyrics: {reason}."
        for folder in self._names:
            self._files_of(folder)
        lost = [path for path in listed if _is_of_lyrics(path) and path not in self._taken]
        if lost:
            yield (
                f"{first_of(lost)} not used as lyrics: no audio file has its name (NAME.lrc, "
                "NAME.en.lrc, NAME.mp3.lrc, beside it or in a folder Lyrics there), or it is of a "
                "kind that is not read (.krc, .qrc)."
            )

    def _files_of(self, folder: str) -> dict[str, list[Path]]:
        """Sidecars of every audio file in `folder`, by its name."""
        if folder not in self._owned:
            owned = self._owned[folder] = {}
            sidecars = [*_listed(Path(folder))]
            owners = _Owners(self._names.get(folder, ()) if sidecars else ())
            for path in sidecars:
                for name in owners.of(path.name):
                    owned.setdefault(name, []).append(path)
                    self._taken.add(path)
        return self._owned[folder]


class _Owners:
    """Audio files of one folder by whatever names their sidecars."""

    def __init__(self, names: Iterable[str]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._folded: dict[str, set[str]] = {}
        for name in names:
            for key in {composed(name), composed(PurePath(name).stem)}:
                self._exact.setdefault(key, set()).add(name)
                self._folded.setdefault(composed(key.casefold()), set()).add(name)

    def of(self, sidecar: str) -> set[str]:
        """Names of the audio files that it belongs to."""
        key = composed(PurePath(sidecar).stem)
        spoken = compiled(_LANGUAGE).sub("", key)
        forms = (key, _stem(key), spoken, _stem(spoken))
        found = [self._exact.get(form) for form in forms]
        found += [self._folded.get(composed(form.casefold())) for form in forms]
        return next(filter(None, found), set())


def _order(path: Path, audio: Path, wanted: str) -> tuple[int, bool, bool, bool, str]:
    """Key by which the sidecars of `audio` are sorted; `wanted` is the code of a language."""
    key, own = composed(path.stem), composed(audio.stem)
    said = compiled(_LANGUAGE).search(key) if len(key) > len(own) else None
    foreign = said is not None and language_code(said[1] or wanted) != wanted
    place = path.parent != audio.parent
    return _EXTENSIONS.index(path.suffix.lower()), place, foreign, key != own, path.name


def _is_of_lyrics(path: Path) -> bool:
    extension = _extension(path)
    if extension == ".txt":
        return any(name.casefold() in _BESIDE["folders"] for name in path.parts[-4:-1])
    return extension in _EXTENSIONS or extension in _BESIDE["unread"]


def _extension(path: str | Path) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122 - asked of every file


def _listed(folder: Path) -> Iterator[Path]:
    """Files that may be sidecars of what is in `folder`, by name, those in its folders last."""
    below = []
    for name in _children(folder):
        if _extension(name) in _EXTENSIONS:
            yield folder / name
        elif name.casefold() in _BESIDE["folders"]:
            below.append(folder / name)
    for lyrics in below:
        yield from (lyrics / name for name in _children(lyrics) if _extension(name) in _EXTENSIONS)


def _children(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names alone, of many files
    except OSError:  # a file named on its own, in a folder that cannot be listed, or no folder
        return []


def _stem(key: str) -> str:
    """`key` without the extension of an audio file."""
    return PurePath(key).stem if claims_audio(key) else key
