"""``run.json``: what a run was made of and from, and the digest of every file that it wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from songatlas.results.folder import RUN_FILE
from songatlas.store.atomic import write_json


def write_run_file(folder: Path, facts: Mapping[str, Any], files: Sequence[str]) -> None:
    """Write `facts` with the digests of `files`, which are all that the folder holds else."""
    digests = {name: digest(folder / name) for name in sorted(files)}
    write_json(folder / RUN_FILE, {**facts, "files": digests})


def digest(path: Path) -> str:
    """Of a whole file."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
