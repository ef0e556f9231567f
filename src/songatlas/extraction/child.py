"""One decoding process: asked for one file at a time, ended when it hangs, replaced when dead."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from songatlas.errors import AudioError, SongatlasError, StorageError
from songatlas.extraction.job import Request, Rows
from songatlas.extraction.message import unpacked
from songatlas.helper import python
from songatlas.machine import FileLimits
from songatlas.types import Part

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# glibc gives every block of samples back to the system and asks for it again, page by page, which
# costs a tenth of the time of a clip; so it may keep what is smaller than this
_KEEPING_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**26)}
_STARTS = 3  # somebody may kill a process that is just starting
_START_SECONDS = 300.0  # imports from a cold network disk are slow
_LAST_SECONDS = 10.0
_SAID = 500  # characters
_WINDOWS_CRASH = 0x8000_0000  # and above are exceptions of the system, such as a wrong address
_LAST_BYTES = 2**20  # of all that a decoder wrote
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
_BLANK = "".join(map(chr, range(33)))  # spaces and control characters, NUL among them


@dataclass(frozen=True)
class Lost:
    """A file whose process did not survive it, and what to report if that happens again."""

    error: AudioError


class Child:
    """A decoding process, started when first needed and again after it died.

    To be used by the thread that made it: on Linux a process ends with the thread that started it,
    so that none is left when the whole program is killed.
    """

    def __init__(self, request: Request, limits: FileLimits) -> None:
        self._request = {"extractor": request.extractor, "settings": dict(request.settings)}
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._unwanted = False
        # unbuffered: parent and child share one place in it, which goes back when it is emptied
        try:
            self._messages = tempfile.TemporaryFile("w+b", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise StorageError(
                "What decoders say must be written to a temporary file. There is no folder for "
                f"one: {error.strerror or error}. Free space, or name one in TMPDIR."
            ) from error

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._messages.close()

    def stop(self) -> None:
        """End what it does, from any thread; it is of no use afterwards."""
        self._unwanted = True
        if (process := self._process) is not None:
            process.kill()

    def extract(self, source: Path, part: Part | None = None) -> Rows | AudioError | Lost:
        """Rows of one file, or why there are none.

        Raises
        ------
        SongatlasError
            When no process can be started at all, or none is wanted any more.
        """
        process = self._process or self._start()
        self._forget_messages()
        seconds = self._limits.seconds_for(source)
        try:
            with _killed_after(process, seconds) as overdue:
                result = _exchange(process, {"source": str(source), "part": part, **self._request})
        except (OSError, EOFError, ValueError):  # ValueError: an answer that makes no sense
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LAST_SECONDS)  # its pipe is closed sooner than its status is known
            died_by_itself = process.returncode is not None
            self._end()
            if overdue.is_set():
                error = AudioError("E-TIMEOUT", f"decoding it took longer than {seconds:.0f} s")
            elif died_by_itself:
                error = _death(process.returncode)
            else:
                error = AudioError("E-DECODE", "its decoder stopped making sense")
            return Lost(self._with_messages(error))
        if not isinstance(result, AudioError):
            return result
        result = self._with_messages(result)
        if result.code == "E-MEMORY":
            self._end()  # what an exhausted process says next is not to be relied on
            return Lost(result)
        return result

    def _start(self) -> subprocess.Popen[bytes]:
        refused: OSError | None = None
        for _ in range(_STARTS):
            self._end()
            if self._unwanted:
                raise SongatlasError("Decoding was stopped.")
            try:
                process = self._spawn()
                with _killed_after(process, _START_SECONDS):
                    if _read_line(process) == {"ready": True}:
                        return process
            except OSError as error:
                refused = error
            except (EOFError, ValueError):
                continue
        self._end()
        if refused is not None:
            raise SongatlasError(
                "A decoding process must start. The system refuses it: "
                f"{refused.strerror or refused}. Fewer --workers need less."
            ) from refused
        said = self._said()
        raise SongatlasError(
            f"A decoding process must start, and {_STARTS} of {_STARTS} ended at once"
            f"{f': {said}' if said else ''}. --memory must leave it "
            f"room. Got {self._limits.megabytes} MB."
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        environment = _KEEPING_MEMORY | os.environ | dict.fromkeys(_ONE_THREAD, "1")
        self._forget_messages()
        numbers = os.getpid(), self._limits.megabytes
        self._process = subprocess.Popen(
            python("-m", "songatlas.extraction.worker", *map(str, numbers)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which ends its children in order
        )
        if self._unwanted:
            self._process.kill()
        return self._process

    def _forget_messages(self) -> None:
        self._messages.seek(0)
        self._messages.truncate()

    def _said(self) -> str:
        """Last line that the decoder wrote, escaped, without what differs from run to run."""
        end = self._messages.seek(0, os.SEEK_END)
        self._messages.seek(max(0, end - _LAST_BYTES))
        text = _COLOUR.sub("", self._messages.read().decode("utf-8", "backslashreplace"))
        lines = [line.strip(_BLANK) for line in re.split("[\r\n]", text)]
        last = next((line for line in reversed(lines) if line), "")
        last = re.sub(r"0x[0-9a-fA-F]+", "0x…", last)
        if len(last) > _SAID:
            last = f"{last[: _SAID // 2]} … {last[-_SAID // 2 :]}"
        return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in last)

    def _with_messages(self, error: AudioError) -> AudioError:
        said = self._said()
        if not said:
            return error
        return AudioError(**vars(error) | {"reason": f"{error.reason}; the decoder said: {said}"})

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(BrokenPipeError):  # a request that was never read
                self._process.communicate()
            self._process = None


@contextlib.contextmanager
def _killed_after(process: subprocess.Popen[bytes], seconds: float) -> Any:
    """Kill `process` when the block takes longer; the event that is yielded tells so."""
    overdue = threading.Event()

    def kill() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield overdue
    finally:
        timer.cancel()


def _exchange(process: subprocess.Popen[bytes], request: Mapping[str, Any]) -> Rows | AudioError:
    assert process.stdin is not None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    return unpacked(_read_line(process), partial(_read, process))


def _read_line(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    header: dict[str, Any] = json.loads(line)
    return header


def _read(process: subprocess.Popen[bytes], n_bytes: int) -> bytes:
    assert process.stdout is not None
    payload = process.stdout.read(n_bytes)
    if len(payload) != n_bytes:
        raise EOFError
    return payload


def _death(returncode: int) -> AudioError:
    """What it means that a process ended by itself with this status."""
    if returncode >= _WINDOWS_CRASH:
        return AudioError("E-DECODE", f"the decoder crashed on it (0x{returncode:08X})")
    if returncode >= 0:
        reason = f"its decoder ended with an error of its own (exit status {returncode})"
        return AudioError("E-CRASH", reason)
    name = signal.Signals(-returncode).name
    if name == "SIGKILL":  # not from us: we have not come to the end of our patience
        reason = f"the system ended its decoder ({name}), as it does when memory runs out"
        return AudioError("E-MEMORY", reason)
    return AudioError("E-DECODE", f"the decoder crashed on it ({name})")
