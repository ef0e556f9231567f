"""Which number of clusters was taken, and how the scores change with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from songatlas.plots.style import PALETTE, new_figure, settled, style, write_instead

_SCORE, _CHOSEN = PALETTE[0], PALETTE[5]


def plot_cluster_selection(
    k: Sequence[int],
    silhouette: Sequence[float],
    calinski_harabasz: Sequence[float],
    davies_bouldin: Sequence[float],
    *,
    chosen: int,
    chosen_by: str = "silhouette",
    smallest: Sequence[int] | None = None,
) -> Figure:
    """Internal scores over the number of clusters, one above the other.

    Parameters
    ----------
    k
        Numbers of clusters that were tried, ascending.
    silhouette
        In [−1, 1]; higher is better. NaN in any score where it is not defined.
    calinski_harabasz
        At least 0; higher is better.
    davies_bouldin
        At least 0; lower is better.
    chosen
        The number that was taken.
    chosen_by
        Name of the score that decided, or ``"given"`` where the user did.
    smallest
        Tracks in the smallest cluster.

    Returns
    -------
    Figure
        Three or four panels that share the axis of k, `chosen` marked in each.

    Examples
    --------
    >>> figure = plot_cluster_selection([2, 3], [0.1, 0.2], [9, 8], [2, 1], chosen=3)
    >>> figure.get_suptitle()
    'Number of clusters: 3, chosen by silhouette'
    """
    panels: dict[str, tuple[Sequence[float], str]] = {
        "Silhouette": (silhouette, "higher is better"),
        "Calinski-Harabasz": (calinski_harabasz, "higher is better"),
        "Davies-Bouldin": (davies_bouldin, "lower is better"),
    }
    if smallest is not None:
        panels["Smallest cluster"] = ([int(size) for size in smallest], "tracks")
    how = "given" if chosen_by == "given" else f"chosen by {chosen_by}"
    with style([chosen_by]):
        figure = new_figure(7.2, 0.9 + 1.55 * len(panels), f"Number of clusters: {chosen}, {how}")
        rows = figure.subplots(len(panels), 1, sharex=True)
        for axes, (name, (values, direction)) in zip(rows, panels.items(), strict=True):
            scores = dict(zip(k, values, strict=True))
            axes.set_title(f"{name} ({direction}): {_value(scores.get(chosen, np.nan))}")
            _draw_score(axes, scores, chosen)
        rows[-1].set_xlabel("number of clusters k")
        ticks = sorted({*k, chosen})
        rows[-1].set_xticks(ticks[:: 1 + len(ticks) // 25])
        figure.align_ylabels()
        return settled(figure)


def _draw_score(axes: Axes, scores: Mapping[int, float], chosen: int) -> None:
    if not np.isfinite(list(scores.values())).any():
        write_instead(axes, "not defined for any k")
        return
    axes.plot(list(scores), list(scores.values()), color=_SCORE, marker="o", markersize=4)
    axes.axvline(chosen, color=_CHOSEN, linewidth=1, linestyle="--", zorder=1)
    if chosen in scores:
        axes.plot(chosen, scores[chosen], "D", color=_CHOSEN, markersize=8, zorder=3)
    axes.margins(x=0.06, y=0.2)


def _value(score: float) -> str:
    """Score of the chosen number of clusters, as it is written over the panel.

    Examples
    --------
    >>> _value(0.1234), _value(12.34), _value(1234.5), _value(12), _value(float("nan"))
    ('0.123', '12.3', '1,234', '12', 'not defined')
    """
    if not np.isfinite(score):
        return "not defined"
    if isinstance(score, int) or abs(score) >= 100:
        return f"{score:,.0f}"
    return f"{score:.1f}" if abs(score) >= 10 else f"{score:.3f}"
