"""Group D: what a failing disk and damaged files do to the cache and to training."""

import itertools
import logging
import os
import subprocess
import sys
from pathlib import Path

import batteries.cache_rows
import numpy as np
import pytest
import torch
from batteries.cache_rows import CONTENTS, KEY, check, fill
from batteries.faults import DAMAGES, ERRORS, Disk, dies_at, failing

from songatlas.config.stages import TrainingConfig
from songatlas.errors import AudioError, StorageError
from songatlas.models.base import Batch
from songatlas.models.checkpoint import load_checkpoint, save_checkpoint
from songatlas.models.track_vae import TrackVAE
from songatlas.models.training import train
from songatlas.store.cache import CacheRow, FeatureCache
from songatlas.store.contents import find_damage, repair

CHILD = [sys.executable, "-B", batteries.cache_rows.__file__]


def sentence_of(error: pytest.ExceptionInfo[StorageError], folder: Path) -> None:
    assert error.value.exit_code == 5
    assert str(folder) in str(error.value)
    assert "\n" not in str(error.value)


# ---- the Nth operation fails, or is the last one


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("operation", ["open", "write", "rename"])
def test_every_failing_operation_on_the_cache(operation: str, code: str, tmp_path: Path) -> None:
    for nth in itertools.count(1):
        folder = tmp_path / f"{nth}"
        disk = Disk(operation, nth, failing(ERRORS[code]))
        with disk.installed():
            if nth > len(CONTENTS):
                fill(folder)
                break
            with pytest.raises(StorageError) as error:
                fill(folder)
        sentence_of(error, folder)
        assert disk.reached
        assert not list(folder.rglob(".row*"))
        check(folder)
        fill(folder)
        assert check(folder, whole=True) == len(CONTENTS)
    assert disk.n_seen == len(CONTENTS)


@pytest.mark.parametrize("operation", ["open", "write", "rename"])
def test_a_process_that_dies_at_any_operation_on_the_cache(operation: str, tmp_path: Path) -> None:
    for nth in itertools.count(1):
        folder = tmp_path / f"{nth}"
        if not dies_at(operation, nth, lambda folder=folder: fill(folder)):
            break
        assert check(folder) == nth - 1
        fill(folder)
        assert check(folder, whole=True) == len(CONTENTS)
        cache = FeatureCache(folder)
        for path in folder.rglob(".row*"):
            os.utime(path, (0, 0))
        litter = find_damage(cache)
        assert litter.n_checked == len(CONTENTS)
        assert len(litter.orphans) == (operation != "open")
        repair(cache, litter)
        assert find_damage(cache).nothing
        assert check(folder, whole=True) == len(CONTENTS)
        cache.close()
    assert nth == len(CONTENTS) + 1


