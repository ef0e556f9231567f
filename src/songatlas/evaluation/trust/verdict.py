"""The rule: what each measurement allows a run to be called.

A run is as good as its worst finding allows.

*Not a clustering*, if any of these holds
    fewer than 10 distinct tracks, or than 4 a cluster; one cluster has 90 % of the tracks; half of
    the clusters, or half of the silhouette, vanish with the most extreme 5 % of the tracks; fewer
    than 2 latent dimensions (or 10 %) carry 0.1 nats about a typical track, or draws from a track's
    posterior keep its cluster hardly more often than chance (κ < 0.5); the silhouette is not above
    that of a collection without clusters and of the same covariance or tails (p > 0.05); disjoint
    half-samples give unlike partitions (ARI < 0.3); no cluster has a valley between it and the
    next, where tracks are less than 0.8 times as dense as at the two means. The last three allow
    *weak* when the clusters agree with the labels (AMI ≥ 0.1 at p ≤ 0.01): slices of a continuum
    that mean something.
*Weak*, if any of these holds
    a cluster is a splinter (fewer than 3 tracks or 2 %); every fifth track is a duplicate; a
    modality is explained by less than 5 % beyond the shuffled control; κ of posterior draws or of
    half the windows is below 0.75; the silhouette is hardly above the nulls (z < 2), or not above
    that of single-moded coordinates; between some cluster and the next the tracks are more than
    0.6 times as dense as at the two means; ARI of half-samples or seeds is below 0.8; no number of
    clusters is clear; agreement with the label is mostly that of one artist's tracks.
*Trustworthy*
    otherwise. It says that there are groups which other tracks of this kind would show again, not
    what they mean: that is for the external scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from songatlas.evaluation.trust.about_clusters import number, separation, stability, valleys
from songatlas.evaluation.trust.about_labels import artists, labels
from songatlas.evaluation.trust.about_model import collapse, posterior
from songatlas.evaluation.trust.about_sizes import duplicates, outliers, sizes
from songatlas.evaluation.trust.evidence import Evidence
from songatlas.types import VERDICTS, Finding

RULES: Sequence[Callable[[Evidence], Iterator[Finding]]] = (
    duplicates,
    sizes,
    outliers,
    collapse,
    posterior,
    separation,
    valleys,
    stability,
    number,
    labels,
    artists,
)


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """All findings of a run, the gravest first."""
    found = [finding for rule in RULES for finding in rule(evidence)]
    return tuple(sorted(found, key=lambda finding: VERDICTS.index(finding.verdict)))
