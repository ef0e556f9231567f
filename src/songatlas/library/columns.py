"""Which column of a metadata table is the title, which the lyrics, and so on."""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from songatlas.errors import MetadataError
from songatlas.store.formats import claims_audio
from songatlas.toml import read_toml

_SAID = read_toml("library/columns.toml")
# For each field its usual names, the likeliest first: of two columns the earlier name counts.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    field: tuple(names) for field, names in _SAID["fields"].items()
}
_SPARE: Mapping[str, list[str]] = _SAID["spare"]
_SUFFIXES, _ELSE = _SAID["parts"]["suffixes"], frozenset(_SAID["parts"]["else"])
_JOINING = ("file", "title", "id")
_BY_THE_WAY = ("id", "album_artist", "composer", "disc")  # never missed
_ALIKE = 0.8  # likeness of names, in [0, 1], from which one may be the other mistyped
_SHOWN = 40  # columns that a message names
_MOST_NEAR = 1000  # columns among which such names are looked for
# What stands in a column "track" that is no title: 3, 03/12, 1-03, A4, 3.0
_PLACE = re.compile(r"[A-Ha-h]?\d{1,3}(?:\s*[-/.]\s*\d{1,3})?")
_LOOKED_AT = 100  # rows


class Recognised(NamedTuple):
    """Column name of every recognised field, and notes on choices that were made.

    ``instead`` names, for a column that two joined tables had both, the others of its name: where
    it is empty, they are asked in this order.
    """

    columns: dict[str, str]
    notes: tuple[str, ...]
    instead: dict[str, tuple[str, ...]]


def normal_name(name: str) -> str:
    """Letters, marks and digits of `name`, without case.

    Examples
    --------
    >>> normal_name("Track_Name"), normal_name(" playlist genre"), normal_name("Artist Name(s)")
    ('trackname', 'playlistgenre', 'artistnames')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    folded = folded.replace("i\u0307", "i").replace("ı", "i")  # Turkish, in either case
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LMN")


_NAMES = {field: tuple(map(normal_name, names)) for field, names in SYNONYMS.items()}
_KNOWN = frozenset(itertools.chain(*_NAMES.values()))


def is_known(name: str) -> bool:
    """Whether some field goes by `name`."""
    return any(normal_name(shape) in _KNOWN for shape in _shapes(name))


def recognise(
    names: Sequence[str],
    *,
    overrides: Mapping[str, str] | None = None,
    table: str,
    rows: Iterable[Mapping[str, str]] = (),
) -> Recognised:
    """Find the column of every field.

    Parameters
    ----------
    names
        Column names of the table.
    overrides
        Column by field, where the usual names do not fit: ``{"title": "Song Name"}``.
    table
        Name of the table, for messages.
    rows
        Cells by column, of which the first are looked at: a column *track* of numbers is no title.

    Raises
    ------
    MetadataError
        For an unknown field or a missing column in `overrides`, or when there is no column of
        files, ids or titles to join by.

    Examples
    --------
    >>> recognise(["track_name", "lyrics_x", "lyrics_y"], table="songs.csv").columns
    {'title': 'track_name', 'lyrics': 'lyrics_x'}
    """
    chosen = {
        _field(field): _column(field, wanted, names, table)
        for field, wanted in (overrides or {}).items()
    }
    columns: dict[str, str] = {}
    instead: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    spares = {*itertools.chain(*_SPARE.values())}
    free = [name for name in names if name not in chosen.values()]
    free = [name for name in free if is_known(name) or normal_name(name) in spares]
    free = [*_without_places(free, rows)]
    for field, synonyms in _NAMES.items():
        if field in chosen:
            columns[field] = chosen[field]
            continue
        ranks = {name: rank for name in free if (rank := _rank(name, synonyms)) is not None}
        fitting = sorted(ranks, key=ranks.__getitem__)  # stable: of equals the first
        same = [name for name in fitting[1:] if ranks[name][0] == ranks[fitting[0]][0]]
        spare = [name for name in free if normal_name(name) in _SPARE.get(field, ())]
        asked = [*fitting[:1], *same, *spare]
        if asked:
            columns[field], *others = asked
            instead |= {asked[0]: tuple(others)} if others else {}
        if len(fitting) > 1:
            filled = f" and, where it is empty, {_list(same)}" if same else ""
            notes.append(
                f"{table} line 1: {_list(fitting)} could all be the {field}; {fitting[0]!r} is "
                f"used{filled}. Name another with the column options."
            )
    near = list(_near_misses(columns, names[:_MOST_NEAR]))
    if not ({*_JOINING} & columns.keys()):
        near += [("id", name) for name in names if normal_name(name) == "id"]  # of a row, mostly
        meant = "".join(f" Did you mean {name!r} for the {field}?" for field, name in near)
        raise MetadataError(
            f"{table} must have a file, a title or an id column, to join its rows to the audio."
            f"{meant} Got {_list(names)}. {_remedy(names)}"
        )
    notes += [
        f"{table} line 1: no column is read as the {field}. Did you mean {name!r}? Then add "
        f"--column {field}={name!r}."
        for field, name in near
    ]
    return Recognised(columns, tuple(notes), instead)


def _without_places(free: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Columns without those of numbers of tracks, as long as another says which track it is."""
    known = tuple(itertools.chain(*(_NAMES[field] for field in _JOINING)))
    joining = [name for name in free if _rank(name, known) is not None]
    for name in free:
        if normal_name(name) == "track" and len(joining) > 1 and _holds_places(name, rows):
            continue
        yield name


