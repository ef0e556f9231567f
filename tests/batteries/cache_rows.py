"""A few known rows of a cache; loads nothing heavy, for it runs in many processes at once."""

import sys
from contextlib import closing
from pathlib import Path

import numpy as np

from songatlas.errors import StorageError
from songatlas.store.cache import CacheRow, FeatureCache

CONTENTS = [f"{i:02x}" * 16 for i in range(6)]
KEY = "frames-1-x"


def row(i: int) -> CacheRow:
    values = np.random.default_rng(i).normal(size=(20, 5)).astype(np.float32)
    return CacheRow(array=values, meta={"seconds": i + 0.5})


def fill(folder: Path) -> None:
    with closing(FeatureCache(folder)) as cache:
        for i, content in enumerate(CONTENTS):
            if cache.get(content, KEY) is None:
                cache.put(content, KEY, row(i))


def check(folder: Path, *, whole: bool = False) -> int:
    """Number of rows that are there; every one of them is the one that was put in."""
    n = 0
    with closing(FeatureCache(folder)) as cache:
        for i, content in enumerate(CONTENTS):
            found = cache.get(content, KEY)
            if found is None and not whole:
                continue
            assert isinstance(found, CacheRow)
            np.testing.assert_array_equal(found.array, row(i).array)
            assert found.meta == row(i).meta
            n += 1
    return n


if __name__ == "__main__":
    sys.stdin.readline()
    try:
        fill(Path(sys.argv[1]))
    except StorageError as error:
        sys.exit(error.exit_code)
    check(Path(sys.argv[1]), whole=True)
