"""Place new tracks with the saved model of a run, without training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from songatlas.config.views import with_view
from songatlas.errors import TooFewTracksError
from songatlas.extraction.descriptors import gather_speech
from songatlas.extraction.gather import frames_job, lengths
from songatlas.extraction.workshop import open_workshop
from songatlas.library.read import Music, roots_of
from songatlas.machine import Machine
from songatlas.results.model import read_model
from songatlas.revision.hear import hear_as_trained, place_as_trained
from songatlas.stages.content import with_notes_on_new
from songatlas.store.atomic import write_text
from songatlas.store.tables import format_csv
from songatlas.types import FloatArray, IntArray, Library


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Where new tracks belong.

    Parameters
    ----------
    library
        The tracks, in the order of the arrays, what was skipped, and notes, as on speech.
    labels, confidence
        Shape (n_tracks,): cluster as in ``cluster_labels_kmeans.npy`` of the run, −1 for a track of
        which nothing was heard; and the share of draws from the posterior that agree with it.
    mean, log_var
        Shape (n_tracks, n_latent): posterior of every track.
    """

    library: Library
    labels: IntArray
    confidence: FloatArray
    mean: FloatArray
    log_var: FloatArray


def assign(
    model: str | Path,
    music: Music,
    *,
    metadata: str | Path | None = None,
    view: str | None = None,
    lyrics_weight: float | None = None,
    machine: Machine | None = None,
) -> Assignment:
    """Give every track of `music` its posterior, its cluster and a confidence.

    Parameters
    ----------
    model
        Results folder of a run, or a ``.pth`` file of one.
    music, metadata, machine
        As for :func:`songatlas.run`.
    view
        ``"joint"``, ``"audio"`` or ``"lyrics"``: what the posterior is made from.
    lyrics_weight
        In [0, 1]: 0 is the sound alone, 1 the lyrics alone, 0.5 as trained. Without either, as in
        the run.

    Raises
    ------
    StorageError
        When there is no such model.
    ConfigError
        When `view` is unknown or contradicts `lyrics_weight`, or the model lacks its modality.
    TooFewTracksError
        When no file can be used.
    ModelError
        When the view needs the pretrained network of the run and it is not the one here.
    """
    trained = read_model(Path(model))
    seen = with_view(trained.config, view, lyrics_weight).view
    trained.weights(seen)  # or say what the model lacks, before anything is read
    with open_workshop(machine or Machine()) as shop:
        table = None if metadata is None else Path(metadata)
        library = shop.read_music(roots_of(music), trained.config, metadata=table)
        library, features = hear_as_trained(trained, library, seen, shop)
        _require_any(library)
        speech = gather_speech(library.tracks, trained.config, shop.cache)
        seconds = lengths(library.tracks, frames_job(trained.config.audio), shop.cache)
        new = [-1] * len(library.tracks)
        library = with_notes_on_new(library, new, speech, seconds, remedy="")
        places = place_as_trained(trained, library.tracks, features, seen, shop.placer())
        labels, decision = shop.placer().decide(
            places, trained.centres, None, seed=trained.config.seed
        )
    return Assignment(
        library=library,
        labels=labels,
        confidence=decision.confidence,
        mean=places.encoded.mean,
        log_var=places.encoded.log_var,
    )


def _require_any(library: Library) -> None:
    if not library.tracks:
        reasons = sorted({skip.code for skip in library.skipped})
        raise TooFewTracksError(
            f"MUSIC must hold at least one audio file that can be used. Got {library.n_discovered} "
            f"found{', skipped: ' + ', '.join(reasons) if reasons else ''}. Name another folder."
        )


def assignment_table(found: Assignment, out: Path | None = None) -> str:
    """CSV of path, title, artist, cluster and confidence; also written to `out` if given.

    A track without a cluster has −1 and no confidence.
    """
    rows = [
        (track.path, track.title, track.artist, int(label), float(sure) if label >= 0 else None)
        for track, label, sure in zip(
            found.library.tracks, found.labels, found.confidence, strict=True
        )
    ]
    text = format_csv(("path", "title", "artist", "cluster", "confidence"), rows)
    if out is not None:
        write_text(out, text)
    return text
