"""Rows of the measurements, and rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
NAMES = ("kNN", "AMI")  # the yardsticks that decide
VERDICTS = ("above", "level", "below")


def best_rows(
    records: Sequence[Record], yardstick: str, only: str = ""
) -> Iterator[tuple[Record, str, Mapping[str, Any]]]:
    """Record, target, and the difference to the baseline with the best mean."""
    for record in records:
        for target in [only] if only else record["classes"]:
            some = of(record["differences"], target=target, yardstick=yardstick)
            if some:
                yield record, target, max(some, key=lambda row: row["theirs"])


def of(rows: Iterable[Mapping[str, Any]], **wanted: str) -> list[Mapping[str, Any]]:
    """Rows with these values."""
    return [row for row in rows if all(row.get(key) == value for key, value in wanted.items())]


def signed(row: Mapping[str, Any]) -> str:
    """A difference with its interval and verdict."""
    return f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}] {row['verdict']}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
