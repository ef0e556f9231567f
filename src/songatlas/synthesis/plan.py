"""Who plays what: the truth about every track, decided before a sound is made.

Everything about track *i* follows from the seed and the tracks before it, so that a shorter
collection is the beginning of a longer one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from songatlas.seeds import stage_rng
from songatlas.synthesis.artists import ARTISTS, PRESSINGS, Artist, Pressing
from songatlas.synthesis.audio_file import Tags
from songatlas.synthesis.lyrics.song import Lyrics, write_lyrics
from songatlas.synthesis.styles import STYLES

# Of each style's tracks, the i-th has no lyrics where i mod 8 is this: one track in eight, and as
# many by singers of one language as of the other.
INSTRUMENTAL = dict(zip(STYLES, (0, 1, 5, 6), strict=True))
MOST_TRACKS = 1000  # the word lists hold about twice as many titles


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
        In [1, 1000]. The styles take turns.

    Examples
    --------
    >>> plan = plan_collection(8)
    >>> [track.style for track in plan[:5]]
    ['Ballad', 'Techno', 'Rock', 'Folk', 'Ballad']
    >>> plan[0].path.as_posix(), plan[0].tags is None, plan[0].language
    ('Unknown Artist/Unknown Album/Track 01.flac', True, '')
    """
    if not 1 <= n_tracks <= MOST_TRACKS:
        raise ValueError(f"n_tracks must be in [1, {MOST_TRACKS}]. Got {n_tracks}.")
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
