"""What a missed target leaves for the features, once files are decoded and power spectra made."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.engine.verdicts import COMPARISONS, Comparison, Rounds, ratio

HEADER = ("What", "Format", "On", "Allowed", "Decoding, with checks", "Spectra",
          "Left for all else", "All else takes")  # fmt: skip


def budget(cpu: Mapping[str, Any]) -> list[list[str]]:
    """Rows of the missed ratios of whole files, in milliseconds a file; medians over the rounds.

    What is allowed is the other side of the ratio through its target. Decoding with the checks
    for damage and the power spectra are measured in the same rounds; all else is the rest of what
    songatlas's features take beside the spectra.
    """
    rows = []
    for comparison in COMPARISONS:
        if "songatlas" not in (comparison.over, comparison.under):
            continue
        for kind, formats in cpu["rounds"].items():
            for form, rounds in formats.items():
                value = ratio(rounds, comparison)
                if value is None or comparison.reached(value, form):
                    continue
                n_files = cpu["n_files"][kind] / cpu["parts"]
                rows.append(
                    [comparison.name, form, kind, *_costs(rounds, comparison, form, n_files)]
                )
    return rows


def _costs(rounds: Rounds, comparison: Comparison, form: str, n_files: float) -> list[str]:
    def median(values: list[float]) -> float:
        return 1000 * statistics.median(values) / n_files

    allowed = median([comparison.allowed(r, form) for r in rounds])
    decoding = median([r["songatlas decoding"] for r in rounds])
    transforms = median([r["power spectra"] for r in rounds])
    rest = median([r["songatlas features"] - r["power spectra"] for r in rounds])
    left = allowed - decoding - transforms
    return [f"{x:.0f}" for x in (allowed, decoding, transforms, left, rest)]
