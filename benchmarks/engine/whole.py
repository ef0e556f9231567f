"""The job of ``songatlas run``, watched: ``python -m benchmarks.engine.whole MUSIC CSV FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.scale.memory import WatchedStopwatch, peak
from songatlas.jobs import run as pipeline
from songatlas.machine import Machine

_WORKERS = 2


def main() -> None:
    """Run with an empty cache in FOLDER and print one line of JSON."""
    music, metadata, scratch = map(Path, sys.argv[1:])
    watch = WatchedStopwatch()
    pipeline.Stopwatch = lambda: watch  # type: ignore[assignment, misc] - the same, and it looks
    result = pipeline.run(
        music,
        metadata=metadata,
        out=scratch / "results",
        machine=Machine(cache=scratch / "cache", workers=_WORKERS),
    )
    print(
        json.dumps(
            {
                "n_tracks": len(result.prepared.library.tracks),
                "n_skipped": len(result.prepared.library.skipped),
                "stages": watch.seconds,
                "memory": watch.memory,
                "with_children": watch.with_maps,
                "peak": peak(),
                "k": result.n_clusters,
                "verdict": result.trust.verdict,
            }
        )
    )


if __name__ == "__main__":
    main()
