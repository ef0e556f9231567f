"""Whether there are groups: separation, valleys, stability, and their number."""

from __future__ import annotations

from collections.abc import Iterator

from songatlas.evaluation.trust.evidence import Evidence
from songatlas.types import VERDICTS, Finding

NOT, WEAK, TRUSTWORTHY = VERDICTS

MAX_P, GOOD_Z = 0.05, 2.0
NO_STABILITY, GOOD_STABILITY = 0.3, 0.8
NO_VALLEY, PLAIN = 0.6, 0.8
LABELS_AMI, LABELS_P = 0.1, 0.01  # slices of a continuum that mean something


def separation(evidence: Evidence) -> Iterator[Finding]:
    """The silhouette against collections without clusters."""
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


def valleys(evidence: Evidence) -> Iterator[Finding]:
    """Whether there are fewer tracks between clusters than within."""
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


def stability(evidence: Evidence) -> Iterator[Finding]:
    """The same clusters from other tracks and seeds."""
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


def number(evidence: Evidence) -> Iterator[Finding]:
    """Whether the tracks ask for this K."""
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
