"""Contents in a results folder are exchanged for those of now, and nothing else is."""

import dataclasses

import pytest
from results.test_round_trips import RECORD

from songatlas.results.record import digests, read_run, write_run
from songatlas.tagging.known import know_again

A, B, C = (digit * 32 for digit in "abc")
OTHERS = f"{A}{A},{A}0123456789abcdef,f{A},x\r\n\ry"  # digests, places in files; bytes as they are


@pytest.mark.parametrize("fitted", [None, (), (C, B, A)])
def test_all_are_exchanged_at_once(tmp_path, fitted):
    table = tmp_path / "tracks.csv"
    table.write_bytes(f"{A},{B},{C},{OTHERS}".encode())
    files = {"a.png": "sha256:0", **digests(tmp_path, ["tracks.csv"]), "z.csv": "sha256:1"}
    record = dataclasses.replace(RECORD, files=files, fitted=fitted)
    write_run(tmp_path, record)
    know_again(tmp_path, {A: B, B: A})
    assert table.read_bytes() == f"{B},{A},{C},{OTHERS}".encode()
    now = read_run(tmp_path)
    assert now.fitted == (fitted and (C, A, B))
    assert now.files == {**files, **digests(tmp_path, ["tracks.csv"])}
    assert dataclasses.replace(now, files=files, fitted=fitted) == record


@pytest.mark.parametrize("contents", [{}, {A: A}, {C: A}])
def test_where_nothing_is_new_nothing_is_written(tmp_path, contents):
    table = tmp_path / "tracks.csv"
    table.write_text(A)
    write_run(tmp_path, RECORD)
    times = [(path.name, path.stat().st_ino) for path in sorted(tmp_path.iterdir())]
    know_again(tmp_path, contents)
    assert [(path.name, path.stat().st_ino) for path in sorted(tmp_path.iterdir())] == times
