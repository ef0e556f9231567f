"""Several rows as one."""

from songatlas.library.merge import lines, merge
from songatlas.library.metadata import Row


def test_merging_ignores_forms_and_blanks():
    rows = [
        Row(line=3, cells={"a": "Beyonce\N{COMBINING ACUTE ACCENT}", "b": ""}),
        Row(line=2, cells={"a": " Beyoncé ", "b": "x"}),
    ]
    assert merge(rows) == ({"a": "Beyoncé", "b": "x"}, [])
    assert lines([Row(line=n, cells={}) for n in (9, 3, 4, 5, 6, 7)]) == (
        "lines 3, 4, 5, 6 and 2 more"
    )
