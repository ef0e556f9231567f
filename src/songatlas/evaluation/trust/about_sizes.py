"""What the sizes say: too few tracks, copies, one giant cluster, splinters, outliers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from songatlas.evaluation.trust.evidence import Evidence
from songatlas.types import VERDICTS, Finding

NOT, WEAK, TRUSTWORTHY = VERDICTS

MIN_DISTINCT, MIN_A_CLUSTER = 10, 4
MANY_COPIES = 0.2
GIANT_SHARE = 0.9
FADED = 0.5  # share of the silhouette, or of the clusters


def enough_tracks(n_distinct: int, n_clusters: int) -> bool:
    """Whether separation and stability can be measured at all."""
    return n_clusters > 1 and n_distinct >= max(MIN_DISTINCT, MIN_A_CLUSTER * n_clusters)


def duplicates(evidence: Evidence) -> Iterator[Finding]:
    """Enough distinct tracks, and how many copies."""
    copies, n_distinct = evidence.duplicates.pairs, len(evidence.duplicates.kept)
    n_clusters = len(evidence.balance.sizes)
    if not enough_tracks(n_distinct, n_clusters):
        yield Finding(
            code="too few tracks",
            verdict=NOT,
            sentence=f"{n_distinct:,} distinct tracks (of {evidence.n_tracks:,}) in {n_clusters} "
            f"clusters: at least {MIN_DISTINCT}, {MIN_A_CLUSTER} a cluster and two clusters are "
            "needed to say anything.",
        )
    if copies:
        share = len(copies) / evidence.n_tracks
        yield Finding(
            code="duplicates",
            verdict=WEAK if share >= MANY_COPIES else TRUSTWORTHY,
            sentence=f"{len(copies):,} of {evidence.n_tracks:,} tracks are near-duplicates of "
            "others (listed in trust.json); they were left out of the checks.",
        )


def sizes(evidence: Evidence) -> Iterator[Finding]:
    """One giant cluster; splinters."""
    balance = evidence.balance
    sizes = ", ".join(f"{size:,}" for size in balance.sizes)
    if balance.largest_share >= GIANT_SHARE:
        yield Finding(
            code="one giant cluster",
            verdict=NOT,
            sentence=f"One cluster holds {100 * balance.largest_share:.1f} % of all tracks (sizes "
            f"{sizes}): this divides nothing.",
        )
    if balance.n_splinters:
        yield Finding(
            code="splinters",
            verdict=WEAK,
            sentence=f"{balance.n_splinters} of {len(balance.sizes)} clusters are splinters of "
            f"fewer than 2 % of the tracks (sizes {sizes}).",
        )


def outliers(evidence: Evidence) -> Iterator[Finding]:
    """Whether the separation goes with a few tracks."""
    found = evidence.outliers
    whole, core = found.silhouette, found.silhouette_core
    faded = whole is not None and (core is None or (whole > 0.1 and core < FADED * whole))
    if faded or found.n_emptied >= FADED * max(found.n_clusters, 1):
        yield Finding(
            code="driven by outliers",
            verdict=NOT,
            sentence=f"The separation is that of a few tracks: silhouette {_number_or_dash(whole)} "
            f"and, without the most extreme 5 %, {_number_or_dash(core)}; {found.n_emptied} of "
            f"{found.n_clusters} clusters go with them.",
        )


def _number_or_dash(value: float | None) -> str:
    return "not defined" if value is None or np.isnan(value) else f"{value:.3f}"
