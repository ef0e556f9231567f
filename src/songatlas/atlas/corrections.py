"""What a person has corrected: a small TOML beside the results, and the partition that it makes.

A cluster is known by some of its tracks, so that it is found again whatever its number is then.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.clustering.constraints import ContradictionError, constrain
from songatlas.errors import ConfigError, StorageError
from songatlas.store.atomic import write_text
from songatlas.text import fold
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.atlas import Cluster

CORRECTIONS_FILE = "corrections.toml"
Paths = tuple[str, ...]
_KINDS = ("merge", "split", "together", "apart")  # of corrections that hold nothing but paths


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """Corrections in the order in which they are made.

    Parameters
    ----------
    merge
        Two or more clusters that are one.
    split
        Two parts of what may be one cluster.
    together, apart
        Two tracks each.
    rename
        A cluster and its name.
    """

    merge: tuple[tuple[Paths, ...], ...] = ()
    split: tuple[tuple[Paths, Paths], ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    rename: tuple[tuple[Paths, str], ...] = ()

    @property
    def changes_partition(self) -> bool:
        """Whether more than names is corrected."""
        return any(getattr(self, kind) for kind in _KINDS)


def read_corrections(folder: Path) -> Corrections:
    """Those of a results folder; none without the file.

    Raises
    ------
    ConfigError
        When the file is not what is described in its head.
    StorageError
        When it cannot be read.
    """
    path = folder / CORRECTIONS_FILE
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Corrections()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ConfigError(f"{path} must be TOML. It is not: {error}. Mend or delete it.") from error
    try:
        return _parse(said)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path} must hold tables [[merge]], [[split]], [[together]], [[apart]] and [[rename]] "
            f"as 'songatlas label' writes them. It does not: {error}. Mend or delete it."
        ) from error


def _parse(said: Mapping[str, Any]) -> Corrections:
    unknown = {*said} - {field.name for field in dataclasses.fields(Corrections)}
    if unknown:
        raise ValueError(f"unknown table {sorted(unknown)[0]!r}")
    return Corrections(
        merge=tuple(tuple(_paths(c) for c in row["clusters"]) for row in said.get("merge", [])),
        split=tuple(_two([_paths(p) for p in row["parts"]]) for row in said.get("split", [])),
        together=tuple(_two(_paths(row["tracks"])) for row in said.get("together", [])),
        apart=tuple(_two(_paths(row["tracks"])) for row in said.get("apart", [])),
        rename=tuple(
            (_paths(row["cluster"]), _text(row["name"])) for row in said.get("rename", [])
        ),
    )


def _paths(value: Any) -> Paths:
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of paths is needed, not {value!r}")
    return tuple(_text(item) for item in value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"a text is needed, not {value!r}")
    return value


def _two(values: Sequence[Any]) -> tuple[Any, Any]:
    if len(values) != 2:
        raise ValueError(f"two are needed, not {len(values)}")
    return values[0], values[1]


def write_corrections(folder: Path, corrections: Corrections) -> None:
    """Write ``corrections.toml``."""
    lines = [
        "# Corrections to the clusters of this folder, by 'songatlas label'; yours to edit.",
        "# The next 'songatlas update' or run into this folder respects them. Paths are those of",
        "# tracks.csv; a cluster is known by some of its tracks.",
    ]
    for clusters in corrections.merge:
        lines += ["", "[[merge]]", f"clusters = {_toml(clusters)}"]
    for parts in corrections.split:
        lines += ["", "[[split]]", f"parts = {_toml(parts)}"]
    for kind in ("together", "apart"):
        for pair in getattr(corrections, kind):
            lines += ["", f"[[{kind}]]", f"tracks = {_toml(pair)}"]
    for cluster, name in corrections.rename:
        lines += ["", "[[rename]]", f"cluster = {_toml(cluster)}", f"name = {_toml(name)}"]
    write_text(folder / CORRECTIONS_FILE, "\n".join(lines) + "\n")


def keep_corrections(folder: Path, corrections: Corrections) -> None:
    """Write them where they are not those of the file, which may have a person's own remarks."""
    if corrections != read_corrections(folder):
        write_corrections(folder, corrections)


def _toml(value: Any) -> str:
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for characters outside the first plane, which may stand
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(_toml(item) for item in value)}]"


def followed(corrections: Corrections, renamed: Mapping[str, str]) -> Corrections:
    """`corrections` after files were renamed.

    Parameters
    ----------
    renamed
        The path now by the path then.

    Examples
    --------
    >>> followed(Corrections(together=(("a", "b"),)), {"a": "new/a"}).together
    (('new/a', 'b'),)
    """

    def now(said: Any) -> Any:
        """`said`, a path or tuples of paths, with the paths of now."""
        return renamed.get(said, said) if isinstance(said, str) else tuple(map(now, said))

    rename = tuple((now(cluster), name) for cluster, name in corrections.rename)
    others = {kind: now(getattr(corrections, kind)) for kind in _KINDS}
    return Corrections(rename=rename, **others)


