import numpy as np
import pytest
from matplotlib.colors import to_hex

from songatlas.plots.distributions import plot_distributions
from songatlas.plots.style import NONE, PALETTE


def bars(axes):
    names = [label.get_text() for label in axes.get_yticklabels()]
    return dict(zip(names, [bar.get_width() for bar in axes.patches], strict=True))


def test_bars_are_the_counts_and_missing_ones_are_named():
    figure = plot_distributions(
        np.array([0, 0, 0, 1, -1]), ["rap", "pop", "rap", "", ""], ["", "", "Bangla", "", ""]
    )
    by_cluster, by_genre, by_language = figure.axes
    assert bars(by_cluster) == {"0": 3, "1": 1, "noise": 1}
    assert bars(by_genre) == {"rap": 2, "pop": 1, "none": 2}
    assert bars(by_language) == {"Bangla": 1, "none": 4}
    assert [text.get_text() for text in by_genre.texts] == ["2 (40 %)", "1 (20 %)", "2 (40 %)"]
    assert to_hex(by_genre.patches[2].get_facecolor()) == NONE


def test_one_of_many_is_not_none_and_nearly_all_is_not_all():
    by_cluster = plot_distributions(np.array([0] * 499 + [1])).axes[0]
    assert [text.get_text() for text in by_cluster.texts] == ["499 (over 99 %)", "1 (under 1 %)"]


def test_clusters_have_the_colours_of_the_maps():
    axes = plot_distributions(np.array([0, 0, 1])).axes[0]
    colours = [to_hex(bar.get_facecolor()).upper() for bar in axes.patches]
    assert colours == list(PALETTE[:2])


def test_many_labels_leave_fifteen_by_name(tidy):
    genres = [f"genre {i % 40}" for i in range(403)] + [""]
    figure = plot_distributions(np.zeros(404, dtype=int), genres)
    found = bars(figure.axes[1])
    assert len(found) == 17
    assert list(found)[-2:] == ["25 others", "none"]
    assert sum(found.values()) == 404
    tidy(figure)


@pytest.mark.parametrize("n_clusters", [2, 12])
def test_names_of_every_script_do_not_overlap(any_fonts, planted, tidy, n_clusters):
    _, clusters, genres = planted(600, n_clusters)
    tidy(plot_distributions(clusters, genres, ["English", "বাংলা", ""] * 200))


def test_what_does_not_exist_has_no_panel():
    assert len(plot_distributions(np.array([0, 1]), ["", ""]).axes) == 1


def test_language_as_the_label_is_one_panel():
    figure = plot_distributions(np.array([0, 1]), ["en", "bn"], label_name="language")
    assert bars(figure.axes[1]) == {"bn": 1, "en": 1}


def test_order_is_from_the_top():
    axes = plot_distributions(np.array([0, 0, 1])).axes[0]
    first, second = (bar.get_window_extent().y0 for bar in axes.patches)
    assert first > second


def test_what_is_counted_is_said():
    figure = plot_distributions(np.array([0, 0, 1]), what="points")
    assert figure.get_suptitle() == "How the points are distributed"
    assert figure.axes[0].get_title(loc="left") == "Points by cluster"
