import numpy as np
import pytest

from songatlas.geometry import cluster_means, spread_about_means


@pytest.fixture
def points():
    return np.random.default_rng(3).normal(size=(70, 4))


def test_means_of_clusters_that_are_noise_or_have_gaps(points):
    labels = np.arange(70) % 4 - 1
    labels[labels == 1] = 7
    by_hand = [sum(points[i] for i in range(70) if labels[i] == k) for k in (0, 2, 7)]
    by_hand = [total / (labels == k).sum() for total, k in zip(by_hand, (0, 2, 7), strict=True)]
    np.testing.assert_allclose(cluster_means(points, labels), by_hand, rtol=1e-13)
    assert cluster_means(points, np.full(70, -1)).shape == (0, 4)
    assert cluster_means(points.astype(np.float32), labels).dtype == np.float32


def test_spread_about_means_adds_up_to_the_spread_about_the_common_one(points):
    labels = np.arange(70) % 4 - 1
    means, cluster, squared = spread_about_means(points, labels)
    kept = points[labels >= 0]
    np.testing.assert_allclose(squared, ((kept - kept.mean(axis=0) - means[cluster]) ** 2).sum(1))
    between = (np.bincount(cluster) * (means**2).sum(axis=1)).sum()
    assert squared.sum() + between == pytest.approx(((kept - kept.mean(axis=0)) ** 2).sum())
    assert means.T @ np.bincount(cluster) == pytest.approx(np.zeros(4), abs=1e-13)
