"""Rows of a metadata table to the audio files that they describe.

Conventions
-----------
Evidence comes in ranks, the strongest first: the path; the end of a path of another machine; title
and artist; an id; the title alone; the file's name without a clip length (``_30s``); without
number and artist; what accents leave of it. A row counts at the first rank at which it fits, and a
file that stronger evidence has described is not described again by weaker. By less than the path,
or title and artist, a row must be the only one of its kind for the file, and the file for the row.
Nothing depends on the order of rows or files, and what is ambiguous is reported instead of guessed.

Rows are gone through twice, first for the artists that folders are called after. Those that may
describe the same files for the same reasons share their fate and are kept as one, so that memory
grows with the files and not with the rows.
"""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from songatlas.credits import names_in
from songatlas.library.grounds import AudioFile, Evidence
from songatlas.library.match import REASONS, Match
from songatlas.library.merge import Merged, conflict_note, together
from songatlas.library.metadata import Row, Table
from songatlas.library.notes import SHOWN, Notes
from songatlas.library.path_index import PathIndex
from songatlas.text import quoted

_NOTHING = Match(99, why="empty")


class Joined(NamedTuple):
    """Cells of the described tracks by track path, and a sentence for every doubt.

    ``unjoined`` is the first of them where no row describes anything, and empty otherwise.
    """

    cells: dict[str, dict[str, str]]
    notes: tuple[str, ...]
    unjoined: str = ""


def join(
    table: Table,
    columns: Mapping[str, str],
    files: Sequence[AudioFile],
    *,
    index: PathIndex,
    unusable: Mapping[str, str] | None = None,
    instead: Mapping[str, Sequence[str]] | None = None,
) -> Joined:
    """Join the rows of `table` to `files`.

    Parameters
    ----------
    table
        From :func:`~songatlas.library.metadata.read_table`.
    columns
        Column of each recognised field; ``file``, ``id``, ``title`` and ``artist`` are used.
    files
        The tracks.
    index
        Of the paths of the tracks, and of files that are not used.
    unusable
        Skip code by path of files that were found and are not used.
    instead
        By column, those that are asked where it is empty.
    """
    evidence = Evidence(files, columns, index, unusable or {})
    evidence.learn_folders(table.rows)
    groups: dict[object, _Group] = {}
    for row in table.rows:
        matches = list(evidence.matches(row)) or [_NOTHING]
        key = tuple((m.rank, m.tracks, m.why, m.final) for m in matches)
        group = groups.get(key) or groups.setdefault(key, _Group(matches))
        group.add(_filled(row, instead or {}), matches, evidence.cell(row, "artist"))
    described = _describe(list(groups.values()))
    notes, left = Notes(table.path.name), [group for group in groups.values() if group.open]
    for group in left:
        kind, sentences = group.why(table.path.name)
        notes.add_some(REASONS[kind][1], sentences, group.merged.n_rows)
    cells: dict[str, dict[str, str]] = {}
    ignored = {columns[field] for field in ("file", "id") if field in columns}
    for track, rows in described.items():
        merged = together(rows)
        cells[track] = merged.cells
        if note := conflict_note(table.path.name, merged, track, ignored):
            sentence = (merged.first[0], note)
            notes.add_some("files are described differently by several rows", [sentence], 1)
    counts = sum(g.merged.n_rows for g in groups.values()), sum(g.merged.n_rows for g in left)
    first = _counted(table, files, cells, counts, left)
    unjoined = first if not cells else ""
    return Joined(cells, (*filter(None, [first]), *notes.sentences()), unjoined)


