"""Group A of the batteries: what becomes of 180 damaged files, one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from batteries.damaged_audio import ACCEPTED, CASES, Case

from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.frames import extract
from songatlas.library.scan import Found, scan
from songatlas.library.walk import walk


def outcome(folder: Path) -> tuple[str, str]:
    """Code and reason of the one file in `folder`, as a run finds them."""
    (found,) = scan(walk([folder]))
    if not isinstance(found, Found):
        assert found is not None, "a file that claims to be audio is never passed over"
        return found.code, found.reason
    try:
        frames = extract(found.source, AudioConfig())
    except AudioError as error:
        return error.code, error.reason
    assert frames.seconds >= 1.0
    for values in (frames.values, frames.mel):
        assert len(values) == 1 + int(frames.seconds * 22050) // 512
        assert np.isfinite(values).all()
        assert np.abs(values).max() < 10_000
    return ACCEPTED, ""


def check(case: Case, folder: Path) -> None:
    (folder / case.name).write_bytes(case.build())
    code, reason = outcome(folder)
    assert code in case.expected.split("|"), reason
    assert code == ACCEPTED or len(reason) > 10, "a reason that a person understands"


def test_there_are_180_cases() -> None:
    assert len(CASES) == len({(case.group, case.name) for case in CASES}) == 180


@pytest.mark.parametrize("case", CASES[::9], ids=lambda case: case.id)
def test_a_sample(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@pytest.mark.battery
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
