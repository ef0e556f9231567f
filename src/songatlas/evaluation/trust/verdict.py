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

from collections.abc import Iterator

import numpy as np

from songatlas.evaluation.trust.artist import WithChance
from songatlas.evaluation.trust.evidence import Evidence
from songatlas.evaluation.trust.windows import Agreement
from songatlas.types import VERDICTS, Finding

NOT, WEAK, TRUSTWORTHY = VERDICTS

MIN_DISTINCT, MIN_A_CLUSTER = 10, 4
GIANT_SHARE = 0.9
FADED = 0.5  # share of the silhouette, or of the clusters
MIN_INFORMATIVE, MIN_INFORMATIVE_SHARE = 2, 0.1
IGNORED_R2 = 0.05
NO_KAPPA, GOOD_KAPPA = 0.5, 0.75
MAX_P, GOOD_Z = 0.05, 2.0
NO_STABILITY, GOOD_STABILITY = 0.3, 0.8
NO_VALLEY, PLAIN = 0.6, 0.8
LABELS_AMI, LABELS_P = 0.1, 0.01
MANY_COPIES = 0.2


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """All findings of a run, the gravest first."""
    found = [
        *_duplicates(evidence),
        *_sizes(evidence),
        *_outliers(evidence),
        *_collapse(evidence),
        *_posterior(evidence),
        *_separation(evidence),
        *_valleys(evidence),
        *_stability(evidence),
        *_number(evidence),
        *_labels(evidence),
        *_artists(evidence),
    ]
    return tuple(sorted(found, key=lambda finding: VERDICTS.index(finding.verdict)))


def enough_tracks(n_distinct: int, n_clusters: int) -> bool:
    """Whether separation and stability can be measured at all."""
    return n_clusters > 1 and n_distinct >= max(MIN_DISTINCT, MIN_A_CLUSTER * n_clusters)


def _duplicates(evidence: Evidence) -> Iterator[Finding]:
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


def _sizes(evidence: Evidence) -> Iterator[Finding]:
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


def _outliers(evidence: Evidence) -> Iterator[Finding]:
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


def _collapse(evidence: Evidence) -> Iterator[Finding]:
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


def _posterior(evidence: Evidence) -> Iterator[Finding]:
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


def _separation(evidence: Evidence) -> Iterator[Finding]:
    found = evidence.separation
    if found is None:
        return
    numbers = "; ".join(
        f"{name} {null.mean:.3f} ± {null.sd:.3f}, p {null.p_value:.3f}"
        for name, null in found.nulls.items()
    )
    main = [null for name, null in found.nulls.items() if name != "one mode"]
    sentence = f"Silhouette {found.silhouette:.3f}; in collections without clusters: {numbers}"
    if any(null.p_value > MAX_P for null in main):
        yield _unless_labelled(
            evidence, "no more separate than noise", f"{sentence}. Noise does as well."
        )
        return
    z = min(null.z for null in found.nulls.values())
    clear = z >= GOOD_Z and all(null.p_value <= MAX_P for null in found.nulls.values())
    yield Finding(
        code="separate" if clear else "hardly separate",
        verdict=TRUSTWORTHY if clear else WEAK,
        sentence=f"{sentence} (smallest z {z:.1f}).",
    )


def _valleys(evidence: Evidence) -> Iterator[Finding]:
    if evidence.valleys is None or evidence.valleys.highest is None:
        return
    highest = evidence.valleys.highest
    borders = ", ".join("–" if x is None else f"{x:.2f}" for x in evidence.valleys.border)
    sentence = (
        "Tracks midway to the nearest cluster, relative to those about the two means (groups 0, a "
        f"cut plain 1): {borders}."
    )
    if all(x is None or x > PLAIN for x in evidence.valleys.border):
        yield _unless_labelled(evidence, "no valley anywhere", sentence)
    else:
        apart = highest <= NO_VALLEY
        yield Finding(
            code="valleys between clusters" if apart else "no valley between some clusters",
            verdict=TRUSTWORTHY if apart else WEAK,
            sentence=sentence,
        )


