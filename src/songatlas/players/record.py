"""``push.json``: which playlists on which servers came from this results folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from songatlas.errors import StorageError
from songatlas.players.plan import Remembered
from songatlas.results.written import made_of
from songatlas.store.atomic import write_text

PUSH_FILE = "push.json"
_SCHEMA = 1

# Address without password -> what was made there.
Record = Mapping[str, Sequence[Remembered]]


def read_record(folder: Path) -> dict[str, tuple[Remembered, ...]]:
    """What was pushed from `folder`; nothing where nothing was.

    Raises
    ------
    StorageError
        When the file is damaged or of a newer songatlas: without it no playlist counts as ours.
    """
    path = folder / PUSH_FILE
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if known["schema"] != _SCHEMA:
            raise ValueError(f"schema {known['schema']!r} instead of {_SCHEMA}")
        return {
            server: tuple(made_of(Remembered, it) for it in playlists)
            for server, playlists in known["servers"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(
            f"{path} must be what this version of songatlas wrote about the playlists that it "
            f"made. It cannot be read: {type(error).__name__}: {error}. Use the newer songatlas, "
            "or delete it; playlists that are on a server already are then left alone."
        ) from error


def write_record(folder: Path, record: Record) -> None:
    """Remember `record`, servers without playlists left out."""
    servers = {
        server: [vars(it) for it in playlists]
        for server, playlists in sorted(record.items())
        if playlists
    }
    text = json.dumps({"schema": _SCHEMA, "servers": servers}, indent=1, ensure_ascii=True)
    write_text(folder / PUSH_FILE, text + "\n")
