"""The verdict on anybody's clusters: from arrays, files and other programs' labels."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

import songatlas
from songatlas.cli import app
from songatlas.errors import MetadataError, StorageError
from songatlas.jobs.judge import judge_files
from songatlas.library.vectors import read_columns, read_labels, read_vectors

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 2)) + np.repeat([[0.0, 0.0], [12.0, 0.0], [0.0, 12.0]], 30, axis=0)
NAMES = np.repeat(["a", "b", "c"], 30)


def write(path: Path, rows: Sequence[Sequence[object]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judge")
    np.save(folder / "x.npy", X)
    np.savez(folder / "x.npz", vectors=X)
    np.save(folder / "labels.npy", np.repeat([0, 1, 2], 30))
    write(folder / "bare.csv", X.tolist())
    rows = [[f"p{i}", *x] for i, x in enumerate(X.tolist())]
    write(folder / "x.tsv", [["name", "one", "two"], *rows], "\t")
    order = RNG.permutation(90)
    told = [[f"p{i}", NAMES[i], f"w{i % 9}"] for i in order]
    write(folder / "labels.csv", [["id", "kind", "who"], *told])
    return folder


@pytest.mark.parametrize("vectors", ["x.npy", "x.npz", "bare.csv", "x.tsv"])
def test_vectors_are_read_the_same_from_every_kind_of_file(files: Path, vectors: str) -> None:
    found, ids = read_vectors(read_columns(files / vectors))
    np.testing.assert_allclose(found, X)
    assert ids == ([f"p{i}" for i in range(90)] if vectors == "x.tsv" else [])


def test_labels_are_joined_by_the_column_that_holds_the_ids(files: Path) -> None:
    table = read_columns(files / "labels.csv")
    ids = [f"p{i}" for i in range(90)]
    assert read_labels(table, "kind", ids) == NAMES.tolist()
    assert read_labels(table, "", ids, aside="who") == NAMES.tolist()
    with pytest.raises(MetadataError, match=r"1 of 91 have none, such as 'p99'"):
        read_labels(table, "kind", [*ids, "p99"])
    few = [f"q{i}" for i in range(80)]
    with pytest.raises(MetadataError, match=r"80 of 90 have none, such as 'q0'"):
        read_labels(table, "kind", [*few, *ids[80:]])
    assert read_labels(table, "kind", few) == table.values["kind"]  # of other names: in order
    with pytest.raises(MetadataError, match="which column are the labels"):
        read_labels(table, "", ids)
    with pytest.raises(MetadataError, match=r"has no column 'genre'. It has id, kind, who"):
        read_labels(table, "genre", ids)


def test_names_of_rows_are_the_same_with_blanks_around_and_have_one_label(tmp_path: Path) -> None:
    order = RNG.permutation(90)
    names = [f"p{i} " for i in range(90)]
    rows = [[name, *x] for name, x in zip(names, X.tolist(), strict=True)]
    vectors = write(tmp_path / "x.csv", [["name", "one", "two"], *rows])
    told = [[names[i], NAMES[i]] for i in order]
    _, ids = read_vectors(read_columns(vectors))
    labels = read_columns(write(tmp_path / "l.csv", [["id", "kind"], *told, told[5]]))
    assert read_labels(labels, "kind", ids) == NAMES.tolist()
    twice = [names[order[5]].strip(), "another"]
    labels = read_columns(write(tmp_path / "l.csv", [["id", "kind"], *told, twice]))
    with pytest.raises(MetadataError, match=rf"'{twice[0]}' has .* and 'another': leave one out"):
        read_labels(labels, "kind", ids)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('kind\na\n""\nb\n', ["a", "", "b"]),  # as pandas writes noise
        ("kind\na\n\nb\n\n", ["a", "", "b"]),  # as polars does
        ("\nkind\r\r\na\r\r\nb\r\r\n", ["a", "b"]),  # as Python does on Windows
        ("kind,x\na,1\n\n,\nb,2\n,\n", ["a", "", "b"]),
    ],
)
def test_an_empty_cell_is_a_row(tmp_path: Path, text: str, labels: list[str]) -> None:
    (tmp_path / "l.csv").write_text(text, newline="")
    assert read_labels(read_columns(tmp_path / "l.csv"), "kind", []) == labels


def test_a_header_alone_is_said(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("kind\n")
    with pytest.raises(MetadataError, match="a header and no rows"):
        read_columns(tmp_path / "l.csv")


def test_the_command_says_the_verdict_and_writes_its_page(files: Path, tmp_path: Path) -> None:
    out = tmp_path / "verdict"
    arguments = ["judge", f"{files / 'x.tsv'}", f"{files / 'labels.csv'}:kind"]
    done = CliRunner().invoke(app, [*arguments, "--groups", "who", "--out", f"{out}"])
    assert done.exit_code == 0, done.output
    said = done.output.splitlines()
    assert said[0] == "Verdict: trustworthy"
    assert "collapse: the posteriors of a model" in done.output
    assert "across groups, too" in done.output
    assert "track" not in done.output
    page = (out / "README.md").read_text("utf-8")
    assert "**Verdict: trustworthy**" in page
    assert "track" not in page.lower()
    assert "90 points of 2 coordinates in 3 clusters" in page
    assert (out / "map.png").stat().st_size > 5000
    record = json.loads((out / "trust.json").read_text("utf-8"))
    assert record["verdict"] == "trustworthy"
    assert set(record["left_out"]) == {"collapse", "halves", "certainty", "number", "labelled"}


def test_arrays_cannot_be_joined_by_a_column(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.eye(3))
    (tmp_path / "l.csv").write_text("song,cluster\na,1\nb,2\nc,1\n")
    for key in ("song", "sing"):
        with pytest.raises(MetadataError, match=f"--id '{key}' must name a column of the vectors"):
            judge_files(tmp_path / "v.npy", f"{tmp_path}/l.csv:cluster", key=key, out=None, seed=1)


def test_what_is_of_something_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "map.png").write_text("mine")
    with pytest.raises(StorageError, match=r"map\.png is of no verdict"):
        songatlas.judge(X, NAMES, out=tmp_path)
    for name in ("README.md", "trust.json", "run.json"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(StorageError, match="holds a run"):
        songatlas.judge(X, NAMES, out=tmp_path)
    assert {file.read_text() for file in tmp_path.iterdir()} == {"mine"}


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "verdict").write_text("mine")
    with pytest.raises(StorageError, match="cannot be written"):
        songatlas.judge(X, NAMES, out=tmp_path / "verdict")


def test_texts_numbers_and_noise_are_labels() -> None:
    by_text = songatlas.judge(X, NAMES)
    by_number = songatlas.judge(X.tolist(), np.repeat([5.0, 7.0, 9.0], 30))
    assert by_text.verdict == by_number.verdict == "trustworthy"
    noise = np.where(np.arange(90) % 30 < 5, "noise", NAMES)
    found = songatlas.judge(X, noise)
    assert found.measurements["balance"]["n_noise"] == 15
    assert found.verdict == "trustworthy"


def test_clusters_that_are_one_artist_each_are_said() -> None:
    found = songatlas.judge(X, NAMES, groups=NAMES)
    assert "mostly the group" in {x.code for x in found.reasons}
    assert found.verdict == "weak"


@pytest.mark.parametrize(
    ("vectors", "labels", "said"),
    [
        (X, NAMES[1:], "90 vectors and 89 labels"),
        (X[:, 0], NAMES, r"shape \(points, coordinates\)"),
        (np.where(X > 13, np.nan, X), NAMES, "must be finite"),
        ([["a", "b"]] * 90, NAMES, "must be numbers"),
    ],
)
def test_what_cannot_be_judged_is_said_in_one_sentence(
    vectors: object, labels: object, said: str
) -> None:
    with pytest.raises(MetadataError, match=said):
        songatlas.judge(vectors, labels)


def test_copies_among_many_points_are_told_by_their_own_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("songatlas.jobs.judge.MAX_TRACKS", 90)
    twice = np.repeat(X, 2, axis=0)
    twice[-1] = twice[0]
    found = songatlas.judge(twice, np.repeat(NAMES, 2))
    assert ("row 1", "row 180") in found.duplicates


def test_noise_alone_has_no_clusters() -> None:
    with pytest.raises(songatlas.SongatlasError, match="at least one cluster") as error:
        songatlas.judge(X, np.full(90, -1))
    assert error.value.exit_code == 4


BAD = {
    "ragged.csv": ("a,b\n1,2\n3\n", "Row 3 has 1"),
    "text.csv": ("a,b,c\nx,y,1\nz,w,2\n", "leave those out, or name the one by --id"),
    "hole.csv": ("a,b\n1,2\n3,\n", "the first in row 2, column 'b'"),
    "words.csv": ("a\nx\ny\n", "no column holds numbers"),
    "open.csv": ('a,b\n1,"2\n' + "3,4\n" * 40_000, "Close the quotation mark"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_table_that_holds_no_vectors_is_refused(tmp_path: Path, name: str) -> None:
    text, said = BAD[name]
    (tmp_path / name).write_text(text)
    with pytest.raises(MetadataError, match=said):
        read_vectors(read_columns(tmp_path / name))


def test_endless_numbers_are_no_labels_but_may_stand_beside_them(tmp_path: Path) -> None:
    rows = np.array([[0.0, 1.0], [1.0, np.inf], [2.0, -np.inf]])
    np.save(tmp_path / "x.npy", rows)
    columns = read_columns(tmp_path / "x.npy")
    assert read_labels(columns, "0", []) == ["0", "1", "2"]
    assert read_labels(columns, "0", ["1", "inf", "-inf"]) == ["0", "1", "2"]
    with pytest.raises(MetadataError, match="Row 2 of column '1' has inf"):
        read_labels(columns, "1", [])


def test_arrays_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(b"no array")
    np.savez(tmp_path / "two.npz", a=X, b=X)
    np.save(tmp_path / "cube.npy", np.zeros((2, 2, 2)))
    cases = {
        "x.npy": "numpy.save",
        "two.npz": "It has a, b",
        "cube.npy": "reshape it",
        "n.npy": "none at",
    }
    for name, said in cases.items():
        with pytest.raises(MetadataError, match=said):
            read_columns(tmp_path / name)


def test_parquet_is_read_by_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    frame = SimpleNamespace(to_dict=lambda as_series: {"one": [1.5, 2.5]})
    polars = SimpleNamespace(read_parquet=lambda path: frame)
    monkeypatch.setitem(sys.modules, "polars", polars)  # type: ignore[arg-type]
    found, _ = read_vectors(read_columns(tmp_path / "x.parquet"))
    assert found.tolist() == [[1.5], [2.5]]
    for name in ("polars", "pandas", "pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)  # type: ignore[arg-type]
    with pytest.raises(MetadataError, match="nothing that reads Parquet is installed"):
        read_columns(tmp_path / "x.parquet")


def test_labels_that_are_ids_by_chance_join_nothing(tmp_path: Path) -> None:
    """Without names of rows, the rows are in order: labels 0, 1 and 2 name none of them."""
    rows = [[i, *x] for i, x in enumerate(X.tolist())]
    vectors = read_columns(write(tmp_path / "x.csv", [["id", "one", "two"], *rows]))
    _, ids = read_vectors(vectors, "id")
    kinds = np.repeat([0, 1, 2], 30).tolist()
    alone = read_columns(write(tmp_path / "l.csv", [["cluster"], *([k] for k in kinds)]))
    assert read_labels(alone, "", ids, key="id") == [f"{k}" for k in kinds]
    years = [[k, 7 if i % 3 else 1990] for i, k in enumerate(kinds)]
    beside = read_columns(write(tmp_path / "l.csv", [["cluster", "year"], *years]))
    assert read_labels(beside, "cluster", ids, key="id") == [f"{k}" for k in kinds]
