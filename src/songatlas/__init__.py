"""songatlas: from a folder of music and what is written about it to honest clusters.

The whole job in five lines:

>>> import songatlas
>>> def whole_job(folder):
...     result = songatlas.run(folder, out="results")
...     for track, cluster in zip(result.tracks, result.labels):
...         print(cluster, track.artist, track.title)

What a command does, a function of the same name does. Importing this package loads neither numpy
nor torch; the functions do.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# Threads of torch that wait for each other should sleep: spinning, they are tens of times slower as
# soon as anything else runs on the machine. It counts only before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

if TYPE_CHECKING:
    from songatlas.atlas.compare import Comparison, compare
    from songatlas.atlas.opened import (
        Atlas,
        explain,
        path,
        search,
        similar,
        write_map,
        write_playlists,
    )
    from songatlas.atlas.opened import open_atlas as open  # noqa: A004 - as gzip.open
    from songatlas.atlas.search import Found
    from songatlas.atlas.similar import Listed
    from songatlas.config import Config, load_config
    from songatlas.errors import SongatlasError
    from songatlas.extraction.extract import extract
    from songatlas.jobs.demo import demo
    from songatlas.jobs.judge import judge
    from songatlas.jobs.run import run
    from songatlas.listening.choice import PlaylistOptions
    from songatlas.machine import FileLimits, Machine
    from songatlas.players.push import Pushed, push
    from songatlas.revision.assign import Assignment, assign
    from songatlas.revision.label import Wishes, label
    from songatlas.revision.update import UpdateReport, update
    from songatlas.stages.result import RunResult
    from songatlas.tagging.tag import Tagged, tag
    from songatlas.types import Library, Track
    from songatlas.types.atlas import Cluster, View
    from songatlas.types.trust import Trust
    from songatlas.version import __version__

# fmt: off
__all__ = [
    "Assignment", "Atlas", "Cluster", "Comparison", "Config", "FileLimits", "Found", "Library",
    "Listed", "Machine", "PlaylistOptions", "Pushed", "RunResult", "SongatlasError", "Tagged",
    "Track", "Trust", "UpdateReport", "View", "Wishes", "__version__", "assign", "compare", "demo",
    "explain", "extract", "judge", "label", "load_config", "open", "path", "push", "run", "search",
    "similar", "tag", "update", "write_map", "write_playlists",
]
# fmt: on

# Where every public name is.
_HOME = {
    "atlas.compare": "Comparison compare",
    "atlas.opened": "Atlas explain path search similar write_map write_playlists",
    "atlas.search": "Found",
    "atlas.similar": "Listed",
    "config": "Config load_config",
    "errors": "SongatlasError",
    "extraction.extract": "extract",
    "jobs.demo": "demo",
    "jobs.judge": "judge",
    "jobs.run": "run",
    "listening.choice": "PlaylistOptions",
    "machine": "FileLimits Machine",
    "players.push": "Pushed push",
    "revision.assign": "Assignment assign",
    "revision.label": "Wishes label",
    "revision.update": "UpdateReport update",
    "stages.result": "RunResult",
    "tagging.tag": "Tagged tag",
    "types": "Library Track",
    "types.atlas": "Cluster View",
    "types.trust": "Trust",
    "version": "__version__",
}


if not TYPE_CHECKING:  # a type checker that saw it would take every name for one of ours

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used."""
        from importlib import import_module

        if name == "open":
            return import_module("songatlas.atlas.opened").open_atlas
        for module, names in _HOME.items():
            if name in names.split():
                return getattr(import_module(f"songatlas.{module}"), name)
        raise AttributeError(f"module 'songatlas' has no attribute {name!r}")
