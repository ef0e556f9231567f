"""What two finished runs make of the same tracks."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from songatlas.atlas.matching import match_clusters, overlaps
from songatlas.evaluation.external import EXTERNAL
from songatlas.listening.choice import PlaylistOptions
from songatlas.listening.lists import lists_of
from songatlas.results.read import read_atlas
from songatlas.results.record import read_run
from songatlas.types import IntArray
from songatlas.types.atlas import AtlasData

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SAME = 0.5  # of the tracks of either, from which on two nodes are one


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One run against another.

    Parameters
    ----------
    shared, only_first, only_second
        Tracks of both, by content, else by path; and those of one only.
    ari, ami
        Agreement of the clusters on the shared tracks that are in one in both runs; None without.
    same_cluster
        Shared tracks whose cluster in the second is the one matched to theirs in the first.
    clusters
        (name in the first, name in the second or "", tracks of both) of every matched pair.
    nodes
        (id and name in the first, those in the second or "", tracks of both, these among all of
        either in [0, 1]) of the regions of the first and their parts, down to the level that its
        lists are about, of which at least half of the tracks are in both runs.
    moves
        (name in the first, name in the second, tracks), most first, where they are not matched.
    verdicts
        Of the first and the second.
    settings
        What differs: name → (in the first, in the second).
    """

    shared: int
    only_first: int
    only_second: int
    ari: float | None
    ami: float | None
    same_cluster: int
    clusters: tuple[tuple[str, str, int], ...]
    nodes: tuple[tuple[str, str, int, float], ...]
    moves: tuple[tuple[str, str, int], ...]
    verdicts: tuple[str, str]
    settings: Mapping[str, tuple[Any, Any]]

    def to_json(self) -> str:
        """As a JSON object."""
        return json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False) + "\n"


def compare(first: str | Path, second: str | Path) -> Comparison:
    """Compare two finished runs.

    Parameters
    ----------
    first, second
        Their results folders.

    Raises
    ------
    StorageError
        When one is no finished run.
    """
    one, two = read_atlas(first), read_atlas(second)
    rows = matched_rows(one, two)
    before, after = one.labels[rows[:, 0]], two.labels[rows[:, 1]]
    matched = match_clusters(before, after)
    shared = overlaps(before, after)
    names = [cluster.name for cluster in one.clusters], [c.name for c in two.clusters]
    partner = {old: new for new, old in matched.items()}
    pairs = [
        (names[0][old], names[1][partner[old]] if old in partner else "",
         int(shared[old, partner[old]]) if old in partner else 0)
        for old in range(len(names[0]))
    ]  # fmt: skip
    moves = [
        (names[0][old], names[1][new], int(shared[old, new]))
        for old, new in np.argwhere(shared > 0).tolist()
        if partner.get(old) != new
    ]
    both = (before >= 0) & (after >= 0)
    scores = {
        name: EXTERNAL[name].score(before[both], after[both]) if both.any() else None
        for name in ("ARI", "AMI")
    }
    return Comparison(
        shared=len(rows),
        only_first=len(one.tracks) - len(rows),
        only_second=len(two.tracks) - len(rows),
        ari=scores["ARI"],
        ami=scores["AMI"],
        same_cluster=sum(n for _, _, n in pairs),
        clusters=tuple(pairs),
        nodes=matched_nodes(one, two, rows),
        moves=tuple(sorted(moves, key=lambda move: (-move[2], move[0], move[1]))),
        verdicts=(one.verdict, two.verdict),
        settings=_differences(read_run(first).config, read_run(second).config),
    )


def matched_nodes(
    one: AtlasData, two: AtlasData, rows: IntArray
) -> tuple[tuple[str, str, int, float], ...]:
    """Which node of one tree is which of another, by the tracks that both runs have.

    Parameters
    ----------
    rows
        Of the same tracks, (n_shared, 2).
    """
    from scipy.optimize import linear_sum_assignment

    ours = [it for it in lists_of(one, PlaylistOptions()) if it.id in one.tree]
    theirs = [node for node in two.tree if node.parent is not None]
    first = _members([it.rows for it in ours], rows[:, 0], len(one.tracks))
    second = _members([node.tracks for node in theirs], rows[:, 1], len(two.tracks))
    both = (first @ second.T).toarray()
    either = first.sum(axis=1).reshape(-1, 1) + second.sum(axis=1).reshape(1, -1) - both
    share = np.asarray(both / np.maximum(either, 1))
    partner = dict(zip(*map(np.ndarray.tolist, linear_sum_assignment(-share)), strict=True))
    found = []
    there = first.sum(axis=1)
    for k, it in enumerate(ours):
        if there[k] < _SAME * len(it.rows):
            continue  # of what the other run was not given it says nothing
        other = partner.get(k, -1)
        name = f"{it.id}  {it.name}"
        if other < 0 or share[k, other] < _SAME:
            found.append((name, "", 0, 0.0))
        else:
            key = theirs[other].id
            shared = int(both[k, other]), float(share[k, other])
            found.append((name, f"{key}  {theirs[other].name}", *shared))
    return tuple(found)


def _members(groups: Sequence[Sequence[int]], rows: IntArray, n_tracks: int) -> csr_array:
    """Which of some tracks are in each group, 0 or 1: (n_groups, n_rows)."""
    from scipy.sparse import csr_array

    place = np.full(n_tracks, -1)
    place[rows] = np.arange(len(rows))
    held = [place[list(group)] for group in groups]
    held = [columns[columns >= 0] for columns in held]
    ends = np.cumsum([0, *map(len, held)])
    columns = np.concatenate([np.empty(0, int), *held])
    return csr_array((np.ones(len(columns), int), columns, ends), (len(groups), len(rows)))


def matched_rows(one: AtlasData, two: AtlasData) -> IntArray:
    """Rows of the same tracks, (n_shared, 2): by content, then by path, each once."""
    rows = []
    left_one, left_two = {*range(len(one.tracks))}, {*range(len(two.tracks))}
    for field in ("content_hash", "path"):
        there = {getattr(two.tracks[row], field): row for row in sorted(left_two, reverse=True)}
        for row in sorted(left_one):
            other = there.get(getattr(one.tracks[row], field))
            if other is not None and other in left_two:
                rows.append((row, other))
                left_one.discard(row)
                left_two.discard(other)
    return np.array(sorted(rows), int).reshape(-1, 2)


def _differences(one: Mapping[str, Any], two: Mapping[str, Any], at: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in sorted({*one, *two}):
        a, b = one.get(name), two.get(name)
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            found |= _differences(a, b, f"{at}{name}.")
        elif a != b:
            found[f"{at}{name}"] = (a, b)
    return found
