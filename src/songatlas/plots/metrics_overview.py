"""Every method's agreement with the labels, with its uncertainty and what chance would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from songatlas.plots.fonts import shorten
from songatlas.plots.style import NOISE, PALETTE, new_figure, settled, style


@dataclass(frozen=True, kw_only=True)
class MethodScores:
    """One score of every method.

    Parameters
    ----------
    values
        One a method; NaN where the method has none.
    low, high
        Bounds of its 95 % interval; NaN where there is none.
    chance
        What a random partition scores on average; None where that is not known.
    """

    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    chance: float | None = 0.0


def plot_metrics_overview(
    methods: Sequence[str],
    scores: Mapping[str, MethodScores],
    *,
    highlight: Sequence[str] = (),
    title: str = "Agreement with the labels",
) -> Figure:
    """One panel a score; methods from top to bottom, intervals as bars, chance as a line.

    Parameters
    ----------
    methods
        Names, in the order of the results table.
    scores
        By the score's name, such as ``"ARI"`` and ``"AMI"``; higher is better in each.
    highlight
        Methods drawn in another colour than the rest, such as those under test.

    Raises
    ------
    ValueError
        When a score has another number of values than there are methods.

    Examples
    --------
    >>> ari = MethodScores(values=[0.3, 0.2], low=[0.2, 0.1], high=[0.4, 0.3])
    >>> figure = plot_metrics_overview(["VAE + K-Means", "PCA + K-Means"], {"ARI": ari})
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['VAE + K-Means', 'PCA + K-Means']
    """
    for name, score in scores.items():
        lengths = [len(score.values), len(score.low), len(score.high)]
        if lengths != [len(methods)] * 3:
            raise ValueError(f"{name} must have {len(methods)} values and bounds. Got {lengths}.")
    with style([title, *methods, *scores]):
        figure = new_figure(2.4 + 3.2 * len(scores), 1.3 + 0.32 * len(methods), title)
        panels = figure.subplots(1, len(scores), sharey=True, squeeze=False).ravel()
        for axes, (name, score) in zip(panels, scores.items(), strict=True):
            _draw_score(axes, methods, score, highlight)
            axes.set_title(shorten(name, 30))
        panels[0].set_yticks(range(len(methods)), [shorten(method, 36) for method in methods])
        panels[0].set_ylim(len(methods) - 0.5, -0.5)
        return settled(figure)


def _draw_score(
    axes: Axes, methods: Sequence[str], score: MethodScores, highlight: Sequence[str]
) -> None:
    if score.chance is not None:
        axes.axvline(score.chance, color=NOISE, linewidth=1, linestyle="--", zorder=1)
        axes.annotate(
            "chance",
            (score.chance, 0),
            xycoords=("data", "axes fraction"),
            xytext=(3, 3),
            textcoords="offset points",
            color=NOISE,
            fontsize=8,
        )
    for row, method in enumerate(methods):
        colour = PALETTE[5] if method in highlight else PALETTE[0]
        axes.plot([score.low[row], score.high[row]], [row, row], color=colour, linewidth=2.2)
        axes.plot(score.values[row], row, "o", color=colour, markersize=6, zorder=3)
    values = np.array([score.values, score.low, score.high], dtype=float)
    axes.set_xlim(min(0, np.nanmin(values, initial=0)) - 0.02, None)
    axes.grid(axis="y", color="#ebebeb")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
