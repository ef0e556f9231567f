import numpy as np
import pytest

from songatlas.plots.cluster_selection import plot_cluster_selection


def select(highest, chosen=3, **options):
    k = list(range(2, highest + 1))
    return plot_cluster_selection(
        k,
        [1 / i for i in k],
        [5000.0 / i for i in k],
        [0.1 * i for i in k],
        chosen=chosen,
        **options,
    )


@pytest.mark.parametrize("highest", [4, 60])
def test_scores_share_an_axis_and_the_choice_is_marked(tidy, highest):
    k = range(2, highest + 1)
    figure = select(highest, smallest=[60 // i for i in k])
    assert len(figure.axes) == 4
    for axes in figure.axes:
        scores, mark, chosen = axes.get_lines()
        assert list(scores.get_xdata()) == list(k)
        assert set(mark.get_xdata()) == {3}
        assert chosen.get_ydata() == scores.get_ydata()[1]
        assert axes.get_xlim() == figure.axes[0].get_xlim()
    assert figure.axes[0].get_title(loc="left") == "Silhouette (higher is better): 0.333"
    assert figure.axes[1].get_title(loc="left") == "Calinski-Harabasz (higher is better): 1,667"
    assert figure.axes[3].get_title(loc="left") == "Smallest cluster (tracks): 20"
    tidy(figure)


def test_who_chose_is_said():
    assert select(5).get_suptitle() == "Number of clusters: 3, chosen by silhouette"
    assert select(5, chosen_by="given").get_suptitle() == "Number of clusters: 3, given"


def test_undefined_scores_are_gaps_not_zeros(tidy, texts_of):
    nothing = [np.nan] * 3
    figure = plot_cluster_selection([2, 3, 4], [0.1, np.nan, 0.2], nothing, [1, 2, 3], chosen=3)
    assert np.isnan(figure.axes[0].get_lines()[0].get_ydata()[1])
    assert "Silhouette (higher is better): not defined" in texts_of(figure)
    assert "not defined for any k" in texts_of(figure)
    tidy(figure)


def test_a_given_number_that_was_not_tried_is_marked_without_a_score(tidy):
    figure = select(5, chosen=9, chosen_by="given")
    assert len(figure.axes[0].get_lines()) == 2
    assert 9 in figure.axes[-1].get_xticks()
    tidy(figure)


def test_a_single_number_is_drawn(tidy):
    tidy(plot_cluster_selection([7], [0.1], [300.0], [1.0], chosen=7, chosen_by="given"))
