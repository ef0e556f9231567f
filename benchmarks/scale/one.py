"""One size in this process: ``python -m benchmarks.scale.one N OUT EPOCHS``, one line of JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.scale.collection import groups, library, windows
from benchmarks.scale.memory import WatchedStopwatch, peak
from songatlas.config import load_config
from songatlas.evaluation.adjusted_rand import adjusted_rand
from songatlas.evaluation.contingency import contingency_table
from songatlas.extraction.gather import ExtractionCounts
from songatlas.features.audio.descriptors import DESCRIPTORS, Descriptors
from songatlas.features.inputs import Extracted, build_inputs
from songatlas.jobs.run import analyse
from songatlas.jobs.site import Site
from songatlas.library.labels import read_labels
from songatlas.machine import Machine
from songatlas.results.folder import open_folder
from songatlas.stages.condition import encode_condition
from songatlas.stages.prepare import Prepared
from songatlas.store.arena import Arena

SEED = 0


def main() -> None:
    """Measure and print one line of JSON."""
    n_tracks, out = int(sys.argv[1]), Path(sys.argv[2])
    epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    config = load_config(overrides={"training": {"epochs": epochs}} if epochs else {})
    planted = groups(n_tracks, SEED)
    watch = WatchedStopwatch()
    with open_folder(out, overwrite=True) as folder:
        with watch.time("making the collection"):
            tracks = library(planted, SEED)
            arena = Arena(folder.work)
            reduced = [arena.keep(x) for x in windows(planted, SEED)]
        machine = Machine(device="cpu", workers=2)  # the maps are made beside the training
        with watch.time("inputs"):
            extracted = Extracted(tracks=tracks.tracks, frames=reduced)
            inputs = build_inputs(extracted, config, arena)
            del reduced, extracted
            arena.rest()
            labels = read_labels(tracks.tracks, config)
            prepared = Prepared(
                config=config,
                library=tracks,
                counts=ExtractionCounts(cached=n_tracks, extracted=0, failed=0),
                ear=None,
                inputs=inputs,
                labels=labels,
                condition=encode_condition(tracks.tracks, config, labels),
                notes=(),
                seconds=np.full(n_tracks, np.nan),
                descriptors=lambda: _unknown(n_tracks),
            )
        result = analyse(prepared, Site(folder=folder, arena=arena, machine=machine, watch=watch))
    print(
        json.dumps(
            {
                "n_tracks": n_tracks,
                "seconds": watch.seconds,
                "memory": watch.memory,
                "with_maps": watch.with_maps,
                "peak": peak(),
                "epochs": len(result.model.fit.history),
                "k": result.n_clusters,
                "verdict": result.trust.verdict,
                "ari": {c.method: _agreement(planted, c.labels) for c in result.clusterings},
                "silhouette_tracks": result.evaluations[0].internal.silhouette_tracks,
                "cpu_seconds": time.process_time() + _of_children(),
                "notes": list(result.prepared.notes),
            }
        )
    )


def _unknown(n_tracks: int) -> Descriptors:
    """Nothing known of the sound of so many tracks."""
    sound = np.full((n_tracks, len(DESCRIPTORS)), np.nan)
    return Descriptors(sound=sound, tag_names=(), tags=np.zeros((n_tracks, 0)))


def _agreement(planted: np.ndarray, labels: np.ndarray) -> float:
    return float(adjusted_rand(contingency_table(planted, labels)))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
