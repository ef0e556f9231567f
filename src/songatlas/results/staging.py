"""Several files of a results folder replaced together: all of them or, for now, none.

New files are written into a folder beside the old ones. Once all are there, a mark is set, and from
then on the replacement is only to be finished: what is interrupted goes on where it was.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from songatlas.errors import StorageError
from songatlas.progress import Progress
from songatlas.results.folder import RUN_FILE, ResultsFolder, open_folder
from songatlas.results.record import read_run
from songatlas.store.atomic import flush_folder, write_text, writing

STAGING = ".songatlas-update"
_READY = "ready"
_AGAIN = "and run the command again"


@contextlib.contextmanager
def changing(
    results: str | Path, progress: Progress, *, keep: bool = False
) -> Iterator[ResultsFolder]:
    """The folder of a finished run, which no other command writes to meanwhile; whole.

    Parameters
    ----------
    keep
        As for :func:`songatlas.results.folder.open_folder`.

    Raises
    ------
    StorageError
        When it is none, cannot be written, or another command is writing to it.
    """
    read_run(results)  # before anything is made there
    with open_folder(Path(results), overwrite=True, keep=keep) as folder:
        if finish_staged(folder.path):
            progress.say("An update that was interrupted has been finished.")
        yield folder


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A folder for new files, which replace those of `folder` when the block ends without error.

    With an error they are gone.

    Raises
    ------
    StorageError
        When `folder` cannot be written.
    """
    staging = folder / STAGING
    discard_staged(folder)
    with writing(folder, _AGAIN):
        replacement(folder).mkdir(parents=True)
    try:
        yield replacement(folder)
    except BaseException:
        with contextlib.suppress(StorageError):  # the next command does so; the first error counts
            discard_staged(folder)
        raise
    write_text(staging / _READY, "")
    finish_staged(folder)


def finish_staged(folder: Path) -> bool:
    """Finish a replacement that was interrupted after everything had been written.

    Returns
    -------
    Whether there was one.
    """
    if not is_half_done(folder):
        discard_staged(folder)
        return False
    with writing(folder, _AGAIN):
        files = replacement(folder)
        found = [path for path in files.rglob("*") if path.is_file()]
        for path in sorted(found, key=lambda path: (path.name == RUN_FILE, path)):
            target = folder / path.relative_to(files)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        for path in {folder / path.relative_to(files).parent for path in found}:
            flush_folder(path)
    discard_staged(folder)
    return True


def is_half_done(folder: Path) -> bool:
    """Whether a replacement of files of `folder` goes on, or was stopped and is to be finished."""
    return (folder / STAGING / _READY).is_file()


def replacement(folder: Path) -> Path:
    """Where the new files of a replacement are until each has its place in `folder`."""
    return folder / STAGING / "files"


def discard_staged(folder: Path) -> None:
    """Forget a replacement that was not ready, or that something newer has overtaken."""
    staging = folder / STAGING
    with writing(folder, _AGAIN):
        (staging / _READY).unlink(missing_ok=True)
        if staging.is_dir():
            shutil.rmtree(staging)
