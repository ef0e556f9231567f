"""What a row of a metadata table may describe, on evidence of one rank, or why it may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from songatlas.text import quoted
from songatlas.toml import read_toml

# Ranks of evidence, the strongest first: a path; the end of one, the longer the stronger; title
# and artist; an id; a title alone, by how much of the file's name it is; without its guests; what
# is left of a title.
PATH, END, BOTH, ID, TITLE, SHORT, LOOSE = 0, 40, 50, 51, 52, 58, 59

# Why a row describes nothing: of one row, and of more.
REASONS: Mapping[str, Sequence[str]] = read_toml("library/reasons.toml")


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
