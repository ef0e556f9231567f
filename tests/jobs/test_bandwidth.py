"""Half of a library lacks its upper bands, or hisses: what that did is said, and can be undone."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfiltfilt
from sklearn.metrics import adjusted_mutual_info_score

import songatlas
from songatlas.config import replace
from songatlas.machine import Machine
from songatlas.types import FloatArray

pytestmark = pytest.mark.battery


def clips(folder: Path, change: Callable[[FloatArray, np.random.Generator], FloatArray]) -> Path:
    """Forty clips alike in kind, of which every other is changed."""
    sr = 22050
    t = np.arange(8 * sr) / sr
    for n in range(40):
        rng = np.random.default_rng(n)
        beat, pitches = rng.uniform(0.3, 0.8), rng.uniform(80, 300, 3)
        y = sum(
            np.sin(2 * np.pi * pitch * h * t) * np.exp(-5 * (t % (beat * (k + 1)))) / h
            for k, pitch in enumerate(pitches)
            for h in range(1, 16)
        )
        y = y / np.abs(y).max() + 0.1 * rng.normal(size=len(t)) * np.exp(-9 * (t % beat))
        if n % 2:
            y = change(y, rng)
        soundfile.write(folder / f"{n}.flac", y / 2, sr)
    return folder


@pytest.fixture(scope="module")
def halved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lowpass = butter(12, 5000, fs=22050, output="sos")
    return clips(tmp_path_factory.mktemp("halved"), lambda y, rng: sosfiltfilt(lowpass, y))


@pytest.fixture(scope="module")
def hissing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hiss at −40 dB, as of a cassette."""
    return clips(
        tmp_path_factory.mktemp("hissing"), lambda y, rng: y + 0.01 * rng.normal(size=len(y))
    )


def run(music: Path, out: Path, cache: Path, condition: str) -> songatlas.RunResult:
    changes = {
        "model": {"modalities": ["audio"], "condition": condition},
        "input": {"embedding": "none"},
        "clustering": {"k": 2},
    }
    config = replace(songatlas.load_config(), changes)
    return songatlas.run(music, out=out, config=config, machine=Machine(cache=cache, workers=1))


def test_clusters_of_bandwidths_are_called_that_and_go_with_the_condition(
    halved: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    plain = run(halved, tmp_path / "plain", cache, "")
    cut = np.isfinite(plain.prepared.flaws["bandwidth"])
    assert 15 <= cut.sum() <= 20
    evened = run(halved, tmp_path / "evened", cache, "bandwidth")
    labels = {name: r.clusterings[0].labels for name, r in (("plain", plain), ("evened", evened))}
    assert adjusted_mutual_info_score(cut, labels["plain"]) > 0.3
    assert adjusted_mutual_info_score(cut, labels["evened"]) < 0.1
    codes = {r.out.name: {found.code for found in r.trust.findings} for r in (plain, evened)}
    assert "mostly the bandwidth" in codes["plain"]
    assert "whatever the bandwidth" in codes["evened"]
    note = next(note for note in plain.prepared.notes if "upper bands" in note)
    assert note.startswith(f"{cut.sum()} of 40 tracks")
    report = (plain.out / "README.md").read_text(encoding="utf-8")
    assert "AMI of the clusters with the bandwidth" in report
    assert evened.prepared.condition.names[0] == "full"

    # Tracks that come later are heard as those that go as far, however few they are.
    some = [halved / track.path for track in evened.tracks[:3]]
    told = songatlas.assign(evened.out, some, machine=Machine(cache=cache, workers=1))
    by_path = dict(zip((t.path for t in told.library.tracks), told.labels, strict=True))
    known = dict(zip((t.path for t in evened.tracks), labels["evened"], strict=True))
    assert {path.name: by_path[path.name] for path in some} == {p.name: known[p.name] for p in some}


def test_clusters_of_tapes_are_called_that_and_go_with_the_condition(
    hissing: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    plain, evened = (
        run(hissing, tmp_path / (name or "plain"), cache, name) for name in ("", "noise")
    )
    noisy = np.isfinite(plain.prepared.flaws["noise"])
    assert {int(Path(plain.tracks[row].path).stem) % 2 for row in np.flatnonzero(noisy)} == {1}
    assert 15 <= noisy.sum() <= 20
    assert adjusted_mutual_info_score(noisy, plain.labels) > 0.3
    assert adjusted_mutual_info_score(noisy, evened.labels) < 0.1
    codes = {r.out.name: {found.code for found in r.trust.findings} for r in (plain, evened)}
    assert "mostly the noise" in codes["plain"]
    assert "whatever the noise" in codes["noise"]
    note = next(note for note in plain.prepared.notes if "steady noise" in note)
    assert note.startswith(f"{noisy.sum()} of 40 tracks")
