"""What ``python -m benchmarks.scale`` says of memory and growth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.scale.memory import private
from benchmarks.scale.page import page

_HOLD = """
import numpy, sys
held = numpy.ones(50_000_000, numpy.uint8)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_private_memory_has_what_a_process_made_and_not_the_libraries_that_others_map_too() -> None:
    def hold() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", _HOLD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    with hold() as one, hold() as other:  # each maps the libraries of the other
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        found = private(str(one.pid))
        lines = Path(f"/proc/{one.pid}/status").read_text(encoding="ascii").splitlines()
        resident = next(int(x.split()[1]) * 1024 for x in lines if x.startswith("VmRSS:"))
        for process in (one, other):
            process.communicate("")
    assert 50_000_000 <= found < resident - 5_000_000
    assert private(str(one.pid)) == 0  # it has ended


def _size(n_tracks: int, seconds: float, peak: float) -> dict[str, object]:
    return {
        "n_tracks": n_tracks,
        "seconds": {"making the collection": 99.0, "training": seconds},
        "memory": {"training": peak},
        "with_maps": {"training": peak + 1e8},
        "peak": peak,
        "cpu_seconds": 2 * seconds,
        "k": 6,
        "ari": {"VAE + K-Means": 1.0},
        "notes": [],
        "commit": "1a2b3c4",
    }


def test_growth_is_against_the_size_before_and_beside_n_log_n() -> None:
    facts = {"command": "python -m benchmarks.scale", "versions": "songatlas", "cores": 2}
    text = page(facts, [_size(1000, 20.0, 6e8), _size(10_000, 80.0, 1.6e9)])
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| 1")]
    assert rows[0] == [
        *("1,000", "20", "40", "–", "–", "0.60", "0.70", "≤ 0.9", "6", "1.000", "1a2b3c4")
    ]
    assert rows[1] == [
        *("10,000", "80", "160", "4.0×", "13.3×", "1.60", "1.70", "≤ 1.5", "6", "1.000", "1a2b3c4")
    ]