def test_a_full_manifest_is_one_sentence(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    (pages,) = cache.manifest.execute("PRAGMA page_count")[0]
    cache.manifest.execute(f"PRAGMA max_page_count={pages}")

    def put_many() -> None:
        for i in range(100):
            cache.put_failure(f"f{i:031x}", KEY, AudioError("E-DECODE", "no music " * 50))

    with pytest.raises(StorageError, match="full") as error:
        put_many()
    sentence_of(error, tmp_path)
    cache.close()
    fill(tmp_path)
    assert check(tmp_path, whole=True) == len(CONTENTS)


@pytest.mark.parametrize("limit", [200, 700, 5_000, 50_000])
def test_files_that_may_not_grow(limit: int, tmp_path: Path) -> None:
    """The operating system itself refuses, in the middle of whatever SQLite or we write."""
    resource = pytest.importorskip("resource", reason="Windows has no such limits")
    done = subprocess.run(
        [*CHILD, str(tmp_path / "c")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    fill(tmp_path / "c")
    assert check(tmp_path / "c", whole=True) == len(CONTENTS)


@pytest.mark.battery
def test_a_full_disk_of_one_megabyte(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    try:
        cache = FeatureCache(place / "cache")
        big = CacheRow(array=np.ones((500, 50), np.float32), meta={})

        def put_many() -> None:
            for i in range(50):
                cache.put(f"{i:032x}", KEY, big)

        with pytest.raises(StorageError) as error:
            put_many()
        sentence_of(error, place / "cache")
        assert not list(place.rglob(".row*"))
        assert isinstance(cache.get(f"{0:032x}", KEY), CacheRow)
        cache.close()
    finally:
        subprocess.run(["umount", str(place)], check=True)


# ---- damaged files


@pytest.mark.parametrize("seed", [0, *(pytest.param(s, marks=pytest.mark.battery) for s in (1, 2))])
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_row_is_absent_found_and_made_again(name: str, seed: int, tmp_path: Path) -> None:
    fill(tmp_path)
    rng = np.random.default_rng(seed)
    path = sorted(tmp_path.rglob("*.npy"))[rng.integers(len(CONTENTS))]
    DAMAGES[name](path, rng)
    n_lost = 2 if name == "swapped" else 1
    assert check(tmp_path) == len(CONTENTS) - n_lost
    cache = FeatureCache(tmp_path)
    damage = find_damage(cache)
    assert len(damage.missing if name == "deleted" else damage.damaged) == n_lost
    repair(cache, damage)
    assert find_damage(cache).nothing
    cache.close()
    fill(tmp_path)
    assert check(tmp_path, whole=True) == len(CONTENTS)


@pytest.mark.parametrize(
    "seeds", [range(10), pytest.param(range(10, 30), marks=pytest.mark.battery)]
)
def test_a_damaged_manifest_is_refused_or_never_wrong(seeds: range, tmp_path: Path) -> None:
    """Refused as a whole, or the damaged entries count as absent."""
    outcomes = set()
    names = [name for name in DAMAGES if name != "swapped"]
    for seed in seeds:
        folder = tmp_path / str(seed)
        fill(folder)
        rng = np.random.default_rng(seed)
        damage = names[seed % len(names)]
        DAMAGES[damage](folder / "manifest.sqlite", rng)
        try:
            n = check(folder)
            fill(folder)
            assert check(folder, whole=True) == len(CONTENTS)
            outcomes.add("absent" if n < len(CONTENTS) else "harmless")
        except StorageError as error:
            outcomes.add("refused" if "--cache" in str(error) else str(error))
            for path in folder.glob("manifest.sqlite*"):
                path.unlink()
            fill(folder)
            assert check(folder, whole=True) == len(CONTENTS)
    assert {"absent", "refused"} <= outcomes <= {"absent", "refused", "harmless"}


def test_a_changed_entry_of_the_manifest_is_absent(tmp_path: Path) -> None:
    fill(tmp_path)
    cache = FeatureCache(tmp_path)
    cache.manifest.execute(
        "UPDATE features SET meta='{\"seconds\": 9.5}' WHERE content=?", "00" * 16
    )
    cache.put_failure("ff" * 16, KEY, AudioError("E-TRUNC", "cut", declared_seconds=9))
    assert isinstance(cache.get("ff" * 16, KEY), AudioError)
    cache.manifest.execute("UPDATE failures SET code='E-SHORT'")
    assert cache.get("00" * 16, KEY) is None
    assert cache.get("ff" * 16, KEY) is None
    assert find_damage(cache).unsealed == 2
    repair(cache, find_damage(cache))
    assert find_damage(cache).nothing
    cache.close()


# ---- several at once


@pytest.mark.parametrize("n", [2, pytest.param(4, marks=pytest.mark.battery), 8])
def test_several_processes_fill_one_new_cache(n: int, tmp_path: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([*CHILD, str(tmp_path)], **pipes) for _ in range(n)]
    for process in processes:  # all have loaded what they need when the last is told to go
        process.stdin.write("go\n")
    said = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * n, said
    assert check(tmp_path, whole=True) == len(CONTENTS)


# ---- checkpoints


def batch() -> Batch:
    rng = np.random.default_rng(0)
    values = torch.from_numpy(rng.normal(size=(12, 3, 6)).astype(np.float32))
    mask = torch.ones(12, 3, dtype=torch.bool)
    return Batch(values={"audio": values}, mask={"audio": mask}, condition=torch.zeros(12, 0))


def trained(checkpoint: Path, epochs: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    model = TrackVAE({"audio": (3, 6)}, hidden=4, n_latent=2)
    config = TrainingConfig(epochs=epochs, steps_per_epoch=1)
    where = torch.device("cpu")
    return train(model, batch(), config, seed=0, device=where, checkpoint=checkpoint).final_state


@pytest.mark.parametrize("name", [name for name in DAMAGES if name != "swapped"])
def test_a_damaged_checkpoint_costs_time_and_no_bit(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = trained(tmp_path / "alone", 4)
    path = tmp_path / "c.checkpoint"
    trained(path, 2)
    assert len(load_checkpoint(path)["history"]) == 2
    DAMAGES[name](path, np.random.default_rng(0))
    with caplog.at_level(logging.WARNING):
        found = trained(path, 4)
    assert ("begins anew" in caplog.text) == (name != "deleted")
    for key, value in expected.items():
        assert torch.equal(found[key], value), key


def test_a_checkpoint_is_whole_or_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "c"
    save_checkpoint(path, {"epoch": 1})
    for operation in ("open", "write", "fsync", "rename"):
        assert dies_at(operation, 1, lambda: save_checkpoint(path, {"epoch": 2}))
        assert load_checkpoint(path) == {"epoch": 1}
