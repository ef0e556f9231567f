"""A new method is one file and one row: the sketches of the documentation, added as they stand."""

import csv
import hashlib
import json
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from folders import table

import songatlas
from songatlas.clustering import CLUSTERERS
from songatlas.machine import Machine
from songatlas.projection import PROJECTIONS, Projection
from songatlas.report.pictures import PICTURES, Picture

PAGE = Path(__file__).parents[2] / "docs" / "development.md"


def sketch(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The file of that name under a heading of the page, as a module."""
    text = PAGE.read_text(encoding="utf-8")
    source = text.partition(f"`{name}`,\n\n```python\n")[2].partition("```")[0]
    assert source
    module = ModuleType(Path(name).stem)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(source, vars(module))
    return module


def add_row(
    name: str,
    rows: MutableMapping[str, object],
    names: dict[str, object],
    patch: pytest.MonkeyPatch,
) -> None:
    """What the page adds to the table `name`, among its `rows`."""
    text = PAGE.read_text(encoding="utf-8")
    (source,) = re.findall(rf"^{name} = \{{.*?^\}}", text, re.M | re.S)
    exec(source, names)
    for key, value in names[name].items():  # type: ignore[attr-defined]
        assert key not in rows
        patch.setitem(rows, key, value)


@pytest.fixture
def result(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> songatlas.RunResult:
    """A run of the same model, with one row more in three tables."""
    picture = sketch("plots/confidence.py", monkeypatch)
    clusterer = sketch("clustering/bisecting.py", monkeypatch)
    add_row("PICTURES", PICTURES, {**vars(picture), "Picture": Picture}, monkeypatch)  # type: ignore[arg-type]
    add_row("CLUSTERERS", CLUSTERERS, vars(clusterer), monkeypatch)  # type: ignore[arg-type]
    plain = Projection("First two", lambda X, config, seed: X[:, :2].astype(np.float32))
    monkeypatch.setitem(PROJECTIONS, "plain", plain)  # type: ignore[arg-type]
    return songatlas.run(
        music,
        out=tmp_path / "results",
        config=finished.config,
        model=finished.out,
        machine=Machine(cache=cache, workers=1),
    )


@pytest.mark.battery
def test_a_picture_a_clusterer_and_a_projection_of_one_row_each(
    result: songatlas.RunResult, finished: songatlas.RunResult
) -> None:
    image = (result.out / "confidence.png").read_bytes()
    assert image.startswith(b"\x89PNG")
    record = json.loads((result.out / "run.json").read_text(encoding="utf-8"))
    assert record["files"]["confidence.png"] == f"sha256:{hashlib.sha256(image).hexdigest()}"
    report = (result.out / "README.md").read_text(encoding="utf-8")
    assert "| `confidence.png` | how sure the tracks are of their clusters |\n" in report

    methods = [row["Method"] for row in table(result.out / "clustering_metrics.csv")]
    added = [name for name in methods if name not in {it.method for it in finished.clusterings}]
    assert added == ["VAE + Bisecting"]
    found = next(it for it in result.clusterings if it.method == "VAE + Bisecting")
    with (result.out / "tracks.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    (column,) = [name for name in rows[0] if "isecting" in name]
    assert [int(row[column]) for row in rows] == found.labels.tolist()
    assert found.n_clusters == result.n_clusters
    assert "VAE + Bisecting" in report

    points = result.placement.coordinates[:, :2].astype(np.float32)
    assert np.array_equal(result.view.maps["plain"], points)
