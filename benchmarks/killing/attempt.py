"""One process of ``songatlas run``: left alone, or ended by a signal after a while."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_COMPLETE = (0, 3)
_PATIENCE_SECONDS = 300.0  # for the file that a worker is decoding when its parent dies


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one process went.

    Parameters
    ----------
    seconds
        Wall-clock time until it ended.
    code
        Exit code; negative for the signal that ended it.
    last_line
        Last line that it printed, which tells the stage.
    orphan_seconds
        For how long a child of it lived on; 0 without children.
    """

    seconds: float
    code: int
    last_line: str
    orphan_seconds: float

    @property
    def finished(self) -> bool:
        """Whether it wrote its results."""
        return self.code in _COMPLETE


def attempt(
    arguments: Sequence[str], *, after: float | None = None, by: signal.Signals = signal.SIGKILL
) -> Attempt:
    """Run ``songatlas run ARGUMENTS``; send the signal `by` when `after` seconds have passed.

    Only the process itself gets the signal, as from an out-of-memory killer: its children have to
    notice by themselves.

    Raises
    ------
    SystemExit
        When it fails in another way than by the signal, with what it said.
    """
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "songatlas", "run", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        children: list[int] = []
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            children = descendants(process.pid)
            process.send_signal(by)
            process.wait()
        seconds = time.monotonic() - start
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    if process.returncode not in (*_COMPLETE, -by, 130):
        raise SystemExit(f"songatlas run ended with {process.returncode}:\n{said}")
    return Attempt(
        seconds=seconds,
        code=process.returncode,
        last_line=(said.strip().splitlines() or [""])[-1],
        orphan_seconds=_wait_until_gone(children),
    )


def descendants(pid: int) -> list[int]:
    """Children of a process and their children; none where there is no ``/proc``."""
    found = []
    for path in Path("/proc").glob(f"{pid}/task/*/children"):
        try:
            children = [int(word) for word in path.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        found += [process for child in children for process in (child, *descendants(child))]
    return found


def _wait_until_gone(pids: Sequence[int]) -> float:
    """Seconds until none of the processes lives.

    Raises
    ------
    SystemExit
        When one lives on for ever.
    """
    start = time.monotonic()
    while living := [pid for pid in pids if _lives(pid)]:
        if time.monotonic() - start > _PATIENCE_SECONDS:
            raise SystemExit(f"processes {living} outlived their killed parent")
        time.sleep(0.02)
    return time.monotonic() - start if pids else 0.0


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
