"""What benchmarks.recordings does to recordings, and its table."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.recordings.__main__ import COLUMNS, Row, page
from benchmarks.recordings.changes import CHANGES, write_changed
from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import frame_table
from songatlas.features.audio.flaws import flaws_of
from songatlas.types.flaws import FLAWS

SR = 22050


@pytest.fixture(scope="module")
def tune(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of struck tones over noise that dies away."""
    rng, t = np.random.default_rng(0), np.arange(12 * SR) / SR
    tones = sum(np.sin(2 * np.pi * 110 * h * t) / h for h in range(1, 60))
    strokes = rng.normal(size=len(t)) * np.exp(-12 * (t % 0.7))
    path = tmp_path_factory.mktemp("tune") / "tune.flac"
    soundfile.write(path, 0.1 * tones * np.exp(-3 * (t % 1.4)) + 0.1 * strokes, SR)
    return path


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_heard_and_is_what_it_is_called(
    change: str, tune: Path, tmp_path: Path
) -> None:
    before, _ = soundfile.read(tune)
    after, _sr = soundfile.read(write_changed(tune, tmp_path / "x", change, 0))
    assert np.isfinite(after).all()
    assert np.abs(after).max() <= 1.001 or change.startswith("MP3")
    same = before.shape == after.shape and np.allclose(before, after, atol=1e-4)
    assert same == (change == "nothing: a copy")
    mono = after if after.ndim == 1 else after[:, 0]
    table = frame_table([mono.astype(np.float32)], AudioConfig())
    flaws = dict(zip(FLAWS, np.isfinite(flaws_of(table, AudioConfig())), strict=True))
    if change in ("nothing: a copy", "12 dB quieter", "fades of 10 s"):
        assert not any(flaws.values())
    if change.startswith("hiss"):
        assert flaws["noise"]
    if change.startswith("half as"):
        assert flaws["bandwidth"]


def test_rows_are_means_and_say_what_most_runs_say() -> None:
    run: Row = dict.fromkeys(COLUMNS, 0.5) | {"says": "", "kept": 1.0}
    runs = [run, run | {"clusters": 0.8, "says": "note"}, run | {"clusters": 0.2}]
    cases = {("3 % slower", "none", ""): runs, ("both channels opposite", "none", ""): [
        run | {"kept": 0.5}
    ]}  # fmt: skip
    known = {json.dumps(case, ensure_ascii=False): found for case, found in cases.items()}
    text = page(known).splitlines()
    assert text[2] == "| 3 % slower | 0.50 | 0.50 | 0.50 | 0.50 | 0.50 | nothing (2 of 3) |"
    assert text[3].endswith("| skipped, with the remedy |")
