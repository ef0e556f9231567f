"""The measurements as Markdown: first who is above whom, then every number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.quality import chosen
from benchmarks.quality.measure import KS
from benchmarks.quality.rows import NAMES, VERDICTS, Record, best_rows, of, signed, table

_NEAR = ("kNN", "balanced")
_ABOUT = """\
# Quality on real collections

Made by `python -m benchmarks.quality`; the raw scores, megabytes of them, are in the `quality.json`
that it writes beside the page.

Two research collections that are not part of this project: *albums* and *songs*. Nothing that
learns or chooses has seen a label. */A* and */B* are halves of their artists, each fitted for
itself: what was chosen on one half can be read on the other, on artists that it has not seen.

| Collection | Tracks |
| --- | --- |
{sizes}

*frames* are the features of the sound that come with songatlas. *ear* adds musicnn, which was
trained on tags of the Million Song Dataset: agreement of *songs* with `msd_genre` through it is
partly borrowed supervision. *all* adds the lyrics. `language` was detected from the lyrics, and is
circular with them.

## The default against the best simple baseline

- **kNN**: share of tracks whose class most of their nine nearest by *other artists* have (cosine).
  It moves less than partitions do.
- **AMI** of K-Means with as many clusters as there are classes: 0 is chance, 1 is identity.
- The **best simple baseline** is the best of every modality alone, pairs and all of them by
  cosine, as z-scored means (lyrics: tf-idf components) or *whitened* within tracks (the layer of
  the ear by half, where the model sees it by a quarter), and of PCA, raw features and a linear
  PLDA of everything. It is picked by the labels, for each cell anew, which favours it.
- **Difference**: default less baseline with a 95 % interval, paired over artists and seeds. *above*
  and *below* are intervals that leave out 0.

{summary}

"""
_CHOSEN = """
## The baseline that is best on one half, read on the other

Nothing is picked by the labels that it is then judged by. First both halves as one, the mean of two
readings on different artists.

"""
_RECIPES = """
## One recipe for all

What is chosen once, as the default was, beside the default in every row of the first table.

"""
_DETAILS = """
## Every method

Mean ± standard deviation over seeds; a method without one does not depend on the seed. *balanced*
is kNN as the mean over the classes. AMI is of K-Means at the true number of classes, at 4, 8
and 16 clusters, and at the number that a run of the default chooses; ARI and NMI are at the true
one. The two last columns are the default less the method, paired as above. Of several modalities
side by side, the best by kNN and by AMI are here, and all of them in `quality.json`.
"""
_HALVES = """
## The two halves of the tracks

From the first and the second half of a track's windows (for ours, lyrics are the same in both,
which flatters it where it reads them): *own* is how often its own other half is nearest of all the
other halves, *lists* the share of the nine nearest by other artists that are the same. No label is
in this.
"""
_TREE = """
## The levels of the tree

