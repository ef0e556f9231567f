"""Several rows as one."""

from songatlas.library.merge import Merged
from songatlas.library.metadata import Row


def merged(*rows):
    found = Merged()
    for row in rows:
        found.add(row)
    return found


def test_merging_ignores_forms_and_blanks():
    rows = [
        Row(line=3, cells={"a": "Beyonce\N{COMBINING ACUTE ACCENT}", "b": ""}),
        Row(line=2, cells={"a": " Beyoncé ", "b": "x"}),
    ]
    assert merged(*rows).cells == {"a": "Beyoncé", "b": "x"}
    assert merged(*rows) == merged(*reversed(rows))
    assert not merged(*rows).differing


def test_one_row_stays_as_it_is_and_a_contradiction_is_not_undone_by_a_third():
    assert merged(Row(line=2, cells={"a": " x "})).cells == {"a": " x "}
    third = merged(*(Row(line=n, cells={"a": said}) for n, said in enumerate("xyx", start=2)))
    assert (third.cells, third.differing) == ({"a": ""}, {"a"})


def test_many_lines_are_counted():
    found = merged(*(Row(line=n, cells={}) for n in (9, 3, 4, 5, 6, 7)))
    assert found.lines() == "lines 3, 4, 5, 6 and 2 more"
