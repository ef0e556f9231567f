"""Every regular file under some folders, in an order that does not depend on the disk."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import SongatlasError
from songatlas.library.elsewhere import CONTROL, UNFINISHED, WHAT, elsewhere
from songatlas.library.exclude import Exclusion
from songatlas.library.names import display_path
from songatlas.library.notes import first_of
from songatlas.store.formats import claims_audio
from songatlas.types import Skip

_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
# "...Baby One More Time.mp3" and ".5 The Gray Chapter" are music; ".Trash" and "._x" are not.
# ":2e" is the dot of a name that Netatalk wrote.
_HIDDEN = re.compile(r"(?:\.|:2e)[^\W\d]")
_ONLINE = 0x401000 | 0x40000  # Windows' attributes: offline, recalled when opened or read
_DATALESS = 0x40000000  # macOS' flag


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A regular file that may be audio.

    ``path`` is its name in every table, ``source`` where it is, ``claimed`` whether its name (or
    the user, who named it) promises audio, ``stat`` that of the link's target for a link.
    """

    path: str
    source: Path
    claimed: bool
    stat: os.stat_result


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What :func:`walk` found.

    ``root`` is the common parent of all; ``spellings`` pairs each root as it was named with the
    real folder. ``entries`` and ``skipped`` are sorted by path; ``notes`` say what was left out.
    """

    root: Path
    spellings: tuple[tuple[Path, Path], ...]
    entries: tuple[Entry, ...]
    skipped: tuple[Skip, ...]
    notes: tuple[str, ...] = ()


def walk(roots: Sequence[Path], exclude: Sequence[str] = ()) -> Listing:
    """List the regular files under `roots`, following links but never in a circle.

    Parameters
    ----------
    roots
        Folders or single files. Nested and repeated ones are walked once. Hidden files and
        folders (a dot and then a letter or ``_``) below them are ignored, bins and services, too.
    exclude
        Globs, see :class:`songatlas.library.exclude.Exclusion`.

    Raises
    ------
    SongatlasError
        When there is no root, one is missing or neither a folder nor a file, or two are on
        different drives; all are named.
    """
    spellings = _checked(roots)
    real = sorted({folder for _, folder in spellings})
    walker = _Walker(real, Exclusion(exclude))
    for path in real:
        if path.is_dir():
            walker.walk(path)
    walker.follow_linked_folders()
    for path in real:
        if not path.is_dir():
            walker.add(path, path.stat(), claimed=True)
    root = _common([path if path.is_dir() else path.parent for path in real])
    entries = [
        Entry(path=_name(source, root), source=source, claimed=claimed, stat=st)
        for source, (claimed, st) in walker.files.items()
    ]
    skipped = [
        skip(_name(source, root), code, reason) for source, (code, reason) in walker.skipped.items()
    ]
    return Listing(
        root=root,
        spellings=tuple(spellings),
        entries=tuple(sorted(entries, key=lambda entry: entry.path)),
        skipped=tuple(sorted(skipped, key=lambda skip: skip.path)),
        notes=(*walker.left_out.notes(), *walker.notes(root)),
    )


def skip(path: str, code: str, reason: str) -> Skip:
    """A file that is left out before any of it is decoded."""
    return Skip(path=path, stage="scan", code=code, reason=reason)


def _name(path: Path, root: Path) -> str:
    """The name in tables of what is below `root`."""
    below = str(path)[len(os.path.join(root, "")) :]  # noqa: PTH118 - asked of every file
    return display_path(below.replace(os.sep, "/") or ".")


def _common(folders: Sequence[Path]) -> Path:
    """The folder that all are in."""
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # Windows has none above its drives
        drives = ", ".join(sorted({folder.anchor for folder in folders}))
        raise SongatlasError(
            f"All folders of music must be on one drive. Got {drives}. Link the others from a "
            "folder of the first, or make a run of each."
        ) from None


def _checked(roots: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Each root as named (absolute) and as it really is."""
    if not roots:
        raise SongatlasError("At least one folder of music is needed. Got none; name one.")
    # os.path, not Path: that one raises where the way to the root may not be entered
    there = [os.path.isdir(root) or os.path.isfile(root) for root in roots]  # noqa: PTH112, PTH113
    bad = [str(root) for root, exists in zip(roots, there, strict=True) if not exists]
    if bad:
        raise SongatlasError(
            f"MUSIC must be a folder or an audio file that exists. Got {', '.join(bad)}. Check "
            "the spelling, and that the disk is connected."
        )
    named = [Path(os.path.abspath(root)) for root in roots]  # noqa: PTH100 - links stay as named
    return [(path, Path(os.path.realpath(path))) for path in named]


