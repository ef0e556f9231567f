"""Files that are no model, or not of this version, are one sentence."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import songatlas
from songatlas.errors import StorageError
from songatlas.models.persistence import load_model
from songatlas.models.trained import TrainedModel

NO_MODEL = "cannot be read as a model: it is damaged, or no model. Name the results folder"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no model",
        b"\0" * 5000,
        b"\xff" * 100,
        b"PK\x03\x04" + b"\0" * 500,
        b"<html>404</html>",
        b"version https://git-lfs.github.com/spec/v1\n",
        b"h\x05.",  # a pickle of what was never put
        b"\x80\x02]q\x00.",
        pickle.dumps(Path("a")),
    ],
)
def test_bytes_that_are_no_model_are_one_sentence_without_the_advice_of_torch(
    data: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "a.pth"
    file.write_bytes(data)
    with pytest.raises(StorageError, match=NO_MODEL) as said:
        load_model(file)
    assert str(said.value).startswith(str(file))
    assert "\n" not in str(said.value)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="a model: No such file or directory"):
        load_model(tmp_path / "a.pth")


@pytest.mark.parametrize(
    "damage",
    [
        lambda saved: saved.pop("version"),
        lambda saved: saved.update(version="1"),
        lambda saved: saved.pop("config"),
        lambda saved: saved.pop("views"),
        lambda saved: saved.update(views=None),
        lambda saved: saved["clusters"].update(centres=[1.0]),
        lambda saved: saved["model"].update(shapes={"audio": [1]}),
    ],
)
def test_a_model_that_lacks_a_part_is_one_sentence(
    damage: Callable[[dict], object], finished: songatlas.RunResult, tmp_path: Path
) -> None:
    saved = torch.load(finished.out / "best_model.pth", weights_only=True)
    damage(saved)
    torch.save(saved, tmp_path / "best_model.pth")
    with pytest.raises(StorageError, match=NO_MODEL):
        TrainedModel.load(tmp_path)


def test_a_setting_that_this_version_lacks_is_of_another_version(
    finished: songatlas.RunResult, tmp_path: Path
) -> None:
    saved = torch.load(finished.out / "best_model.pth", weights_only=True)
    saved["config"]["model"]["wings"] = 2
    torch.save(saved, tmp_path / "best_model.pth")
    with pytest.raises(StorageError, match=r"another version of songatlas: 'model\.wings' is not"):
        TrainedModel.load(tmp_path)
