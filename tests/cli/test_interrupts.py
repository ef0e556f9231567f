"""A wish to stop is never lost, whoever swallows the exception."""

import contextlib
import threading

import pytest

from songatlas.cli import interrupts
from songatlas.cli.progress import make_progress


@pytest.mark.parametrize("quiet", [True, False])
def test_a_swallowed_interrupt_is_taken_up_at_the_next_stage(quiet, monkeypatch):
    monkeypatch.setattr(interrupts, "_asked", threading.Event())
    progress = make_progress(quiet=quiet)
    with progress.stage("Before", total=1, unit="things"):
        pass
    with contextlib.suppress(KeyboardInterrupt):  # as an import of compiled code may do
        interrupts.interrupt()
    with pytest.raises(KeyboardInterrupt), progress.stage("After", total=1, unit="things"):
        pytest.fail("the stage began")
