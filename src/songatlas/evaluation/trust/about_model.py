"""What the model knows of a track: collapse, ignored modalities, vague posteriors."""

from __future__ import annotations

from collections.abc import Iterator

from songatlas.evaluation.trust.evidence import Evidence
from songatlas.evaluation.trust.windows import Agreement
from songatlas.types import VERDICTS, Finding

NOT, WEAK, TRUSTWORTHY = VERDICTS

MIN_INFORMATIVE, MIN_INFORMATIVE_SHARE = 2, 0.1
IGNORED_R2 = 0.05
NO_KAPPA, GOOD_KAPPA = 0.5, 0.75


def collapse(evidence: Evidence) -> Iterator[Finding]:
    """Whether the latent space, or one modality in it, says nothing."""
    found = evidence.collapse
    if found is None:
        return
    if found.informative_units is not None and found.informative_units < max(
        MIN_INFORMATIVE, MIN_INFORMATIVE_SHARE * found.n_latent
    ):
        yield Finding(
            code="collapsed",
            verdict=NOT,
            sentence=f"The latent space has collapsed: {found.informative_units} of "
            f"{found.n_latent} dimensions say more than 0.1 nats about a typical track (KL "
            f"{found.kl_per_dimension:.4f} nats a dimension, {found.bits_per_track:.2f} bits a "
            f"track), although {found.active_units} pass the usual active-unit threshold "
            f"({found.active_units_core} without the most extreme 5 %).",
        )
    elif found.informative_units is None and found.active_units_core == 0:
        yield Finding(
            code="collapsed",
            verdict=NOT,
            sentence=f"The latent space has collapsed: none of {found.n_latent} dimensions varies "
            "without the most extreme 5 % of the tracks.",
        )
    for name, value in found.r2.items():
        control = max(found.r2_shuffled.get(name, 0.0), 0.0)
        if value - control < IGNORED_R2:
            yield Finding(
                code=f"collapsed: {name} ignored",
                verdict=WEAK,
                sentence=f"The model knows nothing of {name}: it explains {100 * value:.1f} % of "
                f"its variance, and with another track's latents "
                f"{100 * found.r2_shuffled.get(name, 0.0):.1f} %.",
            )


def posterior(evidence: Evidence) -> Iterator[Finding]:
    """Whether a track's cluster is surer than its posterior, and the same from half of it."""
    if (found := evidence.certainty) is not None and found.kappa < GOOD_KAPPA:
        yield Finding(
            code="collapsed: posteriors wider than the clusters",
            verdict=NOT if found.kappa < NO_KAPPA else WEAK,
            sentence=f"A draw from a track's posterior {_kept(found)}{_kl(evidence)}.",
        )
    if (found := evidence.halves) is not None:
        good = found.kappa >= GOOD_KAPPA
        yield Finding(
            code="the same from half a track" if good else "another cluster from half a track",
            verdict=TRUSTWORTHY if good else WEAK,
            sentence=f"The other half of a track's windows {_kept(found)}.",
        )


def _kept(found: Agreement) -> str:
    return (
        f"stays in the same cluster for {100 * found.share:.0f} % of {found.n_tracks:,} tracks "
        f"(by chance {100 * found.chance:.0f} %; κ {found.kappa:.2f})"
    )


def _kl(evidence: Evidence) -> str:
    found = evidence.collapse
    if found is None or found.kl_per_dimension is None:
        return ""
    return (
        f": {found.kl_per_dimension:.3f} nats a dimension, {found.informative_units} of "
        f"{found.n_latent} dimensions say anything"
    )
