"""songatlas: from a folder of music and what is written about it to honest clusters.

The whole job in five lines:

>>> import songatlas
>>> def whole_job(folder):
...     result = songatlas.run(folder, out="results")
...     for track, cluster in zip(result.tracks, result.labels):
...         print(cluster, track.artist, track.title)

Importing this package loads neither numpy nor torch; calling :func:`run` does.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# Threads of torch that wait for each other should sleep: spinning, they are tens of times slower as
# soon as anything else runs on the machine. It counts only before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

if TYPE_CHECKING:
    from songatlas.config import Config, load_config
    from songatlas.extraction.extract import extract
    from songatlas.jobs.demo import demo
    from songatlas.jobs.run import run
    from songatlas.revision.assign import Assignment, assign
    from songatlas.stages.result import RunResult
    from songatlas.version import __version__

__all__ = [
    "Assignment",
    "Config",
    "RunResult",
    "__version__",
    "assign",
    "demo",
    "extract",
    "load_config",
    "run",
]

_HOME = {
    "Assignment": "songatlas.revision.assign",
    "Config": "songatlas.config",
    "RunResult": "songatlas.stages.result",
    "__version__": "songatlas.version",
    "assign": "songatlas.revision.assign",
    "demo": "songatlas.jobs.demo",
    "extract": "songatlas.extraction.extract",
    "load_config": "songatlas.config",
    "run": "songatlas.jobs.run",
}


if not TYPE_CHECKING:  # a type checker that saw it would take every name for one of ours

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used."""
        if name not in _HOME:
            raise AttributeError(f"module 'songatlas' has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
