"""How the loss and its terms went down while the model was trained."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from songatlas.plots.style import INK, NOISE, PALETTE, new_figure, settled, style

_WITHOUT_KL = "without KL"  # no column: what is held out may have no KL to be compared with
_NO_TERMS = {"epoch", "loss", "audio", "text", "kl", "beta", "learning_rate"}
_TITLES = {
    "loss": "Total loss",
    _WITHOUT_KL: "Loss without KL (loss − β · KL)",
    "kl": "KL divergence",
}
_TRAINING, _VALIDATION, _BETA = PALETTE[0], PALETTE[5], PALETTE[2]
_SPIKE = 15.0  # a start that stretches the axis more than so many times is left off it, and said


def plot_training_curves(
    history: Sequence[Mapping[str, float | None]],
    *,
    best_epoch: float | None = None,
    unit: str = "",
) -> Figure:
    """Total loss and all terms that it is made of by epoch, with β where it varies.

    Parameters
    ----------
    history
        One mapping an epoch with ``epoch``, ``loss``, its terms (``audio``, ``text``, ``kl`` and
        what else there is), ``beta`` and, for data held out of training, ``val_loss`` and ``val_``
        with the name of each term. What is absent, None or NaN is not drawn.
    best_epoch
        Epoch of the checkpoint that was kept.
    unit
        Of the terms, such as ``"nats per track"``.

    Returns
    -------
    Figure
        A panel for the total, one for every term that has values, the last for KL, where there is
        any. Lower is better in each. Where ``val_loss`` has no KL in it, it stands beside the
        training loss without KL, in a panel after the total.

    Examples
    --------
    >>> rows = [{"epoch": e, "loss": 9 / e, "audio": 8 / e, "kl": 1 / e} for e in (1, 2, 3)]
    >>> figure = plot_training_curves(rows, best_epoch=3)
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['Total loss', 'Audio term', 'KL divergence']
    """
    epochs = _column(history, "epoch")
    lines = _lines(history)
    with style([unit]):
        figure, panels = _panels(len(lines))
        for axes, (key, drawn) in zip(panels, lines.items(), strict=True):
            axes.set_title(_TITLES.get(key, f"{key.capitalize()} term"))
            _draw_lines(axes, epochs, drawn)
            axes.set_ylabel(unit)
            if best_epoch is not None:
                said = f"checkpoint (epoch {best_epoch:g})"
                axes.axvline(best_epoch, color=INK, linewidth=0.9, ls="--", zorder=1, label=said)
        if "kl" in lines:
            _draw_beta(panels[-1], epochs, _column(history, "beta"))
            top = 1.05 * panels[-1].get_ylim()[1]  # which a level line would touch
            panels[-1].set_ylim(0, top)
        for axes in panels:
            axes.set_xlabel("epoch")
            axes.tick_params(labelbottom=True)
        margin = max(0.5, 0.02 * float(np.ptp(epochs)))
        panels[0].set_xlim(epochs.min() - margin, epochs.max() + margin)
        panels[0].xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        _add_legend(figure)
        return settled(figure)


def _lines(history: Sequence[Mapping[str, float | None]]) -> dict[str, dict[str, np.ndarray]]:
    """What every panel shows, by its key: the total first, KL last."""
    found = {key for row in history for key in row}
    others = sorted(key for key in found - _NO_TERMS if not key.startswith(("val_", "r2_")))
    lines = {
        key: {"training": _column(history, key), "held out": _column(history, f"val_{key}")}
        for key in ("loss", "audio", *others, "text", "kl")
    }
    total, kl = lines["loss"], lines["kl"]
    lines = {key: drawn for key, drawn in lines.items() if drawn is total or _any(drawn)}
    if not np.isfinite(total["held out"]).any() or not np.isfinite(kl["training"]).any():
        return lines
    if np.isfinite(kl["held out"]).any():
        return lines
    without = {"training": total["training"] - _column(history, "beta") * kl["training"]}
    without["held out"] = total["held out"]
    lines["loss"] = {"training": total["training"]}
    return {"loss": lines.pop("loss"), _WITHOUT_KL: without, **lines}


def _any(lines: Mapping[str, np.ndarray]) -> bool:
    return any(np.isfinite(values).any() for values in lines.values())


def _panels(n_panels: int) -> tuple[Figure, list[Axes]]:
    n_columns = 2 if n_panels in (2, 4) else 3
    n_rows = math.ceil(n_panels / n_columns)
    figure = new_figure(4.8 * n_columns, 3.1 * n_rows, "Training curves")
    panels = list(figure.subplots(n_rows, n_columns, sharex=True).ravel())
    for axes in panels[n_panels:]:
        axes.remove()
    return figure, panels[:n_panels]


def _column(history: Sequence[Mapping[str, float | None]], key: str) -> np.ndarray:
    return np.array([row.get(key) for row in history], dtype=float)  # None is NaN


def _draw_lines(axes: Axes, epochs: np.ndarray, lines: Mapping[str, np.ndarray]) -> None:
    for (name, values), colour in zip(lines.items(), (_TRAINING, _VALIDATION), strict=False):
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
