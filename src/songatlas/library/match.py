"""What a row of a metadata table may describe, on evidence of one rank, or why it may not."""

from __future__ import annotations

from typing import NamedTuple

from songatlas.text import quoted

# Ranks of evidence, the strongest first: a path; the end of one, the longer the stronger; title
# and artist; an id; a title alone, by how much of the file's name it is; what is left of a title.
PATH, END, BOTH, ID, TITLE, LOOSE = 0, 40, 50, 51, 52, 59

# Why a row describes nothing: of one row, and of more.
REASONS = {
    "unknown": ("{text} is none of the audio files found", "rows name no file that was found"),
    "skipped": ("{text} was skipped ({fact})", "rows name files that were skipped"),
    "paths": ("{text} could be {fact} files; give its folder too", "rows could mean several files"),
    "titles": (
        "{fact} files are called {text}; give the artist or the path",
        "rows have a title that several files have",
    ),
    "other": (
        "{text} is not by {artist} but by another artist",
        "rows have the title of a file by another artist",
    ),
    "untitled": (
        "{text} is the name of a file with another title",
        "rows name a file with another title",
    ),
    "shared": (
        "{text} is what {fact} may mean, and they are not one; give artists or whole paths",
        "rows mean a file that others may mean too",
    ),
    "weaker": (
        "{text} is already described by {fact}, which fits better",
        "rows mean a file that is already described by a row that fits better",
    ),
    "uncalled": (
        "no audio file is called {text}",
        "rows have a title that no audio file is called",
    ),
    "empty": ("it names no file and no title", "rows name no file and no title"),
}


class Match(NamedTuple):
    """Tracks that a row describes by evidence of one rank, or the reason why none can be named.

    Parameters
    ----------
    claim
        What the row calls the track. By any evidence but a path, or title and artist, rows that
        call one track differently describe it no more than the other.
    why
        Key of ``REASONS``.
    text, artist, fact
        What to fill in there: of the row, which is quoted, and what is found.
    final
        Whether the row is not looked up on weaker evidence.
    """

    rank: int
    tracks: frozenset[str] = frozenset()
    claim: str = ""
    why: str = ""
    text: str = ""
    artist: str = ""
    fact: str = ""
    final: bool = False

    @property
    def alone(self) -> bool:
        """Whether evidence of this rank counts only where it is unique in both directions."""
        return self.rank not in (PATH, BOTH)

    def reason(self) -> str:
        """Why no track can be named."""
        return REASONS[self.why][0].format(
            text=quoted(self.text), artist=quoted(self.artist), fact=self.fact
        )
