"""The verdict of a run, for the top of the report, and the numbers that it rests on."""

from __future__ import annotations

from collections.abc import Mapping

from songatlas.numerals import minus
from songatlas.report.markdown import code, escape, table
from songatlas.types.trust import FEW, VERDICTS, Trust

_MEANING: Mapping[str, str] = {
    "trustworthy": "there are groups here that others of this kind would show again. What they "
    "mean is for scores against labels to say.",
    "weak": "there is something here, with the reservations below.",
    "not a clustering": "do not read anything into these clusters.",
}
_OF_FEW = "so few cannot show whether these clusters are there."
_MOST_DUPLICATES = 10


def verdict(trust: Trust, n_tracks: int) -> str:
    """The verdict and every finding, a plain sentence and its numbers, the decisive ones first."""
    parts = [(escape(part) for part in found.parts) for found in trust.findings]
    lines = [f"- **{plain}** {numbers}".rstrip() for plain, numbers in parts]
    n_decisive = len(trust.reasons)
    few = trust.verdict == VERDICTS[0] and n_tracks < FEW
    head = f"**Verdict: {trust.verdict}** – {_OF_FEW if few else _MEANING[trust.verdict]}"
    if trust.verdict != "trustworthy" and n_decisive < len(lines):
        lines[n_decisive:n_decisive] = ["", "Besides:", ""]
    return "\n".join([f"{head} Reasons:", "", *lines])


def checks(trust: Trust) -> str:
    """What the checks measured as a table, and the duplicates."""
    rows = [(_cell(label), _cell(minus(value))) for label, value in trust.rows]
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


def _cell(text: str) -> str:
    """`text` for a table, where a ">" by itself means nothing."""
    return escape(text).replace("\\>", ">")
