"""What tests of several folders need: audio files, a small collection, a finished run on it."""

import importlib
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from sound_files import audio_bytes

import songatlas
from songatlas.machine import Machine
from songatlas.store.lock import in_turn
from songatlas.synthesis.collection import write_collection

FAST = {
    "training": {"epochs": 3, "steps_per_epoch": 4},
    "evaluation": {"n_bootstrap": 20, "n_permutations": 19},
    "model": {"hidden": 32, "n_latent": 8},
    "input": {"window_frames": 32},
    "clustering": {"k_max": 5},
}


@pytest.fixture(scope="session")
def librosa(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The oracle, whose gufuncs are compiled at import, by one process of the tests at a time.

    Two that compile them into one cache at once leave there what ends the next call with a
    segmentation fault (https://github.com/numba/numba/issues/10128).
    """
    pytest.importorskip("numba")
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of all processes
    with warnings.catch_warnings(), in_turn(folder / "librosa.lock"):
        warnings.simplefilter("ignore")
        import librosa

        for name in ("core.audio", "core.pitch", "util.utils", "beat"):
            importlib.import_module(f"librosa.{name}")
    return librosa


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection") / "music"
    write_collection(folder, n_tracks=24, seconds=4.0)
    return folder


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def fast() -> songatlas.Config:
    return songatlas.load_config(overrides=FAST)


@pytest.fixture(scope="session")
def finished(
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> songatlas.RunResult:
    out = tmp_path_factory.mktemp("finished") / "results"
    return songatlas.run(music, out=out, config=fast, machine=Machine(cache=cache, workers=1))


@pytest.fixture
def write_audio() -> Callable[..., Path]:
    """``write_audio(path, seed=…, kind=…)``: the kind is the extension unless it is given."""

    def write(path: Path, *, seed: int = 0, kind: str | None = None) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(audio_bytes(kind or path.suffix[1:].lower(), seed=seed))
        return path

    return write


@pytest.fixture(scope="session")
def audio_of() -> Callable[..., bytes]:
    """:func:`audio_bytes`."""
    return audio_bytes
