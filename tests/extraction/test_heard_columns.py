"""What is heard of recordings stands beside the columns of a table, never in their place."""

from pathlib import Path

from songatlas.extraction.hear import with_column
from songatlas.types import Track


def track(**columns: str) -> Track:
    return Track(path="a", source=Path(), content_hash="", columns=columns)


def test_a_column_that_is_heard_stands_beside_the_others() -> None:
    tracks = with_column([track(mood="calm"), track()], "noise", iter(["steady", "none"]))
    assert [{**t.columns} for t in tracks] == [
        {"mood": "calm", "noise": "steady"},
        {"noise": "none"},
    ]


def test_a_table_that_has_it_for_some_alone_counts() -> None:
    tracks = (track(noise="much"), track())
    assert with_column(tracks, "noise", ["steady", "none"]) == tracks
