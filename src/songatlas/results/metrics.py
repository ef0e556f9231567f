"""The tables of scores, which only a run writes.

``clustering_metrics.csv`` has a row a method, ``cluster_selection.csv`` a row a number of clusters,
``training_history.csv`` a row an epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from songatlas.clustering.selection import KSelection
from songatlas.evaluation.record import Evaluation
from songatlas.store.tables import read_csv, write_csv

_METRICS = "clustering_metrics.csv"
_SELECTION = "cluster_selection.csv"
_HISTORY = "training_history.csv"
_OF_A_K = {  # column → attribute
    "Clusters": "ks",
    "Silhouette": "silhouette",
    "Calinski-Harabasz": "calinski_harabasz",
    "Davies-Bouldin": "davies_bouldin",
    "Inertia": "inertia",
    "Smallest cluster": "smallest_cluster",
}
_HISTORY_FIRST = ("epoch", "loss", "audio", "text", "kl", "beta", "learning_rate")


def write_metrics(folder: Path, evaluations: Sequence[Evaluation]) -> str:
    """Write ``clustering_metrics.csv``, in full precision."""
    rows = [evaluation.row() for evaluation in evaluations]
    write_csv(folder / _METRICS, [*rows[0]], [[*row.values()] for row in rows])
    return _METRICS


def read_metrics(folder: Path) -> list[dict[str, str]]:
    """Rows of ``clustering_metrics.csv``, cells as text by column."""
    return read_csv(folder / _METRICS)


def write_selection(folder: Path, selection: KSelection) -> str:
    """Write ``cluster_selection.csv``; a score that is not defined is an empty cell."""
    columns = [getattr(selection, name) for name in _OF_A_K.values()]
    write_csv(folder / _SELECTION, [*_OF_A_K], zip(*columns, strict=True))
    return _SELECTION


def write_history(folder: Path, history: Sequence[Mapping[str, float]]) -> str:
    """Write ``training_history.csv``; a term that an epoch does not have is an empty cell."""
    others = sorted({key for row in history for key in row} - {*_HISTORY_FIRST})
    columns = [*_HISTORY_FIRST, *others]
    rows = [[int(row["epoch"]), *(row.get(name) for name in columns[1:])] for row in history]
    write_csv(folder / _HISTORY, columns, rows)
    return _HISTORY
