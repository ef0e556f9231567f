"""Real servers on this machine, for as long as a test needs them."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 60.0


@contextlib.contextmanager
def mpd(folder: Path, music: Path, *, password: str = "") -> Iterator[int]:
    """Run Debian's MPD, playing to nowhere, and give its port on the loopback."""
    program = shutil.which("mpd")
    if program is None:
        pytest.skip("mpd is not installed here (Debian: apt-get install mpd)")
    folder.mkdir(parents=True)
    (folder / "playlists").mkdir()
    port = free_port()
    lines = [
        f'music_directory "{music}"',
        f'playlist_directory "{folder}/playlists"',
        f'db_file "{folder}/database"',
        f'state_file "{folder}/state"',
        f'log_file "{folder}/log"',
        'bind_to_address "127.0.0.1"',
        f'port "{port}"',
        'audio_output {\n type "null"\n name "nowhere"\n sync "yes"\n}',
        'zeroconf_enabled "no"',
    ]
    if password:
        lines += [f'password "{password}@read,add,control,admin"', 'default_permissions "read"']
    (folder / "mpd.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with running([program, "--no-daemon", "--stderr", str(folder / "mpd.conf")]) as process:
        wait_until(lambda: answers(port), process)
        yield port


@contextlib.contextmanager
def supysonic(folder: Path, music: Path, user: str, password: str) -> Iterator[int]:
    """Run Supysonic with `music` scanned and one user, and give its port on the loopback."""
    if importlib.util.find_spec("supysonic") is None:
        pytest.skip("supysonic is not installed here (pip install supysonic)")
    folder.mkdir(parents=True)
    port = free_port()
    script = Path(__file__).with_name("supysonic_server.py")
    command = [sys.executable, str(script), str(folder), str(music), str(port), user, password]
    with running(command) as process:
        wait_until(lambda: answers(port), process)
        yield port


@contextlib.contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` while the context lasts."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when `ready` is; fail when the process ends or nothing happens for a minute."""
    end = time.monotonic() + PATIENCE
    while not ready():
        if process is not None and process.poll() is not None:
            pytest.fail(f"{process.args!r} ended: {process.stderr.read().decode()[-2000:]}")
        assert time.monotonic() < end, "the server is not ready in a minute"
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