def correct(
    labels: IntArray, X: FloatArray, tracks: Sequence[Track], corrections: Corrections
) -> IntArray:
    """The partition as corrected: merged, split, then the constraints; numbers 0 … without a gap.

    A correction whose tracks have gone does nothing. Doing it twice changes nothing more.

    Parameters
    ----------
    labels
        Shape (n_tracks,): clusters from 0, −1 for none.
    X
        Shape (n_tracks, n_coordinates).

    Raises
    ------
    ConfigError
        When the constraints contradict one another, naming two tracks.
    """
    row_of = {track.path: row for row, track in enumerate(tracks)}
    found = labels.copy()
    for clusters in corrections.merge:
        numbers = sorted({holder(found, row_of, paths) for paths in clusters} - {-1})
        for number in numbers[1:]:
            found[found == number] = numbers[0]
    for one, other in corrections.split:
        found = _split(found, X, row_of, one, other)
    pairs = {
        kind: [
            (row_of[a], row_of[b])
            for a, b in getattr(corrections, kind)
            if a in row_of and b in row_of
        ]
        for kind in ("together", "apart")
    }
    found = _without_gaps(found)
    if pairs["together"] or pairs["apart"]:
        try:
            found = constrain(found, X, pairs["together"], pairs["apart"])
        except ContradictionError as error:
            a, b = (tracks[row].path for row in error.pair)
            raise ConfigError(
                f"The corrections cannot all be met, for {error}: {a} and {b} are among them. Take "
                f"one back in {CORRECTIONS_FILE}, or with 'songatlas label RESULTS --clear'."
            ) from error
    return _without_gaps(found)


def holder(labels: IntArray, row_of: Mapping[str, int], paths: Paths) -> int:
    """The cluster that holds most of some tracks, −1 for none; of equals the lowest."""
    known = [int(labels[row_of[path]]) for path in paths if path in row_of]
    counts = Counter(label for label in known if label >= 0)
    return min(counts, key=lambda label: (-counts[label], label), default=-1)


def apply_names(
    clusters: Sequence[Cluster],
    labels: IntArray,
    tracks: Sequence[Track],
    corrections: Corrections,
) -> tuple[Cluster, ...]:
    """`clusters`, those of `labels`, with the names that a person gave.

    Raises
    ------
    ConfigError
        When two clusters would have one name.
    """
    row_of = {track.path: row for row, track in enumerate(tracks)}
    names = {holder(labels, row_of, known): name for known, name in corrections.rename}
    given = {fold(name) for name in names.values()}

    def named(cluster: Cluster) -> Cluster:
        if cluster.number in names:
            return dataclasses.replace(cluster, name=names[cluster.number], named_by="person")
        if cluster.named_by == "person" and fold(cluster.name) in given:
            # inherited from a former cluster, whose tracks are now mostly in another
            return dataclasses.replace(cluster, name=f"{cluster.name} ({cluster.number})")
        return cluster

    found = [named(cluster) for cluster in clusters]
    used: dict[str, int] = {}
    for cluster in found:
        other = used.setdefault(fold(cluster.name), cluster.number)
        if other != cluster.number:
            raise ConfigError(
                f"Names of clusters must differ. Clusters {other} and {cluster.number} would both "
                f"be {cluster.name!r}. Give another name with 'songatlas label --rename'."
            )
    return tuple(found)


def _split(
    labels: IntArray, X: FloatArray, row_of: Mapping[str, int], one: Paths, other: Paths
) -> IntArray:
    number = holder(labels, row_of, one)
    if number < 0 or holder(labels, row_of, other) != number:
        return labels
    centres = [
        X[[row_of[path] for path in paths if path in row_of]].mean(axis=0) for paths in (one, other)
    ]
    members = np.flatnonzero(labels == number)
    distance = np.stack([((X[members] - centre) ** 2).sum(axis=1) for centre in centres])
    found = labels.copy()
    found[members[distance[1] < distance[0]]] = int(labels.max()) + 1
    return found


def _without_gaps(labels: IntArray) -> IntArray:
    """Numbers 0 … in the order of the old ones, so that a cluster that vanished leaves no gap."""
    numbers = np.unique(labels[labels >= 0])
    found = np.full(len(labels), -1)
    found[labels >= 0] = np.searchsorted(numbers, labels[labels >= 0])
    return found
