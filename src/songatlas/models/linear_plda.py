"""Linear PLDA: what a linear Gaussian model knows of a track, without any training.

Generative process of one modality: y ~ N(0, B) a track, and each of its n observations is y plus
N(0, I) noise, after whitening by the covariance within tracks (Hatch et al.). The mean of the
observations is then N(y, I / n), and the covariance of the means of many tracks is B + I / n, with
the principal axes of B. Along an axis on which B has variance s², the mean tells ½ log(1 + s² n)
nats about y, half the logarithm of total over noise variance: nothing where tracks do not differ.
Every axis is scaled by the root of that, so that what is mostly noise counts little.

Limits: observations of one track count as independent, so that a long track is thought to be known
better than it is; an axis of pure noise has a finite-sample variance above 1 / n half of the time
and so keeps a little weight; clusters are found only where they differ in means.

References
----------
Prince & Elder, "Probabilistic linear discriminant analysis for inferences about identity", ICCV
2007. Hatch, Kajarekar & Stolcke, "Within-class covariance normalization for SVM-based speaker
recognition", Interspeech 2006.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from songatlas.distances import blocks
from songatlas.geometry import directions
from songatlas.threads import single_thread
from songatlas.types import FeatureSet, FloatArray, Observations

_BLOCK = 4096  # tracks summed at once


def linear_plda(features: FeatureSet, zeros: Any = np.zeros) -> FloatArray:
    """Coordinates of every track, of unit length: Euclidean distances are those of the cosine.

    Parameters
    ----------
    features
        Modalities with several observations a track are whitened by the covariance within tracks;
        of one that is whitened by less, noise is taken for more than it is. All are brought to the
        same mean square over the tracks that have them.
    zeros
        Makes an array that may be as large as the inputs, of a shape and dtype.

    Returns
    -------
    Shape (n_tracks, total number of features). A modality that a track lacks is 0 there; a track
    without any is at 0.

    Examples
    --------
    >>> windows = np.array([[[3.0, 1.0], [3.0, -1.0]], [[-3.0, 1.0], [-3.0, -1.0]]])
    >>> audio = Observations(values=windows, mask=np.ones((2, 2), bool))
    >>> X = linear_plda(FeatureSet(track_ids=("a", "b"), modalities={"audio": audio}))
    >>> np.abs(X).round(12).tolist(), round(float(X[0] @ X[1]), 12)
    ([[1.0, 0.0], [1.0, 0.0]], -1.0)
    """
    modalities = features.modalities.values()
    n_features = sum(x.values.shape[2] for x in modalities)
    joined: FloatArray = zeros((features.n_tracks, n_features), np.float64)
    start = 0
    for x in modalities:  # at a million tracks a copy is gigabytes
        block = _balanced(x, zeros)
        joined[:, start : start + block.shape[1]] = block
        start += block.shape[1]
        del block
    return directions(joined, out=joined)


def _balanced(observations: Observations, zeros: Any) -> FloatArray:
    """Informed means with a mean square of 1 over the tracks that have the modality."""
    block = informed_means(observations, zeros)
    squares = sum(float((block[part] ** 2).sum()) for part in blocks(len(block), _BLOCK))
    size = np.sqrt(squares / max(observations.present.sum(), 1))
    block /= size if size > 0 else 1.0
    return block


def informed_means(observations: Observations, zeros: Any = np.zeros) -> FloatArray:
    """Mean of each track along the principal axes of all means, times the root of information.

    A modality with at most one observation a track tells nothing of its noise: its values stand as
    they are, centred.

    Parameters
    ----------
    zeros
        As for :func:`linear_plda`.

    Returns
    -------
    Shape (n_tracks, n_features), greatest variance first; 0 for a track without the modality.

    Examples
    --------
    >>> once = Observations(values=np.array([[[1.0]], [[3.0]], [[9.0]]]),
    ...                     mask=np.array([[True], [True], [False]]))
    >>> informed_means(once).tolist()
    [[-1.0], [1.0], [0.0]]
    """
    present, n = observations.present, observations.mask.sum(axis=1)
    shape = len(present), observations.values.shape[2]
    coordinates: FloatArray = zeros(shape, np.float64)
    if not present.any():
        return coordinates
    means = coordinates if present.all() else zeros(shape, np.float64)
    for part in blocks(len(present), _BLOCK):
        values = np.where(observations.mask[part, :, None], observations.values[part], 0.0)
        means[part] = values.sum(axis=1, dtype=np.float64)
    means = means if present.all() else means[present]
    means /= n[present, None]
    means -= means.mean(axis=0)
    if n.max() == 1:
        coordinates[present] = means
        return coordinates
    with single_thread():
        variances, axes = np.linalg.eigh(means.T @ means / len(means))
        for part in blocks(len(means), _BLOCK):
            means[part] = means[part] @ axes[:, ::-1]
    noise = float((1 / n[present]).mean())
    signal = np.maximum(variances[::-1] - noise, 0.0)
    means *= np.sqrt(0.5 * np.log1p(signal / noise))
    coordinates[present] = means
    return coordinates