AMI of every level against flat K-Means with as many clusters: of the default and of its views, of
the best baseline of all, and of the best of sound alone.
"""


def page(records: Sequence[Record]) -> str:
    """Everything that was measured."""
    sizes = {record["collection"]: record["size"] for record in records}
    listed = "\n".join(f"| {name} | {size} |" for name, size in sizes.items())
    parts = [_ABOUT.format(sizes=listed, summary=summary(records)), verdicts(records), "\n"]
    if any("/" in record["collection"] for record in records):
        parts += [_CHOSEN, chosen.both_halves(records), "\n\n"]
        parts += [chosen.on_the_other_half(records), "\n"]
    parts += [_RECIPES, chosen.one_recipe(records), "\n"]
    if trees := _trees(records):
        parts += [_TREE, "\n", trees, "\n"]
    parts += [_HALVES, "\n", _halves(records), "\n", _DETAILS]
    for record in records:
        for target, k in record["classes"].items():
            where = f"*{record['collection']}*, {record['inputs']}"
            parts += [f"\n### {where}: {target}, {k} classes\n\n", methods(record, target), "\n"]
    return "".join(parts) + _made(records)


def summary(records: Sequence[Record]) -> str:
    """How many rows are above, level and below."""
    lines = []
    for yardstick in NAMES:
        found = Counter(row["verdict"] for *_, row in best_rows(records, yardstick))
        counts = ", ".join(f"{found[verdict]} {verdict}" for verdict in VERDICTS)
        lines.append(f"{yardstick}: {counts} of {found.total()} rows.")
    return " ".join(lines)


def verdicts(records: Sequence[Record]) -> str:
    """One row a collection, inputs and labels: the default beside the best simple baseline."""
    header = ["Collection", "Inputs", "Labels"]
    for yardstick in NAMES:
        header += [yardstick, "Best simple baseline", "Difference"]
    rows = []
    for (record, target, knn), (*_, ami) in zip(
        best_rows(records, "kNN"), best_rows(records, "AMI"), strict=True
    ):
        cells = [record["collection"], record["inputs"], target]
        own = [s for s in record["scores"] if s["kind"] == "default" and s["target"] == target]
        for best, values in (
            (knn, [s["kNN"] for s in own]),
            (ami, [s["AMI"]["true"] for s in own]),
        ):
            cells += [_mean_sd(values), f"{best['theirs']:.3f} {best['baseline']}", signed(best)]
        rows.append(cells)
    return table(header, rows)


def _trees(records: Sequence[Record]) -> str:
    rows = []
    for record in records:
        for row in record["differences"]:
            if row["method"] == "tree":
                cells = [record["collection"], record["inputs"], row["target"], row["yardstick"]]
                clusters = [
                    s["K"][row["yardstick"]]
                    for s in of(record["scores"], kind="tree", target=row["target"])
                ]
                cells += [_numbers(clusters), f"{row['ours']:.3f}"]
                rows.append([*cells, f"{row['theirs']:.3f} {row['baseline']}", signed(row)])
    header = ["Collection", "Inputs", "Labels", "Level", "Clusters", "Tree", "Flat", "Difference"]
    return table(header, rows) if rows else ""


def _halves(records: Sequence[Record]) -> str:
    rows = []
    for record in records:
        for method in _unique(row["method"] for row in record["halves"]):
            if " + " in method:
                continue  # each modality says it
            some = of(record["halves"], method=method)
            cells = [_mean_sd([row[name] for row in some]) for name in ("own", "overlap")]
            rows.append([record["collection"], record["inputs"], method, *cells])
    return table(["Collection", "Inputs", "Space", "own", "lists"], rows)


def methods(record: Record, target: str) -> str:
    """One row a method: every score and the differences of the default to it.

    Of several modalities side by side, those alone that are the best baseline by kNN or by AMI.
    """
    scores = of(record["scores"], target=target)
    columns = {"AMI": ("AMI", "true")} | {f"at {k}": ("AMI", str(k)) for k in KS}
    if record["chosen"]:
        columns[f"at {_numbers(record['chosen'])} (chosen)"] = ("AMI", "chosen")
    columns |= {"ARI": ("ARI", "true"), "NMI": ("NMI", "true")}
    best = {row["baseline"] for name in NAMES for *_, row in best_rows([record], name, target)}
    rows = []
    for method in _unique(row["method"] for row in scores if row["kind"] != "tree"):
        if " + " in method and method not in best:
            continue
        some = of(scores, method=method)
        cells = [_mean_sd([row[name] for row in some if name in row]) for name in _NEAR]
        for score, at in columns.values():
            cells.append(_mean_sd([row[score][at] for row in some if at in row[score]]))
        for yardstick in NAMES:
            wanted = {"target": target, "yardstick": yardstick, "baseline": method}
            cells.append("".join(signed(row) for row in of(record["differences"], **wanted)))
        rows.append([method, *cells])
    first = next(row["method"] for row in scores)
    header = ["Method", *_NEAR, *columns, *(f"{first}'s {name} less this" for name in NAMES)]
    return table(header, rows)


def _made(records: Sequence[Record]) -> str:
    """Which command measured what, and how long it took."""
    rows = [
        [r["collection"], r["inputs"], f"`{r['command']}`", f"{r['minutes']:.1f}", r["versions"]]
        for r in records
    ]
    header = ["Collection", "Inputs", "Command", "Minutes", "Versions"]
    return f"\n## How it was measured\n\n{table(header, rows)}\n"


def _numbers(values: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(set(values))))


def _mean_sd(values: Sequence[float]) -> str:
    """Mean ± deviation; without one where all are the same."""
    if not values:
        return "–"
    mean = f"{np.mean(values):.3f}"
    return f"{mean} ± {np.std(values, ddof=1):.3f}" if np.ptp(values) > 0 else mean


def _unique(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))
