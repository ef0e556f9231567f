"""``run.json``: what a run was made of and from, and the digest of every file that it wrote."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from songatlas.errors import StorageError
from songatlas.results.folder import RUN_FILE
from songatlas.results.written import as_written, made_of
from songatlas.store.atomic import write_json
from songatlas.types import Library


@dataclass(frozen=True, kw_only=True)
class RecordedView:
    """What every track's place was made from.

    Parameters
    ----------
    name, key
        As a person reads it, and as the settings name it.
    weights
        Of the modalities.
    tracks_without_a_place
        How many have nothing of it.
    """

    name: str
    key: str
    weights: Mapping[str, float]
    tracks_without_a_place: int


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Files that were found, and what became of them: ``analysed + skipped == discovered``."""

    discovered: int
    analysed: int
    skipped: int


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """What ``run.json`` says, in its order.

    Parameters
    ----------
    songatlas
        The version that ran.
    identity, input_hash
        Digests of inputs and settings, and of the tracks alone.
    root
        The folder that paths of tracks are relative to (absolute).
    music, metadata
        What was named (absolute).
    config
        All settings.
    embedding
        Facts of the pretrained network that listened, if one did.
    versions
        Of Python and the libraries.
    files
        Digest of every file, by its path from the folder on.
    fitted
        Contents that the model was trained on; None where that is every track, as in every run
        that was not updated since.
    """

    songatlas: str
    identity: str
    input_hash: str
    root: str
    music: tuple[str, ...]
    metadata: str | None
    seed: int
    config: Mapping[str, Any]
    view: RecordedView
    embedding: Mapping[str, Any] | None
    versions: Mapping[str, str]
    counts: Counts
    files: Mapping[str, str] = field(default_factory=dict)
    fitted: tuple[str, ...] | None = None


def write_run(folder: Path, record: RunRecord) -> None:
    """Write ``run.json``, as the last file: where it is, a run is complete."""
    said = dataclasses.asdict(record)
    if record.fitted is None:
        del said["fitted"]
    write_json(folder / RUN_FILE, said)


def read_run(folder: str | Path) -> RunRecord:
    """Inverse of :func:`write_run`.

    Raises
    ------
    StorageError
        When it is missing or unreadable.

    Examples
    --------
    >>> read_run("nowhere")
    Traceback (most recent call last):
        ...
    songatlas.errors.StorageError: nowhere must be the folder of a finished run. It does not ex...
    """
    path = Path(folder) / RUN_FILE
    with as_written(path):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            wrong = f"has no {RUN_FILE}" if Path(folder).exists() else "does not exist"
            raise StorageError(
                f"{folder} must be the folder of a finished run. It {wrong}: name a folder that "
                "'songatlas run --out' wrote, or run that again to finish it."
            ) from error
        fitted = said.get("fitted")
        parts = {
            "music": tuple(said["music"]),
            "view": made_of(RecordedView, said["view"]),
            "counts": made_of(Counts, said["counts"]),
            "fitted": None if fitted is None else tuple(fitted),
        }
        return made_of(RunRecord, {**said, **parts})


def counts_of(library: Library) -> Counts:
    """Those of the files that a library was read from."""
    return Counts(
        discovered=library.n_discovered, analysed=len(library.tracks), skipped=len(library.skipped)
    )


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Digest of every file by its name, in the order of the names."""
    return {
        name: "sha256:" + hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in sorted(names)
    }
