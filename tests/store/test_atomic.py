"""A file has its final name only when it is whole."""

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from songatlas.errors import StorageError
from songatlas.store.atomic import open_atomic, write_json, write_text
from songatlas.store.tables import read_csv, write_csv


def test_text_is_written_whole_with_parents(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b.txt", "Grüße\n")
    assert (tmp_path / "a" / "b.txt").read_bytes() == "Grüße\n".encode()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_an_error_half_way_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "t.txt"
    target.write_text("old")

    def write_half() -> None:
        with open_atomic(target, "w") as file:
            file.write("half")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_half()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_failing_disk_is_one_sentence(tmp_path: Path, monkeypatch, name: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "t.txt"
    monkeypatch.setattr(os if name == "fsync" else Path, name, fail)
    with pytest.raises(StorageError, match="No space left"):
        write_text(target, "x")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be opened there")
def test_a_folder_that_cannot_be_flushed_costs_nothing(tmp_path: Path, monkeypatch) -> None:
    """Some network file systems say EINVAL of folders; anything else is a failing disk."""
    flush = os.fsync

    def refuse(number: int) -> Callable[[int], None]:
        def fsync(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(number, os.strerror(number))
            flush(descriptor)

        return fsync

    monkeypatch.setattr(os, "fsync", refuse(errno.EINVAL))
    write_text(tmp_path / "t.txt", "whole")
    assert (tmp_path / "t.txt").read_text() == "whole"
    monkeypatch.setattr(os, "fsync", refuse(errno.EIO))
    with pytest.raises(StorageError, match="cannot be written"):
        write_text(tmp_path / "t.txt", "whole")


def test_permissions_are_those_of_an_ordinary_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    write_text(tmp_path / "ours", "x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_tables_round_trip_and_disarm_formulas(tmp_path: Path) -> None:
    cells = ["=cmd()", "'=cmd()", "+1", "-1", "@x", "\tx", 'a,b\n"c"', "", "夜", "'tis"]
    write_csv(tmp_path / "t.csv", ["text", "n", "x"], [(c, 3, 0.1) for c in cells])
    rows = read_csv(tmp_path / "t.csv")
    assert [row["text"] for row in rows] == cells
    written = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in written[1:6]] == [
        "'=cmd()", "''=cmd()", "'+1", "'-1", "'@x"
    ]  # fmt: skip
    assert {float(row["x"]) for row in rows} == {0.1}


def test_a_row_of_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 cells"):
        write_csv(tmp_path / "t.csv", ["a", "b"], [(1, 2, 3)])
    assert not (tmp_path / "t.csv").exists()


def test_a_name_that_the_locale_does_not_know_is_one_sentence(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from songatlas.store.atomic import write_text\n"
        "from songatlas.errors import StorageError\n"
        "for name in ('sch\\xf6n.m3u8', 'sch\\xf6n/deeper/a.txt'):\n"
        "    try: write_text(Path(sys.argv[1]) / name, 'x')\n"
        "    except StorageError as error: print(ascii(str(error)))\n"
    )
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=os.environ | locale, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count("LC_ALL=C.UTF-8") == 2
    assert not list(tmp_path.iterdir())


def test_bytes_of_a_path_that_are_no_text_come_back(tmp_path: Path) -> None:
    record = {"root": "/sch\xf6n/caf\udce9", "backslash": "\\udce9"}
    write_json(tmp_path / "a.json", record)
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "sch\xf6n/caf\\udce9" in text
    assert json.loads(text) == record
