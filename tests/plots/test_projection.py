import numpy as np
import pytest
from matplotlib.colors import to_hex

from songatlas.plots.projection import plot_projection
from songatlas.plots.style import NOISE, NONE


def n_points(axes):
    return sum(len(points.get_offsets()) for points in axes.collections)


@pytest.mark.parametrize("n_clusters", [2, 4, 12])
def test_every_track_is_drawn_in_every_panel(any_fonts, planted, tidy, texts_of, n_clusters):
    n_tracks = 300
    xy, clusters, genres = planted(n_tracks, n_clusters)
    languages = ["English", ""] * (n_tracks // 2)
    figure = plot_projection(xy, clusters, genres, languages, title="t-SNE")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["by cluster", "by genre", "by language"]
    assert [n_points(axes) for axes in figure.axes] == [n_tracks] * 3
    tidy(figure)
    entries = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert len(entries) == n_clusters
    assert entries[0] == f"0 ({np.sum(clusters == 0)})"
    assert f"no language ({n_tracks // 2})" in texts_of(figure)


@pytest.mark.parametrize("n_clusters", [12, 40])
def test_legends_stay_off_the_points_and_short(planted, n_clusters):
    xy, clusters, _ = planted(400, n_clusters)
    genres = [f"genre number {i % 30} with a long name" for i in range(400)]
    figure = plot_projection(xy, clusters, genres, title="UMAP")
    figure.draw_without_rendering()  # legends take their place as they are drawn
    for axes in figure.axes:
        legend = axes.get_legend()
        assert len(legend.get_texts()) <= 15
        assert not legend.get_window_extent().overlaps(axes.get_window_extent())
        assert legend.get_window_extent().x1 <= axes.get_window_extent().x1 + 2
    boxes = [axes.get_legend().get_window_extent() for axes in figure.axes]
    assert not boxes[0].overlaps(boxes[1])


@pytest.mark.parametrize("sizes", [(900, 100), (997, 2, 1), (250, 250, 250, 250), (600, 399, 1)])
def test_of_very_many_tracks_some_of_every_category_are_drawn(monkeypatch, tidy, sizes):
    monkeypatch.setattr("songatlas.plots.projection.MAX_POINTS", 100)
    monkeypatch.setattr("songatlas.plots.projection._LEAST", 5)
    rng = np.random.default_rng(0)
    clusters = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    genres = ["2 others" if k else "" for k in clusters]  # no name may stand for two categories
    xy = np.stack([np.arange(1000.0), clusters], axis=1)
    figure = plot_projection(xy, clusters, genres, title="t-SNE")
    tidy(figure)
    for axes in figure.axes:
        assert axes.get_title(loc="right") == f"{n_points(axes)} of 1,000 tracks drawn"
        assert 100 <= n_points(axes) < 100 + 6 * len(sizes)
    points = np.concatenate([found.get_offsets() for found in figure.axes[0].collections])
    for k, size in enumerate(sizes):
        drawn = np.sort(points[points[:, 1] == k][:, 0])
        assert len(drawn) == max(min(size, 5), -(-size // 10))
        places = np.searchsorted(np.flatnonzero(clusters == k), drawn)
        assert len(drawn) == 1 or np.ptp(np.diff(places)) <= 1
    entries = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert entries == [f"{k} ({size})" for k, size in enumerate(sizes)]
    monkeypatch.setattr("songatlas.plots.projection.MAX_POINTS", 1000)
    whole = plot_projection(xy, clusters, genres, title="t-SNE")
    assert n_points(whole.axes[0]) == 1000
    assert whole.axes[0].get_title(loc="right") == ""


def test_without_labels_there_is_one_panel(planted, tidy):
    xy, clusters, _ = planted(50, 4)
    figure = plot_projection(xy, clusters, [""] * 50, [" "] * 50, title="t-SNE")
    assert len(figure.axes) == 1
    tidy(figure)


def test_language_as_the_label_is_one_panel():
    xy = np.array([[0.0, 0], [1, 0]])
    figure = plot_projection(xy, np.array([0, 1]), ["en", "bn"], title="t", label_name="language")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["by cluster", "by language"]


def test_noise_is_small_grey_crosses_and_unlabelled_is_light_grey_behind():
    xy = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    figure = plot_projection(xy, np.array([0, 0, -1, -1]), ["a", "a", "", "a"], title="t")
    cluster, genre = figure.axes
    noise = next(points for points in cluster.collections if points.get_label() == "noise")
    other = next(points for points in cluster.collections if points.get_label() == "0")
    assert len(noise.get_offsets()) == 2
    assert to_hex(noise.get_facecolor()[0]) == NOISE
    assert noise.get_sizes()[0] < other.get_sizes()[0]
    without = next(points for points in genre.collections if points.get_label() == "no genre")
    labelled = next(points for points in genre.collections if points.get_label() == "a")
    assert without.get_zorder() < labelled.get_zorder()
    assert to_hex(without.get_facecolor()[0]) == NONE


def test_points_shrink_and_fade_as_they_become_many(planted):
    looks = []
    for n_tracks in (5, 500, 20000):
        xy, clusters, _ = planted(n_tracks, 2)
        points = plot_projection(xy, clusters, title="t").axes[0].collections[0]
        looks.append((points.get_sizes()[0], points.get_alpha()))
    assert looks == sorted(looks, reverse=True)
    assert looks[0][0] > 5 * looks[2][0]


def test_small_categories_are_drawn_over_large_ones():
    rng = np.random.default_rng(0)
    clusters = np.array([0] * 90 + [1] * 10)
    axes = plot_projection(rng.normal(size=(100, 2)), clusters, title="t").axes[0]
    order = {points.get_label(): points.get_zorder() for points in axes.collections}
    assert order["1"] > order["0"]


def test_where_tracks_are_many_no_category_hides_another():
    rng = np.random.default_rng(0)
    clusters = np.array([0, 1] * 1000)
    axes = plot_projection(rng.normal(size=(2000, 2)), clusters, title="t").axes[0]
    drawn = sorted(axes.collections, key=lambda points: points.get_zorder())
    assert [points.get_label() for points in drawn] == ["0", "1"] * 8
    assert n_points(axes) == 2000


def test_clusters_are_numbered_where_they_lie():
    around = np.stack([np.cos(np.arange(20) * np.pi / 10), np.sin(np.arange(20) * np.pi / 10)], 1)
    xy = np.concatenate([2 * around, 2 * around + [10, 5]]).round(6)
    axes = plot_projection(xy, np.repeat([0, 1], 20), title="t").axes[0]
    assert {text.get_text(): text.get_position() for text in axes.texts} == {
        "0": (0, 0),
        "1": (10, 5),
    }


@pytest.mark.parametrize("tight", [0.0, 50.0, 100.0])
def test_a_number_hides_no_small_cluster(tight):
    rng = np.random.default_rng(0)
    xy = np.concatenate([rng.uniform(0, 100, (55, 2)), rng.normal([50, tight], 0.1, (5, 2))])
    axes = plot_projection(xy, np.repeat([0, 1], [55, 5]), title="t").axes[0]
    number = next(text for text in axes.texts if text.get_text() == "1").get_window_extent()
    points = axes.transData.transform(xy[55:])
    assert not any(number.contains(*point) for point in points)
    assert axes.bbox.y0 < number.y0 < number.y1 < axes.bbox.y1
    assert np.abs(points[:, 1] - (number.y0 + number.y1) / 2).max() < 3 * number.height


def test_numbers_that_would_collide_are_left_to_the_legend():
    axes = plot_projection(np.zeros((20, 2)), np.repeat([0, 1], 10), title="t").axes[0]
    assert [text.get_text() for text in axes.texts] == ["0"]
    assert len(axes.get_legend().get_texts()) == 2


def test_both_axes_have_the_same_scale():
    xy = np.array([[0.0, 0.0], [100.0, 1.0]])
    axes = plot_projection(xy, np.array([0, 1]), title="t").axes[0]
    (x0, y0), (x1, y1) = axes.transData.transform([[0, 0], [1, 1]])
    assert x1 - x0 == pytest.approx(y1 - y0)


@pytest.mark.parametrize(
    ("xy", "n_labels", "message"),
    [
        (np.zeros((3, 3)), 3, "shape"),
        (np.full((3, 2), np.nan), 3, "finite"),
        (np.zeros((3, 2)), 2, "each of 3 tracks. Got 2"),
    ],
)
def test_what_does_not_fit_is_refused(xy, n_labels, message):
    with pytest.raises(ValueError, match=message):
        plot_projection(xy, np.zeros(3, dtype=int), ["a"] * n_labels, title="t")
