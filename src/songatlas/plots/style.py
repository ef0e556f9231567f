"""Palette, markers and the look that every picture shares, and the way to save one."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from songatlas.plots.fonts import families_for, shorten
from songatlas.store.atomic import write_bytes

# Okabe & Ito's eight colours (2008), with indigo and wine of Paul Tol's schemes, a brown and a
# violet: the twelve stay apart under simulated protanopia, deuteranopia and tritanopia as well as
# the eight do by themselves.
PALETTE = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#332288",
    "#D55E00",
    "#56B4E9",
    "#882255",
    "#8C564B",
    "#000000",
    "#9966FF",
    "#F0E442",
)
# Seven shapes against twelve colours: 84 categories before a pair comes again.
MARKERS = ("o", "^", "s", "D", "v", "P", "p")

INK = "#262626"
NOISE = "#7f7f7f"
OTHER = "#a6a6a6"
NONE = "#d4d4d4"


@contextlib.contextmanager
def style(texts: Iterable[str] = ()) -> Iterator[None]:
    """Use the shared look, with fonts for `texts`, and leave the user's settings as they were.

    Examples
    --------
    >>> with style(["Rock"]):
    ...     matplotlib.rcParams["font.family"]
    ['DejaVu Sans']
    """
    fonts = {"font.family": families_for(texts)}
    with matplotlib.style.context(["default", "songatlas.plots.look", fonts]):
        yield


def new_figure(width: float, height: float, title: str = "") -> Figure:
    """Empty figure of `width` × `height` inches, its title at the left, shortened to fit."""
    figure = Figure(figsize=(width, height), layout="constrained")
    if title:
        figure.suptitle(shorten(title, int(9 * width)), x=0.06 / width, ha="left")
    return figure


def settled(figure: Figure) -> Figure:
    """Fix the positions, so that every drawing of `figure` is the same to the last pixel."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")
    return figure


def colour_of(index: int) -> str:
    """Colour of the category with this number."""
    return PALETTE[index % len(PALETTE)]


def marker_of(index: int) -> str:
    """Shape of the category with this number."""
    return MARKERS[index % len(MARKERS)]


def write_instead(ax: Axes, message: str) -> None:
    """Say in an otherwise empty panel why it is empty."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, message, transform=ax.transAxes, ha="center", va="center", color=NOISE)


def save(figure: Figure, path: Path) -> None:
    """Write `figure` as PNG, whole or not at all; the same figure gives the same bytes.

    Raises
    ------
    StorageError
        When the folder cannot be written.
    """
    buffer = io.BytesIO()
    with style():
        figure.savefig(buffer, format="png", metadata={"Software": None})
    write_bytes(path, buffer.getvalue())
