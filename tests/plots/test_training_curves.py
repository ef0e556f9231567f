import numpy as np
import pytest

from songatlas.plots.training_curves import plot_training_curves

UNIT = "nats per track"


def history(n_epochs, **more):
    return [
        {
            "epoch": e,
            "loss": 10 + 9 / e,
            "audio": 8 + 8 / e,
            "text": 2.0,
            "kl": 0.1 * e,
            "beta": 1.0,
        }
        | {key: value(e) for key, value in more.items()}
        for e in range(1, n_epochs + 1)
    ]


def line(axes, label):
    return next(found for found in axes.get_lines() if found.get_label() == label)


def test_a_level_kl_keeps_off_the_upper_edge():
    axes = plot_training_curves(history(9, kl=lambda e: 50 + 0.01 * e), unit=UNIT).axes[3]
    assert axes.get_ylim() == (0, pytest.approx(52.5, rel=0.02))


def test_each_panel_shows_its_term(tidy):
    rows = history(30)
    figure = plot_training_curves(rows, best_epoch=20, unit=UNIT)
    for axes, key in zip(figure.axes, ("loss", "audio", "text", "kl"), strict=True):
        x, y = line(axes, "training").get_data()
        assert list(x) == [row["epoch"] for row in rows]
        assert list(y) == [row[key] for row in rows]
        assert set(line(axes, "checkpoint (epoch 20)").get_xdata()) == {20}
        assert axes.get_ylabel() == UNIT
    assert figure.axes[3].get_title(loc="left") == "KL divergence (β = 1)"
    tidy(figure)


def panel(figure, title):
    return next(axes for axes in figure.axes if axes.get_title(loc="left").startswith(title))


def labels(axes):
    return [found.get_label() for found in axes.get_lines()]


def test_held_out_lines_are_drawn_where_they_exist(texts_of):
    rows = history(30, val_loss=lambda e: 11 + 9 / e, val_kl=lambda e: 0.2 * e)
    figure = plot_training_curves(rows)
    assert line(figure.axes[0], "held out").get_ydata()[0] == 20
    assert line(figure.axes[3], "held out").get_ydata()[0] == 0.2
    assert labels(figure.axes[1]) == ["training"]
    assert texts_of(figure).count("held out") == 1
    assert len(figure.axes) == 4


def test_a_held_out_loss_without_kl_stands_beside_the_training_loss_without_kl(tidy):
    rows = history(30, val_loss=lambda e: 11 + 9 / e, beta=lambda e: 2.0)
    figure = plot_training_curves(rows, best_epoch=20, unit=UNIT)
    assert labels(panel(figure, "Total loss")) == ["training", "checkpoint (epoch 20)"]
    without = panel(figure, "Loss without KL")
    expected = [10 + 9 / e - 2 * 0.1 * e for e in range(1, 31)]
    assert list(line(without, "training").get_ydata()) == pytest.approx(expected)
    assert line(without, "held out").get_ydata()[0] == 20
    tidy(figure)


def test_without_kl_the_held_out_loss_is_of_the_total(tidy):
    rows = history(30, val_loss=lambda e: 11 + 9 / e, kl=lambda e: None)
    figure = plot_training_curves(rows)
    assert labels(panel(figure, "Total loss")) == ["training", "held out"]
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Total loss", "Audio term", "Text term"]
    tidy(figure)


def test_every_term_has_a_panel_so_that_they_add_up(tidy):
    others = {"percussion": lambda e: 3.0 + e, "harmony": lambda e: 4.0, "embedding": lambda e: 5.0}
    held = {f"val_{key}": value for key, value in others.items()} | {"val_loss": lambda e: 9.0}
    total = {"loss": lambda e: 8 + 8 / e + 2.0 + 0.1 * e + 3.0 + e + 4.0 + 5.0}
    more = {"r2_harmony": lambda e: 0.5, "learning_rate": lambda e: 0.1}
    rows = history(30, **others, **held, **total, **more)
    figure = plot_training_curves(rows, best_epoch=20, unit=UNIT)
    names = [axes.get_title(loc="left") for axes in figure.axes]
    assert names == [
        "Total loss", "Loss without KL (loss − β · KL)", "Audio term", "Embedding term",
        "Harmony term", "Percussion term", "Text term", "KL divergence (β = 1)",
    ]  # fmt: skip
    drawn = [line(axes, "training").get_ydata() for axes in figure.axes]
    assert np.sum(drawn[2:], axis=0) == pytest.approx(drawn[0])
    assert np.sum(drawn[2:-1], axis=0) == pytest.approx(drawn[1])
    assert line(panel(figure, "Percussion"), "held out").get_ydata()[0] == 4
    tidy(figure)


def test_a_varying_beta_has_its_own_axis(tidy):
    figure = plot_training_curves(history(30, beta=lambda e: min(1.0, e / 10)))
    assert len(figure.axes) == 5
    assert list(line(figure.axes[4], "β").get_ydata())[:2] == [0.1, 0.2]
    assert figure.axes[4].get_ylim()[0] == 0
    tidy(figure)


@pytest.mark.parametrize("nothing", [None, float("nan"), "absent"])
@pytest.mark.parametrize(("key", "others"), [("audio", ["Text term"]), ("text", ["Audio term"])])
def test_a_modality_that_the_run_lacks_has_no_panel(tidy, key, others, nothing):
    rows = history(5, **{key: lambda e: nothing})
    if nothing == "absent":
        for row in rows:
            del row[key]
    figure = plot_training_curves(rows, best_epoch=3)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Total loss", *others, "KL divergence (β = 1)"]
    assert all(axes.get_lines() for axes in figure.axes)
    tidy(figure)


def test_a_steep_start_does_not_flatten_the_rest(tidy, texts_of):
    rows = history(100, loss=lambda e: 7000.0 if e == 1 else 10 - 0.01 * e)
    figure = plot_training_curves(rows)
    low, high = figure.axes[0].get_ylim()
    assert low < 9
    assert 10 < high < 20
    assert "off the scale: up to 7,000" in texts_of(figure)
    assert line(figure.axes[0], "training").get_ydata()[0] == 7000
    assert "off the scale" not in " ".join(text.get_text() for text in figure.axes[1].texts)
    tidy(figure)


def test_negative_losses_and_gaps_are_drawn(tidy):
    rows = history(20, loss=lambda e: -1e5 / e if e != 7 else np.nan)
    figure = plot_training_curves(rows, unit=UNIT)
    assert 7 not in line(figure.axes[0], "training").get_xdata()
    tidy(figure)


def test_one_epoch_is_a_point_at_a_whole_number(tidy):
    figure = plot_training_curves(history(1), best_epoch=1)
    assert line(figure.axes[0], "training").get_marker() == "o"
    low, high = figure.axes[0].get_xlim()
    assert [tick for tick in figure.axes[0].get_xticks() if low <= tick <= high] == [1]
    tidy(figure)
