"""Effect sizes and p against their definitions."""

import numpy as np
import pytest
from scipy import stats

from songatlas.words.effect import compare_shares, compare_values, holm


def test_cliffs_delta_by_counting_all_pairs() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 6, 40).astype(float)  # with ties
    labels = rng.integers(-1, 3, 40)
    found = compare_values(x[:, None], labels, 3)
    for k in range(3):
        a, b = x[labels == k], x[(labels != k) & (labels >= 0)]
        pairs = np.sign(a[:, None] - b).mean()
        assert found.effect[k, 0] == pytest.approx(pairs)
        theirs = stats.mannwhitneyu(a, b, method="asymptotic").pvalue
        assert found.p[k, 0] == pytest.approx(theirs)
        assert found.here[k, 0] == np.median(a)
        assert found.elsewhere[k, 0] == np.median(b)


def test_what_is_unknown_is_left_out() -> None:
    x = np.array([[1.0], [np.nan], [2.0], [3.0]])
    found = compare_values(x, np.array([0, 0, 1, 1]), 3)
    assert found.here[0, 0] == 1.0
    assert found.effect[:, 0].tolist() == [-1.0, 1.0, 0.0]
    assert found.p[2, 0] == 1.0
    constant = compare_values(np.ones((6, 1)), np.array([0, 0, 0, 1, 1, 1]), 2)
    assert constant.p.tolist() == [[1.0], [1.0]]


def test_shares_have_the_p_of_fishers_exact_test() -> None:
    found = compare_shares(
        np.array([[7], [3]]),
        np.array([[10], [20]]),
        n_with_all=np.array([10]),
        n_all=np.array([30]),
    )
    theirs = stats.fisher_exact([[7, 3], [3, 17]], alternative="greater").pvalue
    assert found.p[0, 0] == pytest.approx(theirs)
    assert found.p[1, 0] == 1.0  # fewer than elsewhere is no trait
    assert found.effect[:, 0] == pytest.approx([0.7 - 0.15, 0.15 - 0.7])


def test_a_share_without_anything_to_compare_is_none() -> None:
    found = compare_shares(
        np.array([[3], [0]]), np.array([[3], [0]]), n_with_all=np.array([3]), n_all=np.array([3])
    )
    assert found.p.tolist() == [[1.0], [1.0]]
    assert found.effect.tolist() == [[0.0], [0.0]]


def test_holm_rejects_what_stepping_down_rejects() -> None:
    p = np.random.default_rng(3).uniform(0, 0.1, 12)
    corrected = holm(p)
    for alpha in (0.05, 0.2, 0.6):
        rejected = set()
        for step, i in enumerate(np.argsort(p)):
            if p[i] * (12 - step) > alpha:
                break
            rejected.add(i)
        assert rejected == set(np.flatnonzero(corrected <= alpha))
    assert holm(np.zeros((0, 3))).shape == (0, 3)


def test_the_same_counts_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    whole = stats.hypergeom.sf
    monkeypatch.setattr(stats.hypergeom, "sf", lambda *of: asked.append(len(of[0])) or whole(*of))
    n_with = np.tile([[1, 3, 5], [0, 1, 2]], 400)  # (2, 1200)
    given = {"n_with_all": n_with.sum(axis=0), "n_all": np.full(1200, 20)}
    found = compare_shares(n_with, np.full(n_with.shape, 10), **given)
    assert asked == [3]  # the second cluster has none more often than the first
    p = [whole(n - 1, 20, n_all, 10) for n, n_all in ((1, 1), (3, 4), (5, 7))]
    assert found.p[0].tolist() == p * 400
    assert (found.p[1] == 1).all()
