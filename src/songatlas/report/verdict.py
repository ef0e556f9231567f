"""The verdict of a run, for the top of the report, and the numbers that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from songatlas.report.markdown import code, escape, minus, number, table
from songatlas.types import Trust

_MEANING: Mapping[str, str] = {
    "trustworthy": "there are groups here that other tracks of this kind would show again. What "
    "they mean is for the scores against labels below.",
    "weak": "there is something here, with the reservations below.",
    "not a clustering": "do not read anything into these clusters.",
}
_MOST_DUPLICATES = 10


def verdict(trust: Trust) -> str:
    """The verdict and every finding with its numbers, the decisive ones first."""
    lines = [
        f"- **{escape(found.code[:1].upper() + found.code[1:])}.** {escape(minus(found.sentence))}"
        for found in trust.findings
    ]
    n_decisive = len(trust.reasons)
    head = f"**Verdict: {trust.verdict}** – {_MEANING[trust.verdict]}"
    if trust.verdict == "trustworthy" or n_decisive == len(lines):
        return "\n".join([f"{head} Reasons:", "", *lines])
    rest = ["", "Besides:", "", *lines[n_decisive:]]
    return "\n".join([f"{head} Reasons:", "", *lines[:n_decisive], *rest])


def checks(trust: Trust) -> str:
    """Measurements as a table, and the duplicates."""
    rows = [(name, minus(value)) for name, value in _rows(trust.measurements)]
    text = table(("Check", "Value"), rows)
    if trust.duplicates:
        shown = [
            f"- {escape(kept)} and {escape(copy)}"
            for kept, copy in trust.duplicates[:_MOST_DUPLICATES]
        ]
        if len(trust.duplicates) > _MOST_DUPLICATES:
            more = len(trust.duplicates) - _MOST_DUPLICATES
            shown.append(f"- … and {more:,} more in {code('trust.json')}")
        text += "\n\nNear-duplicates, of which the first was kept:\n\n" + "\n".join(shown)
    return text


def _rows(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if (found := measured["collapse"]) is not None:
        yield from _model(found)
    if (found := measured["certainty"]) is not None:
        yield "A draw from the posterior keeps the cluster", _agreement(found)
    if (found := measured["halves"]) is not None:
        yield "Two halves of a track in one cluster", _agreement(found)
    sizes = measured["balance"]
    yield (
        "Sizes of clusters",
        f"{', '.join(f'{n:,}' for n in sizes['sizes'])} (largest "
        f"{100 * sizes['largest_share']:.1f} %)",
    )
    found = measured["outliers"]
    yield (
        "Silhouette, and without the most extreme 5 % of the tracks",
        f"{number(found['silhouette'])}, {number(found['silhouette_core'])}",
    )
    if (found := measured["separation"]) is not None:
        for name, null in found["nulls"].items():
            yield (
                f"Silhouette without clusters: {name}",
                f"{number(null['mean'])} ± {number(null['sd'])} (z {null['z']:.1f}, "
                f"p {null['p_value']:.3f})",
            )
    if (found := measured["stability"]) is not None:
        yield (
            "Agreement (ARI) of half-samples, of other seeds",
            f"{found['halves']:.2f}, {found['seeds']:.2f}",
        )
    if (found := measured["artists"]) is not None:
        yield from _artists(found)


def _model(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if found["bits_per_track"] is not None:
        yield (
            "Information about a typical track",
            f"{found['bits_per_track']:.2f} bits; {found['informative_units']} of "
            f"{found['n_latent']} dimensions carry more than 0.1 nats (KL "
            f"{found['kl_per_dimension']:.3f} nats a dimension)",
        )
    yield (
        "Active units (variance of the mean > 0.01)",
        f"{found['active_units']} of {found['n_latent']}; without the most extreme 5 % of the "
        f"tracks {found['active_units_core']}",
    )
    yield "Effective rank of the latent means", f"{found['effective_rank']:.1f}"
    for name, value in found["r2"].items():
        yield (
            f"Variance explained: {name}",
            f"{100 * value:.1f} % (by another track's latents "
            f"{100 * found['r2_shuffled'][name]:.1f} %)",
        )


def _artists(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, score in found["agreement"].items():
        yield (
            f"AMI of the clusters with the {name}",
            f"{number(score['value'])} (chance {number(score['chance_low'])} to "
            f"{number(score['chance_high'])}; {score['n_tracks']:,} tracks)",
        )
    for name, what in {
        "neighbors": "that of its 5 nearest tracks",
        "clusters": "that of the rest of its cluster",
    }.items():
        if (everyone := found[name]) is not None:
            others = found[f"{name}_filtered"]
            yield (
                f"Label of a track is {what}; artist and album left out",
                f"{_share(everyone)}; {_share(others)}",
            )


def _agreement(found: Mapping[str, Any]) -> str:
    return (
        f"{100 * found['share']:.0f} % of {found['n_tracks']:,} tracks (by chance "
        f"{100 * found['chance']:.0f} %; κ {found['kappa']:.2f})"
    )


def _share(score: Mapping[str, Any]) -> str:
    return (
        f"{100 * score['value']:.0f} % (chance {100 * score['chance_low']:.0f}–"
        f"{100 * score['chance_high']:.0f} %)"
    )
