"""Where the feature cache is."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder(given: str | Path | None = None) -> Path:
    """`given`, else the environment's ``SONGATLAS_CACHE``, else the user's cache folder."""
    chosen = given or os.environ.get("SONGATLAS_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("songatlas", appauthor=False))
