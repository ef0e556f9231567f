"""A small tagged music folder with a results folder about it, made by hand: no run is needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mutagen
import numpy as np
import soundfile
from mutagen.id3 import ID3, TALB, TIT2, TPE1, UFID

from songatlas.results.arrays import write_arrays
from songatlas.results.descriptions import write_clusters, write_reasons
from songatlas.results.record import Counts, RecordedView, RunRecord, write_run
from songatlas.results.tracks import TrackTable, write_tracks
from songatlas.results.trust import write_trust
from songatlas.types import KChoice, Track
from songatlas.types.atlas import Cluster, TrackReason, View
from songatlas.types.trust import Finding, Trust

SECONDS = 4.0
RECORDING = "b1a9c0e9-d987-4042-ae91-78d6a3267d{:02d}"


@dataclass(frozen=True, kw_only=True)
class Song:
    """A file to be made; its number is its pitch, and in its recording's id."""

    path: str
    title: str
    artist: str = "Somebody"
    album: str = "First"
    seconds: float = SECONDS


SONGS = (
    Song(path="Anna/First/01 One.flac", title="One"),
    Song(path="Anna/First/02 Two.mp3", title="Two"),
    Song(path='Anna/say "hi" \\ bye/x.ogg', title='say "hi"'),
    Song(path=unicodedata.normalize("NFD", "Beyoncé/Été/夜.flac"), title="Été"),
    Song(path="Anna/Live/01 One.flac", title="One", album="Live", seconds=5.0),
    Song(path="Bert/<b>&amp;.mp3", title="<b>&amp;"),
)


def make_music(root: Path, songs: Sequence[Song] = SONGS) -> None:
    """Write every song as a quiet tone with its tags."""
    for number, song in enumerate(songs):
        path = root / song.path
        path.parent.mkdir(parents=True, exist_ok=True)
        time = np.arange(int(song.seconds * 16000)) / 16000
        soundfile.write(path, 0.2 * np.sin(2 * np.pi * (220 + 30 * number) * time), 16000)
        recording = RECORDING.format(number)
        if path.suffix == ".mp3":
            tags = ID3()
            tags.add(TIT2(text=song.title))
            tags.add(TPE1(text=song.artist))
            tags.add(TALB(text=song.album))
            tags.add(UFID(owner="http://musicbrainz.org", data=recording.encode()))
            tags.save(path)
        else:
            file = mutagen.File(path)
            file["title"], file["artist"], file["album"] = song.title, song.artist, song.album
            file["musicbrainz_trackid"] = recording
            file.save()


def make_results(
    folder: Path,
    root: Path,
    clusters: dict[str, Sequence[int]],
    songs: Sequence[Song] = SONGS,
) -> Path:
    """Write what a finished run about these songs would hold, as far as listening needs it."""
    folder.mkdir(parents=True, exist_ok=True)
    tracks = [
        Track(
            path=s.path,
            source=root / s.path,
            content_hash=f"{i:032x}",
            title=s.title,
            artist=s.artist,
            album=s.album,
        )
        for i, s in enumerate(songs)
    ]
    labels = np.full(len(songs), -1)
    coordinates = np.zeros((len(songs), 2), np.float32)
    for number, rows in enumerate(clusters.values()):
        labels[list(rows)] = number
        coordinates[list(rows), 0] = 3.0 ** -np.arange(len(rows))  # their order is the shortest way
    table = TrackTable(
        tracks=tuple(tracks),
        seconds=np.array([song.seconds for song in songs]),
        confidence=np.ones(len(songs)),
        clusters={"VAE + K-Means": labels},
    )
    write_tracks(folder, table)
    view = View(coordinates=coordinates, maps={"tsne": coordinates, "umap": coordinates})
    write_arrays(folder, latents=coordinates, labels=labels, classes=labels, views={"joint": view})
    write_clusters(
        folder,
        [
            Cluster(
                number=number,
                name=name,
                named_by="songatlas",
                reason="",
                rows=tuple(rows),
                exemplars=(),
                traits=(),
                confidence=1.0,
                silhouette=0.5,
            )
            for number, (name, rows) in enumerate(clusters.items())
        ],
        tracks,
    )
    reason = TrackReason(
        shares={}, second=-1, second_confidence=0.0, exemplars=(), typical="", atypical=""
    )
    write_reasons(folder, [reason] * len(songs), tracks)
    found = Finding(code="stable", verdict="weak", sentence="Halves agree.")
    choice = KChoice(
        k=len(clusters), chosen_by="given", clear_k=None, ks=(), silhouette=(), agreement=(),
        smallest_cluster=(), votes=(),
    )  # fmt: skip
    write_trust(folder, Trust(findings=(found,), measurements={}), choice)
    record = RunRecord(
        songatlas="0.1.0", identity="", input_hash="", root=str(root), music=(str(root),),
        metadata=None, seed=42, config={}, embedding=None, versions={},
        view=RecordedView(name="joint", key="joint", weights={}, tracks_without_a_place=0),
        counts=Counts(discovered=len(songs), analysed=len(songs), skipped=0),
    )  # fmt: skip
    write_run(folder, record)
    return folder
