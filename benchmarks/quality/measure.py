"""One case: every method on every seed, by every yardstick."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.cases import Case, artists, read, targets
from benchmarks.quality.methods import AUTOENCODER, DEFAULT, ORIGINAL, Fitted, autoencoder, fit
from benchmarks.quality.neighbours import balanced, hits
from benchmarks.quality.outside import outside_methods
from benchmarks.quality.scores import (
    difference,
    external,
    resampled_accuracy,
    resampled_ami,
)
from benchmarks.quality.spaces import Space, placed_space, simple_spaces
from songatlas.config import Config, replace
from songatlas.extraction.workshop import Workshop
from songatlas.library.labels import Labels
from songatlas.stages.prepare import Prepared
from songatlas.types import BoolArray, IntArray

Row = dict[str, Any]
KS = (4, 8, 16)
TREE = "tree"
OTHERS = ("autoencoder", "original", "vade", "dec", "mopoe")
_SCORES = ("AMI", "ARI", "NMI")
# Of a baseline's name: it hears lyrics, or everything.
_WITH_WORDS = {"text", "PCA", "Raw", "Linear"}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one method made of one seed.

    Parameters
    ----------
    kind
        ``default``, ``view``, ``baseline``, ``tree`` or ``other``.
    hits
        Of every target, the tracks whose class nine neighbours tell; empty without a space.
    labels
        By what the number of clusters is: see :class:`Exam`.
    """

    method: str
    kind: str
    seed: int
    hits: Mapping[str, BoolArray] = field(default_factory=dict)
    labels: Mapping[str, IntArray] = field(default_factory=dict)

    def at(self, target: str) -> Mapping[str, IntArray]:
        """Labels that this target judges, those at its own number of classes as ``true``."""
        named = {name: x for name, x in self.labels.items() if not name.startswith("true ")}
        own = self.labels.get(f"true {target}")
        return named if own is None else {"true": own, **named}


@dataclass(frozen=True, kw_only=True)
class Exam:
    """What the methods of one seed are asked.

    Parameters
    ----------
    truth
        Labels by target.
    groups
        Artists.
    wanted
        Numbers of clusters: ``true TARGET``, ``4`` …, ``chosen``, and the levels of the tree.
    """

    truth: Mapping[str, Labels]
    groups: IntArray
    wanted: Mapping[str, int]
    config: Config

    def take(self, space: Space, kind: str, known: Found | None = None) -> Found:
        """Neighbours and partitions of a space; the former from an earlier seed if `known`."""
        of_k = {k: space.labels(k, self.config) for k in set(self.wanted.values())}
        return Found(
            method=space.name,
            kind=kind,
            seed=self.config.seed,
            hits=known.hits
            if known is not None
            else {
                target: hits(space.X, labels.codes, self.groups)
                for target, labels in self.truth.items()
            },
            labels={name: of_k[k] for name, k in self.wanted.items()},
        )


def measure(
    case: Case, seeds: Sequence[int], music: Path, shop: Workshop, others: Collection[str]
) -> Row:
    """All that is known of a case, to be written as JSON.

    Parameters
    ----------
    others
        Methods of :data:`OTHERS` to run on the first seed too.
    """
    found: list[Found] = []
    halves: list[Row] = []
    simple: list[Space] = []
    chosen = []
    for seed in seeds[:1] if case.original else seeds:
        if not found or "text" in case.modalities:  # only the components of lyrics have a seed
            prepared = read(case, seed, music, shop)
        prepared = dataclasses.replace(prepared, config=replace(prepared.config, {"seed": seed}))
        plain = next((space.X for space in simple if space.name == "PCA"), None)
        fitted = fit(prepared, ORIGINAL if case.original else DEFAULT, plain)
        chosen.append(fitted.chosen_k)
        exam = _exam(case, prepared, fitted)
        spaces = [(space, "view" if at else "default") for at, space in enumerate(fitted.spaces)]
        if not simple and not case.original:
            simple = list(simple_spaces(prepared.inputs, fitted.places, prepared.config))
            spaces += [(space, "baseline") for space in simple]
        halves += [row for space, kind in spaces for row in _halves(space, kind, exam)]
        before = {one.method: one for one in found if one.kind == "baseline"}
        found += [exam.take(space, kind) for space, kind in spaces]
        found += [exam.take(space, "baseline", before[space.name]) for space in simple if before]
        if fitted.levels:
            found.append(Found(method=TREE, kind="tree", seed=seed, labels=fitted.levels))
        if seed == seeds[0] and not case.original:
            found += _others(prepared, exam, others)
        print(f"  seed {seed} is done", file=sys.stderr, flush=True)
    tracks = prepared.library.tracks
    return {
        "collection": case.collection,
        "inputs": case.inputs,
        "size": f"{len(tracks)} clips by {len({t.artist for t in tracks})} artists",
        "classes": {name: len(labels.names) for name, labels in exam.truth.items()},
        "chosen": chosen,
        "scores": [row for one in found for row in scores(one, exam.truth)],
        "halves": halves,
        "differences": list(differences(found, exam)),
    }


