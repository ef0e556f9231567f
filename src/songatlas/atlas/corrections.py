"""The partition and the names that a person's corrections make."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from songatlas.clustering.constraints import ContradictionError, constrain
from songatlas.distances import nearest_centre
from songatlas.errors import ConfigError
from songatlas.results.corrections import CORRECTIONS_FILE, Corrections, Paths
from songatlas.text import fold
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.atlas import Cluster


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

    return Corrections(
        **{
            kind: tuple((now(of), name) for of, name in said)
            if kind.startswith("rename")
            else now(said)
            for kind, said in vars(corrections).items()
        }
    )


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
    found = _without_gaps(constrained(_without_gaps(found), X, tracks, corrections))
    return _without_gaps(labels) if _same_groups(found, labels) else found


def constrained(
    labels: IntArray, X: FloatArray, tracks: Sequence[Track], corrections: Corrections
) -> IntArray:
    """`labels`, shape (n_tracks,), with tracks together and apart as a person wants them.

    Raises
    ------
    ConfigError
        When the constraints contradict one another, naming two tracks.
    """
    row_of = {track.path: row for row, track in enumerate(tracks)}
    together, apart = (
        [(row_of[a], row_of[b]) for a, b in pairs if a in row_of and b in row_of]
        for pairs in (corrections.together, corrections.apart)
    )
    if not together and not apart:
        return labels
    try:
        return constrain(labels, X, together, apart)
    except ContradictionError as error:
        a, b = (tracks[row].path for row in error.pair)
        raise ConfigError(
            f"The corrections cannot all be met, for {error}: {a} and {b} are among them. Take "
            f"one back in {CORRECTIONS_FILE}, or with 'songatlas label RESULTS --clear'."
        ) from error


def holder(labels: IntArray, row_of: Mapping[str, int], paths: Paths) -> int:
    """The cluster that holds most of some tracks, −1 for none; of equals the lowest."""
    known = labels[known_rows(row_of, paths)].tolist()
    counts = Counter(label for label in known if label >= 0)
    return min(counts, key=lambda label: (-counts[label], label), default=-1)


def known_rows(row_of: Mapping[str, int], paths: Paths) -> list[int]:
    """Rows of the tracks that are there still."""
    return [row_of[path] for path in paths if path in row_of]


def apply_names(
    clusters: Sequence[Cluster], labels: IntArray, tracks: Sequence[Track], corrections: Corrections
) -> tuple[Cluster, ...]:
    """`clusters`, those of `labels`, with the names that a person gave.

    Raises
    ------
    ConfigError
        When two clusters would have one name.
    """
    row_of = {track.path: row for row, track in enumerate(tracks)}
    names = {holder(labels, row_of, known): name for known, name in corrections.rename}
    names.pop(-1, None)  # of a cluster whose tracks have gone: nothing is known of it any more
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
    centres = [X[known_rows(row_of, paths)].mean(axis=0) for paths in (one, other)]
    members = np.flatnonzero(labels == number)
    found = labels.copy()
    found[members[nearest_centre(X[members], np.stack(centres)) == 1]] = int(labels.max()) + 1
    return found


def _same_groups(one: IntArray, other: IntArray) -> bool:
    """Whether two partitions differ at most in the numbers of the clusters."""
    pairs = {*zip(one.tolist(), other.tolist(), strict=True)}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def _without_gaps(labels: IntArray) -> IntArray:
    """Numbers 0 … in the order of the old ones, so that a cluster that vanished leaves no gap."""
    numbers = np.unique(labels[labels >= 0])
    found = np.full(len(labels), -1)
    found[labels >= 0] = np.searchsorted(numbers, labels[labels >= 0])
    return found
