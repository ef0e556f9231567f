import numpy as np
import pytest

from songatlas.plots.confusion_matrix import plot_confusion_matrix


def cells(axes):
    shape = axes.images[0].get_array().shape
    return np.array([text.get_text() for text in axes.texts]).reshape(shape).tolist()


def names(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_counts_and_shares_of_each_label():
    clusters = np.array([0, 0, 0, 1, 1, -1])
    labels = ["rap", "rap", "pop", "rap", "", "pop"]
    counts, shares = plot_confusion_matrix(clusters, labels).axes
    assert names(counts.yaxis) == ["rap (3)", "pop (2)", "no genre (1)"]
    assert names(counts.xaxis) == ["0", "1", "noise"]
    assert cells(counts) == [["2", "1", ""], ["1", "", "1"], ["", "1", ""]]
    assert cells(shares) == [["67", "33", ""], ["50", "", "50"], ["", "100", ""]]


@pytest.mark.parametrize(("n_clusters", "n_labels"), [(2, 20), (12, 12), (20, 60)])
def test_cells_and_names_do_not_overlap(tidy, n_clusters, n_labels):
    clusters = np.arange(30_000) % n_clusters
    labels = [f"contemporary christian {i % n_labels}" for i in range(30_000)]
    figure = plot_confusion_matrix(clusters, labels, label_name="msd_genre")
    tidy(figure)
    counts = figure.axes[0].images[0].get_array()
    assert counts.shape == (min(n_labels, 20), n_clusters)
    assert counts.sum() == 30_000
    assert len(set(names(figure.axes[0].yaxis))) == counts.shape[0]


@pytest.mark.parametrize("n_clusters", [4, 12])
def test_every_script_stays_horizontal_and_tidy(any_fonts, planted, tidy, n_clusters):
    _, clusters, genres = planted(600, n_clusters)
    figure = plot_confusion_matrix(clusters, genres, label_name="$5 or \U0001faf6")
    tidy(figure)
    assert {label.get_rotation() for label in figure.axes[0].get_yticklabels()} == {0.0}


def test_annotations_stand_out_from_their_cells():
    axes = plot_confusion_matrix(np.array([0] * 99 + [1]), ["a"] * 99 + ["b"]).axes[0]
    colours = {text.get_text(): text.get_color() for text in axes.texts}
    assert colours["99"] == "white"
    assert colours["1"] != "white"


@pytest.mark.parametrize("labels", [["", " "], ["a"]])
def test_without_labels_it_is_refused(labels):
    with pytest.raises(ValueError, match="one value for each of 2 tracks, not all empty"):
        plot_confusion_matrix(np.array([0, 1]), labels)
