"""``beet songatlas RESULTS``: the clusters of a finished run as fields of a beets library.

beets finds it by itself once both are installed: put ``songatlas`` into ``plugins`` of its
configuration. Files are not touched, only the library's flexible attributes.
"""

from __future__ import annotations

import optparse
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beets.dbcore import types
from beets.plugins import BeetsPlugin
from beets.ui import Subcommand, UserError, print_

if TYPE_CHECKING:
    from songatlas import Atlas, Cluster

NAME, NUMBER = "songatlas_cluster", "songatlas_cluster_number"
_MOST_SHOWN = 5


class SongatlasPlugin(BeetsPlugin):  # type: ignore[misc]  # beets is an extra
    """The command, and the types of the fields that it writes."""

    item_types: Mapping[str, Any] = {NAME: types.STRING, NUMBER: types.INTEGER}

    def commands(self) -> list[Subcommand]:
        """``beet songatlas [-p] RESULTS [QUERY]``."""
        command = Subcommand(
            "songatlas", help="write the clusters of a songatlas run into the library"
        )
        command.parser.usage = "%prog [options] RESULTS [QUERY]"
        command.parser.add_option(
            "-p", "--pretend", action="store_true", help="show what would change, change nothing"
        )
        command.func = write_clusters
        return [command]


def write_clusters(library: Any, options: optparse.Values, arguments: list[str]) -> None:
    """Set both fields of every item whose file is in the run; take them from those in no cluster.

    Items that the run does not know keep what they have.
    """
    import songatlas
    from songatlas.text import printable

    if not arguments:
        raise UserError("songatlas needs the results folder: beet songatlas RESULTS [QUERY]")
    try:
        atlas = songatlas.open(Path(os.fsdecode(arguments[0])).expanduser())
    except songatlas.SongatlasError as error:
        raise UserError(str(error)) from error
    clusters = _by_file(atlas)
    n_known = n_changed = 0
    unknown = []
    with library.transaction():
        for item in library.items(arguments[1:]):
            path = _key(os.fsdecode(item.path))
            if path not in clusters:
                unknown.append(os.fsdecode(item.path))
                continue
            n_known += 1
            before = item.get(NAME), item.get(NUMBER)
            n_changed += _set(item, clusters[path])
            after = item.get(NAME), item.get(NUMBER)
            if options.pretend and before != after:
                print_(printable(f"{_shown(item)}: {before[0] or '-'} -> {after[0] or '-'}"))
            elif before != after:
                item.store()
    said = "would change" if options.pretend else "changed"
    print_(f"{n_known} of {len(atlas.tracks)} tracks are in the library; {n_changed} {said}.")
    for path in unknown[:_MOST_SHOWN]:
        print_(f"  not in the run: {path!a}")
    if len(unknown) > _MOST_SHOWN:
        print_(f"  not in the run: {len(unknown) - _MOST_SHOWN} more")


def _set(item: Any, cluster: Cluster | None) -> bool:
    """Give `item` its fields, in memory; whether that changes it."""
    if cluster is None:
        had = [field for field in (NAME, NUMBER) if field in item]
        for field in had:
            del item[field]
        return bool(had)
    same = (item.get(NAME), item.get(NUMBER)) == (cluster.name, cluster.number)
    item[NAME], item[NUMBER] = cluster.name, cluster.number
    return not same


def _by_file(atlas: Atlas) -> dict[str, Cluster | None]:
    """Cluster of every file of the run, None where it is in none, or holds several tracks."""
    clusters: dict[str, Cluster | None] = {_key(str(it.source)): None for it in atlas.tracks}
    for cluster in atlas.clusters:
        for track in (atlas.tracks[row] for row in cluster.rows):
            if track.part is None:
                clusters[_key(str(track.source))] = cluster
    return clusters


def _key(path: str) -> str:
    """One spelling of a path: links followed, accents composed."""
    return unicodedata.normalize("NFC", os.path.realpath(path))


def _shown(item: Any) -> str:
    from songatlas.text import track_name

    return track_name(item.artist, item.title, os.fsdecode(item.path))
