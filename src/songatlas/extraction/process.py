"""What a decoding process asks of the system: to end with its parent, to stay small, and fast."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_FIRST_TO_GO = b"500"  # of 1000: memory that runs out costs a decoder, not the run


def end_with(parent: int) -> None:
    """Be killed when the thread of process `parent` that started this process ends (Linux).

    Elsewhere a process that waits ends with its standard input, and one that decodes when it cannot
    hand over the result.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before this was asked for
        os._exit(1)


def limit_memory(megabytes: int) -> None:
    """Fail allocations beyond this much memory, where the system can; 0 sets no limit.

    Private memory is counted, not address space, which libraries reserve without using it. Also
    leaves no core dump behind, and asks Linux to end this process before others when memory runs
    out for all. Not every macOS lets limits be set: the file is then decoded without them.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    refused = (ValueError, OSError)
    with contextlib.suppress(*refused):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if megabytes:
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = megabytes * 2**20
        if most == resource.RLIM_INFINITY or wanted < most:
            with contextlib.suppress(*refused):
                resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))
    with contextlib.suppress(OSError):  # not Linux, or not allowed
        Path("/proc/self/oom_score_adj").write_bytes(_FIRST_TO_GO)