@dataclass
class _Group:
    """Rows that may describe the same files for the same reasons.

    Parameters
    ----------
    matches
        What they may describe; what is said of it differs from row to row.
    merged
        The rows as one. Of rows that can describe nothing only the number.
    first
        Line and matches of the first few.
    claims
        For every match what the rows call the track, two of that at most.
    artists
        Whom all rows name that name somebody; None where none does.
    blame
        Place of the match that says why they describe nothing, and why else if not that.
    open
        Whether they describe nothing so far.
    """

    matches: list[Match]
    merged: Merged = field(default_factory=Merged)
    first: list[tuple[int, list[Match]]] = field(default_factory=list)
    claims: list[set[str]] = field(default_factory=list)
    artists: frozenset[str] | None = None
    blame: tuple[int, Match | None] = (0, None)
    open: bool = True
    final: bool = False

    def add(self, row: Row, matches: list[Match], artist: str) -> None:
        """One row more."""
        if any(match.tracks for match in matches):
            self.merged.add(row)
            self.claims = self.claims or [set() for _ in matches]
            for claims, match in zip(self.claims, matches, strict=True):
                claims.add(match.claim)
                if len(claims) > 2:
                    claims.remove(max(claims))
            if keys := names_in(artist):
                self.artists = keys if self.artists is None else self.artists & keys
        else:
            self.merged.n_rows += 1
        if len(self.first) < SHOWN or row.line < self.first[-1][0]:
            self.first = heapq.nsmallest(SHOWN, [*self.first, (row.line, matches)])

    def why(self, table: str) -> tuple[str, list[tuple[int, str]]]:
        """Why the rows describe nothing: the kind, and a sentence for each of the first."""
        place, instead = self.blame
        said = [(line, instead or matches[place]) for line, matches in self.first]
        sentences = [(line, f"{table} line {line}: {match.reason()}.") for line, match in said]
        return said[0][1].why, sentences


def _describe(groups: Sequence[_Group]) -> dict[str, list[Merged]]:
    """Rows by the track that they describe; groups that describe something are closed."""
    at: dict[int, list[tuple[_Group, int]]] = {}
    for group in groups:
        for place, match in enumerate(group.matches):
            at.setdefault(match.rank, []).append((group, place))
    described: dict[str, list[Merged]] = {}
    for rank in sorted(at):
        stronger = frozenset(described)
        wanted: dict[str, list[tuple[_Group, int]]] = {}
        for group, place in at[rank]:
            match = group.matches[place]
            if not group.open or group.final:
                continue
            group.final = match.final
            for track in match.tracks - stronger:
                wanted.setdefault(track, []).append((group, place))
            if match.why:
                group.blame = place, None
            elif match.tracks and match.tracks <= stronger:
                track = min(match.tracks)
                by = together(described[track]).lines()
                group.blame = place, Match(rank, why="weaker", text=track, fact=by)
        for track, those in wanted.items():
            if those[0][0].matches[those[0][1]].alone and _differ(those):
                by = together(group.merged for group, _ in those).lines()
                for group, place in those:
                    group.blame = place, Match(rank, why="shared", text=track, fact=by)
                continue
            described[track] = [group.merged for group, _ in those]
            for group, _ in those:
                group.open = False
    return described


def _differ(those: Sequence[tuple[_Group, int]]) -> bool:
    """Whether rows for one track call it differently, or name artists of whom none is in all."""
    claims = {claim for group, place in those for claim in group.claims[place]}
    artists = [group.artists for group, _ in those if group.artists is not None]
    return len(claims) > 1 or (bool(artists) and not frozenset.intersection(*artists))


def _filled(row: Row, instead: Mapping[str, Sequence[str]]) -> Row:
    """`row` with cells that are empty taken from others that say the same."""
    filled = {
        name: next((row.cells[other] for other in others if row.cells[other].strip()), "")
        for name, others in instead.items()
        if not row.cells[name].strip()
    }
    return dataclasses.replace(row, cells={**row.cells, **filled}) if filled else row


def _counted(
    table: Table,
    files: Sequence[AudioFile],
    described: Mapping[str, object],
    counts: tuple[int, int],
    left: Sequence[_Group],
) -> str:
    """How many rows and files found each other, if it is not all of them."""
    missing = min((file.path for file in files if file.path not in described), default="")
    n_rows, n_left = counts
    if not (missing or n_left):
        return ""
    found = f"{table.path.name}: {n_rows - n_left:,} of {n_rows:,} rows name a file that was found"
    if described:
        first = f"; the first that it does not is {quoted(missing)}" if missing else ""
        return f"{found}; it describes {len(described):,} of {len(files):,} audio files{first}."
    texts = ((line, match.text) for g in left for line, said in g.first for match in said)
    _, said = min((pair for pair in texts if pair[1]), default=(0, ""))
    examples = (
        said and f"the first row says {quoted(said)}",
        f"the first audio file is {quoted(missing)}",
    )
    example = ", ".join(filter(None, examples[: 2 if missing else 1]))
    said = f" ({example})" if example else ""
    return (
        f"{found}, and nothing in the table is used{said}. Name the column that says the same with "
        "--column file=NAME or --column title=NAME."
    )
