"""Tags, lyrics and tables damaged at random: read or said, never an error, never for ever."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from batteries import whatever_text
from batteries.whatever import TABLE, Case

from benchmarks.fuzz.mutations import MUTATIONS
from songatlas.errors import MetadataError
from songatlas.library.read import read_library
from songatlas.library.sung import sung
from songatlas.library.tags import read_tags

pytestmark = pytest.mark.battery
TIMES = 12  # of each damage to each file
SECONDS = 2.0  # of the processor, for one file


def damaged(data: bytes, other: bytes, seed: int) -> list[bytes]:
    """`data` after every kind of damage, in the first 4 kB or the last, where tags are."""
    found = []
    for n, damage in enumerate(MUTATIONS.values()):
        rng = np.random.default_rng([seed, n])
        for i in range(TIMES):
            cut = min(4096, len(data)) if i % 2 else max(0, len(data) - 4096)
            ends = (data[:cut], data[cut:]) if i % 2 else (data[cut:], data[:cut])
            hurt = damage(rng, ends[0], other[:4096]) if len(ends[0]) > 8 else ends[0]
            found.append(hurt + ends[1] if i % 2 else ends[1] + hurt)
    return found


def of_kinds(*kinds: str) -> list[Case]:
    return [case for case in whatever_text.CASES if case.kind in kinds]


def in_time(start: float) -> bool:
    return time.process_time() - start < SECONDS


@pytest.mark.parametrize("case", of_kinds("tags by libav", "tags"), ids=lambda case: case.id)
def test_damaged_tags(case: Case, tmp_path: Path) -> None:
    (name, build), *_ = case.files.items()
    for i, data in enumerate(damaged(build(), whatever_text.flac(), 1)):
        (tmp_path / name).write_bytes(data)
        start = time.process_time()
        tags = read_tags(tmp_path / name)
        assert in_time(start), i
        for text in (tags.title, tags.artist, tags.album, tags.genre, tags.year, tags.language):
            assert "\n" not in text
            assert "\0" not in text


@pytest.mark.parametrize("case", of_kinds("lyrics", "no lyrics"), ids=lambda case: case.id)
def test_damaged_lyrics(case: Case) -> None:
    text = [*case.files.values()][-1]().replace(b"\0", b"")
    for i, data in enumerate(damaged(text * 3, b"<br>[00:01.00]{[(&amp;" * 40, 2)):
        start = time.process_time()
        assert "\0" not in sung(data.decode("utf-8", "ignore").replace("\0", ""))
        assert in_time(start), i


@pytest.mark.parametrize("case", of_kinds("tables")[::3], ids=lambda case: case.id)
def test_damaged_tables(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    for data in damaged(case.files[TABLE](), b'"a",b;c\td\r\n' * 30, 3)[::4]:
        (tmp_path / TABLE).write_bytes(data)
        try:
            library = read_library([tmp_path], metadata=tmp_path / TABLE)
        except MetadataError as error:
            assert str(tmp_path / TABLE) in str(error) or "column" in str(error)  # noqa: PT017
        else:
            assert len(library.tracks) == 2
