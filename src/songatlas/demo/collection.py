"""Plan the collection, play it and write it: audio files with tags, lyrics beside them.

Everything about track *i* follows from the seed and *i* alone, so that a shorter collection is the
beginning of a longer one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from songatlas.demo.artists import ARTISTS, PRESSINGS, Artist, Pressing
from songatlas.demo.audio_file import Tags, encoded
from songatlas.demo.canvas import Canvas, finished
from songatlas.demo.lyrics import Lyrics, write_lyrics
from songatlas.demo.score import Dials, Score
from songatlas.demo.styles import STYLES
from songatlas.errors import StorageError
from songatlas.seeds import stage_rng
from songatlas.store.atomic import write_bytes, write_text

if TYPE_CHECKING:
    from songatlas.types import FloatArray

README = "README.txt"
# Of each style's tracks, the i-th has no lyrics where i mod 8 is this: one track in eight, and as
# many by singers of one language as of the other.
INSTRUMENTAL = dict(zip(STYLES, (0, 1, 5, 6), strict=True))
N_DIALS = len(Dials.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True)
class PlannedTrack:
    """One track of the collection before it is played, with the truth about it.

    Parameters
    ----------
    index
        0-based place in the collection.
    path
        Relative to the folder, ``Artist/Album/NN Title.ext``.
    style
        Key of ``STYLES``; the genre tag.
    artist, pressing
        Who plays, and what the file is.
    lyrics
        Title and words, which an instrumental lacks in its files.
    language
        Of the words in the files; empty for an instrumental.
    tags
        None for the one file that says nothing about itself.
    """

    index: int
    path: Path
    style: str
    artist: Artist
    pressing: Pressing
    lyrics: Lyrics
    language: str
    tags: Tags | None


def plan_collection(n_tracks: int = 60, *, seed: int = 42) -> tuple[PlannedTrack, ...]:
    """Decide who plays what, in which style and language.

    Parameters
    ----------
    n_tracks
        At least 1. The styles take turns.

    Examples
    --------
    >>> plan = plan_collection(8)
    >>> [track.style for track in plan[:5]]
    ['Ballad', 'Techno', 'Rock', 'Folk', 'Ballad']
    >>> plan[0].path.as_posix(), plan[0].tags is None, plan[0].language
    ('Unknown Artist/Unknown Album/Track 01.flac', True, '')
    """
    if n_tracks < 1:
        raise ValueError(f"n_tracks must be at least 1. Got {n_tracks}.")
    titles: set[str] = set()
    plan = []
    for index in range(n_tracks):
        track = _planned(index, seed, titles)
        titles.add(track.lyrics.title.casefold())
        plan.append(track)
    return tuple(plan)


def _planned(index: int, seed: int, taken: set[str]) -> PlannedTrack:
    names = list(STYLES)
    turn, i_style = divmod(index, len(names))
    style = names[i_style]
    i_artist = turn % len(ARTISTS[style])
    artist = ARTISTS[style][i_artist]
    pressing = PRESSINGS[(i_artist + 2 * i_style) % 5 + 5 * (i_style // 2)]
    rng = stage_rng(seed, f"demo/lyrics/{index}")
    lyrics = write_lyrics(style, artist.language, rng)
    while lyrics.title.casefold() in taken:
        lyrics = write_lyrics(style, artist.language, rng)
    number = f"{turn // len(ARTISTS[style]) + 1:02d}"
    path = Path(artist.name, artist.album, f"{number} {lyrics.title}.{pressing.format}")
    tags: Tags | None = Tags(
        title=lyrics.title,
        artist=artist.name,
        album=artist.album,
        genre=style,
        date=str(artist.year),
        tracknumber=str(int(number)),
    )
    if index == 0:
        path, tags = Path("Unknown Artist/Unknown Album", f"Track 01.{pressing.format}"), None
    return PlannedTrack(
        index=index,
        path=path,
        style=style,
        artist=artist,
        pressing=pressing,
        lyrics=lyrics,
        language="" if turn % 8 == INSTRUMENTAL[style] else artist.language,
        tags=tags,
    )


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
        How many, and about how long each is; every track differs by up to a tenth.
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
    """
    folder = Path(folder)
    plan = plan_collection(n_tracks, seed=seed)
    texts = {README: _readme(plan, seed), **_lyrics_files(plan, seconds, seed)}
    _require_only(folder, {*texts, *(track.path.as_posix() for track in plan)})
    for name, text in texts.items():
        write_text(folder / name, text)
    for n_written, track in enumerate(plan, start=1):
        sound = play(track, seconds=seconds, seed=seed)
        data = encoded(sound, track.pressing.sr, track.pressing.format, track.tags)
        write_bytes(folder / track.path, data)
        if progress is not None:
            progress(n_written, n_tracks)
    return tuple(sorted(folder / track.path for track in plan))


