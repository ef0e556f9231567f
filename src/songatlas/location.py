"""Where the music and the feature cache are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

Music = str | Path | Sequence[str | Path]


def cache_folder(given: str | Path | None = None) -> Path:
    """`given`, else the environment's ``SONGATLAS_CACHE``, else the user's cache folder."""
    chosen = given or os.environ.get("SONGATLAS_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("songatlas", appauthor=False))


def roots_of(music: Music) -> list[Path]:
    """The folders or files that were named, one or several."""
    return [Path(music)] if isinstance(music, (str, Path)) else [Path(root) for root in music]