def _exam(case: Case, prepared: Prepared, fitted: Fitted) -> Exam:
    truth = targets(case, prepared)
    wanted = {f"true {target}": len(labels.names) for target, labels in truth.items()}
    wanted |= {str(k): k for k in KS} | {"chosen": fitted.chosen_k}
    for name, labels in fitted.levels.items():
        wanted[name] = len(np.unique(labels[labels >= 0]))
    return Exam(truth=truth, groups=artists(prepared), wanted=wanted, config=prepared.config)


def _others(prepared: Prepared, exam: Exam, names: Collection[str]) -> Iterator[Found]:
    """A plain autoencoder of our architecture, and the methods of other packages."""
    seed = prepared.config.seed
    if "autoencoder" in names:
        yield exam.take(placed_space(AUTOENCODER, autoencoder(prepared)), "other")
    at = f"true {next(iter(exam.truth))}"
    outside = outside_methods(prepared.inputs, seed, set(OTHERS) - set(names))
    for name, cluster in outside.items():
        labels = {at: cluster(exam.wanted[at])}
        yield Found(method=name, kind="other", seed=seed, labels=labels)


def scores(one: Found, truth: Mapping[str, Labels]) -> Iterator[Row]:
    """One row a target: neighbours, and for every number of clusters K and scores."""
    for target, labels in truth.items():
        row: Row = {"target": target, "method": one.method, "kind": one.kind, "seed": one.seed}
        if target in one.hits:
            row["kNN"] = float(one.hits[target].mean())
            row["balanced"] = balanced(one.hits[target], labels.codes)
        row |= {"K": {}} | {name: {} for name in _SCORES}
        for at, partition in one.at(target).items():
            row["K"][at] = len(np.unique(partition[partition >= 0]))
            values = external(labels.codes, partition)
            for name in _SCORES:
                row[name][at] = values[name]
        yield row


def _halves(space: Space, kind: str, exam: Exam) -> Iterator[Row]:
    agreement = space.agreement(exam.groups)
    if agreement is not None:
        row = {"method": space.name, "kind": kind, "seed": exam.config.seed}
        yield row | agreement._asdict()


def differences(found: Sequence[Found], exam: Exam) -> Iterator[Row]:
    """The default against every baseline, and the tree's levels against flat partitions."""
    by_method: dict[str, list[Found]] = {}
    for one in found:
        by_method.setdefault(one.method, []).append(one)
    ours_flat, rivals, trees = (
        [some for some in by_method.values() if some[0].kind in kinds]
        for kinds in (("default", "view"), ("baseline",), ("tree",))
    )
    for target in exam.truth:
        for tree, level in _levels(trees):
            ours = _values(tree, target, level, exam)
            for rival in _flat(ours_flat, rivals, exam.truth[target].codes, level):
                theirs = _values(rival, target, level, exam)
                yield _row(target, level, (tree, rival), (ours, theirs))
        for yardstick in ("kNN", "balanced", "true") if rivals else ():
            ours = _values(ours_flat[0], target, yardstick, exam)
            for rival in rivals:
                theirs = _values(rival, target, yardstick, exam)
                yield _row(target, yardstick, (ours_flat[0], rival), (ours, theirs))


def _levels(trees: list[list[Found]]) -> Iterator[tuple[list[Found], str]]:
    """Levels that the trees of all seeds have."""
    for tree in trees:
        for level in tree[0].labels:
            if all(level in one.labels for one in tree):
                yield tree, level


def _flat(
    ours: list[list[Found]], rivals: list[list[Found]], truth: IntArray, level: str
) -> list[list[Found]]:
    """Flat partitions of ours, of the best baseline, and of the best of sound alone."""

    def mean(some: list[Found]) -> float:
        return float(np.mean([external(truth, one.labels[level])["AMI"] for one in some]))

    ranked = sorted(rivals, key=mean, reverse=True)
    sound = [some for some in ranked if not _WITH_WORDS & set(some[0].method.split())]
    return [*ours, *ranked[:1], *(some for some in sound[:1] if some is not ranked[0])]


_Values = list[tuple[float, Any]]  # score, and that of every resample, one a seed


def _values(some: Sequence[Found], target: str, yardstick: str, exam: Exam) -> _Values:
    truth = exam.truth[target].codes
    values: _Values = []
    for one in some:
        if yardstick in ("kNN", "balanced"):
            hit, even = one.hits[target], yardstick == "balanced"
            value = balanced(hit, truth) if even else float(hit.mean())
            values.append((value, resampled_accuracy(hit, truth, exam.groups, balanced=even)))
        else:
            labels = one.at(target)[yardstick]
            values.append(
                (external(truth, labels)["AMI"], resampled_ami(truth, labels, exam.groups))
            )
    return values


def _row(
    target: str,
    yardstick: str,
    methods: tuple[list[Found], list[Found]],
    both: tuple[_Values, _Values],
) -> Row:
    pairs = list(zip(*both, strict=True))
    found = difference([(a[0], b[0]) for a, b in pairs], [(a[1], b[1]) for a, b in pairs])
    ours, theirs = (float(np.mean([value for value, _ in values])) for values in both)
    return {
        "target": target,
        "yardstick": "AMI" if yardstick == "true" else yardstick,
        "method": methods[0][0].method,
        "baseline": methods[1][0].method,
        "ours": ours,
        "theirs": theirs,
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "verdict": found.verdict,
    }
