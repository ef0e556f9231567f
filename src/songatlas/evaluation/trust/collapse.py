"""Has the model collapsed: how much does it know of a track, and not of a few odd ones only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import NOT, WEAK, Check, Findings, Rows
from songatlas.evaluation.trust.core import core_tracks
from songatlas.types import FloatArray
from songatlas.types.trust import COLLAPSED

ACTIVE_VARIANCE = 0.01
INFORMATIVE_NATS = 0.1  # below this a dimension says next to nothing about a typical track
MIN_INFORMATIVE, MIN_INFORMATIVE_SHARE = 2, 0.1
IGNORED_R2 = 0.05


@dataclass(frozen=True, kw_only=True)
class Collapse(Check):
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

    about = "model"
    needs = "the posteriors of a model"
    n_latent: int
    active_units: int
    active_units_core: int
    informative_units: int | None
    kl_per_dimension: float | None
    bits_per_track: float | None
    effective_rank: float
    r2: Mapping[str, float]
    r2_shuffled: Mapping[str, float]

    @classmethod
    def measure(cls, case: Case) -> Collapse | None:
        """Measure the posteriors, if the clusters are those of a model.

        References
        ----------
        Y. Burda, R. Grosse and R. Salakhutdinov, "Importance weighted autoencoders", ICLR 2016
        (active units); O. Roy and M. Vetterli, "The effective rank", EUSIPCO 2007.

        Examples
        --------
        >>> from songatlas.evaluation.trust.case import Posteriors
        >>> mean = np.append(np.zeros(95), np.full(5, 9.0))[:, None]
        >>> posteriors = Posteriors(mean=mean, kl=mean**2 / 2, r2={}, r2_shuffled={})
        >>> found = Collapse.measure(Case(X=mean, labels=np.zeros(100), posteriors=posteriors))
        >>> found.active_units, found.active_units_core, found.informative_units
        (1, 0, 0)
        """
        if (known := case.posteriors) is None:
            return None
        mean, kl = known.mean, known.kl
        core = core_tracks(mean)
        return cls(
            n_latent=mean.shape[1],
            active_units=int((mean.var(axis=0) > ACTIVE_VARIANCE).sum()),
            active_units_core=int((mean[core].var(axis=0) > ACTIVE_VARIANCE).sum()),
            informative_units=(
                None if kl is None else int((kl[core].mean(axis=0) > INFORMATIVE_NATS).sum())
            ),
            kl_per_dimension=None if kl is None else float(kl.mean()),
            bits_per_track=None if kl is None else float(kl[core].sum(axis=1).mean() / np.log(2)),
            effective_rank=effective_rank(mean[core]),
            r2=dict(known.r2),
            r2_shuffled=dict(known.r2_shuffled),
        )

    def findings(self, case: Case) -> Findings:
        """Whether the latent space, or one modality in it, says nothing."""
        if self.informative_units is not None and self.informative_units < max(
            MIN_INFORMATIVE, MIN_INFORMATIVE_SHARE * self.n_latent
        ):
            yield (
                NOT,
                COLLAPSED,
                "The model has learned next to nothing about a typical track. Its latent space has "
                f"collapsed: {self.informative_units} of {self.n_latent} dimensions say more than "
                f"0.1 nats about it (KL {self.kl_per_dimension:.4f} nats a dimension, "
                f"{self.bits_per_track:.2f} bits a "
                f"track), although {self.active_units} pass the usual active-unit threshold "
                f"({self.active_units_core} without the most extreme 5 %).",
            )
        elif self.informative_units is None and self.active_units_core == 0:
            yield (
                NOT,
                COLLAPSED,
                "The model has learned nothing but a few odd tracks. Its latent space has "
                f"collapsed: none of {self.n_latent} dimensions varies without the most extreme "
                "5 % of the tracks.",
            )
        for name, value in self.r2.items():
            shuffled = self.r2_shuffled.get(name, 0.0)
            if value - max(shuffled, 0.0) < IGNORED_R2:
                yield (
                    WEAK,
                    f"collapsed: {name} ignored",
                    f"The model knows nothing of {name}. It explains {100 * value:.1f} % "
                    f"of its variance, and with another track's latents {100 * shuffled:.1f} %.",
                )

    def rows(self) -> Rows:
        """Information, active units, rank, and the variance explained of every modality."""
        if self.bits_per_track is not None:
            yield (
                "Information about a typical track",
                f"{self.bits_per_track:.2f} bits; {self.informative_units} of {self.n_latent} "
                f"dimensions carry more than 0.1 nats (KL {self.kl_per_dimension:.3f} nats a "
                "dimension)",
            )
        yield (
            "Active units (variance of the mean > 0.01)",
            f"{self.active_units} of {self.n_latent}; without the most extreme 5 % of the tracks "
            f"{self.active_units_core}",
        )
        yield "Effective rank of the latent means", f"{self.effective_rank:.1f}"
        for name, value in self.r2.items():
            yield (
                f"Variance explained: {name}",
                f"{100 * value:.1f} % (by another track's latents "
                f"{100 * self.r2_shuffled[name]:.1f} %)",
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
