"""Which clusters the tracks of each label fell into."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from songatlas.plots.categories import (
    Category,
    cluster_categories,
    entries,
    has_labels,
    label_categories,
)
from songatlas.plots.style import INK, new_figure, settled, style
from songatlas.types import FloatArray, IntArray

MAX_CLUSTERS = 25
MAX_LABELS = 20
COLOUR_MAP = "Blues"
_SIDE_BY_SIDE = 13  # with more clusters than these, the shares go below the counts
_CELL = (0.48, 0.34)  # inches
_NAMES = 2.2  # inches for the names of the rows


def plot_confusion_matrix(
    clusters: IntArray, labels: Sequence[str], *, label_name: str = "genre"
) -> Figure:
    """Labels × clusters, as counts and as shares of each label.

    Labels are the rows, as the true classes usually are, so that their names stay horizontal.

    Parameters
    ----------
    clusters
        Shape (n_tracks,); −1 is noise, the last column.
    labels
        One a track, empty where unknown; the tracks without one are the last row.
    label_name
        What `labels` are.

    Returns
    -------
    Figure
        Counts, and per cent of the row. At most 20 labels and 25 clusters, the rarest together.

    Raises
    ------
    ValueError
        When no track has a label, or the lengths differ.

    Examples
    --------
    >>> figure = plot_confusion_matrix(np.array([0, 0, 0, 1]), ["rap", "rap", "pop", "pop"])
    >>> [text.get_text() for text in figure.axes[1].texts]  # pop in 0 and 1, then rap
    ['50', '50', '100', '']
    """
    if len(labels) != len(clusters) or not has_labels(labels):
        raise ValueError(
            f"labels must have one value for each of {len(clusters)} tracks, not all empty. "
            f"Got {len(labels)}, {sum(map(bool, labels))} of them not empty."
        )
    rows = label_categories(labels, MAX_LABELS, none=f"no {label_name}")
    across = cluster_categories(clusters, MAX_CLUSTERS)
    counts = np.array([[(row.members & c.members).sum() for c in across] for row in rows])
    title = f"Clusters of each {label_name}"
    with style([title, label_name, *labels]):
        figure, (left, right) = _new_panels(title, len(rows), len(across))
        _draw_cells(left, counts, counts.max())
        _draw_cells(right, 100 * counts / counts.sum(axis=1, keepdims=True), 100.0)
        for axes, heading in ((left, "Tracks"), (right, "Per cent of the row")):
            _name_cells(axes, rows, across)
            axes.set_title(heading)
        return settled(figure)


def _new_panels(title: str, n_rows: int, n_columns: int) -> tuple[Figure, list[Axes]]:
    width, height = _CELL[0] * max(n_columns, 4), 0.75 + _CELL[1] * n_rows
    if n_columns > _SIDE_BY_SIDE:
        figure = new_figure(_NAMES + width, 0.4 + 2 * height, title)
        return figure, list(figure.subplots(2, 1))
    figure = new_figure(_NAMES + 0.3 + 2 * width, 0.4 + height, title)
    return figure, list(figure.subplots(1, 2, sharey=True))


def _draw_cells(axes: Axes, values: FloatArray, top: float) -> None:
    """Colour and annotate every cell; an empty one is 0."""
    axes.imshow(values, cmap=COLOUR_MAP, vmin=0, vmax=top, aspect="auto")
    for row, column in np.ndindex(values.shape):
        value = float(values[row, column])
        ink = "white" if value > 0.6 * top else INK
        text = _cell_text(value)
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=ink)
    axes.set_xticks(np.arange(-0.5, values.shape[1]), minor=True)
    axes.set_yticks(np.arange(-0.5, values.shape[0]), minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)


def _cell_text(value: float) -> str:
    """Text of one cell.

    Examples
    --------
    >>> _cell_text(0), _cell_text(0.2), _cell_text(1234)
    ('', '<1', '1,234')
    """
    if value == 0:
        return ""
    return f"{value:,.0f}" if value >= 0.5 else "<1"


def _name_cells(axes: Axes, rows: Sequence[Category], across: Sequence[Category]) -> None:
    axes.set_yticks(range(len(rows)), entries(rows))
    axes.set_xticks(range(len(across)), ["rest" if c.kind == "other" else c.name for c in across])
    axes.set_xlabel("cluster")
