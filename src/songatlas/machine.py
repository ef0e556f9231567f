"""Where and with what the work is done: nothing in here changes a number.

So none of it is a setting: options, parameters and the environment name it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from songatlas.errors import ConfigError
from songatlas.progress import Progress, Silent

_SECONDS, _MEGABYTES = "SONGATLAS_TIMEOUT", "SONGATLAS_MEMORY"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a job may use.

    Parameters
    ----------
    workers
        Processes that decode; None is one a core. With more than one, the maps are made beside
        the training of the models for comparison.
    cache
        Folder of the feature cache; None is ``SONGATLAS_CACHE`` or the user's cache folder.
    device
        Where models are trained: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    limits
        Time and memory of one file, from :func:`file_limits`; None takes those of the environment.
    dask
        Scheduler of dask whose workers extract and place instead of this machine, such as
        ``"tcp://10.0.0.5:8786"``, or ``"local:N"`` for N worker processes here. Every file must
        be reachable under the same path by all workers.
    shards
        fsspec URL of a folder that this machine and all workers share, where shards of features
        are kept; None is ``shards`` in the cache folder, emptied when they are read.
    progress
        Where stages are shown; nowhere unless something is given.

    Examples
    --------
    >>> Machine(workers=1).n_workers
    1
    """

    workers: int | None = None
    cache: str | Path | None = None
    device: str = "auto"
    limits: FileLimits | None = None
    dask: str | None = None
    shards: str | None = None
    progress: Progress = field(default_factory=Silent)

    @property
    def n_workers(self) -> int:
        """Processes that decode, at least 1."""
        return self.workers or os.cpu_count() or 1

    @property
    def cache_folder(self) -> Path:
        """Folder of the feature cache."""
        return cache_folder(self.cache)


@dataclass(frozen=True, kw_only=True)
class FileLimits:
    """What one file may cost.

    Parameters
    ----------
    seconds
        For any file, however small; above 0.
    seconds_per_megabyte
        In addition for each 10⁶ bytes of the file: the most economic codecs put about four minutes
        into a megabyte, which take a third of a second on one quiet core.
    megabytes
        Memory of the decoding process (2²⁰ bytes each): a whole day of sound needs less.
    """

    seconds: float = 120.0
    seconds_per_megabyte: float = 4.0
    megabytes: int = 2048

    def seconds_for(self, source: Path) -> float:
        """Seconds that this file may take, by its size.

        Examples
        --------
        >>> FileLimits(seconds=30).seconds_for(Path("not there"))
        30
        """
        try:
            size = source.stat().st_size
        except OSError:  # decoding it will say what is the matter
            size = 0
        return self.seconds + self.seconds_per_megabyte * size / 1e6 if size else self.seconds


def file_limits(
    seconds: float | None = None,
    megabytes: int | None = None,
    environment: Mapping[str, str] = os.environ,
) -> FileLimits:
    """Limits as they are asked for, else as the environment states them, else the usual ones.

    Parameters
    ----------
    seconds
        None takes ``SONGATLAS_TIMEOUT``.
    megabytes
        None takes ``SONGATLAS_MEMORY``.

    Raises
    ------
    ConfigError
        When one of them is no number above 0.

    Examples
    --------
    >>> file_limits(megabytes=900, environment={"SONGATLAS_TIMEOUT": "20"})
    FileLimits(seconds=20.0, seconds_per_megabyte=4.0, megabytes=900)
    """
    usual = FileLimits()
    return FileLimits(
        seconds=_number("--timeout", seconds, _SECONDS, environment) or usual.seconds,
        megabytes=int(_number("--memory", megabytes, _MEGABYTES, environment) or usual.megabytes),
    )


def _number(
    option: str, given: float | None, variable: str, environment: Mapping[str, str]
) -> float | None:
    name, text = variable, environment.get(variable)
    if given is not None:
        name, text = option, str(given)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e9:
        raise ConfigError(f"{name} must be a number above 0 and below 10⁹. Got {text!r}.")
    return value


def cache_folder(given: str | Path | None = None) -> Path:
    """`given`, else the environment's ``SONGATLAS_CACHE``, else the user's cache folder."""
    chosen = given or os.environ.get("SONGATLAS_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("songatlas", appauthor=False))
