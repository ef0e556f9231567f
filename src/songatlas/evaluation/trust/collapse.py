"""Has the model collapsed: how much does it know of a track, and not of a few odd ones only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from songatlas.evaluation.trust.core import core_tracks

if TYPE_CHECKING:
    from songatlas.types import FloatArray

ACTIVE_VARIANCE = 0.01
INFORMATIVE_NATS = 0.1  # below this a dimension says next to nothing about a typical track


@dataclass(frozen=True, kw_only=True)
class Collapse:
    """What a model's posteriors know.

    Parameters
    ----------
    active_units, active_units_core
        Latent dimensions whose means vary by more than 0.01, over all tracks and over the core.
    informative_units
        Dimensions with more than 0.1 nats of KL, averaged over the core; None for a plain
        autoencoder, as are the next two.
    kl_per_dimension
        Mean over all tracks and dimensions, nats.
    bits_per_track
        Total KL in bits, averaged over the core.
    effective_rank
        Of the covariance of the latent means of the core, in [1, n_latent].
    r2, r2_shuffled
        Variance explained a modality, and by the posterior of another track: best 1.
    """

    n_latent: int
    active_units: int
    active_units_core: int
    informative_units: int | None
    kl_per_dimension: float | None
    bits_per_track: float | None
    effective_rank: float
    r2: Mapping[str, float]
    r2_shuffled: Mapping[str, float]


def measure_collapse(
    mean: FloatArray,
    kl: FloatArray | None,
    r2: Mapping[str, float],
    r2_shuffled: Mapping[str, float],
) -> Collapse:
    """Measure the posteriors of all tracks.

    Parameters
    ----------
    mean, kl
        Shape (n_tracks, n_latent): posterior means, and KL to the prior in nats, None for a plain
        autoencoder.
    r2, r2_shuffled
        See :class:`Collapse`.

    References
    ----------
    Y. Burda, R. Grosse and R. Salakhutdinov, "Importance weighted autoencoders", ICLR 2016 (active
    units); O. Roy and M. Vetterli, "The effective rank", EUSIPCO 2007.

    Examples
    --------
    >>> mean = np.append(np.zeros(95), np.full(5, 9.0))[:, None]
    >>> found = measure_collapse(mean, mean**2 / 2, {}, {})
    >>> found.active_units, found.active_units_core, found.informative_units
    (1, 0, 0)
    """
    core = core_tracks(mean)
    return Collapse(
        n_latent=mean.shape[1],
        active_units=int((mean.var(axis=0) > ACTIVE_VARIANCE).sum()),
        active_units_core=int((mean[core].var(axis=0) > ACTIVE_VARIANCE).sum()),
        informative_units=(
            None if kl is None else int((kl[core].mean(axis=0) > INFORMATIVE_NATS).sum())
        ),
        kl_per_dimension=None if kl is None else float(kl.mean()),
        bits_per_track=None if kl is None else float(kl[core].sum(axis=1).mean() / np.log(2)),
        effective_rank=effective_rank(mean[core]),
        r2=dict(r2),
        r2_shuffled=dict(r2_shuffled),
    )


def effective_rank(mean: FloatArray) -> float:
    """Exponential of the entropy of the covariance's eigenvalues; 1 where nothing varies.

    Examples
    --------
    >>> round(effective_rank(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])), 6)
    2.0
    """
    centred = np.asarray(mean, dtype=np.float64) - np.mean(mean, axis=0)
    eigenvalues = np.maximum(np.linalg.eigvalsh(centred.T @ centred), 0.0)
    if eigenvalues.sum() <= 0:
        return 1.0
    p = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    return float(np.exp(-(p * np.log(p)).sum()))
