"""Rows of a metadata table to the audio files that they describe.

Conventions
-----------
Evidence comes in levels, the strongest first: the path; title and artist; the title alone, when
one file has it; the file's name without a clip length (``_30s``), when one file has it. A row
counts at the first level at which it fits, and a file that a stronger level has described is not
described again by a weaker one. Nothing depends on the order of rows or files, and what is
ambiguous is reported instead of guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from songatlas.library.grounds import AudioFile, Evidence, Match
from songatlas.library.merge import conflict_note, lines, merge
from songatlas.library.metadata import Row, Table
from songatlas.library.path_index import PathIndex
from songatlas.text import quoted


class Joined(NamedTuple):
    """Cells of the described tracks by track path, and a sentence for every doubt."""

    cells: dict[str, dict[str, str]]
    notes: tuple[str, ...]


def join(
    table: Table,
    columns: Mapping[str, str],
    files: Sequence[AudioFile],
    *,
    index: PathIndex,
    unusable: Mapping[str, str] | None = None,
) -> Joined:
    """Join the rows of `table` to `files`.

    Parameters
    ----------
    table
        From :func:`~songatlas.library.metadata.read_table`.
    columns
        Column of each recognised field; ``file``, ``title`` and ``artist`` are used.
    files
        The tracks.
    index
        Of the paths of the tracks, and of files that are not used.
    unusable
        Skip code by path of files that were found and are not used.
    """
    evidence = Evidence(files, columns, index, unusable or {})
    described: dict[str, list[Row]] = {}
    reasons: dict[int, str] = {}
    rows: Sequence[Row] = table.rows
    for level in (
        evidence.by_path,
        evidence.by_title_and_artist,
        evidence.by_title,
        evidence.by_clip_title,
    ):
        rows = _describe(rows, level, described, reasons)
    for row in rows:
        reasons.setdefault(row.line, _nothing_fits(evidence.cell(row, "title")))
    notes = [(line, f"{table.path.name} line {line}: {why}.") for line, why in reasons.items()]

    cells: dict[str, dict[str, str]] = {}
    ignored = {columns["file"]} if "file" in columns else set()
    for track, of_track in described.items():
        cells[track], differing = merge(of_track, ignored=ignored)
        if differing:
            note = conflict_note(table.path.name, of_track, track, differing)
            notes.append((min(row.line for row in of_track), note))
    left_out = _undescribed(table, files, described)
    return Joined(cells, (*(note for _, note in sorted(notes)), *left_out))


def _describe(
    rows: Sequence[Row],
    level: Callable[[Row], Match],
    described: dict[str, list[Row]],
    reasons: dict[int, str],
) -> list[Row]:
    """Describe files by the rows that fit at this level; return the rows still to be placed."""
    stronger = frozenset(described)
    left = []
    for row in rows:
        match = level(row)
        for track in match.tracks - stronger:
            described.setdefault(track, []).append(row)
        if match.tracks - stronger:
            reasons.pop(row.line, None)
        elif match.tracks:
            track = min(match.tracks)
            by = lines(described[track])
            reasons[row.line] = f"{quoted(track)} is already described by {by}, which fits better"
        else:
            if match.reason:
                reasons[row.line] = match.reason
            if not match.final:
                left.append(row)
    return left


def _nothing_fits(title: str) -> str:
    return f"no audio file is called {quoted(title)}" if title else "it names no file and no title"


def _undescribed(
    table: Table, files: Sequence[AudioFile], described: Mapping[str, object]
) -> tuple[str, ...]:
    """One sentence about the files that no row describes, if there are any."""
    missing = sorted(file.path for file in files if file.path not in described)
    if not missing:
        return ()
    return (
        f"{table.path.name} describes {len(files) - len(missing)} of {len(files)} audio files; "
        f"the first that it does not is {quoted(missing[0])}.",
    )
