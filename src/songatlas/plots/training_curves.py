"""How the loss and its terms went down while the model was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from songatlas.plots.style import INK, NOISE, PALETTE, new_figure, settled, style, write_instead

PANELS = (
    ("loss", "Total loss"),
    ("audio", "Audio term"),
    ("text", "Text term"),
    ("kl", "KL divergence"),
)
_TRAINING, _VALIDATION, _BETA = PALETTE[0], PALETTE[5], PALETTE[2]
_SPIKE = 15.0  # a start that stretches the axis more than so many times is left off it, and said


def plot_training_curves(
    history: Sequence[Mapping[str, float | None]],
    *,
    best_epoch: float | None = None,
    unit: str = "",
) -> Figure:
    """Total, audio, text and KL by epoch, with β where it varies.

    Parameters
    ----------
    history
        One mapping an epoch with ``epoch``, ``loss``, ``audio``, ``text``, ``kl``, ``beta`` and,
        for data held out of training, ``val_loss``, ``val_audio``, ``val_text``, ``val_kl``. What
        is absent, None or NaN is not drawn; a panel without any value says so.
    best_epoch
        Epoch of the checkpoint that was kept.
    unit
        Of the terms, such as ``"nats per track"``.

    Returns
    -------
    Figure
        Four panels, in the order of :data:`PANELS`. Lower is better in each.

    Examples
    --------
    >>> rows = [{"epoch": e, "loss": 9 / e, "audio": 8 / e, "kl": 1 / e} for e in (1, 2, 3)]
    >>> figure = plot_training_curves(rows, best_epoch=3)
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['Total loss', 'Audio term', 'Text term', 'KL divergence']
    """
    epochs = _column(history, "epoch")
    with style([unit]):
        figure = new_figure(9.6, 6.2, "Training curves")
        panels = figure.subplots(2, 2, sharex=True).ravel()
        for axes, (key, name) in zip(panels, PANELS, strict=True):
            axes.set_title(name)
            lines = {"training": _column(history, key), "held out": _column(history, f"val_{key}")}
            if not any(np.isfinite(values).any() for values in lines.values()):
                write_instead(axes, f"no {key}")
                continue
            _draw_lines(axes, epochs, lines)
            axes.set_ylabel(unit)
            if best_epoch is not None:
                said = f"checkpoint (epoch {best_epoch:g})"
                axes.axvline(best_epoch, color=INK, linewidth=0.9, ls="--", zorder=1, label=said)
        _draw_beta(panels[3], epochs, _column(history, "beta"))
        for axes in panels:
            axes.set_xlabel("epoch")
            axes.tick_params(labelbottom=True)
        panels[3].set_ylim(bottom=0)
        margin = max(0.5, 0.02 * float(np.ptp(epochs)))
        panels[0].set_xlim(epochs.min() - margin, epochs.max() + margin)
        panels[0].xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        _add_legend(figure)
        return settled(figure)


def _column(history: Sequence[Mapping[str, float | None]], key: str) -> np.ndarray:
    return np.array([row.get(key) for row in history], dtype=float)  # None is NaN


def _draw_lines(axes: Axes, epochs: np.ndarray, lines: Mapping[str, np.ndarray]) -> None:
    for (name, values), colour in zip(lines.items(), (_TRAINING, _VALIDATION), strict=True):
        observed = np.isfinite(values)
        if observed.any():
            axes.plot(
                epochs[observed],
                values[observed],
                color=colour,
                linewidth=1.6,
                marker="o" if observed.sum() < 3 else None,
                markersize=4,
                label=name,
            )
    _leave_off_the_start(axes, np.concatenate(list(lines.values())), np.tile(epochs, len(lines)))


def _leave_off_the_start(axes: Axes, values: np.ndarray, epochs: np.ndarray) -> None:
    """Keep the first epochs from flattening all the others; say how far up they reach."""
    finite = np.isfinite(values)
    values, epochs = values[finite], epochs[finite]
    late = values[epochs > epochs.min() + 0.1 * np.ptp(epochs)]
    if late.size < 3 or np.ptp(late) == 0 or np.ptp(values) <= _SPIKE * np.ptp(late):
        return
    low, high = late.min(), late.max()
    axes.set_ylim(low - 0.05 * (high - low), high + 0.6 * (high - low))
    said = f"off the scale: up to {values.max():,.4g}"
    axes.text(1, 1, said, transform=axes.transAxes, ha="right", va="bottom", color=NOISE)


def _draw_beta(axes: Axes, epochs: np.ndarray, beta: np.ndarray) -> None:
    """Draw β on an axis of its own where it varies; otherwise state it."""
    observed = np.isfinite(beta)
    if not observed.any():
        return
    if np.ptp(beta[observed]) == 0:
        axes.set_title(f"KL divergence (β = {beta[observed][0]:g})")
        return
    twin = axes.twinx()
    twin.plot(epochs[observed], beta[observed], color=_BETA, linewidth=1.2, ls=":", label="β")
    twin.set_ylim(0, 1.08 * beta[observed].max())
    twin.set_ylabel("β", color=_BETA, rotation=0, labelpad=8)
    twin.tick_params(axis="y", colors=_BETA)
    twin.spines["right"].set(visible=True, color=_BETA)


def _add_legend(figure: Figure) -> None:
    """Name every kind of line once, above the panels."""
    handles = {str(line.get_label()): line for axes in figure.axes for line in axes.get_lines()}
    n_columns = max(1, len(handles))
    figure.legend([*handles.values()], [*handles], loc="outside upper right", ncols=n_columns)
