"""A process beside this one that answers one question after another, and ends with this one.

Its standard input carries a line of JSON, which says types and shapes of arrays among other things,
and their bytes, then a line of JSON a question. Its standard output answers each with the number of
bytes of an ``.npz`` on a line, and that. It ends with its standard input.
"""

from __future__ import annotations

import io
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np

from songatlas.allocation import STEP, keep_freed

Arrays = dict[str, np.ndarray]  # by name


class Helper:
    """The process, seen from here.

    Parameters
    ----------
    arguments
        Of Python, such as ``"-m", "songatlas.stages.trainer"``; the module calls :func:`serve`.
    environment
        Variables that it has beside ours.
    files
        Descriptors of files that it may read under the same numbers; not on Windows.

    Attributes
    ----------
    process
        The process itself.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        files: Collection[int] = (),
    ) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            python(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=os.environ | dict(environment or {}),
            pass_fds=tuple(files),
            process_group=0,  # Ctrl-C is for the parent, which ends its children in order
        )

    def tell(self, head: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> None:
        """Send what comes before the questions.

        Raises
        ------
        OSError
            When the process has ended.
        """
        kinds = {name: (array.dtype.str, array.shape) for name, array in arrays.items()}
        self._send({**head, "arrays": kinds})
        assert self.process.stdin is not None
        for array in arrays.values():
            self.process.stdin.write(np.ascontiguousarray(array).data if array.size else b"")

    def ask(self, question: object) -> Arrays:
        """The answer.

        Raises
        ------
        OSError, ValueError
            When the process has ended.
        """
        self._send(question)
        assert self.process.stdout is not None
        size = int(self.process.stdout.readline())
        with np.load(io.BytesIO(self.process.stdout.read(size)), allow_pickle=False) as found:
            return dict(found)

    def last_line(self) -> str:
        """What it wrote last on standard error."""
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "no message"

    def close(self) -> None:
        """End the process, when nobody asks it any more."""
        self.process.kill()
        self.process.communicate()
        self._said.close()

    def _send(self, line: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()


def python(*arguments: str) -> list[str]:
    """Command line of Python, which never imports what lies in the current folder.

    A downloaded album may hold a ``random.py``. Only where songatlas itself was found there, it is
    to be found there again.
    """
    here = Path(__file__).parents[1].samefile(os.curdir)
    return [sys.executable, *([] if here else ["-P"]), *arguments]


def read_array(stream: IO[bytes], kind: str, shape: Sequence[int]) -> np.ndarray:
    """The next array that was sent, of the type and the shape that the first line says.

    Raises
    ------
    EOFError
        When the other side has ended before it.
    """
    values = np.empty(tuple(shape), kind)
    if values.size and stream.readinto(values.data.cast("B")) < values.nbytes:  # type: ignore[attr-defined]
        raise EOFError("The process that sends arrays has ended.")
    return values


def serve(begin: Callable[[Any, Arrays], Callable[[Any], Arrays]], *, nice: bool = False) -> None:
    """Be such a process, until standard input ends.

    Parameters
    ----------
    begin
        Is given what comes before the questions, and gives what answers one.
    nice
        Whether all else is waited for first.
    """
    if nice and hasattr(os, "nice"):
        os.nice(10)
    keep_freed(STEP)
    # Whatever a library prints must not get between the answers.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.excepthook = _end
    head = json.loads(sys.stdin.buffer.readline())
    arrays = head.pop("arrays").items()
    answer = begin(head, {name: read_array(sys.stdin.buffer, *kind) for name, kind in arrays})
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **answer(json.loads(asked.get())))
        channel.write(b"%d\n" % buffer.tell())
        channel.write(buffer.getvalue())
        channel.flush()


def _listen(asked: queue.SimpleQueue[bytes]) -> None:
    """Take what is asked, even while an answer is being made, and end with the parent."""
    for line in sys.stdin.buffer:
        asked.put(line)
    os._exit(1)


def _end(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """At once: an orderly end would wait for the thread that reads."""
    traceback.print_exception(kind, error, where)
    os._exit(1)
