import numpy as np
import pytest

from songatlas.plots import MethodScores, plot_metrics_overview

METHODS = [
    "VAE + K-Means",
    "VAE + Agglomerative",
    "VAE + DBSCAN",
    "PCA + K-Means",
    "Raw features + K-Means",
    "Audio-only VAE + K-Means",
]
ARI = MethodScores(
    values=[0.3, 0.2, np.nan, 0.1, 0.0, -0.05],
    low=[0.2, 0.1, np.nan, 0.0, -0.1, -0.1],
    high=[0.4, 0.3, np.nan, 0.2, 0.1, 0.0],
)


def test_methods_run_from_top_to_bottom_with_their_intervals(tidy, texts_of):
    figure = plot_metrics_overview(METHODS, {"ARI": ARI, "AMI": ARI}, highlight=METHODS[:3])
    axes = figure.axes[0]
    bars = [found for found in axes.get_lines() if list(found.get_ydata()) == [1, 1]]
    assert list(bars[0].get_xdata()) == [0.1, 0.3]
    assert axes.yaxis_inverted()
    assert [label.get_text() for label in axes.get_yticklabels()] == METHODS
    assert texts_of(figure).count("chance") == 2
    tidy(figure)


def test_methods_under_test_stand_out():
    axes = plot_metrics_overview(METHODS, {"ARI": ARI}, highlight=["VAE + K-Means"]).axes[0]
    dots = [found for found in axes.get_lines() if found.get_marker() == "o"]
    assert len({found.get_color() for found in dots}) == 2
    assert dots[0].get_color() != dots[1].get_color() == dots[3].get_color()


def test_no_chance_level_no_line(texts_of):
    purity = MethodScores(values=[0.5], low=[0.4], high=[0.6], chance=None)
    assert "chance" not in texts_of(plot_metrics_overview(["A"], {"Purity": purity}))


def test_lengths_must_agree():
    with pytest.raises(ValueError, match=r"ARI must have 2 values and bounds. Got \[6, 6, 6\]"):
        plot_metrics_overview(["A", "B"], {"ARI": ARI})
