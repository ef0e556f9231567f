"""Greatest memory of the decoding process of ``songatlas`` itself, by format and length (Linux).

Every file has a process of its own, which runs as the pool starts it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.engine.material import ENCODERS, LENGTHS
from songatlas.config import load_config
from songatlas.errors import AudioError
from songatlas.extraction.child import Child, Lost
from songatlas.extraction.gather import frames_job
from songatlas.machine import FileLimits


def measure(folder: Path) -> dict[str, Any]:
    """Peak resident memory, bytes: ``peak[form][length]``."""
    return {
        "peak": {
            form: {name: peak(folder / "lengths" / f"{name}.{form}") for name in LENGTHS}
            for form in ENCODERS
        }
    }


def peak(path: Path) -> int:
    """Greatest resident memory, in bytes, of a process that extracted this file alone."""
    request = frames_job(load_config().audio).request
    with _Watched(request, FileLimits()) as child:
        result = child.extract(path)
        if isinstance(result, AudioError | Lost):
            raise SystemExit(f"{path.name} could not be extracted: {result}")
        return child.peak()


class _Watched(Child):
    """A decoding process that is asked how large it has been, while it still waits."""

    def peak(self) -> int:
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        found = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(found.split()[1]) * 1024