def play(track: PlannedTrack, *, seconds: float, seed: int) -> FloatArray:
    """Shape (n_channels, n_samples): the sound of one track."""
    rng = stage_rng(seed, f"demo/sound/{track.index}")
    score = _score(track, seconds * rng.uniform(0.9, 1.1), seed, rng)
    canvas = Canvas(int(score.seconds * score.sr), score.sr, score.n_channels)
    STYLES[track.style].play(score, canvas, rng)
    dials = score.dials
    return finished(
        canvas.with_room(dials.space),
        score.sr,
        rng,
        loudness=rng.uniform(-19.5, -16.5),
        hiss=-75.0 + 28.0 * dials.age,
        ceiling=16000.0 * (1 - dials.age) + 3500.0,
    )


def _score(track: PlannedTrack, seconds: float, seed: int, rng: np.random.Generator) -> Score:
    style = STYLES[track.style]
    minor = bool(rng.random() < style.minor_share)
    progressions = style.minor if minor else style.major
    dials = _artist_dials(track.style, seed)[ARTISTS[track.style].index(track.artist)]
    jittered = np.clip(dials + rng.normal(0, 0.1, N_DIALS), 0, 1)
    return Score(
        sr=track.pressing.sr,
        n_channels=track.pressing.n_channels,
        seconds=seconds,
        bpm=rng.uniform(*style.bpm),
        beats_per_bar=int(rng.choice(style.meters)),
        tonic=int(rng.integers(48, 60)),
        minor=minor,
        progression=progressions[int(rng.integers(len(progressions)))],
        dials=Dials(**dict(zip(Dials.__dataclass_fields__, jittered.tolist(), strict=True))),
    )


def _artist_dials(style: str, seed: int) -> FloatArray:
    """Shape (n_artists, n_dials): each dial spread evenly over the artists of a style."""
    rng = stage_rng(seed, f"demo/artists/{style}")
    n_artists = len(ARTISTS[style])
    ranks = rng.permuted(np.tile(np.arange(n_artists), (N_DIALS, 1)), axis=1).T
    dials: FloatArray = (ranks + rng.random((n_artists, N_DIALS))) / n_artists
    return dials


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
    if not folder.exists():
        return
    found = (path for path in sorted(folder.rglob("*")) if not path.is_dir())
    for path in found:
        name = path.relative_to(folder).as_posix()
        if name not in expected and not path.name.startswith("."):
            raise StorageError(
                f"{folder} must be empty or hold the demonstration's own collection. It holds "
                f"{name!r}; name another folder, or remove this one first."
            )


def _readme(plan: tuple[PlannedTrack, ...], seed: int) -> str:
    n_sung = sum(bool(track.language) for track in plan)
    return (
        "This collection is synthetic.\n\n"
        f"songatlas computed all {len(plan)} tracks from formulas and the seed {seed}; no recording "
        "of anybody was used.\nArtists, albums and titles are invented. The lyrics "
        f"({n_sung} tracks, English and German) are put together from short word\nlists by chance "
        "and belong to no existing song. One file has no tags.\n"
    )
