"""Mutual information that clusters and classes of given sizes share by chance.

The overlap of a cluster of a tracks and a class of b tracks, among n tracks dealt out at random,
is hypergeometric; the expectation sums its mutual information over every possible overlap.
"""

from __future__ import annotations

import numpy as np

from songatlas.types import Counts, Float64

NEGLIGIBLE = 37  # minus the logarithm of a probability that is lost in rounding
CHUNK_TERMS = 50_000  # overlaps summed at once: few enough for the processor's cache


def expected_mutual_information(cluster_sizes: Counts, class_sizes: Counts) -> Float64:
    """Expected mutual information in nats under random labels of the given sizes.

    Exact to rounding: overlaps so far from the mean that all of them together are less likely than
    2e-16 are left out.

    Parameters
    ----------
    cluster_sizes
        Shape (..., n_clusters); zeros allowed.
    class_sizes
        Shape (..., n_classes), the same sum.

    Returns
    -------
    Shape (...).

    References
    ----------
    N. X. Vinh, J. Epps and J. Bailey, "Information theoretic measures for clusterings
    comparison", JMLR 11, 2010, equation 24a.

    Examples
    --------
    >>> float(expected_mutual_information(np.array([1, 1]), np.array([1, 1])).round(6))
    0.693147
    """
    a, b = np.broadcast_arrays(cluster_sizes[..., :, None], class_sizes[..., None, :])
    n = np.broadcast_to(cluster_sizes.sum(axis=-1)[..., None, None], a.shape)
    used = (a > 0) & (b > 0)
    # Tables of a stack share most of their sizes: each combination is summed once.
    distinct, inverse = _distinct(np.minimum(a, b)[used], np.maximum(a, b)[used], n[used])
    expected = np.zeros(a.shape)
    expected[used] = _of_cells(*distinct)[inverse]
    total: Float64 = expected.sum(axis=(-2, -1))
    return total


def _distinct(a: Counts, b: Counts, n: Counts) -> tuple[list[Counts], Counts]:
    """Distinct (a, b, n), and which of them each cell has."""
    base = int(n.max(initial=0)) + 1
    if base > 2_000_000:  # the three no longer fit one integer of 63 bits
        return [a, b, n], np.arange(len(a))
    _, first, inverse = np.unique((n * base + b) * base + a, return_index=True, return_inverse=True)
    return [a[first], b[first], n[first]], inverse


def _of_cells(a: Counts, b: Counts, n: Counts) -> Float64:
    """Contribution of each pair of a cluster of `a` and a class of `b` among `n` tracks."""
    first, n_terms = _overlaps(a, b, n)
    order = np.argsort(n_terms, kind="stable")  # cells of like length share a chunk
    log_factorial = _log_factorials(int(n.max(initial=0)))
    expected = np.zeros(len(a))
    start = 0
    while start < len(order):
        # The longest cell of a chunk comes last, and its length is that of the chunk.
        stop = min(start + max(1, CHUNK_TERMS // int(n_terms[order[start]])), len(order))
        stop = min(stop, start + max(1, CHUNK_TERMS // int(n_terms[order[stop - 1]])))
        part = order[start:stop]
        overlap = first[part, None] + np.arange(n_terms[part[-1]])
        inside = overlap < (first + n_terms)[part, None]
        overlap = np.where(inside, overlap, first[part, None])
        terms = _terms(overlap, a[part, None], b[part, None], n[part, None], log_factorial)
        expected[part] = np.where(inside, terms, 0).sum(axis=1)
        start = stop
    return expected


def _overlaps(a: Counts, b: Counts, n: Counts) -> tuple[Counts, Counts]:
    """First overlap ≥ 1 that can matter, and the number of overlaps from there on."""
    mean = a * b / n
    variance = mean * (n - a) / n * (n - b) / np.maximum(n - 1, 1)
    # Solves Bernstein's inequality for a tail of exp(−NEGLIGIBLE) on either side of the mean.
    reach = NEGLIGIBLE / 3 + np.sqrt((NEGLIGIBLE / 3) ** 2 + 2 * NEGLIGIBLE * variance)
    low = np.maximum.reduce([np.ones_like(a), a + b - n, np.floor(mean - reach).astype(np.int64)])
    high = np.minimum.reduce([a, b, np.ceil(mean + reach).astype(np.int64)])
    return low, high - low + 1


def _terms(m: Counts, a: Counts, b: Counts, n: Counts, log_factorial: Float64) -> Float64:
    """m/n · log(n m / (a b)) times the hypergeometric probability of the overlap m."""
    log_ways = log_factorial[a] + log_factorial[b] + log_factorial[n - a] + log_factorial[n - b]
    log_probability = (
        log_ways
        - log_factorial[n]
        - log_factorial[m]
        - log_factorial[a - m]
        - log_factorial[b - m]
        - log_factorial[n - a - b + m]
    )
    log_ratio = np.log(m) + (np.log(n) - np.log(a) - np.log(b))
    return np.asarray(m / n * log_ratio * np.exp(log_probability))


def _log_factorials(n: int) -> Float64:
    """Logarithm of k! for k = 0 … n."""
    from scipy.special import gammaln

    return np.asarray(gammaln(np.arange(n + 1) + 1.0))
