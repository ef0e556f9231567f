"""The longest end of a path in common, against its definition."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from songatlas.library.path_index import PathIndex

PATHS = st.lists(st.sampled_from(["a", "b", "CD1", "1"]), max_size=4).map(
    lambda folders: "/".join([*folders, "01.mp3"])
)


def n_common(first, second):
    both = zip(reversed(first.split("/")), reversed(second.split("/")), strict=False)
    n_parts = 0
    for mine, theirs in both:
        if mine.casefold() != theirs.casefold():
            break
        n_parts += 1
    return n_parts


@given(st.sets(PATHS, min_size=1, max_size=12), PATHS)
def test_the_end_is_the_longest_of_all_files(tracks, wanted):
    index = PathIndex([(Path("/m", track), track) for track in tracks], bases=[], spellings=[])
    longest = max(n_common(track, wanted) for track in tracks)
    nearest = frozenset(track for track in tracks if n_common(track, wanted) == longest)
    assert index.find_end(wanted) == (nearest, longest)
    assert index.find_end(f"E:/x/{wanted}") == (nearest, longest)


def test_files_of_one_name_are_divided_only_as_far_as_somebody_asks(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "songatlas.library.path_index._folder_key", lambda name: asked.append(name) or name
    )
    tracks = [f"artist {n}/album/CD1/01.mp3" for n in range(300)]
    index = PathIndex([(Path("/m", track), track) for track in tracks], bases=[], spellings=[])
    for track in tracks:
        assert index.find_end(f"E:/{track}") == (frozenset({track}), 4)
    # Each row's four folders, and each file's three by every form of its name: not every file for
    # every row.
    assert len(asked) < 300 * 30
