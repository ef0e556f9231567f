"""Which comparisons of terms can matter at all."""

import numpy as np
import pytest
from scipy import stats
from words.collection import noise

from songatlas.words.terms import can_matter, compare_terms


def test_the_least_p_is_that_of_the_greatest_count_there_could_be() -> None:
    evidence = noise(90, 0)
    labels = np.random.default_rng(0).integers(0, 3, 90)
    found = compare_terms(evidence.vocabulary, ("en",) * 90, labels, 3)
    using = np.asarray(evidence.vocabulary.uses[:, found.terms].sum(axis=0)).ravel()
    for k in range(3):
        size = int((labels == k).sum())
        most = np.minimum(using, size)
        theirs = stats.hypergeom.sf(most - 1, 90, using, size)
        assert found.least_p[k] == pytest.approx(theirs, rel=1e-6)
    assert (found.least_p <= found.differences.p * (1 + 1e-9)).all()


def test_what_can_matter_is_found_by_tarones_rule() -> None:
    for seed in range(20):
        least = np.random.default_rng(seed).uniform(0, 1, 200) ** 6
        factor = next(k for k in range(1, 300) if (least <= 0.01 / k).sum() <= k)
        assert can_matter(least, 0.01).tolist() == (least <= 0.01 / factor).tolist()
    assert can_matter(np.zeros((0, 4)), 0.01).shape == (0, 4)
