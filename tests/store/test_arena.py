"""Arrays that outgrow memory."""

import json
import os
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest

from songatlas.errors import StorageError
from songatlas.features.whitening import Whitening
from songatlas.models.linear_plda import linear_plda
from songatlas.store import arena as module
from songatlas.store.arena import Arena, pick, place_of
from songatlas.types import FeatureSet, Observations


def test_kept_arrays_are_the_same_on_either_side_of_the_limit(tmp_path: Path) -> None:
    arena = Arena(tmp_path, limit=100)
    arrays = [np.ones(20, np.float32), np.full((3, 2), 7.0, np.float32), np.arange(3.0)]
    kept = [arena.keep(array) for array in arrays]  # 80, 24 and 24 bytes
    for array, copy in zip(arrays, kept, strict=True):
        assert copy is not array
        assert np.array_equal(copy, array)
        assert copy.dtype == array.dtype


def test_in_memory_the_order_of_an_array_stays(tmp_path: Path) -> None:
    columns = np.asfortranarray(np.ones((3, 2), np.float32))
    assert Arena(tmp_path).keep(columns) is columns


def test_small_arrays_share_memory_that_goes_with_the_last_of_them(tmp_path: Path) -> None:
    arena = Arena(tmp_path)
    first, second = arena.keep(np.zeros(3)), arena.keep(np.ones(5))
    piece = first.base
    assert piece is not None
    assert second.base is piece
    arena.rest()
    gone = weakref.ref(piece)
    del first, piece
    assert gone() is not None
    assert second.sum() == 5
    del second
    assert gone() is None


def test_mapped_arrays_come_back_after_a_rest(tmp_path: Path) -> None:
    arena = Arena(tmp_path, limit=0)
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(n, 5)).astype(np.float32) for n in (3, 1, 0, 4)]
    kept = [arena.keep(array) for array in arrays]
    zeros = arena.zeros((4, 3), np.float32)
    assert not zeros.any()
    zeros[2] = 5
    arena.rest()
    for array, copy in zip(arrays, kept, strict=True):
        assert np.array_equal(array, copy)
    assert zeros.sum() == 15
    assert not list(tmp_path.iterdir())  # files without names: nothing to clear up


def test_a_folder_without_room_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Free space there"):
        Arena(tmp_path / "nowhere", limit=0).zeros((4, 4), np.float32)


def test_mapped_inputs_are_the_same_bytes_as_those_in_memory(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    tracks = [rng.normal(size=(int(n), 4)).astype(np.float32) for n in rng.integers(0, 6, 50)]
    arena = Arena(tmp_path, limit=0)
    kept = [arena.keep(track) for track in tracks]
    plain, mapped = Whitening.fit(tracks), Whitening.fit(kept)
    assert all(np.array_equal(a, b) for a, b in zip(*map(_arrays, (plain, mapped)), strict=True))
    expected, found = plain.transform(tracks), mapped.transform(kept, arena.zeros)
    assert found.values.tobytes() == expected.values.tobytes()
    assert np.array_equal(found.mask, expected.mask)


def _arrays(whitening: Whitening) -> list[np.ndarray]:
    return list(whitening.state().values())


@pytest.mark.skipif(os.name == "nt", reason="Windows hands no open files to a process")
def test_another_process_reads_the_file_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    arena = Arena(tmp_path, limit=0)
    arena.keep(np.zeros(3, np.float32))
    kept = arena.keep(np.arange(6, dtype=np.float32).reshape(2, 3))
    place = place_of(kept)
    assert place is not None
    assert place_of(kept[1:]) == (place[0], place[1] + 12)
    assert place_of(kept[:, 1]) is None  # not in one piece
    assert place_of(np.ones(3)) is None
    there = f"""
from pathlib import Path
from songatlas.store.arena import Arena
found = Arena(Path()).attach({place}, (2, 3), "<f4")
print(found.tolist())
found[:] = 7
"""
    done = subprocess.run(
        [sys.executable, "-c", there], pass_fds=place[:1], capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [[0, 1, 2], [3, 4, 5]]
    assert kept.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_new_arrays_are_mapped_once_all_together_are_beyond_the_limit(tmp_path: Path) -> None:
    arena = Arena(tmp_path, limit=100)
    first, second = arena.zeros((20,), np.float32), arena.zeros((20,), np.float32)
    assert first.base is None
    assert second.base is not None
    assert not second.any()


@pytest.mark.skipif(sys.platform != "linux", reason="mapped files are counted by Linux's /proc")
def test_a_mapped_file_goes_with_its_arrays(tmp_path: Path) -> None:
    arena = Arena(tmp_path, limit=0)

    def mapped() -> int:
        return Path("/proc/self/maps").read_text(encoding="utf-8").count(f"{tmp_path}/")

    first, second = arena.zeros((4, 4), np.float32), arena.zeros((4, 4), np.float32)
    assert mapped() == 2
    half = first[:2]
    del first, second
    assert mapped() == 1
    arena.drop_pages()
    assert not half.any()
    assert arena.keep(half) is half  # no second copy of what is mapped
    del half
    assert mapped() == 0


@pytest.mark.parametrize("limit", [0, 10**9])
def test_picked_rows_are_those_asked_for(tmp_path: Path, limit: int) -> None:
    X = Arena(tmp_path, limit=limit).keep(np.arange(4000, dtype=np.float32).reshape(1000, 2, 2))
    rows = np.random.default_rng(0).integers(1000, size=700)
    for some in (rows, rows[:3], rows[:0]):
        found = pick(X, some)
        assert found.dtype == X.dtype
        assert np.array_equal(found, X[some])


@pytest.mark.skipif(sys.platform != "linux", reason="pages are let go of on Linux alone")
def test_picking_lets_go_of_what_it_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE", 1000.0)  # nobody else does
    monkeypatch.setattr(module, "_MOST_PAGES", 0)
    arena = Arena(tmp_path, limit=0)
    X = arena.zeros((2000, 20_000), np.float32)  # 160 MB
    X[:] = 1
    before = pages_of_files()
    assert pick(X, np.arange(2000)).sum() == 2000 * 20_000
    assert pages_of_files() < before - 100_000_000


def pages_of_files() -> int:
    """Bytes of this process's memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("RssFile:"))
    return int(line.split()[1]) * 1024


def test_a_mapped_linear_model_is_the_same_bytes(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    several = Observations(values=rng.normal(size=(30, 4, 5)), mask=np.ones((30, 4), bool))
    once = Observations(values=rng.normal(size=(30, 1, 2)), mask=rng.random((30, 1)) < 0.5)
    ids = tuple(map(str, range(30)))
    features = FeatureSet(track_ids=ids, modalities={"audio": several, "text": once})
    mapped = linear_plda(features, Arena(tmp_path, limit=0).zeros)
    assert mapped.tobytes() == linear_plda(features).tobytes()
