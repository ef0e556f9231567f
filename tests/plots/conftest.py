"""What a person would check by looking: nothing overlaps, nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from songatlas.plots import fonts

LONG_GENRES = (
    "contemporary christian & gospel",
    "alternative rock",
    "singer-songwriter, folk and americana",
    "日本のポップス",
    "রবীন্দ্রসঙ্গীত",
    "electronic $dance$ music",
    "أغاني شعبية",
    "pop",
    "contemporary christian rock",
    "हिन्दी फ़िल्मी गीत",
    "jazz",
    "r&b",
)


def visible_texts(figure: Figure) -> list[Text]:
    """Every text of `figure` that is drawn."""
    texts = [*figure.texts, *(text for found in figure.legends for text in found.get_texts())]
    for axes in figure.axes:
        texts += [axes.title, axes._left_title, axes._right_title, *axes.texts]
        if axes.get_legend():
            texts += axes.get_legend().get_texts()
        if axes.axison:
            texts += [axes.xaxis.label, axes.yaxis.label, *_tick_labels(axes)]
    return [text for text in texts if text.get_visible() and text.get_text()]


def _tick_labels(axes: Axes) -> list[Text]:
    labels = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if low <= tick.get_loc() <= high:
                labels += [tick.label1, tick.label2]
    return labels


def check_tidy(figure: Figure) -> None:
    """No two texts overlap, and none leaves the figure."""
    figure.draw_without_rendering()  # legends take their place as they are drawn
    texts = visible_texts(figure)
    boxes = np.array([text.get_window_extent().extents for text in texts])
    low, high = boxes[:, :2] + 0.5, boxes[:, 2:] - 0.5
    meets = ((low[:, None] < high[None]) & (low[None] < high[:, None])).all(axis=2)
    np.fill_diagonal(meets, False)
    pairs = [(texts[a].get_text(), texts[b].get_text()) for a, b in np.argwhere(meets) if a < b]
    assert not pairs, f"these overlap: {pairs}"
    inside = (low >= 0).all(axis=1) & (high <= figure.bbox.max).all(axis=1)
    assert inside.all(), [t.get_text() for t, ok in zip(texts, inside, strict=True) if not ok]


@pytest.fixture(params=["fonts of this machine", "DejaVu Sans alone"])
def any_fonts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a test with the installed fonts and again as if there were none."""
    if request.param == "DejaVu Sans alone":
        monkeypatch.setattr(fonts, "_fallback_families", lambda: ())
    fonts._family_of.cache_clear()
    yield
    monkeypatch.undo()
    fonts._family_of.cache_clear()


@pytest.fixture
def tidy() -> Callable[[Figure], None]:
    """The check that a figure is tidy."""
    return check_tidy


@pytest.fixture
def texts_of() -> Callable[[Figure], list[str]]:
    """The strings that a figure shows."""
    return lambda figure: [text.get_text() for text in visible_texts(figure)]


@pytest.fixture
def planted() -> Callable[..., tuple[np.ndarray, np.ndarray, list[str]]]:
    """Blobs with a cluster and a long genre name a track; every tenth track has no genre."""

    def make(n_tracks: int, n_clusters: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
        rng = np.random.default_rng(n_clusters)
        clusters = np.sort(np.arange(n_tracks) % n_clusters)
        centres = rng.normal(0, 12, (n_clusters, 2))
        xy = centres[clusters] + rng.normal(0, 1, (n_tracks, 2))
        genres = [LONG_GENRES[c % 12] if i % 10 else "" for i, c in enumerate(clusters)]
        return xy, clusters, genres

    return make
