"""A conditional model is given neither what it is judged by nor which track it hears."""

from pathlib import Path

import numpy as np
import pytest

from songatlas.config import Config, replace
from songatlas.errors import ConfigError
from songatlas.library.labels import read_labels
from songatlas.stages.condition import Condition, encode_condition
from songatlas.types import Track


def encode(
    condition: str, label: str, columns: dict[str, list[str]], *, heard: bool = False
) -> Condition:
    config = replace(
        Config(), {"model": {"condition": condition}, "evaluation": {"label_column": label}}
    )
    tracks = tuple(
        Track(
            path=f"{i}",
            source=Path(),
            content_hash="",
            columns=dict(zip(columns, row, strict=True)),
        )
        for i, row in enumerate(zip(*columns.values(), strict=True))
    )
    return encode_condition(tracks, config, read_labels(tracks, config), heard=heard)


YEARS = [str(1990 + i // 2) for i in range(24)]
STYLES = [f"style {i % 12 // 4}" for i in range(24)]  # every year has one or two


@pytest.mark.parametrize("label", ["y", "y:4", "y:20"])
def test_a_label_in_ranges_of_the_condition_is_the_condition(label: str) -> None:
    with pytest.raises(ConfigError, match=rf"'y' is, or alone determines, .*'{label}'.*judged"):
        encode("y", label, {"y": [*YEARS[:20], "1990", "1990", "1990", "1990"]})


def test_a_column_of_the_name_of_a_range_is_a_column() -> None:
    found = encode("y", "y:4", {"y": ["a", "b"] * 12, "y:4": ["c", "d", "d", "c"] * 6})
    assert found.names == ("a", "b")


@pytest.mark.parametrize("hidden", [0, 1, 3])
def test_a_condition_that_tells_every_label_is_refused_though_labels_tell_no_condition(
    hidden: int,
) -> None:
    finer = [f"{style} {i % 2}" for i, style in enumerate(STYLES)]
    known = [*[""] * hidden, *STYLES[hidden:]]  # where a label is missing nothing is judged
    with pytest.raises(ConfigError, match="alone determines"):
        encode("finer", "style", {"finer": finer, "style": known})
    assert len(encode("style", "finer", {"finer": finer, "style": STYLES}).names) == 3


def test_a_condition_of_two_values_across_labels_is_allowed() -> None:
    found = encode("l", "style", {"l": ["de", "en"] * 12, "style": STYLES})
    assert found.names == ("de", "en")
    np.testing.assert_array_equal(found.one_hot[:2], np.eye(2))


def test_one_exception_is_no_rule() -> None:
    finer = [f"{style} {i % 2}" for i, style in enumerate(STYLES)]
    labels = [*STYLES[:-1], "style 0"]
    assert len(encode("finer", "style", {"finer": finer, "style": labels}).names) == 6


def test_labels_that_judge_nothing_refuse_no_condition() -> None:
    one = {"l": ["de", "en"] * 12, "style": ["same"] * 24}
    assert encode("l", "style", one).names == ("de", "en")
    many = {
        "l": [f"{i // 2}" for i in range(24)],
        "style": ["" if i % 2 else f"style {i}" for i in range(24)],
    }
    assert len(encode("l", "style", many).names) == 12


def test_a_condition_with_a_value_of_its_own_for_every_track_is_refused() -> None:
    own = [f"song {i}" for i in range(24)]
    with pytest.raises(ConfigError, match="'t' has a value of its own for every track"):
        encode("t", "style", {"t": own, "style": STYLES})
    assert len(encode("t", "style", {"t": [*own[1:], own[1]], "style": STYLES}).names) == 23


def test_a_few_labels_that_follow_the_condition_by_chance_are_no_reason() -> None:
    languages, few = ["de", "en"] * 50, ["folk", "rock", "folk", "rock", "folk", *[""] * 95]
    assert encode("l", "style", {"l": languages, "style": few}).names == ("de", "en")
    with pytest.raises(ConfigError, match="alone determines"):
        encode("l", "style", {"l": languages, "style": ["folk", "rock"] * 50})
    artists = [f"{i // 2 * (i < 40) or i}" for i in range(100)]  # most have one track
    styles = [f"style {int(artist) % 3}" for artist in artists]
    assert encode("by", "style", {"by": artists, "style": styles}).one_hot.shape == (100, 80)


def test_bandwidths_that_few_share_are_unknown_and_values_of_a_table_are_not() -> None:
    heard = ["full"] * 12 + ["up to 4.6 kHz"] * 9
    found = encode("bandwidth", "style", {"bandwidth": heard, "style": STYLES[:21]}, heard=True)
    assert found.names == ("full",)
    own = [f"desk {i % 4}" for i in range(24)]
    found = encode("bandwidth", "style", {"bandwidth": own, "style": STYLES})
    assert len(found.names) == 4


def test_a_condition_that_all_tracks_have_alike_tells_nothing() -> None:
    values = {"one": ["x"] * 24, "some": ["x"] * 20 + [""] * 4, "full": ["full"] * 24}
    found = {name: encode(name, "style", {name: x, "style": STYLES}) for name, x in values.items()}
    assert {name: condition.tells for name, condition in found.items()} == {
        "one": False,
        "some": True,
        "full": False,
    }
    rare = encode(
        "noise", "style", {"noise": ["none", "steady"] * 6, "style": STYLES[:12]}, heard=True
    )
    assert not rare.tells
