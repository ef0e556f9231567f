"""Group I: what people have. A folder each, and what must be known and said of it.

Conventions
-----------
``tracks`` are the files that are analysed, by their paths in the folder, with what must be known of
each: fields of its :class:`songatlas.types.Track`; ``seconds``, ``silent``, ``unread`` and
``moved`` of its sound (about); ``words`` of its lyrics; ``maker``, the number of who made it;
``copy_of``, the path of the recording of which it is a copy. ``skipped`` has the code of every
other file that was found. What is in neither was not looked at as music, and ``said`` are parts of
the notes, of which there is none where it is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Build = Callable[[], bytes]
TABLE = "table.csv"  # the name of a metadata table in the folder


@dataclass(frozen=True)
class Case:
    """One folder."""

    kind: str
    name: str
    files: Mapping[str, Build]
    tracks: Mapping[str, Mapping[str, Any]]
    skipped: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.kind}: {self.name}".encode("ascii", "backslashreplace").decode()[:70]

    def write(self, folder: Path) -> None:
        """Make the files of the case in `folder`."""
        for name, build in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(build())
