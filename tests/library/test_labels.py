"""Labels that can judge a clustering, and those that cannot."""

from pathlib import Path

import pytest

from songatlas.config import load_config
from songatlas.errors import ConfigError
from songatlas.library.labels import bins, column_values, encode_labels, label_values, read_labels
from songatlas.types import Track


def tracks(values, column="mood", **more):
    return tuple(
        Track(path=f"{i:03d}", source=Path(), content_hash="", columns={column: str(value), **more})
        for i, value in enumerate(values)
    )


def labels(values, column="mood"):
    config = load_config(overrides={"evaluation": {"label_column": column}})
    return read_labels(tracks(values, column.split(":")[0]), config)


CANNOT = {
    "one a track": ([f"id {n}" for n in range(30)], "30 values on 30 tracks, 30 of them"),
    "mostly one a track": (["a"] * 5 + [*"bcdefgh"], "8 values on 12 tracks, 7 of them"),
    "one for all": (["pop"] * 9 + [""] * 3, "all of its 9 tracks have the same value"),
    "a quantity": ([f"{n / 8:.3f}" for n in range(40)] * 3, "40 different numbers on 120 tracks"),
    "with a comma": ([f"{n},5" for n in range(12)], "12 values on 12 tracks"),
    "with a unit": ([f"{n} BPM" for n in range(60, 100)] * 3, "40 different numbers on 120"),
    "percent": ([f"{n}%" for n in range(40)] * 3, "40 different numbers on 120 tracks"),
    "lengths": ([f"{n // 6 + 2}:{n % 6}7" for n in range(30)] * 4, "30 different numbers on 120"),
    "dates": ([f"200{n // 12}-{n % 12 + 1:02d}-09" for n in range(60)] * 2, "60 different numbers"),
    "days": ([f"{n % 28 + 1}.{n % 12 + 1}.2020" for n in range(60)] * 2, "60 different numbers"),
    "years": ([*range(1960, 2010)] * 4, "50 different numbers on 200 tracks"),
}
CAN = {
    "genres": ["pop", "rock", "jazz"] * 5,
    "some alone": ["pop"] * 6 + ["rock"] * 4 + ["folk", "drone", "noise"],
    "few numbers": [1, 2, 3, 4, 5] * 4,
    "decades": ["1960s", "1970s"] * 6,
    "keys": [f"{n}{mode}" for n in range(1, 13) for mode in "AB"] * 3,
    "few with a unit": ["33 rpm", "45 rpm", "78 rpm"] * 5,
    "many names": [f"artist {n}" for n in range(40)] * 3,
    "none": ["", ""],
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_can_judge_nothing_is_said_and_judges_nothing(name):
    values, why = CANNOT[name]
    found = labels(values)
    assert why in found.doubt
    assert "'mood'" in found.doubt
    assert found.judging.n_labelled == 0
    assert len(found.judging.codes) == len(values)
    assert not any(found.judging.values)
    assert sum(map(bool, found.values)) == sum(value != "" for value in values)  # kept in tables
    assert ("--label-column mood:4" in found.doubt) == (name not in list(CANNOT)[:3])


@pytest.mark.parametrize(
    "column", ["genre_id", "class", "Target", "cluster", "genreId", "style code"]
)
def test_numbers_that_stand_for_classes_judge_however_many(column):
    assert labels([*range(30)] * 3, column).doubt == ""


@pytest.mark.parametrize("column", ["paid", "tempo", "valence", "subclasses", "idx"])
def test_other_numbers_are_a_quantity(column):
    assert "30 different numbers" in labels([*range(30)] * 3, column).doubt


@pytest.mark.parametrize("empty", ["nan", "NaN", "<NA>", "NULL", "n/a", "None", "-", "Unknown"])
def test_what_programs_write_for_an_empty_cell_is_no_label(empty):
    assert labels(["pop", "rock", empty] * 5).names == ("pop", "rock")


@pytest.mark.parametrize("name", CAN)
def test_other_labels_judge_without_a_word(name):
    found = labels(CAN[name])
    assert found.doubt == ""
    assert found.judging is found


def test_bins_hold_about_equally_many_and_are_named_by_what_they_hold():
    found = labels([*range(100, 0, -1)], "tempo:4")
    assert found.names == ("1 – 25", "26 – 50", "51 – 75", "76 – 100")  # by number, not by letter
    assert [found.values.count(name) for name in found.names] == [25] * 4
    assert found.values[:2] == ["76 – 100"] * 2
    assert found.doubt == ""


@pytest.mark.parametrize(
    ("values", "n", "named"),
    [
        (["1", "1", "1", "9"], 2, ["1", "1", "1", "9"]),
        (["1", "9", "9", "9"], 2, ["1", "9", "9", "9"]),
        (["-2.5", "0,5", "x", "", "nan", "inf"], 2, ["-2.5", "0.5", "", "", "", ""]),
        (["5", "5", "5"], 3, ["5"] * 3),
        (["999", "1,000", "12,000"], 3, ["999", "1000", "12000"]),
        (["60 BPM", "90 bpm", "fast"], 2, ["60", "90", ""]),
        (["4:05", "0:59", "1:00:00"], 3, ["245", "59", "3600"]),
        (["2001-05-03", "03.05.1999"], 2, ["2001", "1999"]),
        (["5 MB", "5 GB", "7"], 2, ["", "", "7"]),
        (["1", "2", "2", "2", "3", "4"], 3, ["1", *["2"] * 3, "3 – 4", "3 – 4"]),
    ],
)
def test_bins_of_ties_and_of_what_is_no_number(values, n, named):
    assert bins(values, n) == named


def test_a_column_that_is_called_so_is_no_bins():
    assert label_values(tracks(["a", "b"], "x:4"), "x:4") == ["a", "b"]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("mood:1", "2 to 20 bins. Got 1 bins"),
        ("mood:99", "Got 99 bins"),
        ("mood:4", "Got no number in that column"),
        ("moood:4", "No column 'moood'.*Did you mean 'mood'"),
        ("mood:x", "No column 'mood:x'"),
    ],
)
def test_wrong_bins_are_refused(column, said):
    with pytest.raises(ConfigError, match=said):
        label_values(tracks(["sad", "glad"]), column)


def test_a_column_of_a_table_that_joined_nothing_is_missing_for_that_reason():
    nothing = (Track(path="a", source=Path(), content_hash=""),)
    with pytest.raises(ConfigError, match=r"No track has 'valence' of the table.* 0 of 12 rows"):
        column_values(nothing, "valence", unjoined="t.csv: 0 of 12 rows name a file.")
    assert column_values(nothing, "genre", unjoined="t.csv: 0 of 12 rows") == [""]


def test_labels_that_begin_with_numbers_are_in_their_order():
    assert encode_labels(["100 bpm", "60 bpm", "fast", "-5"]).names == (
        *("-5", "60 bpm", "100 bpm", "fast"),
    )
