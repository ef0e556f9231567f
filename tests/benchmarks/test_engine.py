"""The engine's benchmark: which figures reach their targets, and the page that says so."""

import copy

import numpy as np
import pytest

from benchmarks.engine.page import page
from benchmarks.engine.parts import parts_of
from benchmarks.engine.verdicts import (
    COMPARISONS,
    Comparison,
    greatest_memory,
    ratio,
    second_run,
    speedup,
    spread,
)

FORMATS = ("mp3", "ogg", "flac", "wav", "m4a")
ROUND = {
    "songatlas": 1.0,
    "decoding alone": 0.8,
    "songatlas decoding": 0.85,
    "songatlas features": 0.2,
    "power spectra": 0.1,
    "librosa recipe": 3.0,
    "librosa features": 1.1,
    "bliss-audio": 2.5,
}
PLACE = {"machine": "Linux, 2 × some processor", "versions": "numpy 2", "load": "0.1, 1.2"}


@pytest.fixture
def found():
    rounds = {form: [dict(ROUND) for _ in range(5)] for form in FORMATS}
    clock = {"seconds": 30.0, "cpu": 55.0}
    return {
        "cpu": {"n_files": {"clips": 40, "songs": 5}, "parts": 5, **PLACE}
        | {"rounds": {"clips": rounds, "songs": copy.deepcopy(rounds)}},
        "parts": {"compiled": True, "seconds": {"chroma": 0.0012, "mel bands": 0.001}} | PLACE,
        "memory": {
            "peak": {
                form: {"30 s": 9e7, "5 min": 1.5e8, "12 min": 2e8, "30 min": 2e8}
                for form in FORMATS
            }
        }
        | PLACE,
        "workers": {"rounds": [{"1": {"seconds": 57.0, "cpu": 55.0}, "2": clock}] * 5} | PLACE,
        "second": {
            "n_files": 1000,
            "first": clock,
            "second": [{"seconds": 0.5, "cpu": 0.5}] * 3,
            "start": [{"seconds": 0.4, "cpu": 0.4}] * 3,
        }
        | PLACE,
        "whole": {
            "n_tracks": 2890,
            "seconds": 870.0,
            "cpu": 1500.0,
            "peak": 1.0e9,
            "stages": {"reading and features": 60.0, "training": 700.0},
            "memory": {"": 1e8, "reading and features": 5e8, "training": 1e9},
            "with_children": {"": 1e8, "reading and features": 8e8, "training": 1.4e9},
        }
        | PLACE,
    }


def row(text, *cells):
    """The one line of the page that has all of these."""
    (line,) = [x for x in text.splitlines() if x.startswith("|") and all(c in x for c in cells)]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_ratio_is_the_median_of_the_rounds_not_that_of_the_sums():
    rounds = [{"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 1.0}, {"a": 300.0, "b": 100.0}]
    comparison = Comparison(name="", over="a", under="b", at_least=2.0)
    value = ratio(rounds, comparison)
    assert (value.median, value.low, value.high) == (2.0, 1.0, 3.0)
    assert comparison.reached(value, "wav")
    assert not Comparison(name="", over="a", under="b", at_most=1.99).reached(value, "wav")


def test_mp3_has_a_target_of_its_own():
    recipe = COMPARISONS[0]
    between = spread([3.0])
    assert recipe.reached(between, "ogg")
    assert not recipe.reached(between, "mp3")
    assert (recipe.target("ogg"), recipe.target("mp3")) == ("≥ 2.5", "≥ 3.2")


def test_what_was_not_measured_in_every_round_has_no_ratio():
    rounds = [dict(ROUND), {k: v for k, v in ROUND.items() if k != "bliss-audio"}]
    assert ratio(rounds, COMPARISONS[3]) is None
    assert ratio(rounds, COMPARISONS[0]) is not None


def test_ratios_by_the_clock(found):
    assert speedup(found["workers"]).median == 1.9
    assert second_run(found["second"], "seconds").median == 60.0
    assert second_run(found["second"], "cpu").median == 110.0
    assert greatest_memory(found["memory"]) == 2e8


def test_every_target_has_its_row_and_its_verdict(found):
    before, after = page(found).split("## What the missed targets leave")
    text = before + after.split("\n## ", 1)[1]
    assert row(text, "librosa recipe ÷", "| mp3 |", "clips")[3:] == [
        "≥ 3.2",
        "3.00 (3.00–3.00)",
        "**missed**",
    ]
    assert row(text, "librosa recipe ÷", "| ogg |", "songs")[3:] == [
        "≥ 2.5",
        "3.00 (3.00–3.00)",
        "reached",
    ]
    assert row(text, "decoding and resampling alone", "wav", "clips")[-1] == "reached"
    assert row(text, "two workers")[-1] == "reached"
    clock = row(text, "the second, by the clock")
    assert clock[3:] == ["≥ 50", "60.00 (60.00–60.00)", "reached"]
    assert row(text, "the second, CPU")[3:] == ["≥ 50", "110.00 (110.00–110.00)", "reached"]
    assert "is 0.60 s. The program starts in 0.40 s" in text
    assert "in 0.10 ms" in text
    assert row(text, "peak memory of a worker")[3:] == ["≤ 300 MB", "200 MB", "reached"]
    assert row(text, "the whole of")[3:] == ["≤ 15 min", "14.5 min", "reached"]
    assert row(text, "training")[1:] == ["700", "1.00", "1.40"]


def test_one_format_over_the_limit_is_enough_to_miss_it(found):
    found["memory"]["peak"]["m4a"]["30 min"] = 301e6
    found["whole"]["seconds"] = 901.0
    text = page(found)
    assert row(text, "peak memory of a worker")[-1] == "**missed**"
    assert row(text, "the whole of")[-1] == "**missed**"


def test_milliseconds_are_of_one_file_however_often_it_was_read(found):
    # five rounds of a fifth of 40 clips each: 5 × 0.8 s over 40 files
    for _ in range(2):
        table = page(found).split("## CPU milliseconds a file: clips")[1].split("##")[0]
        assert row(table, "| mp3 |")[2] == "100"
        found["cpu"]["rounds"]["clips"]["mp3"] *= 2


def test_what_stands_in_the_way_is_decoding_and_the_transforms(found):
    text = page(found).split("## What stands in the way")[1]
    assert row(text, "| clips | wav |")[2:] == ["3.33", "1.12", "11.00", "2.78"]


def test_what_a_missed_target_leaves(found):
    for r in found["cpu"]["rounds"]["clips"]["wav"]:
        r |= {"songatlas decoding": 0.4, "decoding alone": 0.4, "songatlas": 2.0}
        r |= {"power spectra": 0.08, "songatlas features": 0.32}
    text = page(found).split("## What the missed targets leave")[1]
    cells = row(text, "÷ decoding and resampling alone | wav | clips |")
    assert cells[3:] == ["68", "50", "10", "8", "30"]  # 1.35 · 0.4 s over 8 files, and so on


def test_a_page_of_one_section_says_nothing_of_the_others(found):
    text = page({"memory": found["memory"]})
    assert "peak memory of a worker" in text
    assert "bliss-audio ÷" not in text
    assert "The whole job" not in text


def test_the_parts_of_the_features_are_told_in_milliseconds(found):
    assert row(page(found), "| chroma |")[1] == "1.2"
    parts = parts_of(np.random.default_rng(0).normal(size=22050).astype(np.float32))
    done = {name: part() for name, part in parts.items()}
    assert np.concatenate(done["chroma"]).shape == (44, 12)
    assert done["all together"].values.shape == (44, 39)
