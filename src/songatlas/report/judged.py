"""The page of a verdict on clusters that others made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from songatlas.errors import StorageError
from songatlas.geometry import principal_axes
from songatlas.plots.distributions import plot_distributions
from songatlas.plots.projection import plot_projection
from songatlas.plots.style import save
from songatlas.report.markdown import code, escape, table
from songatlas.report.verdict import checks, verdict
from songatlas.results.folder import RUN_FILE
from songatlas.results.trust import TRUST_FILE, write_trust
from songatlas.store.atomic import write_text
from songatlas.types import FloatArray
from songatlas.types.trust import Trust

_PAGE, _MAP, _SIZES = "README.md", "map.png", "distributions.png"


def write_judgement(out: Path, trust: Trust, X: FloatArray, labels: Sequence[str]) -> None:
    """Write ``README.md``, ``trust.json``, a map and the sizes.

    Parameters
    ----------
    labels
        Name of every point's cluster, empty for noise.

    Raises
    ------
    StorageError
        When the folder holds a run or files that are not of such a verdict, or cannot be written.
    """
    if (out / RUN_FILE).exists():
        raise StorageError(f"{out} holds a run. Give a folder of its own by --out.")
    others = [name for name in (_PAGE, _MAP, _SIZES) if (out / name).exists()]
    if others and not (out / TRUST_FILE).exists():
        raise StorageError(
            f"{out / others[0]} is of no verdict. Give a folder of its own by --out."
        )
    names = sorted({*labels} - {""})
    codes = np.array([names.index(name) if name else -1 for name in labels])
    centred = X - X.mean(axis=0)
    xy = X if X.shape[1] == 2 else centred @ principal_axes(centred, 2)
    xy = np.pad(xy, ((0, 0), (0, 2 - xy.shape[1])))
    title = "The points" if X.shape[1] <= 2 else "The points along their two main directions"
    write_trust(out, trust, None)  # first: what it stands beside is of a verdict
    save(plot_projection(xy, codes, labels, title=title, label_name="cluster"), out / _MAP)
    sizes = plot_distributions(codes, labels, label_name="cluster", what="points")
    save(sizes, out / _SIZES)
    sections = [
        "# Can these clusters be trusted",
        f"{len(X):,} points of {X.shape[1]:,} coordinates in {len(names):,} clusters.",
        verdict(trust, len(X)),
        f"![{title}, coloured by cluster]({_MAP})",
        "## What the verdict rests on",
        checks(trust),
        *left_out(trust),
        "## Files",
        f"{code(TRUST_FILE)}: the verdict with every number that it rests on; {code(_MAP)} and "
        f"{code(_SIZES)}: where the clusters lie, and their sizes.",
    ]
    write_text(out / _PAGE, "\n\n".join(sections) + "\n")


def left_out(trust: Trust) -> list[str]:
    """A section on the checks that could not be made; none where all were."""
    if not trust.left_out:
        return []
    rows = [(escape(name), escape(needs)) for name, needs in trust.left_out]
    return ["## Not checked", table(("Check", "It needs"), rows)]
