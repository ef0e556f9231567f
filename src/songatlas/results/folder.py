"""The results folder: whose it is, whether it may be written, where unfinished work lies."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import ConfigError
from songatlas.store.atomic import remove_unfinished, require_name, writing
from songatlas.store.lock import ELSEWHERE, locked

RUN_FILE = "run.json"
_WORK = ".songatlas"
_LOCK = "lock"


@dataclass(frozen=True, kw_only=True)
class ResultsFolder:
    """A folder that belongs to one run.

    Parameters
    ----------
    path
        The folder.
    work
        Checkpoints of an unfinished run; gone when it is complete.
    overwrite
        Whether another run's results may be replaced.
    """

    path: Path
    work: Path
    overwrite: bool

    def claim(self, identity: str) -> None:
        """Make sure that nothing but this very run's own results would be replaced.

        Parameters
        ----------
        identity
            Digest of inputs and settings, as it will stand in ``run.json``.

        Raises
        ------
        ConfigError
            When the folder holds a finished run of other inputs or settings.
        """
        finished = self.path / RUN_FILE
        if self.overwrite or not finished.is_file():
            return
        try:
            held = json.loads(finished.read_text(encoding="utf-8")).get("identity")
        except (ValueError, AttributeError):
            held = None
        if held != identity:
            raise ConfigError(
                f"{self.path} holds the finished run of other inputs or settings. To add new music "
                f"to it: songatlas update {self.path}. Or name another --out, or add --overwrite "
                "to replace it."
            )


@contextlib.contextmanager
def open_folder(path: Path, *, overwrite: bool, keep: bool = False) -> Iterator[ResultsFolder]:
    """The results folder, made if missing; its unfinished work is removed on success.

    One that was made here and that nothing came into is removed again. What was begun in it and
    not finished keeps the work folder, by which the next run knows it as ours.

    Parameters
    ----------
    overwrite
        See :class:`ResultsFolder`.
    keep
        Whether unfinished work stays: this is not what it was begun for.

    Raises
    ------
    ConfigError
        When the folder holds files that no run of songatlas made.
    StorageError
        When it cannot be made or named, or another run is writing to it.
    """
    work = path / _WORK
    require_name(path)
    with writing(path, ELSEWHERE):
        made = not path.exists()
        _check_ownership(path, work)
        work.mkdir(parents=True, exist_ok=True)
    try:
        with locked(work / _LOCK, path):
            with writing(path, ELSEWHERE):
                remove_unfinished(path)
            yield ResultsFolder(path=path, work=work, overwrite=overwrite)
            with writing(path, ELSEWHERE):
                for file in () if keep else work.iterdir():
                    if file.name != _LOCK:  # that goes last: until then nobody else can be in here
                        file.unlink()
    finally:
        with contextlib.suppress(OSError):  # checkpoints are in it, or another run is
            if (path / RUN_FILE).is_file() or not any(file != work for file in path.iterdir()):
                work.rmdir()
            if made:
                path.rmdir()  # only if it is empty


def _check_ownership(path: Path, work: Path) -> None:
    """Refuse a file, and a folder of files that no run of songatlas made."""
    if path.exists() and not path.is_dir():
        raise ConfigError(f"{path} is a file. Name a folder with --out.")
    strangers = path.is_dir() and any(path.iterdir())
    if strangers and not work.is_dir() and not (path / RUN_FILE).is_file():
        raise ConfigError(
            f"{path} holds files that songatlas did not make, and some could be overwritten. Name "
            "an empty or new folder with --out."
        )
