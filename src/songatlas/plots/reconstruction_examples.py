"""What the model was shown of a few tracks, beside what it made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from songatlas.plots.fonts import shorten
from songatlas.plots.style import NONE, new_figure, settled, style
from songatlas.types import FloatArray

FRAME_GROUPS = (("MFCC", 20), ("chroma", 12), ("contrast", 7))
COLOUR_MAP = "RdBu_r"  # diverging, and told apart without red or green vision
_ROW = 2.1  # inches
_HEADING = 52  # columns that fit over a picture


@dataclass(frozen=True, kw_only=True)
class Reconstruction:
    """One track's input and the model's output for it.

    Parameters
    ----------
    title
        Name of the track.
    original, reconstructed
        Shape (n_features, n_columns), standardised (z-scores), earliest column first. NaN is
        drawn grey.
    caption
        What to say of the reconstruction, such as its R².
    third
        A further picture of the same shape, such as the reconstruction from the lyrics alone.
    """

    title: str
    original: FloatArray
    reconstructed: FloatArray
    caption: str = ""
    third: FloatArray | None = None


def plot_reconstruction_examples(
    examples: Sequence[Reconstruction], *, column_seconds: float, third_name: str = ""
) -> Figure:
    """Original beside reconstruction, one track a row.

    Parameters
    ----------
    examples
        One to six tracks.
    column_seconds
        Time from one column to the next, in seconds.
    third_name
        Heading of the third pictures; needed where there are any.

    Returns
    -------
    Figure
        A row of panels a track, with one colour scale a row: symmetric around 0, up to the 99th
        percentile of the original's absolute values.

    Raises
    ------
    ValueError
        When there is no example, or the shapes do not fit one another or :data:`FRAME_GROUPS`.

    Examples
    --------
    >>> track = Reconstruction(title="A", original=np.eye(39, 50), reconstructed=np.zeros((39, 50)))
    >>> figure = plot_reconstruction_examples([track], column_seconds=0.023)
    >>> [axes.get_xlabel() for axes in figure.axes[:2]]
    ['time (s)', 'time (s)']
    """
    _check(examples)
    n_columns = 3 if any(example.third is not None for example in examples) else 2
    texts = [text for example in examples for text in (example.title, example.caption)]
    with style([third_name, *texts]):
        height = 0.9 + _ROW * len(examples)
        figure = new_figure(1.2 + 4.0 * n_columns, height, "Reconstruction examples")
        rows = figure.subplots(len(examples), n_columns, squeeze=False)
        for panels, example in zip(rows, examples, strict=True):
            _draw_row(figure, list(panels), example, column_seconds, third_name)
        for axes in rows[-1]:
            axes.set_xlabel("time (s)")
        return settled(figure)


def _check(examples: Sequence[Reconstruction]) -> None:
    if not examples:
        raise ValueError("examples must hold at least one track. Got none.")
    n_features = sum(size for _, size in FRAME_GROUPS)
    for example in examples:
        pictures = [example.original, example.reconstructed]
        pictures += [] if example.third is None else [example.third]
        shapes = [picture.shape for picture in pictures]
        if len(set(shapes)) > 1 or len(shapes[0]) != 2 or shapes[0][0] != n_features:
            raise ValueError(
                f"every picture of a track must have the shape ({n_features}, n_columns). "
                f"Got {shapes}."
            )


def _draw_row(
    figure: Figure,
    panels: list[Axes],
    example: Reconstruction,
    column_seconds: float,
    third_name: str,
) -> None:
    caption = f"reconstructed · {example.caption}" if example.caption else "reconstructed"
    headings = [
        f"{shorten(example.title, _HEADING - 11)} · original",
        shorten(caption, _HEADING),
        shorten(third_name, _HEADING),
    ]
    pictures = [example.original, example.reconstructed, example.third]
    limit = colour_limit(example.original)
    image = None
    for axes, picture, heading in zip(panels, pictures, headings, strict=False):
        if picture is None:
            axes.set_axis_off()
            continue
        image = _draw_picture(axes, picture, limit, column_seconds)
        axes.set_title(heading)
        axes.tick_params(axis="y", labelleft=axes is panels[0])
    if image is not None:
        bar = figure.colorbar(image, ax=panels, label="z-score", extend="both", pad=0.01, aspect=12)
        bar.outline.set_visible(False)


def colour_limit(original: FloatArray) -> float:
    """99th percentile of the absolute values, where the colour scale ends; 1 without variation.

    Examples
    --------
    >>> colour_limit(np.array([[-2.0, 2.0, np.nan]])), colour_limit(np.zeros((2, 2)))
    (2.0, 1.0)
    """
    finite = np.abs(original[np.isfinite(original)])
    limit = float(np.percentile(finite, 99)) if finite.size else 0.0
    return limit if limit > 0 else 1.0


def _draw_picture(
    axes: Axes, picture: FloatArray, limit: float, column_seconds: float
) -> AxesImage:
    n_features, n_columns = picture.shape
    axes.set_facecolor(NONE)
    image = axes.imshow(
        np.ma.masked_invalid(picture),
        cmap=COLOUR_MAP,
        vmin=-limit,
        vmax=limit,
        aspect="auto",
        origin="lower",
        interpolation="nearest",
        extent=(0, n_columns * column_seconds, 0, n_features),
    )
    sizes = np.array([size for _, size in FRAME_GROUPS])
    ends = np.cumsum(sizes)
    axes.set_yticks(ends - sizes / 2, [shorten(name, 14) for name, _ in FRAME_GROUPS])
    axes.tick_params(axis="y", length=0)
    for end in ends[:-1]:
        axes.axhline(end, color="white", linewidth=2.5)
    axes.spines[:].set_visible(False)
    return image
