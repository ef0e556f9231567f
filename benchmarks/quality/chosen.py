"""The default beside baselines that were not picked by the labels that judge them.

Whoever has no labels must choose a recipe before: one for all music, or the one that was best on
other artists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.quality.rows import NAMES, VERDICTS, Record, best_rows, of, signed, table
from benchmarks.quality.scores import Difference

_OF_A_RUN = ("PCA", "Raw features", "Linear PLDA")
_Read = tuple[Record, str, str, Mapping[str, Any]]


def on_the_other_half(records: Sequence[Record]) -> str:
    """A row for each half of the artists, read with the baseline that is best on the other."""
    rows = []
    for record, target, yardstick, read in _reads(records):
        cells = [record["collection"], record["inputs"], target, yardstick]
        cells += [f"{read['ours']:.3f}", f"{read['theirs']:.3f} {read['baseline']}"]
        rows.append([*cells, signed(read)])
    header = ["Collection", "Inputs", "Labels", "By", "Default", "Chosen on the other half"]
    return table([*header, "Difference"], rows)


def both_halves(records: Sequence[Record]) -> str:
    """The two readings of a kind of music as one, and how many are above, level and below."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for record, target, yardstick, read in _reads(records):
        name = record["collection"].partition("/")[0]
        found.setdefault((yardstick, name, record["inputs"], target), []).append(read)
    rows, counts = [], {yardstick: Counter[str]() for yardstick in NAMES}
    for (yardstick, *where), reads in found.items():
        mean = together(reads)
        verdict = {**mean._asdict(), "difference": mean.value, "verdict": mean.verdict}
        counts[yardstick][mean.verdict] += 1
        own, other = (float(np.mean([read[key] for read in reads])) for key in ("ours", "theirs"))
        rows.append([*where, yardstick, f"{own:.3f}", f"{other:.3f}", signed(verdict)])
    said = " ".join(f"{name}: {_counted(count)}." for name, count in counts.items())
    header = ["Collection", "Inputs", "Labels", "By", "Default", "Chosen", "Difference"]
    return f"{said}\n\n{table(header, rows)}"


def together(reads: Sequence[Mapping[str, Any]]) -> Difference:
    """Mean of differences on different artists, whose errors are independent of each other.

    Parameters
    ----------
    reads
        With ``difference``, ``low`` and ``high``, the 95 % interval.

    Examples
    --------
    >>> reads = [{"difference": 0.1, "low": -0.2, "high": 0.5}, {"difference": 0.3, "low": -0.1,
    ...           "high": 0.6}]
    >>> [round(x, 6) for x in together(reads)]
    [0.2, -0.05, 0.45]
    """
    value = float(np.mean([read["difference"] for read in reads]))
    below = np.linalg.norm([read["difference"] - read["low"] for read in reads]) / len(reads)
    above = np.linalg.norm([read["high"] - read["difference"] for read in reads]) / len(reads)
    return Difference(value, float(value - below), float(value + above))


def one_recipe(records: Sequence[Record]) -> str:
    """Every recipe that any input has, in all rows: the mean difference and the verdicts."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        for recipe, baseline in _recipes(record).items():
            found.setdefault(recipe, []).extend(of(record["differences"], baseline=baseline))
    rows = []
    for recipe, differences in found.items():
        cells = [recipe]
        for yardstick in NAMES:
            own = of(differences, yardstick=yardstick)
            mean = f"{np.mean([row['difference'] for row in own]):+.3f}" if own else "–"
            cells += [mean, _counted(Counter(row["verdict"] for row in own))]
        rows.append(cells)
    header = ["Recipe", *(x for name in NAMES for x in (f"{name}: default less this", "rows"))]
    return table(header, rows)


def _recipes(record: Record) -> dict[str, str]:
    """Names of the baselines that hear everything, by what is done with every modality."""
    of_all = (row["baseline"] for row in of(record["differences"], yardstick="kNN"))
    names = list(dict.fromkeys(of_all))
    apart = {name: name.split(" + ") for name in names}
    most = max(map(len, apart.values()), default=0)
    alike = {"every modality z-scored": "", "every modality whitened": " whitened"}
    found = {recipe: recipe for recipe in _OF_A_RUN if recipe in names}
    for recipe, ending in alike.items():
        for name, parts in apart.items():
            bare = [part.removesuffix(" whitened") for part in parts]
            whole = len(parts) == most and name not in _OF_A_RUN and "z-scored" not in name
            if whole and parts == [part + ending for part in bare]:
                found[recipe] = name
    return found


def _reads(records: Sequence[Record]) -> Iterator[_Read]:
    """Of both halves: the record that is read, target, yardstick, and the difference there."""
    by_case = {(record["collection"], record["inputs"]): record for record in records}
    for yardstick in NAMES:
        for record, target, best in best_rows(records, yardstick):
            name, _, half = record["collection"].partition("/")
            other = by_case.get((f"{name}/{'A' if half == 'B' else 'B'}", record["inputs"]))
            if half and other is not None:
                wanted = {"target": target, "yardstick": yardstick, "baseline": best["baseline"]}
                for read in of(other["differences"], **wanted):
                    yield other, target, yardstick, read


def _counted(count: Counter[str]) -> str:
    return ", ".join(f"{count[verdict]} {verdict}" for verdict in VERDICTS)
