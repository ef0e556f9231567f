"""What is run: collections, inputs, and the labels that nothing but the scores sees."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.config import Config, load_config
from songatlas.extraction.workshop import Workshop
from songatlas.library.labels import Labels, column_values, encode_labels
from songatlas.stages.prepare import Prepared, Sources, prepare
from songatlas.store.arena import Arena
from songatlas.types import BoolArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Case:
    """One collection seen through some inputs.

    Parameters
    ----------
    collection
        A folder of music; with ``/A`` or ``/B``, the tracks by half of its artists.
    modalities
        ``model.modalities`` of the default preset; empty for the original preset, which has its
        own inputs.
    """

    collection: str
    inputs: str
    modalities: tuple[str, ...]

    @property
    def original(self) -> bool:
        """Whether the original preset runs instead of the default."""
        return not self.modalities

    @property
    def folder(self) -> str:
        """Name of the folder."""
        return self.collection.partition("/")[0]

    @property
    def half(self) -> str:
        """``A``, ``B``, or empty for all artists."""
        return self.collection.partition("/")[2]


INPUTS = {
    "frames": ("audio",),
    "ear": ("audio", "embedding"),
    "lyrics": ("text",),
    "all": ("audio", "embedding", "text"),
    "original": (),
}
COLLECTIONS = tuple(f"{name}{half}" for half in ("", "/A", "/B") for name in ("albums", "songs"))
CASES = tuple(
    Case(collection=collection, inputs=inputs, modalities=modalities)
    for collection in COLLECTIONS
    for inputs, modalities in INPUTS.items()
    if "text" not in modalities or collection.startswith("songs")
    if modalities or "/" not in collection
)
# Label columns a collection, and how many tracks a class needs to be scored (half as many of half).
TARGETS: Mapping[str, Mapping[str, int]] = {
    "albums": {"genre": 1},
    "songs": {"genre": 1, "msd_genre": 8, "language": 1},
}


def configure(case: Case, seed: int) -> Config:
    """Settings of one run; an embedding that is not installed is an error, never left out."""
    if case.original:
        return load_config(preset="original", overrides={"seed": seed})
    embedding = "musicnn" if "embedding" in case.modalities else "none"
    return load_config(
        overrides={
            "seed": seed,
            "model": {"modalities": case.modalities},
            "input": {"embedding": embedding},
        }
    )


def read(case: Case, seed: int, music: Path, shop: Workshop) -> Prepared:
    """Inputs of one run."""
    folder = music / case.folder
    table = folder / "tracks.csv"
    roots: tuple[Path, ...] = (folder,)
    if case.half:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = [[row[name] for row in rows] for name in TARGETS[case.folder]]
        in_b = second_half(encode_labels([row["artist"] for row in rows]).values, columns)
        kept = in_b == (case.half == "B")
        roots = tuple(folder / row["file"] for row, has in zip(rows, kept, strict=True) if has)
    sources = Sources(roots=roots, metadata=table)
    return prepare(sources, configure(case, seed), shop, Arena(shop.cache.folder))


def second_half(artists: Sequence[str], columns: Sequence[Sequence[str]]) -> BoolArray:
    """Which tracks are by the artists of half B.

    From the artist with the most tracks down, each goes where the classes of all columns, and the
    number of tracks, stay nearest to equal halves.

    Parameters
    ----------
    artists
        One a track; empty is unknown, an artist of its own.
    columns
        Labels, of as many tracks; empty is unlabelled.

    Returns
    -------
    Shape (n_tracks,).

    Examples
    --------
    >>> second_half(["a", "a", "b", "c", "d"], [["x", "y", "x", "y", "x"]]).tolist()
    [False, False, True, True, False]
    """
    alone = [artist or f"\n{row}" for row, artist in enumerate(artists)]  # no name has a line end
    counts: dict[str, Counter[tuple[int, str]]] = {}
    for row, artist in enumerate(alone):
        known = [(at, column[row]) for at, column in enumerate(columns) if column[row]]
        counts.setdefault(artist, Counter()).update([*known, (-1, "")])
    more_in_a: Counter[tuple[int, str]] = Counter()
    in_b = {}
    for artist in sorted(counts, key=lambda name: (-counts[name][-1, ""], name)):
        own = counts[artist]
        # |d + own|² > |d − own|² wherever the product is positive
        in_b[artist] = sum(more_in_a[key] * n for key, n in own.items()) > 0
        for key, n in own.items():
            more_in_a[key] += -n if in_b[artist] else n
    return np.array([in_b[artist] for artist in alone])


def targets(case: Case, prepared: Prepared) -> dict[str, Labels]:
    """Labels by column; classes that are too small count as unlabelled, one class is no label."""
    found = {}
    for column, smallest in TARGETS[case.folder].items():
        values = column_values(prepared.library.tracks, column)
        counts = Counter(values)
        least = smallest / 2 if case.half else smallest
        labels = encode_labels([v if counts[v] >= least else "" for v in values])
        if len(labels.names) > 1:
            found[column] = labels
    return found


def artists(prepared: Prepared) -> IntArray:
    """Number of every track's artist, −1 where unknown: the unit that is resampled."""
    return encode_labels([track.artist for track in prepared.library.tracks]).codes
