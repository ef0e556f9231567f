"""Which of the listed files are audio, and which of those are copies of one another."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from songatlas.library.walk import Entry, Listing, skip
from songatlas.store.formats import claims_played, describe, recognise, sniff
from songatlas.store.regular_file import NotRegularError, open_regular
from songatlas.types import Part, Skip

_HEAD = 2048  # bytes that tell what a file is
HashOf = Callable[[Path, os.stat_result], str]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One audio file, or a part of one.

    Parameters
    ----------
    format
        Name of a row of ``formats.toml``.
    copy_of
        The file that it repeats, if any.
    """

    path: str
    source: Path
    content_hash: str
    format: str
    copy_of: str = ""
    part: Part | None = None


def content_hash(path: Path, status: os.stat_result) -> str:
    """BLAKE2b-128 of the bytes of `path`, 32 hexadecimal digits.

    Parameters
    ----------
    path
        Regular file.
    status
        Not needed here; a caller that remembers hashes by size and time takes its place.

    Raises
    ------
    OSError
        When the file cannot be read.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def scan(listing: Listing, *, hash_of: HashOf = content_hash) -> Iterator[Found | Skip | None]:
    """Look into every entry of `listing`, in its order.

    Yields
    ------
    Found | Skip | None
        One an entry: audio, with ``copy_of`` set on every later file with the bytes of an earlier
        one; a file that promises audio and cannot be used; or None for anything else.
    """
    first: dict[str, str] = {}
    for entry in listing.entries:
        found = _identify(entry, hash_of)
        if isinstance(found, Found):
            kept = first.setdefault(found.content_hash, found.path)
            if kept != found.path:
                found = dataclasses.replace(found, copy_of=kept)
        yield found


def duplicate(found: Found) -> Skip:
    """Report of a second copy of the same bytes."""
    reason = f"it has the same bytes as {found.copy_of}, which is kept"
    return skip(found.path, "DUPLICATE", reason)


def played(listing: Listing) -> list[str]:
    """Files that hold notes or a program to be played, such as MIDI beside songs: no recording."""
    return [entry.path for entry in listing.entries if _is_played(entry)]


def _is_played(entry: Entry) -> bool:
    if entry.claimed or not claims_played(entry.source.name):
        return False
    try:
        with open_regular(entry.source) as file:
            return recognise(file.read(_HEAD)).played
    except OSError:
        return False


def _identify(entry: Entry, hash_of: HashOf) -> Found | Skip | None:
    is_audio = entry.claimed
    try:
        with open_regular(entry.source) as file:
            kind = sniff(file, claimed=entry.claimed)
            if kind is None:
                file.seek(0)
                return _not_audio(entry, file.read(_HEAD)) if is_audio else None
        is_audio = True
        digest = hash_of(entry.source, entry.stat)
    except (FileNotFoundError, NotRegularError):
        reason = "it went away while the library was being read"
        return skip(entry.path, "E-NOTREGULAR", reason) if is_audio else None
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or error}"
        return skip(entry.path, "E-PERM", reason) if is_audio else None
    return Found(path=entry.path, source=entry.source, content_hash=digest, format=kind.name)


def _not_audio(entry: Entry, head: bytes) -> Skip:
    if not head:
        return skip(entry.path, "E-EMPTY", "the file has no bytes")
    if recognise(head).encrypted:
        return skip(entry.path, "E-DRM", f"it is {recognise(head).title}")
    return skip(entry.path, "E-DECODE", f"it holds no audio: it starts with {describe(head)}")
