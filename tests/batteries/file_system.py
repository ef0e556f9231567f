"""Group B: 20 things in a folder that are no plain readable file, and what must become of them.

Conventions
-----------
Every case has a folder of its own, in which ``good.flac`` is analysed whatever else is there. The
expected outcomes are those of the other paths: a skip code, or ``ANALYSED``; what does not promise
to be audio is no part of the sum. ``after`` happens when the folder has been listed.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from batteries.good_audio import good

ANALYSED = "analysed"
Act = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """One folder: what is made in it, what is expected, what happens later."""

    name: str
    build: Act
    expected: Mapping[str, str] = field(default_factory=dict)
    after: Act | None = None
    root_only: bool = False
    as_nobody: bool = False


def song(path: Path, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(good("flac", seed=seed))
    return path


def _socket(folder: Path) -> None:
    before = Path.cwd()
    os.chdir(folder)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("x.flac")
    finally:
        os.chdir(before)


def _link(name: str, target: str) -> Act:
    return lambda folder: (folder / name).symlink_to(target)


def _outside(folder: Path, name: str, target: str) -> None:
    song(folder.parent / "outside" / "x.flac")
    (folder / name).symlink_to(folder.parent / target)


def _closed(name: str, mode: int) -> Act:
    def build(folder: Path) -> None:
        song(folder / name)
        (folder / Path(name).parts[0]).chmod(mode)

    return build


def _replace_by_pipe(folder: Path) -> None:
    (folder / "x.flac").unlink()
    os.mkfifo(folder / "x.flac")


def _grow(folder: Path) -> None:
    with (folder / "x.wav").open("ab") as file:
        file.write(bytes(100_000))


def _shrink(folder: Path) -> None:
    os.truncate(folder / "x.wav", 200_000)


def _wav(folder: Path) -> None:
    (folder / "x.wav").write_bytes(good("wav"))


NOT_REGULAR = {"x.flac": "E-NOTREGULAR"}
CASES = (
    Case("pipe", lambda folder: os.mkfifo(folder / "x.flac"), NOT_REGULAR),
    Case("pipe without a promise", lambda folder: os.mkfifo(folder / "x")),
    Case("socket", _socket, NOT_REGULAR),
    Case(
        "device",
        lambda folder: os.mknod(folder / "x.flac", 0o600 | stat.S_IFCHR, os.makedev(1, 5)),
        NOT_REGULAR,
        root_only=True,
    ),
    Case("link to a device", _link("x.flac", "/dev/zero"), NOT_REGULAR),
    Case("folder named like a file", lambda folder: (folder / "x.wav").mkdir()),
    Case(
        "album named like a file",
        lambda folder: song(folder / "x.wav" / "y.flac"),
        {"x.wav/y.flac": ANALYSED},
    ),
    Case("broken link", _link("x.flac", "nowhere.flac"), NOT_REGULAR),
    Case("link to itself", _link("x.flac", "x.flac"), NOT_REGULAR),
    Case("folder link in a circle", _link("x", ".")),
    Case("folder link above the root", _link("x", "..")),
    Case(
        "link to a file outside",
        lambda folder: _outside(folder, "x.flac", "outside/x.flac"),
        {"x.flac": ANALYSED},
    ),
    Case(
        "link to a folder outside",
        lambda folder: _outside(folder, "x", "outside"),
        {"x/x.flac": ANALYSED},
    ),
    Case("unreadable file", _closed("x.flac", 0), {"x.flac": "E-PERM"}, as_nobody=True),
    Case("unreadable folder", _closed("x/y.flac", 0), {"x": "E-PERM"}, as_nobody=True),
    Case(
        "file that vanishes",
        lambda folder: song(folder / "x.flac"),
        NOT_REGULAR,
        after=lambda folder: (folder / "x.flac").unlink(),
    ),
    Case(
        "pipe in the place of a file",
        lambda folder: song(folder / "x.flac"),
        NOT_REGULAR,
        after=_replace_by_pipe,
    ),
    # what a WAV header does not count is not read: the sound that it promises is whole
    Case("file that grows", _wav, {"x.wav": ANALYSED}, after=_grow),
    Case("file that shrinks", _wav, {"x.wav": "E-TRUNC"}, after=_shrink),
    Case("nothing at all", lambda folder: (folder / "good.flac").unlink()),
)
