"""What a decoding process asks of the system."""

import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np
from songatlas.allocation import keep_freed

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

KEEP
before = resident()
blocks = [np.ones(2**17) for _ in range(16)]  # a megabyte each
del blocks
print(resident() - before)
"""


def left(keep: str) -> int:
    """Bytes that stay resident after 16 MB have been freed."""
    command = [sys.executable, "-c", SCRIPT.replace("KEEP", keep)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator of glibc is asked")
def test_freed_memory_stays_up_to_a_size() -> None:
    assert left("") < 4e6
    assert left("keep_freed(2**25)") > 14e6
    assert left("keep_freed(2**18)") < 4e6


REFUSED = """
import resource
from songatlas.extraction.process import limit_memory

asked = []

def refuse(kind, limits):
    asked.append(kind)
    raise REFUSAL

resource.setrlimit = refuse
limit_memory(64)
assert asked == [resource.RLIMIT_CORE, resource.RLIMIT_DATA], asked
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize("refusal", ["ValueError('current limit exceeds maximum')", "OSError(22)"])
def test_a_system_that_refuses_limits_decodes_without_them(refusal: str) -> None:
    """As macOS may; each limit is asked for all the same."""
    command = [sys.executable, "-c", REFUSED.replace("REFUSAL", refusal)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
