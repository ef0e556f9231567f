"""The verdict of a run on anybody's clusters of anything."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.clustering.kmeans import kmeans
from songatlas.distances import spaced
from songatlas.errors import MetadataError, TooFewTracksError
from songatlas.evaluation.trust.case import MAX_TRACKS, Case
from songatlas.evaluation.trust.verdict import check_trust
from songatlas.library.vectors import read_columns, read_labels, read_vectors
from songatlas.report.judged import write_judgement
from songatlas.types import FloatArray, IntArray
from songatlas.types.trust import Trust

_NOISE = frozenset(("", "-1", "-1.0", "noise", "nan", "none", "<na>", "null", "outlier"))
# What a run says of tracks, artists and their labels, as it is said of any points.
_WORDS: Mapping[str, str] = {
    r"by the same artist or from the same album": "of the same group",
    r"by the same artist": "of the same group",
    r"\bartist and album\b": "the group",
    r"\bLabel of a track": "Cluster of a point",
    r"\blabel of a track": "cluster of a point",
    r"\bof one label\b": "of one cluster",
    r"\bartist": "group",
    r"\btrack": "point",
    r"\bTrack": "Point",
}


def judge(
    X: Any, labels: Any, groups: Any = None, *, out: str | Path | None = None, seed: int = 42
) -> Trust:
    """Judge clusters of anything as a run judges its own.

    Parameters
    ----------
    X
        Vectors that were clustered, array-like of shape (n_points, n_coordinates): in the space
        and on the scale of the clustering.
    labels
        Cluster of every point, numbers or texts; −1, empty and "noise" are none.
    groups
        Group of every point, such as its artist: does a cluster hold beyond them.
    out
        Folder for the report, ``README.md`` with a map, and ``trust.json``.
    seed
        Of everything random.

    Returns
    -------
    Trust
        ``verdict``, ``findings``, ``rows``, and what was ``left_out`` and why.

    Raises
    ------
    MetadataError
        When vectors and labels do not fit each other or are none.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 2)) + np.repeat([[0, 0], [9, 0]], 100, axis=0)
    >>> judge(X, np.repeat(["left", "right"], 100)).verdict
    'trustworthy'
    >>> judge(X, X[:, 1] > 0).verdict
    'not a clustering'
    """
    points = _points(X)
    codes, names = _codes(labels, len(points), "labels")
    artists = None if groups is None else _codes(groups, len(points), "groups")[0]
    if not names:
        raise TooFewTracksError("Labels must name at least one cluster. All are noise.")
    trust = _in_words(check_trust(_case(points, codes, artists, seed)))
    if out is not None:
        write_judgement(Path(out), trust, points, [names[k] if k >= 0 else "" for k in codes])
    return trust


def judge_files(
    vectors: Path, labels: str, *, key: str = "", groups: str = "", out: Path | None, seed: int
) -> Trust:
    """Judge what is in files; see :func:`judge`.

    Parameters
    ----------
    labels
        ``FILE`` with one column, or ``FILE:COLUMN``.
    key
        Column that names the rows in both files; empty finds it, or takes the rows in order.
    groups
        Column of the labels' file; empty for none.
    """
    X, ids = read_vectors(read_columns(vectors), key)
    path, column = Path(labels), ""
    if not path.is_file() and ":" in labels:
        file, _, column = labels.rpartition(":")
        path = Path(file)
    table = read_columns(path)
    given = read_labels(table, column, ids, key=key, aside=groups)
    return judge(
        X, given, read_labels(table, groups, ids, key=key) if groups else None, out=out, seed=seed
    )


def _case(X: FloatArray, labels: IntArray, artists: IntArray | None, seed: int) -> Case:
    rows = spaced(len(X), MAX_TRACKS)
    if len(rows) < len(X):
        X, labels = X[rows], labels[rows]
        artists = None if artists is None else artists[rows]

    def cluster(points: FloatArray, n_clusters: int, random_state: int) -> IntArray:
        return kmeans(points, n_clusters, random_state=random_state, n_init=3)

    return Case(
        X=X,
        labels=labels,
        cluster=cluster,
        given=True,
        seed=seed,
        artists=artists,
        labels_true=None if artists is None else labels,
        track_ids=tuple(f"row {i + 1}" for i in rows.tolist()),
    )


def _points(X: Any) -> FloatArray:
    try:
        points = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise MetadataError(f"X must be numbers, one row a point. Got {error}.") from None
    if points.ndim != 2 or not points.size:
        raise MetadataError(
            f"X must have the shape (points, coordinates). Got {points.shape}: of one coordinate, "
            "X.reshape(-1, 1)."
        )
    n_wrong = int((~np.isfinite(points).all(axis=1)).sum())
    if n_wrong:
        raise MetadataError(
            f"X must be finite. {n_wrong:,} of {len(points):,} rows are not: leave them out."
        )
    return points


def _codes(values: Any, n_points: int, what: str) -> tuple[IntArray, list[str]]:
    """Numbers from 0 in the order of the names, −1 for noise, and the names."""
    texts = [f"{value}".strip() for value in np.asarray(values).ravel().tolist()]
    if len(texts) != n_points:
        raise MetadataError(
            f"Row i of everything must be the same point. Got {n_points:,} vectors and "
            f"{len(texts):,} {what}: leave the same points out everywhere, or join them by --id."
        )
    noise = np.array([text.casefold() in _NOISE for text in texts])
    names, codes = np.unique(np.array(texts)[~noise], return_inverse=True)
    out = np.full(n_points, -1)
    out[~noise] = codes
    return out, names.tolist()


def _in_words(trust: Trust) -> Trust:
    def said(text: str) -> str:
        for pattern, word in _WORDS.items():
            text = re.sub(pattern, word, text)
        return text

    def all_said(rows: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((said(a), said(b)) for a, b in rows)

    findings = tuple(
        dataclasses.replace(found, code=said(found.code), sentence=said(found.sentence))
        for found in trust.findings
    )
    return dataclasses.replace(
        trust, findings=findings, rows=all_said(trust.rows), left_out=all_said(trust.left_out)
    )
