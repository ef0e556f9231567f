"""The tables of scores, which only a run writes.

``clustering_metrics.csv`` has a row a method, ``cluster_selection.csv`` a row a number of clusters,
``training_history.csv`` a row an epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from songatlas.clustering import KSelection
from songatlas.evaluation.record import COLUMNS, Evaluation
from songatlas.store.tables import read_csv, write_csv

METRICS_FILE = "clustering_metrics.csv"
SELECTION_FILE = "cluster_selection.csv"
HISTORY_FILE = "training_history.csv"
_SELECTION = {  # column → attribute
    "Clusters": "ks",
    "Silhouette": "silhouette",
    "Calinski-Harabasz": "calinski_harabasz",
    "Davies-Bouldin": "davies_bouldin",
    "Inertia": "inertia",
    "Smallest cluster": "smallest_cluster",
}
_HISTORY_FIRST = ("epoch", "loss", "audio", "text", "kl", "beta", "learning_rate")


def write_metrics(folder: Path, evaluations: Sequence[Evaluation]) -> None:
    """Write ``clustering_metrics.csv``, in full precision."""
    write_csv(folder / METRICS_FILE, COLUMNS, [evaluation.row() for evaluation in evaluations])


def read_metrics(folder: Path) -> list[dict[str, str]]:
    """Rows of ``clustering_metrics.csv``, cells as text by column."""
    return read_csv(folder / METRICS_FILE)


def write_selection(folder: Path, selection: KSelection) -> None:
    """Write ``cluster_selection.csv``; a score that is not defined is an empty cell."""
    columns = [getattr(selection, name) for name in _SELECTION.values()]
    write_csv(folder / SELECTION_FILE, [*_SELECTION], zip(*columns, strict=True))


def write_history(folder: Path, history: Sequence[Mapping[str, float]]) -> None:
    """Write ``training_history.csv``; a term that an epoch does not have is an empty cell."""
    others = sorted({key for row in history for key in row} - {*_HISTORY_FIRST})
    columns = [*_HISTORY_FIRST, *others]
    rows = [[int(row["epoch"]), *(row.get(name) for name in columns[1:])] for row in history]
    write_csv(folder / HISTORY_FILE, columns, rows)
