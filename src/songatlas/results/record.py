"""``run.json``: what a run was made of and from, and the digest of every file that it wrote."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

from songatlas import __version__
from songatlas.config import to_dict
from songatlas.config.views import describe
from songatlas.results.folder import RUN_FILE
from songatlas.stages.prepare import identity, input_hash
from songatlas.stages.result import RunResult
from songatlas.store.atomic import write_json

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "umap-learn", "matplotlib", "soundfile")


def write_run_file(result: RunResult, files: list[str]) -> None:
    """Write ``run.json`` with the digests of `files`, which are all that the folder holds else."""
    out, ear = result.out, result.prepared.ear
    record = {
        "songatlas": __version__,
        "identity": identity(result.prepared),
        "input_hash": input_hash(result.prepared.library),
        "root": str(result.prepared.library.root),
        "music": [str(root) for root in result.prepared.roots],
        "metadata": None if result.prepared.metadata is None else str(result.prepared.metadata),
        "seed": result.config.seed,
        "config": to_dict(result.config),
        "view": {
            "name": describe(result.config.view),
            "key": result.config.view.name,
            "weights": dict(result.model.weights),
            "tracks_without_a_place": int((~result.model.rows).sum()),
        },
        "embedding": None if ear is None else ear.facts(),
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _LIBRARIES},
        },
        "counts": {
            "discovered": result.prepared.library.n_discovered,
            "analysed": len(result.tracks),
            "skipped": len(result.prepared.library.skipped),
        },
        "files": {name: _digest(out / name) for name in sorted(files)},
    }
    write_json(out / RUN_FILE, record)


def _digest(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
