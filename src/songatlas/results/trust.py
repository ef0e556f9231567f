"""``trust.json``: the verdict on a run, and everything that it rests on."""

from __future__ import annotations

from pathlib import Path

from songatlas.results.written import json_as_written, made_of
from songatlas.store.atomic import write_json
from songatlas.types import KChoice
from songatlas.types.trust import Finding, Trust

TRUST_FILE = "trust.json"


def write_trust(folder: Path, trust: Trust, choice: KChoice | None, opening: str = "") -> str:
    """Write ``trust.json``; `choice` is why there are so many clusters, if known."""
    record = {
        "opening": opening,
        "verdict": trust.verdict,
        "findings": [vars(found) for found in trust.findings],
        "measurements": trust.measurements,
        "left_out": dict(trust.left_out),
        "numbers_of_clusters": []
        if choice is None
        else [
            {
                "k": k,
                "silhouette": choice.silhouette[i],
                "half_sample_agreement": choice.agreement[i],
                "smallest_cluster": choice.smallest_cluster[i],
                "votes": choice.votes[i],
            }
            for i, k in enumerate(choice.ks)
        ],
        "duplicates": [list(pair) for pair in trust.duplicates],
    }
    write_json(folder / TRUST_FILE, record)
    return TRUST_FILE


def read_opening(folder: Path) -> str:
    """The first sentences of a run, as they stand in its report."""
    with json_as_written(folder / TRUST_FILE) as said:
        return str(said.get("opening", ""))


def with_opening(folder: Path, opening: str, to: Path) -> str:
    """Write the ``trust.json`` of `folder` into `to` with other first sentences."""
    with json_as_written(folder / TRUST_FILE) as said:
        write_json(to / TRUST_FILE, {**said, "opening": opening})
    return TRUST_FILE


def read_trust(folder: Path) -> Trust:
    """What :func:`write_trust` was given first, its sequences as lists.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written.
    """
    with json_as_written(folder / TRUST_FILE) as said:
        return Trust(
            findings=tuple(made_of(Finding, found) for found in said["findings"]),
            measurements=said["measurements"],
            duplicates=tuple((kept, copy) for kept, copy in said["duplicates"]),
        )