def _stability(evidence: Evidence) -> Iterator[Finding]:
    found = evidence.stability
    if found is None:
        return
    sentence = (
        f"Disjoint halves of the tracks give partitions that agree with ARI {found.halves:.2f}, "
        f"other seeds with ARI {found.seeds:.2f}."
    )
    worst = min(found.halves, found.seeds)
    if found.halves < NO_STABILITY:
        yield _unless_labelled(evidence, "unstable", sentence)
    else:
        yield Finding(
            code="stable" if worst >= GOOD_STABILITY else "not quite stable",
            verdict=TRUSTWORTHY if worst >= GOOD_STABILITY else WEAK,
            sentence=sentence,
        )


def _unless_labelled(evidence: Evidence, code: str, sentence: str) -> Finding:
    """A fatal finding, or a weakness when the clusters agree with the labels all the same."""
    found = evidence.labelled
    if (
        found is None
        or found.ami is None
        or found.p_value is None
        or found.ami < LABELS_AMI
        or found.p_value > LABELS_P
    ):
        return Finding(code=code, verdict=NOT, sentence=sentence)
    return Finding(
        code=code,
        verdict=WEAK,
        sentence=f"{sentence} Slices of a continuum rather than groups; yet they agree with "
        f"{found.column} (AMI {found.ami:.2f}, p {found.p_value:.3f}).",
    )


def _number(evidence: Evidence) -> Iterator[Finding]:
    found = evidence.number
    if found is None:
        return
    tried = f"K = {found.range[0]}…{found.range[1]}"
    clear = (
        f"The tracks ask for K = {found.clear_k} (of {tried}: without splinters, stable, and best "
        f"in {100 * found.votes:.0f} % of the half-samples)"
    )
    if found.k == found.clear_k:
        yield Finding(code="clear K", verdict=TRUSTWORTHY, sentence=f"{clear}.")
    elif found.clear_k is not None:
        how = "was asked for" if found.chosen_by == "given" else "was taken for its silhouette"
        yield Finding(
            code="another K",
            verdict=TRUSTWORTHY if found.chosen_by == "given" else WEAK,
            sentence=f"{clear}; K = {found.k} {how}.",
        )
    else:
        how = {"given": "was asked for", "convenience": "is a choice of convenience"}.get(
            found.chosen_by, "was taken for its silhouette alone"
        )
        yield Finding(
            code="no clear K",
            verdict=WEAK,
            sentence=f"There is no clear number of clusters among {tried}: none is stable, free of "
            f"splinters and preferred by most half-samples. K = {found.k} {how}.",
        )


def _labels(evidence: Evidence) -> Iterator[Finding]:
    found = evidence.labelled
    if found is None or found.ami is None or found.p_value is None:
        return
    above = found.p_value <= MAX_P
    yield Finding(
        code=f"agrees with {found.column}" if above else f"unrelated to {found.column}",
        verdict=TRUSTWORTHY,
        sentence=f"Agreement with {found.column}: AMI {found.ami:.3f} (p {found.p_value:.3f})"
        + ("." if above else ", no better than chance: whatever these are, it is not that."),
    )


def _artists(evidence: Evidence) -> Iterator[Finding]:
    found = evidence.artists
    if found is None or found.neighbors is None or found.neighbors_filtered is None:
        return
    everyone, others = found.neighbors, found.neighbors_filtered
    excess = _excess(everyone)
    mostly = excess > 0 and everyone.value > everyone.chance_high and _excess(others) < excess / 2
    yield Finding(
        code="mostly the artist" if mostly else "not only the artist",
        verdict=WEAK if mostly else TRUSTWORTHY,
        sentence=f"The label of a track's neighbours is its own for {100 * everyone.value:.0f} % "
        f"of the tracks (chance {_band(everyone)}), and for {100 * others.value:.0f} % (chance "
        f"{_band(others)}) when neighbours by the same artist or from the same album do not count.",
    )


def _excess(score: WithChance) -> float:
    return score.value - (score.chance_low + score.chance_high) / 2


def _band(score: WithChance) -> str:
    return f"{100 * score.chance_low:.0f}–{100 * score.chance_high:.0f} %"


def _number_or_dash(value: float | None) -> str:
    return "not defined" if value is None or np.isnan(value) else f"{value:.3f}"
