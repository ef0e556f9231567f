"""A model file counts only as its run wrote it."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import torch

import songatlas
from songatlas.errors import StorageError
from songatlas.machine import Machine
from songatlas.results.model import read_model
from songatlas.results.record import digests, read_run, write_run
from songatlas.results.staging import replacement
from songatlas.stages.reuse import find_fit

MODELS = ("best_model.pth", "model_final.pth")


@pytest.fixture
def results(finished: songatlas.RunResult, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished.out, tmp_path / "results"))


def change_a_bit(file: Path) -> None:
    """One bit of the greatest parameter, which torch reads as another number."""
    state = torch.load(file, weights_only=True)["model_state_dict"]
    raw = max(state.values(), key=torch.numel).numpy().tobytes()
    data = bytearray(file.read_bytes())
    data[data.index(raw) + 43] ^= 0x80  # a sign
    file.write_bytes(data)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_which_one_bit_has_changed_is_not_used(
    name: str, results: Path, finished: songatlas.RunResult
) -> None:
    key, said = finished.model.key, []
    assert find_fit(results, key, finished.config, required=True, say=said.append) is not None
    change_a_bit(results / name)
    with pytest.raises(StorageError, match=f"{name} has changed since songatlas wrote it"):
        find_fit(results, key, finished.config, required=True, say=said.append)
    assert not said
    assert find_fit(results, key, finished.config, required=False, say=said.append) is None
    assert said[0].endswith("It is trained anew.")


@pytest.mark.parametrize("of_folder", [True, False])
def test_neither_assign_nor_update_use_a_model_that_has_changed(
    of_folder: bool, results: Path, music: Path, cache: Path
) -> None:
    change_a_bit(results / MODELS[0])
    with pytest.raises(StorageError, match="has changed since"):
        songatlas.assign(
            results if of_folder else results / MODELS[0], music, machine=Machine(cache=cache)
        )
    with pytest.raises(StorageError, match="has changed since"):
        songatlas.update(results, machine=Machine(cache=cache))


@pytest.mark.parametrize("record", [None, "{}", '{"files": {}}', '{"files": []}', "[", "\xff"])
def test_a_model_without_a_digest_is_read_as_it_is(record: str | None, results: Path) -> None:
    change_a_bit(results / MODELS[0])
    (results / "run.json").unlink()
    if record is not None:
        (results / "run.json").write_text(record, encoding="latin-1")
    assert read_model(results).training["best_epoch"] > 0


def test_models_are_known_at_every_moment_of_a_replacement(results: Path) -> None:
    files = replacement(results)
    files.mkdir(parents=True)
    shutil.copy(results / MODELS[1], files / MODELS[0])
    record = read_run(results)
    new = {**record.files, **digests(files, [MODELS[0]])}
    write_run(files, dataclasses.replace(record, files=new))
    before = read_model(results).epoch
    (files / MODELS[0]).replace(results / MODELS[0])
    assert read_model(results).epoch == read_model(results / MODELS[1]).epoch >= before
    (files / "run.json").replace(results / "run.json")
    read_model(results)
    assert json.loads((results / "run.json").read_text())["files"] == new
