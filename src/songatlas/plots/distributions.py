"""How many tracks each cluster, label and language has."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from songatlas.numerals import percent
from songatlas.plots.categories import (
    Category,
    cluster_categories,
    label_categories,
    labels_by_name,
)
from songatlas.plots.fonts import shorten, shorten_all
from songatlas.plots.style import new_figure, settled, style
from songatlas.types import IntArray

MAX_NAMED = 15
_BAR = 0.26  # inches


def plot_distributions(
    clusters: IntArray,
    genres: Sequence[str] = (),
    languages: Sequence[str] = (),
    *,
    label_name: str = "genre",
    what: str = "tracks",
) -> Figure:
    """Bars of clusters, labels and languages, each with number and share of the tracks.

    Parameters
    ----------
    clusters
        Shape (n_tracks,); −1 is noise.
    genres, languages
        One a track; those with an empty one are the bar "none". A sequence without any value has
        no panel.
    label_name
        What `genres` are.
    what
        What is counted.

    Returns
    -------
    Figure
        One panel a column, at most 15 bars by name in each and the rest together; clusters and
        labels have the colours of the maps.

    Examples
    --------
    >>> import numpy as np
    >>> figure = plot_distributions(np.array([0, 0, 1]), ["rap", "", "rap"])
    >>> [label.get_text() for label in figure.axes[1].get_yticklabels()]
    ['rap', 'none']
    """
    panels = {"cluster": cluster_categories(clusters, MAX_NAMED + 2)}
    for name, labels in labels_by_name(label_name, genres, languages).items():
        panels[name] = label_categories(labels, MAX_NAMED + 2)
    n_bars = max(len(categories) for categories in panels.values())
    with style([label_name, *genres, *languages]):
        height = 1.3 + _BAR * max(n_bars, 4)
        figure = new_figure(4.3 * len(panels), height, f"How the {what} are distributed")
        axes_of = figure.subplots(1, len(panels), squeeze=False).ravel()
        for axes, (name, categories) in zip(axes_of, panels.items(), strict=True):
            _draw_bars(axes, categories, max(n_bars, 4))
            axes.set_title(f"{what.capitalize()} by {shorten(name, 24)}")
        return settled(figure)


def _draw_bars(axes: Axes, categories: Sequence[Category], n_rows: int) -> None:
    """Draw one bar a category from the top, as thick in every panel."""
    sizes = [category.n_tracks for category in categories]
    colours = [category.colour for category in categories]
    bars = axes.barh(range(len(sizes)), sizes, height=0.72, color=colours)
    texts = [f"{size:,} ({percent(size / sum(sizes))})" for size in sizes]
    axes.bar_label(bars, texts, padding=3, fontsize=8)
    axes.set_yticks(range(len(sizes)), shorten_all([category.name for category in categories], 20))
    axes.set_ylim(n_rows - 0.5, -0.5)
    axes.set_xlim(0, 1.45 * max(sizes))
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
