"""What is run: collections, inputs, and the labels that nothing but the scores sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from songatlas.config import Config, load_config
from songatlas.extraction.workshop import Workshop
from songatlas.library.labels import Labels, column_values, encode_labels
from songatlas.stages.prepare import Prepared, Sources, prepare
from songatlas.store.arena import Arena
from songatlas.types import IntArray


@dataclass(frozen=True, kw_only=True)
class Case:
    """One collection seen through some inputs.

    Parameters
    ----------
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


CASES = (
    Case(collection="albums", inputs="frames", modalities=("audio",)),
    Case(collection="albums", inputs="frames + embedding", modalities=("audio", "embedding")),
    Case(collection="songs", inputs="frames", modalities=("audio",)),
    Case(collection="songs", inputs="frames + embedding", modalities=("audio", "embedding")),
    Case(collection="songs", inputs="lyrics", modalities=("text",)),
    Case(collection="songs", inputs="all", modalities=("audio", "embedding", "text")),
    Case(collection="albums", inputs="the original's", modalities=()),
    Case(collection="songs", inputs="the original's", modalities=()),
)
# Label columns a collection, and how many tracks a class needs to be scored.
TARGETS = {
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
    folder = music / case.collection
    sources = Sources(roots=(folder,), metadata=folder / "tracks.csv")
    return prepare(sources, configure(case, seed), shop, Arena(shop.cache.folder))


def targets(case: Case, prepared: Prepared) -> dict[str, Labels]:
    """Labels by column; classes that are too small count as unlabelled."""
    found = {}
    for column, smallest in TARGETS[case.collection].items():
        values = column_values(prepared.library.tracks, column)
        counts = Counter(values)
        found[column] = encode_labels([v if counts[v] >= smallest else "" for v in values])
    return found


def artists(prepared: Prepared) -> IntArray:
    """Number of every track's artist, −1 where unknown: the unit that is resampled."""
    return encode_labels([track.artist for track in prepared.library.tracks]).codes