class _Walker:
    """Collects files and the reasons why some cannot be read."""

    def __init__(self, roots: Sequence[Path], left_out: Exclusion) -> None:
        self.roots = roots
        self.left_out = left_out
        self.files: dict[Path, tuple[bool, os.stat_result]] = {}
        self.skipped: dict[Path, tuple[str, str]] = {}
        self._seen: set[Path] = set()
        self._links: list[Path] = []
        self._not_here: dict[str, list[Path]] = {}

    def notes(self, root: Path) -> Iterator[str]:
        """A sentence, with a count, for each kind of file that is not here as a whole."""
        claimed = [
            (path, status) for path, (is_claimed, status) in self.files.items() if is_claimed
        ]
        empty = [path for path, status in claimed if not status.st_size]
        for paths, what in (
            *((self._not_here.get(kind, []), what) for kind, what in WHAT.items()),
            (
                [path for path, status in claimed if _online(status)],
                "online and downloaded to be read",
            ),
            # one of them is told of by its skip alone
            (empty if len(empty) > 1 else [], "without a byte, as files of a cloud folder can be"),
        ):
            if paths:
                names = [_name(path, root) for path in sorted(paths)]
                yield f"{first_of(names)} {what}."

    def walk(self, folder: Path) -> None:
        """Add what is under `folder`; links to folders are kept for later."""
        root = max(root for root in self.roots if folder.is_relative_to(root))
        stack = [(folder, Path(os.path.realpath(folder)))]
        while stack:
            here, real = stack.pop()
            if real in self._seen:
                continue
            self._seen.add(real)
            try:
                with os.scandir(here) as listing:
                    children = sorted(listing, key=lambda child: child.name)
            except OSError as error:
                self.skipped[here] = _refused("folder", error)
                continue
            below = here.relative_to(root)
            controls = {child.name for child in children if child.name.endswith(CONTROL)}
            for child in children:
                is_folder = _is_folder(child)
                asks = is_folder or self.left_out.has_globs
                if asks and self.left_out(below / child.name, folder=is_folder):
                    continue
                if controls and child.name + CONTROL in controls:
                    self._not_here.setdefault(UNFINISHED, []).append(here / child.name)
                elif not self._stands_for_audio(here, child) and not _HIDDEN.match(child.name):
                    if is_folder:
                        stack.append((here / child.name, real / child.name))
                    else:
                        self._add_child(here / child.name, child)

    def follow_linked_folders(self) -> None:
        """Walk the linked folders that nothing else has reached, first by path first.

        A link to a folder around a root is a circle and never followed.
        """
        while self._links:
            link = min(self._links)
            self._links.remove(link)
            target = Path(os.path.realpath(link))
            if not any(root.is_relative_to(target) for root in self.roots):
                self.walk(link)

    def add(self, path: Path, status: os.stat_result, *, claimed: bool) -> None:
        """Keep a regular file; report anything else whose name promises audio."""
        if stat.S_ISREG(status.st_mode):
            self.files.setdefault(path, (claimed, status))
        elif claimed:
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "a device")
            self.skipped[path] = ("E-NOTREGULAR", f"it is {kind}, not a file")

    def _stands_for_audio(self, folder: Path, child: os.DirEntry[str]) -> bool:
        """Count a file that is named as one that takes the place of audio.

        Safari keeps a download in a folder of such a name.
        """
        kind = elsewhere(child.name)
        if not kind or not (_may_be_file(child) or child.name.endswith(".download")):
            return False
        self._not_here.setdefault(kind, []).append(folder / child.name)
        return True

    def _add_child(self, path: Path, child: os.DirEntry[str]) -> None:
        claimed = claims_audio(child.name)
        try:
            status = child.stat()
        except OSError as error:
            if claimed and child.is_symlink() and not isinstance(error, PermissionError):
                reason = "it is a link to nothing, or to itself"
                self.skipped[path] = ("E-NOTREGULAR", reason)
            elif claimed:
                self.skipped[path] = _refused("file", error)
            return
        if stat.S_ISDIR(status.st_mode):
            self._links.append(path)
        else:
            self.add(path, status, claimed=claimed)


def _is_folder(child: os.DirEntry[str]) -> bool:
    """Whether it is a folder and no link; what cannot be looked at is reported like a file."""
    try:
        return child.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _may_be_file(child: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link that leads to itself or to where one may not look."""
    try:
        return child.is_file()
    except OSError:
        return True


def _online(status: os.stat_result) -> bool:
    """Whether the system says that the bytes of a file are fetched when they are read.

    No blocks on the disk are no sign of that: small, sparse and compressed files have none either.
    """
    attributes, flags = getattr(status, "st_file_attributes", 0), getattr(status, "st_flags", 0)
    return bool(attributes & _ONLINE or flags & _DATALESS)


def _refused(what: str, error: OSError) -> tuple[str, str]:
    return "E-PERM", f"the {what} cannot be read: {error.strerror or error}"
