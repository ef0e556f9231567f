import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.clustering.labels import canonical_labels

quick = settings(max_examples=60, deadline=None)
label_lists = st.lists(st.integers(-3, 9), max_size=40).map(lambda x: np.array(x, dtype=int))


def test_ties_go_to_the_cluster_that_appears_first():
    assert canonical_labels(np.array([5, 1, 1, 5, 3])).tolist() == [0, 1, 1, 0, 2]


def test_all_noise_and_nothing():
    assert canonical_labels(np.array([-1, -7])).tolist() == [-1, -1]
    assert canonical_labels(np.array([], dtype=int)).tolist() == []


@quick
@given(label_lists)
def test_same_partition_by_decreasing_size(labels):
    canonical = canonical_labels(labels)
    np.testing.assert_array_equal(canonical == -1, labels < 0)
    same = canonical[:, None] == canonical
    clustered = labels >= 0
    expected = labels[:, None] == labels
    np.testing.assert_array_equal(
        same[np.ix_(clustered, clustered)], expected[np.ix_(clustered, clustered)]
    )
    sizes = np.bincount(canonical[canonical >= 0])
    assert (sizes > 0).all()
    assert (np.diff(sizes) <= 0).all()
    np.testing.assert_array_equal(canonical_labels(canonical), canonical)


@quick
@given(label_lists, st.permutations(range(10)))
def test_names_of_clusters_do_not_matter(labels, names):
    renamed = np.where(labels >= 0, np.array(names)[labels], labels)
    np.testing.assert_array_equal(canonical_labels(renamed), canonical_labels(labels))