def _holds_places(name: str, rows: Iterable[Mapping[str, str]]) -> bool:
    cells = [row[name].strip() for row in itertools.islice(rows, _LOOKED_AT)]
    said = [cell for cell in cells if cell]
    return "#" in name or (bool(said) and all(map(_PLACE.fullmatch, said)))


def _remedy(names: Sequence[str]) -> str:
    """What to do where no column says which track a row is of."""
    if any(map(claims_audio, names)):
        return "Line 1 is a row already: put a line with names above it, such as file,genre."
    if len(names) == 1 and sum(map(is_known, re.split(r"[\W\d_]+", names[0]))) > 1:
        return "Its fields are not separated: put a comma, semicolon, tab or | between them."
    return (
        "Name the column with the column options; where line 1 is a row already, put a line with "
        "names above it."
    )


def _shapes(name: str) -> Iterator[str]:
    """`name`, and what it was before two tables were joined."""
    yield name
    for suffix in _SUFFIXES:
        if name.casefold().endswith(suffix):
            yield name[: -len(suffix)]


def _rank(name: str, synonyms: Sequence[str]) -> tuple[int, bool] | None:
    """How likely a column is the field of these names, the least first; None if it is not."""
    for joined, shape in enumerate(_shapes(name)):
        if normal_name(shape) in synonyms:
            return synonyms.index(normal_name(shape)), bool(joined)
    return None


def _near_misses(columns: Mapping[str, str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(field, column) where a field has no column and the name of one is nearly one of its own."""
    left = {normal_name(name): name for name in names if not is_known(name)}
    for field, synonyms in _NAMES.items():
        if field in (*columns, *_BY_THE_WAY) or (
            field in _JOINING and {*_JOINING} & columns.keys()
        ):
            continue
        own = [name for name in synonyms if len(name) > 3]
        near = (name for key, name in left.items() if _is_near(key, field, own))
        yield from ((field, name) for name in itertools.islice(near, 1))


def _is_near(key: str, field: str, synonyms: Sequence[str]) -> bool:
    """Whether a name says the field at either end or is mistyped, and is nothing else about it."""
    if any(key.removeprefix(name) in _ELSE for name in (field, *_KNOWN)):
        return False
    holds = key.startswith(field) or key.endswith(field)
    return holds or bool(difflib.get_close_matches(key, synonyms, n=1, cutoff=_ALIKE))


def _field(field: str) -> str:
    if field in SYNONYMS:
        return field
    raise MetadataError(
        f"{field!r} is not a field of a track.{_hint(field, SYNONYMS)} Fields are "
        f"{', '.join(SYNONYMS)}."
    )


def _column(field: str, wanted: str, names: Sequence[str], table: str) -> str:
    if wanted in names:
        return wanted
    alike = [name for name in names if normal_name(name) == normal_name(wanted)]
    if len(alike) == 1:
        return alike[0]
    raise MetadataError(
        f"{table} has no column {wanted!r} for the {field}.{_hint(wanted, names)} Its columns are "
        f"{_list(names)}."
    )


def _hint(wanted: str, names: Iterable[str]) -> str:
    by_normal = {normal_name(name): name for name in names}
    close = difflib.get_close_matches(normal_name(wanted), by_normal, n=1)
    return f" Did you mean {by_normal[close[0]]!r}?" if close else ""


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + more
