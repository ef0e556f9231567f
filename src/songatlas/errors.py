"""Errors that a user can cause, each with the exit code of the command line.

Conventions
-----------
A message is one sentence or two: what was required, what was found and in which file, and what
to do about it. Nothing here is raised for a defect of the program itself.
"""

EXIT_COMPLETE = 0
EXIT_UNFIT = 1
EXIT_USAGE = 2
EXIT_SKIPPED = 3
EXIT_TOO_FEW_TRACKS = 4
EXIT_STORAGE = 5
EXIT_INTERRUPTED = 130


# Codes of failures that another day, or another machine, may not see again: never remembered.
TRANSIENT = frozenset({"E-CRASH", "E-PERM", "E-TIMEOUT", "E-MEMORY", "E-MODEL", "E-NOTREGULAR"})


class SongatlasError(Exception):
    """Base of everything that songatlas raises on purpose."""

    exit_code = EXIT_USAGE


class ConfigError(SongatlasError):
    """A setting is unknown, malformed, or contradicts another."""


class MetadataError(SongatlasError):
    """A metadata table cannot be read, or its columns cannot be recognised."""


class TooFewTracksError(SongatlasError):
    """Fewer usable tracks than the requested analysis needs."""

    exit_code = EXIT_TOO_FEW_TRACKS


class StorageError(SongatlasError):
    """The cache or the results folder cannot be read or written."""

    exit_code = EXIT_STORAGE


class ModelError(SongatlasError):
    """A pretrained network cannot be fetched, converted, loaded or used as it is described."""


class ClusterError(SongatlasError):
    """The scheduler or the workers of dask cannot be reached, were lost, or do not fit."""


class PlayerError(SongatlasError):
    """A server that plays music cannot be reached, refuses, or answers what it should not."""


class TaggingError(SongatlasError):
    """The tags of a music file cannot be written, or not be put back."""


class UnusableFileError(SongatlasError):
    """A file that would be skipped, where none is to be skipped (``--strict``)."""

    exit_code = EXIT_SKIPPED


class AudioError(SongatlasError):
    """One file cannot be used; it is reported in ``skipped.csv`` and the run goes on.

    Parameters
    ----------
    code
        Stable code, such as ``"E-DECODE"``; the list is in ``docs/reference/skip-codes.md``.
    reason
        One clause that a person understands.
    declared_seconds, decoded_seconds
        Length in seconds that the header promises and that was decoded, where known.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        *,
        declared_seconds: float | None = None,
        decoded_seconds: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.declared_seconds = declared_seconds
        self.decoded_seconds = decoded_seconds

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary whole (the default drops keyword arguments)."""
        return AudioError, (self.code, self.reason), vars(self)
