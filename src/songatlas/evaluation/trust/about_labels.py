"""What the labels say: agreement with them, and whether it is more than the artist."""

from __future__ import annotations

from collections.abc import Iterator

from songatlas.evaluation.trust.artist import WithChance
from songatlas.evaluation.trust.evidence import Evidence
from songatlas.types import VERDICTS, Finding

NOT, WEAK, TRUSTWORTHY = VERDICTS

MAX_P = 0.05
HARDLY = 0.05  # AMI: above chance, and of no use


def labels(evidence: Evidence) -> Iterator[Finding]:
    """Agreement with the label."""
    found = evidence.labelled
    if found is None or found.ami is None or found.p_value is None:
        return
    sentence = f"Agreement with {found.column}: AMI {found.ami:.3f} (p {found.p_value:.3f})"
    if found.p_value > MAX_P:
        code, meaning = (
            "unrelated to",
            ", no better than chance: whatever these are, it is not that",
        )
    elif found.ami < HARDLY:
        code, meaning = "hardly related to", ", next to chance (0; 1 is the same division)"
    else:
        code, meaning = "agrees with", ""
    yield Finding(
        code=f"{code} {found.column}", verdict=TRUSTWORTHY, sentence=f"{sentence}{meaning}."
    )


def artists(evidence: Evidence) -> Iterator[Finding]:
    """Whether the agreement is that of tracks by one artist."""
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
