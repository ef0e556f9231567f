"""First checks of a fitted model: has it collapsed, and do a few tracks carry the result.

Conventions
-----------
Information is in nats unless a name says bits; shares are in [0, 1]. "Core" means the tracks that
remain without the 5 % furthest from the median of the latent means: what a model knows only of
those 5 % is not what it knows of the collection.

References
----------
Burda, Grosse & Salakhutdinov, "Importance weighted autoencoders", ICLR 2016 (active units). Roy &
Vetterli, "The effective rank", EUSIPCO 2007.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from songatlas.evaluation.silhouette import silhouette_score
from songatlas.types import Finding, FloatArray, IntArray, Trust

EXTREME_SHARE = 0.05
ACTIVE_VARIANCE = 0.01
INFORMATIVE_NATS = 0.1  # below this a dimension says next to nothing about a typical track
IGNORED_R2 = 0.05  # a modality explained by less than this, beyond the control, is ignored
GIANT_SHARE = 0.9


def check_trust(
    *,
    mean: FloatArray,
    kl: FloatArray,
    X: FloatArray,
    labels: IntArray,
    r2: Mapping[str, float],
    r2_shuffled: Mapping[str, float],
) -> Trust:
    """Measure a variational model and the clusters made from it.

    Parameters
    ----------
    mean, kl
        Shape (n_tracks, n_latent): posterior means, and KL to the prior in nats.
    X, labels
        Points that were clustered and their K-Means labels.
    r2, r2_shuffled
        See :class:`Trust`.
    """
    core = core_tracks(mean)
    kept = np.unique(labels[core][labels[core] >= 0])
    counts = np.bincount(labels[labels >= 0])
    trust = Trust(
        n_latent=mean.shape[1],
        active_units=int((mean.var(axis=0) > ACTIVE_VARIANCE).sum()),
        active_units_core=int((mean[core].var(axis=0) > ACTIVE_VARIANCE).sum()),
        informative_units=int((kl[core].mean(axis=0) > INFORMATIVE_NATS).sum()),
        kl_per_dimension=kl.mean(axis=0),
        bits_per_track=float(kl.sum(axis=1).mean() / np.log(2)),
        effective_rank=effective_rank(mean),
        r2=dict(r2),
        r2_shuffled=dict(r2_shuffled),
        largest_share=float(counts.max() / len(labels)),
        silhouette=silhouette_score(X, labels),
        silhouette_core=silhouette_score(X[core], labels[core]) if len(kept) > 1 else None,
    )
    candidates = (
        _collapsed(trust),
        *_ignored(trust),
        _outliers(trust, labels, core),
        _giant(trust),
    )
    return dataclasses.replace(trust, findings=tuple(x for x in candidates if x is not None))


def core_tracks(mean: FloatArray) -> IntArray:
    """Indices, ascending, of the tracks that are not among the 5 % furthest from the median.

    Examples
    --------
    >>> points = np.append(np.linspace(0, 1, 19), 50.0)[:, None]
    >>> core_tracks(points).tolist() == list(range(19))
    True
    """
    distance = np.linalg.norm(mean - np.median(mean, axis=0), axis=1)
    n_kept = len(mean) - int(np.floor(EXTREME_SHARE * len(mean)))
    return np.sort(np.argsort(distance, kind="stable")[:n_kept])


def effective_rank(mean: FloatArray) -> float:
    """Exponential of the entropy of the covariance's eigenvalues.

    Examples
    --------
    >>> round(effective_rank(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])), 6)
    2.0
    """
    covariance = np.cov(mean, rowvar=False).reshape(mean.shape[1], mean.shape[1])
    eigenvalues = np.maximum(np.linalg.eigvalsh(covariance), 0.0)
    if eigenvalues.sum() <= 0:
        return 1.0
    p = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


def _collapsed(trust: Trust) -> Finding | None:
    if trust.informative_units >= max(2, trust.n_latent // 10):
        return None
    return Finding(
        code="collapsed",
        sentence=(
            f"The latent space has collapsed: {trust.informative_units} of {trust.n_latent} "
            f"dimensions carry more than {INFORMATIVE_NATS} nats about a typical track (KL "
            f"{trust.kl_per_dimension.mean():.4f} nats a dimension, {trust.bits_per_track:.2f} "
            f"bits a track in all), although {trust.active_units} pass the usual active-unit "
            f"threshold ({trust.active_units_core} without the most extreme 5 % of the tracks)."
        ),
    )


def _ignored(trust: Trust) -> list[Finding]:
    return [
        Finding(
            code="ignored modality",
            sentence=(
                f"The model ignores {name}: it explains {100 * value:.1f} % of its variance."
            ),
        )
        for name, value in trust.r2.items()
        if value - max(trust.r2_shuffled[name], 0.0) < IGNORED_R2
    ]


def _outliers(trust: Trust, labels: IntArray, core: IntArray) -> Finding | None:
    """Clusters that are gone, or separation that is gone, without the extreme tracks."""
    sizes = np.bincount(labels[labels >= 0])
    remaining = np.bincount(labels[core][labels[core] >= 0], minlength=len(sizes))
    n_emptied = int((remaining < 0.5 * sizes).sum())
    whole, rest = trust.silhouette, trust.silhouette_core
    faded = whole is not None and (rest is None or (whole > 0.1 and rest < 0.5 * whole))
    if not faded and n_emptied * 2 < len(sizes):
        return None
    then = "no score is left" if rest is None else f"the silhouette is {rest:.3f}"
    before = "undefined" if whole is None else f"{whole:.3f}"
    return Finding(
        code="driven by outliers",
        sentence=(
            f"The separation is driven by outliers: the silhouette of {before} comes with clusters "
            f"of {', '.join(f'{n:,}' for n in sizes)} tracks; without the most extreme "
            f"{100 * EXTREME_SHARE:.0f} % of the tracks {n_emptied} of {len(sizes)} clusters lose "
            f"most of their tracks and {then}."
        ),
    )


def _giant(trust: Trust) -> Finding | None:
    if trust.largest_share < GIANT_SHARE:
        return None
    return Finding(
        code="one giant cluster",
        sentence=(
            f"One cluster holds {100 * trust.largest_share:.1f} % of all tracks: this is not a "
            "partition."
        ),
    )
