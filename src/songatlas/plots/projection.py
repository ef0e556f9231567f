"""Two-dimensional maps of the latent space, coloured by cluster, by label and by language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from songatlas.plots import MAX_POINTS
from songatlas.plots.categories import (
    Category,
    cluster_categories,
    entries,
    label_categories,
    labels_by_name,
)
from songatlas.plots.fonts import shorten
from songatlas.plots.style import INK, NOISE, new_figure, settled, style
from songatlas.text import columns
from songatlas.types import FloatArray, IntArray

MAX_ENTRIES = 15
_LEAST = 200  # of a category that are drawn, however many tracks there are
_PANEL = 4.8  # inches
_LEGEND_ROW = 0.2  # inches
_PANEL_COLUMNS = 70  # characters of legend text that fit below a panel


def plot_projection(
    xy: FloatArray,
    clusters: IntArray,
    genres: Sequence[str] = (),
    languages: Sequence[str] = (),
    *,
    title: str,
    label_name: str = "genre",
) -> Figure:
    """Every track as a point: one panel by cluster, one by label, one by language.

    Of more than 100,000 tracks about so many are points, evenly spaced ones of every category; each
    panel says how many.

    Parameters
    ----------
    xy
        Shape (n_tracks, 2), finite. Neither axis has a unit.
    clusters
        Shape (n_tracks,); −1 is noise, drawn as small grey crosses.
    genres, languages
        One a track, empty where unknown (drawn light grey). A sequence without any value has no
        panel.
    title
        Of the figure, such as ``"t-SNE of the latent space"``.
    label_name
        What `genres` are, such as the name of the label column.

    Returns
    -------
    Figure
        Panels from left to right; below each a legend with at most 15 entries and their numbers
        of tracks.

    Raises
    ------
    ValueError
        When the lengths differ or a coordinate is not finite.

    Examples
    --------
    >>> xy = np.array([[0.0, 0.0], [1.0, 1.0], [0.9, 1.1]])
    >>> figure = plot_projection(xy, np.array([1, 0, 0]), ["rap", "rock", ""], title="t-SNE")
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['by cluster', 'by genre']
    """
    labelled = labels_by_name(label_name, genres, languages)
    _check(xy, clusters, labelled)
    panels = {"by cluster": cluster_categories(clusters, MAX_ENTRIES)}
    for name, values in labelled.items():
        panels[f"by {name}"] = label_categories(values, MAX_ENTRIES, none=f"no {name}")
    with style([title, *labelled, *(value for values in labelled.values() for value in values)]):
        legend_rows = max(-(-len(found) // _legend_columns(found)) for found in panels.values())
        height = 0.75 + _PANEL + _LEGEND_ROW * legend_rows
        figure = new_figure(_PANEL * len(panels), height, title)
        axes_of = figure.subplots(1, len(panels), squeeze=False).ravel()
        for axes, (heading, categories) in zip(axes_of, panels.items(), strict=True):
            _draw_panel(axes, xy, categories, heading)
        figure = settled(figure)
        _number_clusters(axes_of[0], xy, panels["by cluster"])
        return figure


def _check(xy: FloatArray, clusters: IntArray, labelled: dict[str, Sequence[str]]) -> None:
    if xy.ndim != 2 or xy.shape[1] != 2 or not np.isfinite(xy).all():
        raise ValueError(f"xy must be finite and have the shape (n_tracks, 2). Got {xy.shape}.")
    for name, values in {"clusters": clusters, **labelled}.items():
        if len(values) != len(xy):
            raise ValueError(
                f"{name} must have one value for each of {len(xy)} tracks. Got {len(values)}."
            )


def _draw_panel(axes: Axes, xy: FloatArray, categories: Sequence[Category], title: str) -> None:
    # Tracks without a name of their own lie at the back, the small categories over the large ones;
    # where tracks are many, in turns, so that no category hides another.
    order = sorted(
        categories, key=lambda found: (found.kind not in {"none", "other"}, -found.n_tracks)
    )
    rows_of = [_drawn(category, len(xy)) for category in order]
    if len(xy) > MAX_POINTS:
        n_drawn = sum(map(len, rows_of))
        axes.set_title(f"{n_drawn:,} of {len(xy):,} tracks drawn", loc="right", fontsize=8.5)
    axes.set_title(shorten(title, 40 if len(xy) <= MAX_POINTS else 20))
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set(visible=True, color="#d9d9d9")
    n_turns = int(np.clip(len(xy) // 250, 1, 8))
    for turn in range(n_turns):
        for layer, (category, rows) in enumerate(zip(order, rows_of, strict=True)):
            members = rows[turn::n_turns]
            back = category.kind in {"none", "other"}
            _scatter(axes, xy[members], category, len(xy), 2 + (0 if back else turn) + 0.01 * layer)
    axes.margins(0.04)
    _add_legend(axes, categories)


def _drawn(category: Category, n_tracks: int) -> IntArray:
    """Rows of a category's points: all, or evenly spaced ones where there are too many tracks."""
    members = np.flatnonzero(category.members)
    n_drawn = min(len(members), max(_LEAST, -(-len(members) * MAX_POINTS // n_tracks)))
    return members[np.arange(n_drawn) * len(members) // max(n_drawn, 1)]


def _scatter(axes: Axes, xy: FloatArray, category: Category, n_tracks: int, zorder: float) -> None:
    size = point_size(n_tracks)
    is_cross = category.kind == "noise"
    edge = "white" if category.is_named else "#b0b0b0"
    axes.scatter(
        xy[:, 0],
        xy[:, 1],
        s=max(0.5 * size, 3) if is_cross else size,
        c=category.colour,
        marker=category.marker,
        alpha=point_alpha(n_tracks),
        linewidths=(0.8 if size > 12 else 0.5) if is_cross else (0.4 if size > 12 else 0),
        edgecolors=None if is_cross else edge,
        zorder=zorder,
        label=category.name,
    )


def point_size(n_tracks: int) -> float:
    """Area of a point in points², smaller the more there are.

    Examples
    --------
    >>> point_size(5), point_size(400), point_size(20000)
    (64.0, 22.5, 3.2)
    """
    return round(float(np.clip(450 / np.sqrt(max(n_tracks, 1)), 3, 64)), 1)


def point_alpha(n_tracks: int) -> float:
    """Opacity of a point in (0, 1]: lower where many lie on one another."""
    return float(np.clip(0.95 - 0.13 * np.log10(max(n_tracks, 1) / 100), 0.5, 0.95))


def _legend_columns(categories: Sequence[Category]) -> int:
    """Columns of the legend: as many as fit below a panel, at most 4, and no shorter last one."""
    widest = max(columns(entry) for entry in entries(categories))
    n_fitting = int(np.clip(_PANEL_COLUMNS // (widest + 6), 1, 4))
    n_rows = -(-len(categories) // n_fitting)
    return -(-len(categories) // n_rows)


def _add_legend(axes: Axes, categories: Sequence[Category]) -> None:
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=category.marker,
            markersize=6,
            color=category.colour,
            markeredgecolor=category.colour if category.is_named else NOISE,
        )
        for category in categories
    ]
    axes.legend(
        handles,
        entries(categories),
        loc="upper left",
        bbox_to_anchor=(0, 0),
        borderaxespad=0.6,
        ncols=_legend_columns(categories),
        columnspacing=1.2,
        handletextpad=0.3,
        fontsize=8.5,
    )


def _number_clusters(axes: Axes, xy: FloatArray, categories: Sequence[Category]) -> None:
    """Write each cluster's number at its median, the larger first, where there is still room.

    A number that would hide most of its cluster stands above it, at the upper edge below it.
    """
    taken: list[Bbox] = []
    for category in sorted(categories, key=lambda category: -category.n_tracks):
        if not category.is_named or category.n_tracks < 3:
            continue
        x, y = np.median(xy[category.members], axis=0).tolist()
        number = axes.text(
            x,
            y,
            category.name,
            ha="center",
            va="center",
            fontsize=12,
            color=INK,
            zorder=20,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )
        box = number.get_window_extent()
        points = axes.transData.transform(xy[category.members])
        if np.mean([box.contains(*point) for point in points.tolist()]) > 0.5:
            middle = axes.transData.transform((x, y))[0]
            away = box.height / 2 + np.sqrt(point_size(len(xy))) * axes.figure.dpi / 72
            top = points[:, 1].max() + away
            inside = top + box.height / 2 < axes.bbox.y1
            free = top if inside else points[:, 1].min() - away
            x, y = axes.transData.inverted().transform((middle, free)).tolist()
            number.set_position((x, y))
            box = number.get_window_extent()
        box = box.padded(5)  # 1 beside 6 must not read as 16
        if any(box.overlaps(other) for other in taken):
            number.remove()
        else:
            taken.append(box)
