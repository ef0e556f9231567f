"""Ctrl-C and SIGTERM, also where a library swallows them.

Python raises KeyboardInterrupt wherever the program is; within an import or a callback of C code
that may be printed and forgotten. What was asked for is therefore remembered, and taken up where
the next stage begins.
"""

from __future__ import annotations

import signal
import sys
import threading

_asked = threading.Event()


def listen() -> None:
    """End in order on both signals: children too, and no half-written files."""
    sys.unraisablehook = _unraisable
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored
        signal.signal(signal.SIGINT, interrupt)


def interrupt(*_: object) -> None:
    """Remember the wish, and raise KeyboardInterrupt."""
    _asked.set()
    raise KeyboardInterrupt


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """Say nothing of an interrupt that came while something was thrown away: it is remembered."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)


def stop_if_asked() -> None:
    """Raise KeyboardInterrupt if one was lost."""
    if _asked.is_set():
        raise KeyboardInterrupt
