"""Group B of the batteries: pipes, links, permissions and files that change while they are read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from batteries.file_system import ANALYSED, CASES, Case, song

from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.frames import extract
from songatlas.library.scan import Found, scan
from songatlas.library.walk import walk
from songatlas.types import Skip

NOBODY = 65534
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX files")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        (Path(name) / "music").mkdir()
        yield Path(name) / "music"
        os.seteuid(os.getuid())
        for path in (Path(name) / "music").iterdir():
            if not path.is_symlink():
                path.chmod(0o700)


def outcomes(folder: Path, case: Case) -> dict[str, str]:
    listing = walk([folder])
    if case.after is not None:
        case.after(folder)
    result = {skip.path: skip.code for skip in listing.skipped}
    for item in scan(listing):
        if isinstance(item, Skip):
            result[item.path] = item.code
        elif isinstance(item, Found):
            assert not item.copy_of
            try:
                extract(item.source, AudioConfig())
                result[item.path] = ANALYSED
            except AudioError as error:
                result[item.path] = error.code
    return result


def test_there_are_20_cases() -> None:
    assert len(CASES) == len({case.name for case in CASES}) == 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case(case: Case, folder: Path) -> None:
    if case.root_only and os.geteuid() != 0:
        pytest.skip("needs root")
    song(folder / "good.flac", seed=0)
    try:
        case.build(folder)
    except PermissionError:
        pytest.skip("devices cannot be made here")
    there = {"good.flac": ANALYSED} if (folder / "good.flac").exists() else {}
    if case.as_nobody and os.geteuid() == 0:  # root reads everything
        os.seteuid(NOBODY)
    assert outcomes(folder, case) == {**there, **case.expected}
