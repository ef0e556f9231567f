import numpy as np
import pytest

from songatlas.plots.reconstruction_examples import Reconstruction, plot_reconstruction_examples

TITLES = (
    "Short",
    "A very long title of a song which goes on and on (feat. Somebody Else) [Remastered]",
    "夜に駆ける",
    "আমি তোমাকে ভালোবাসি",
    "أغنية حب",
    "costs $5 \U0001f3b5 or $6 \U0001faf6",
)


def example(title="A", scale=1.0, n_columns=130, **more):
    original = scale * np.random.default_rng(0).normal(size=(39, n_columns))
    return Reconstruction(title=title, original=original, reconstructed=original / 2, **more)


@pytest.mark.battery
@pytest.mark.parametrize("n_tracks", [1, 6])
def test_titles_of_every_script_do_not_overlap(any_fonts, tidy, n_tracks):
    examples = [example(title, caption="R² = 0.31") for title in TITLES[:n_tracks]]
    figure = plot_reconstruction_examples(examples, column_seconds=512 / 22050)
    pictures = [axes for axes in figure.axes if axes.images]
    assert len(pictures) == 2 * n_tracks
    assert pictures[1].get_title(loc="left") == "reconstructed · R² = 0.31"
    tidy(figure)


def test_one_colour_scale_a_track_symmetric_around_zero():
    figure = plot_reconstruction_examples([example(), example(scale=5.0)], column_seconds=0.1)
    limits = [axes.images[0].get_clim() for axes in figure.axes if axes.images]
    assert limits[0] == limits[1]
    assert limits[2] == limits[3] == pytest.approx(5 * np.array(limits[0]))
    assert limits[0][0] == -limits[0][1]


def test_time_is_in_seconds_and_groups_are_named():
    axes = plot_reconstruction_examples([example(n_columns=100)], column_seconds=0.5).axes[0]
    assert axes.images[0].get_extent() == [0, 50, 0, 39]
    assert axes.get_xlabel() == "time (s)"
    names = {
        t.get_text(): y for t, y in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True)
    }
    assert names == {"MFCC": 10, "chroma": 26, "contrast": 35.5}
    assert sorted(float(line.get_ydata()[0]) for line in axes.get_lines()) == [20, 32]


def test_the_colour_bar_says_its_unit(texts_of):
    assert "z-score" in texts_of(plot_reconstruction_examples([example()], column_seconds=0.1))


def test_a_third_picture_where_there_is_one(tidy):
    examples = [example(), example(third=np.zeros((39, 130)))]
    figure = plot_reconstruction_examples(examples, column_seconds=0.1, third_name="from lyrics")
    pictures = [axes for axes in figure.axes if axes.images]
    assert len(pictures) == 5
    assert pictures[-1].get_title(loc="left") == "from lyrics"
    tidy(figure)


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_silence_and_missing_values_are_drawn(tmp_path, value):
    flat = np.full((39, 10), value)
    track = Reconstruction(title="flat", original=flat, reconstructed=flat)
    figure = plot_reconstruction_examples([track], column_seconds=0.1)
    assert figure.axes[0].images[0].get_clim() == (-1, 1)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="at least one track"):
        plot_reconstruction_examples([], column_seconds=0.1)
    odd = Reconstruction(title="", original=np.zeros((39, 9)), reconstructed=np.zeros((5, 9)))
    with pytest.raises(ValueError, match=r"shape \(39, n_columns\). Got .*\(5, 9\)"):
        plot_reconstruction_examples([odd], column_seconds=0.1)
    short = Reconstruction(title="", original=np.zeros((4, 9)), reconstructed=np.zeros((4, 9)))
    with pytest.raises(ValueError, match=r"shape \(39, n_columns\). Got .*\(4, 9\)"):
        plot_reconstruction_examples([short], column_seconds=0.1)
