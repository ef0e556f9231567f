import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.plots.categories import cluster_categories, label_categories

LABELS = st.lists(st.sampled_from(["", " ", "a", "b", "c", "d", "e", "f"]), min_size=1, max_size=40)
CLUSTERS = st.lists(st.integers(-1, 9), min_size=1, max_size=40).map(np.array)


@given(LABELS, st.integers(3, 9))
def test_every_track_is_in_exactly_one_category_of_labels(labels, limit):
    found = label_categories(labels, limit)
    assert (np.sum([category.members for category in found], axis=0) == 1).all()
    assert len(found) <= limit
    assert all(category.n_tracks for category in found)
    sizes = [category.n_tracks for category in found if category.is_named]
    assert sizes == sorted(sizes, reverse=True)


@given(CLUSTERS, st.integers(3, 9))
def test_every_track_is_in_exactly_one_category_of_clusters(clusters, limit):
    found = cluster_categories(clusters, limit)
    assert (np.sum([category.members for category in found], axis=0) == 1).all()
    assert len(found) <= limit
    for category in found:
        if category.is_named:
            assert set(clusters[category.members]) == {int(category.name)}
        if category.kind == "noise":
            assert set(clusters[category.members]) == {-1}


def test_no_remainder_is_made_where_all_fit():
    assert [c.name for c in label_categories(["a", "b", "c"], 3)] == ["a", "b", "c"]
    assert [c.name for c in label_categories(["a", "a", "b", "c", ""], 3)] == [
        "a",
        "2 others",
        "none",
    ]


def test_a_cluster_keeps_its_colour_whatever_else_is_there():
    alone = cluster_categories(np.array([3, 3]), 15)[0]
    among = cluster_categories(np.array([0, 1, 2, 3, 3, -1]), 15)[3]
    assert (alone.colour, alone.marker) == (among.colour, among.marker)


def test_a_label_called_none_is_not_the_missing_ones():
    found = label_categories(["none", "none", "", "x"], 9)
    assert [(c.name, c.kind, c.n_tracks) for c in found] == [
        ("none", "named", 2),
        ("x", "named", 1),
        ("none", "none", 1),
    ]


def test_no_track_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one track"):
        cluster_categories(np.array([], dtype=int), 5)
