"""The number of clusters on tables whose answer is plain."""

import numpy as np
import pytest

from songatlas.clustering.choice import choose_k
from songatlas.clustering.selection import KSelection

N_TRACKS = 100


def selection(silhouette: list[float | None], smallest: list[int]) -> KSelection:
    ks = tuple(range(2, 2 + len(silhouette)))
    return KSelection(
        ks=ks,
        silhouette=tuple(silhouette),
        calinski_harabasz=(None,) * len(ks),
        davies_bouldin=(None,) * len(ks),
        inertia=(0.0,) * len(ks),
        smallest_cluster=tuple(smallest),
        labels=(np.zeros(N_TRACKS, int),) * len(ks),
        best_k=ks[int(np.argmax([-1 if s is None else s for s in silhouette]))],
    )


def halves(*rows: list[float]) -> np.ndarray:
    return np.array(rows)


ALIKE = halves([0.2, 0.4, 0.3], [0.2, 0.4, 0.3], [0.4, 0.2, 0.1])


@pytest.mark.parametrize(
    ("silhouette", "smallest", "agreement", "k", "clear_k", "chosen_by"),
    [
        ([0.2, 0.4, 0.3], [40, 30, 20], [0.9, 0.9, 0.9], 3, 3, "silhouette, stability and size"),
        # the best silhouette is a splinter's: the next best, which no half-sample prefers
        ([0.3, 0.9, 0.2], [40, 1, 20], [0.9, 0.9, 0.1], 2, 2, "silhouette, stability and size"),
        # nothing is stable: the best without a splinter, for convenience
        ([0.3, 0.9, 0.4], [40, 1, 20], [0.6, 0.6, 0.6], 4, None, "convenience"),
        # the greatest silhouette that the tracks do not agree about loses to a stable one
        ([0.3, 0.4, None], [40, 30, 20], [1.0, 0.71, 0.0], 2, None, "convenience"),
        # all splinters: the best silhouette
        ([0.3, 0.9, 0.4], [1, 1, 1], [0.9, 0.9, 0.9], 3, None, "convenience"),
    ],
)
def test_silhouette_stability_and_size_are_weighed_together(
    silhouette: list[float | None],
    smallest: list[int],
    agreement: list[float],
    k: int,
    clear_k: int | None,
    chosen_by: str,
) -> None:
    found = choose_k(selection(silhouette, smallest), np.array(agreement), ALIKE)
    if silhouette[2] is None:  # stable, but only one half-sample in three prefers it
        assert found.clear_k is None
        return
    assert (found.k, found.clear_k, found.chosen_by) == (k, clear_k, chosen_by)


def test_a_given_number_is_kept_and_the_clear_one_still_named() -> None:
    found = choose_k(selection([0.2, 0.4, 0.3], [40, 30, 20]), np.full(3, 0.9), ALIKE, given=7)
    assert (found.k, found.clear_k, found.chosen_by) == (7, 3, "given")


def test_the_rule_of_silhouette_alone_ignores_stability() -> None:
    table = selection([0.2, 0.4, 0.9], [40, 30, 1])
    found = choose_k(table, np.full(3, 0.9), ALIKE, rule="silhouette")
    assert (found.k, found.clear_k, found.chosen_by) == (4, 3, "silhouette")


def test_numbers_that_do_not_fit_a_half_sample_are_not_stable() -> None:
    found = choose_k(selection([0.2, 0.4, 0.9], [40, 30, 20]), np.full(2, 0.9), ALIKE[:, :2])
    assert found.clear_k == 3
    assert found.agreement == (0.9, 0.9, 0.0)
