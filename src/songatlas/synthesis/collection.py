"""Write the collection: audio files with tags, lyrics beside them, and a note on what it is."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from songatlas.errors import StorageError
from songatlas.seeds import stage_rng
from songatlas.store.atomic import write_bytes, write_text
from songatlas.synthesis.audio_file import encoded
from songatlas.synthesis.plan import PlannedTrack, plan_collection
from songatlas.synthesis.playing import play

README = "README.txt"


def write_collection(
    folder: Path,
    *,
    n_tracks: int = 60,
    seconds: float = 15.0,
    seed: int = 42,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Path, ...]:
    """Synthesise a collection in four styles and two languages and write it to `folder`.

    Parameters
    ----------
    folder
        Made if missing. It may hold an earlier, even unfinished collection of the same plan,
        which is written over, but nothing else.
    n_tracks, seconds
        How many (in [1, 1000]), and how long they are (at least 1): each within a tenth of that.
    seed
        The same seed on the same machine gives the same bytes.
    progress
        Called with the number of tracks written and `n_tracks` after each.

    Returns
    -------
    tuple of Path
        The audio files, sorted.

    Raises
    ------
    StorageError
        When `folder` holds other files, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = write_collection(Path(folder), n_tracks=2, seconds=1.0)
    ...     [path.relative_to(folder).parts[0] for path in paths]
    ['Strom und Quittung', 'Unknown Artist']
    """
    if seconds < 1:
        raise ValueError(f"seconds must be at least 1. Got {seconds}.")
    folder = Path(folder)
    plan = plan_collection(n_tracks, seed=seed)
    texts = {README: _readme(plan, seed), **_lyrics_files(plan, seconds, seed)}
    _require_only(folder, {*texts, *(track.path.as_posix() for track in plan)})
    for name, text in texts.items():
        write_text(folder / name, text)

    def record(track: PlannedTrack) -> None:
        sound = play(track, seconds=seconds, seed=seed)
        data = encoded(sound, track.pressing.sr, track.pressing.format, track.tags)
        write_bytes(folder / track.path, data)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # encoding does without Python
        for n_written, _ in enumerate(pool.map(record, plan), start=1):
            if progress is not None:
                progress(n_written, n_tracks)
    return tuple(sorted(folder / track.path for track in plan))


def _lyrics_files(plan: tuple[PlannedTrack, ...], seconds: float, seed: int) -> dict[str, str]:
    """Text of every lyrics file by its path, half of them with times, half with headers."""
    files = {}
    for track in plan:
        if not track.language:
            continue
        rng = stage_rng(seed, f"demo/sidecar/{track.index}")
        headers = bool(rng.random() < 0.5)
        path = track.path.with_suffix("")
        if rng.random() < 0.5:
            text = track.lyrics.as_lrc(artist=track.artist.name, seconds=seconds, headers=headers)
            files[f"{path.as_posix()}.lrc"] = text
        else:
            files[f"{path.as_posix()}.txt"] = track.lyrics.as_text(headers=headers)
    return files


def _require_only(folder: Path, expected: set[str]) -> None:
    """Refuse a folder that holds somebody's own files."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # some file systems hand names back decomposed
        known = unicodedata.normalize("NFC", name) in expected
        if not (known or path.is_dir() or path.name.startswith(".")):
            raise StorageError(
                f"{folder} must be empty or hold nothing but the demonstration's own collection. "
                f"It holds {name!r}; name another folder, or remove this one first."
            )


def _readme(plan: tuple[PlannedTrack, ...], seed: int) -> str:
    n_sung = sum(bool(track.language) for track in plan)
    return (
        "This collection is synthetic.\n\n"
        f"songatlas computed all {len(plan)} tracks from formulas and the seed {seed}; no\n"
        "recording of anybody was used. Artists, albums and titles are invented. The lyrics\n"
        f"({n_sung} tracks, English and German) are put together by chance from short word lists\n"
        "and belong to no existing song. One file has no tags, as happens.\n"
    )
