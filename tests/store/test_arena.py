"""Arrays that outgrow memory."""

from pathlib import Path

import numpy as np
import pytest

from songatlas.errors import StorageError
from songatlas.features.whitening import Whitening
from songatlas.store.arena import Arena


def test_within_the_limit_an_array_stays_what_it_is(tmp_path: Path) -> None:
    arena = Arena(tmp_path, limit=100)
    first, second = np.ones(20, np.float32), np.full((3, 2), 7.0, np.float32)
    assert arena.keep(first) is first
    kept = arena.keep(second)  # 80 and 24 bytes
    assert kept is not second
    assert np.array_equal(kept, second)
    assert kept.dtype == second.dtype


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
