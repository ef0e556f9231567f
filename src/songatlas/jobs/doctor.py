"""What this machine can do for songatlas, what it lacks, and the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from songatlas.errors import ModelError, StorageError
from songatlas.features.audio.compiled import KERNELS
from songatlas.features.embedding.installed import list_models
from songatlas.features.embedding.session import NEEDS_EXTRA, has_runtime
from songatlas.features.text.sentences import NEEDS_EXTRA as NEEDS_SENTENCES
from songatlas.features.text.sentences import open_encoder
from songatlas.machine import cache_folder
from songatlas.store.cache import FeatureCache
from songatlas.tagging.fields import NEEDS_EXTRA as NEEDS_MUTAGEN
from songatlas.tagging.fields import has_mutagen
from songatlas.version import __version__

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "umap-learn", "soundfile", "av")
_REINSTALL = "python -m pip install --force-reinstall --no-deps {}"
_FONTS = "install Noto fonts (Debian: apt install fonts-noto-core fonts-noto-cjk)"
_LEAST_FREE, _LEAST_MEMORY = 1e9, 2e9  # bytes
# A few letters of every script that titles are likely to be in.
_SCRIPTS: Mapping[str, str] = {
    "Latin": "aéßđ",
    "Greek": "αβω",
    "Cyrillic": "дяї",
    "Arabic": "مرحبا",
    "Hebrew": "שלום",
    "Devanagari": "नमस्ते",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Thai": "สวัสดี",
    "Chinese": "你好",
    "Japanese": "夜に駆ける",
    "Korean": "안녕",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    area, name
        Such as ``"decoders"`` and ``"mp3"``.
    detail
        Version, size, place, or what is wrong.
    remedy
        What to do, a command where there is one; empty when nothing is wrong.
    needed
        Whether the main job, ``songatlas run`` with its default settings, needs it.
    """

    area: str
    name: str
    detail: str
    remedy: str = ""
    needed: bool = False

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.remedy


def examine(cache: str | Path | None = None) -> Iterator[Finding]:
    """Look at everything in turn; nothing is changed, nothing is fetched."""
    yield from _versions()
    yield from _decoders()
    yield from _machine()
    yield from _cache(cache_folder(cache))
    yield from _models(cache)
    yield _tags()
    yield from _fonts()


def _versions() -> Iterator[Finding]:
    yield Finding(area="versions", name="songatlas", detail=__version__)
    yield Finding(area="versions", name="Python", detail=platform.python_version())
    for name in _LIBRARIES:
        yield Finding(area="versions", name=name, detail=metadata.version(name))


def _decoders() -> Iterator[Finding]:
    try:
        from songatlas.features.audio.trial import TRIALS, decoder_versions, try_format
    except (ImportError, OSError) as error:  # libsndfile itself may be missing
        yield Finding(
            area="decoders",
            name="all",
            detail=f"cannot be loaded: {error}",
            remedy=_REINSTALL.format("soundfile av"),
            needed=True,
        )
        return
    for name, version in decoder_versions().items():
        yield Finding(area="versions", name=name, detail=version)
    for name in TRIALS:
        trouble = try_format(name)
        yield Finding(
            area="decoders",
            name=name,
            detail=trouble or "decoded",
            remedy=_REINSTALL.format("soundfile av") if trouble else "",
            needed=name in ("wav", "flac", "mp3", "ogg"),
        )


def _machine() -> Iterator[Finding]:
    from songatlas.models.training import choose_device

    yield Finding(area="machine", name="cores", detail=str(os.cpu_count() or 1))
    if sys.platform != "win32":  # which does not tell
        n_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        few = n_bytes < _LEAST_MEMORY
        remedy = "use --workers 1 and close other programs" if few else ""
        yield Finding(
            area="machine", name="memory", detail=f"{n_bytes / 1e9:.1f} GB", remedy=remedy
        )
    yield Finding(area="machine", name="device", detail=str(choose_device("auto")))
    yield Finding(
        area="machine",
        name="compiled loops",
        detail="built" if KERNELS else "not built: audio features take longer, and are the same",
        remedy="" if KERNELS else "install a C compiler, then songatlas again",
    )


def _cache(folder: Path) -> Iterator[Finding]:
    name_another = "name another folder with --cache or SONGATLAS_CACHE"
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    there = folder.exists()
    try:
        if there:
            with closing(FeatureCache(folder)), tempfile.NamedTemporaryFile(dir=folder):
                pass
        else:
            with tempfile.TemporaryDirectory(dir=existing):
                pass
    except (OSError, StorageError) as error:
        yield Finding(
            area="cache", name="place", detail=str(error), remedy=name_another, needed=True
        )
        return
    yield Finding(
        area="cache", name="place", detail=f"{folder}{'' if there else ' (not made yet)'}"
    )
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield Finding(area="cache", name="size", detail=f"{size / 1e6:,.0f} MB")
    free = shutil.disk_usage(existing).free
    yield Finding(
        area="cache",
        name="free space",
        detail=f"{free / 1e9:,.1f} GB",
        remedy=f"free space, or {name_another}" if free < _LEAST_FREE else "",
    )


def _models(cache: str | Path | None) -> Iterator[Finding]:
    remedy = "" if has_runtime() else NEEDS_EXTRA.rpartition(": ")[2]
    detail = "not installed" if remedy else metadata.version("onnxruntime")
    yield Finding(area="models", name="onnxruntime", detail=detail, remedy=remedy)
    for model in list_models(cache=cache) if not remedy else ():
        install = f"songatlas models install {model.name}"
        state = "installed" if model.installed else "not installed: sound is heard by statistics"
        yield Finding(
            area="models",
            name=model.name,
            detail=model.trouble or state,
            remedy="" if model.installed and not model.trouble else install,
        )
    try:
        detail, remedy = open_encoder().name, ""
    except ModelError as error:
        detail, remedy = str(error), NEEDS_SENTENCES.rpartition(": ")[2]
        detail = "not installed" if detail == NEEDS_SENTENCES else detail
    yield Finding(area="models", name="sentence encoder", detail=detail, remedy=remedy)


def _tags() -> Finding:
    if has_mutagen():
        return Finding(area="tags", name="mutagen", detail=metadata.version("mutagen"))
    return Finding(
        area="tags",
        name="mutagen",
        detail="not installed: tags are read and not written",
        remedy=NEEDS_MUTAGEN.rpartition(": ")[2],
    )


def _fonts() -> Iterator[Finding]:
    from songatlas.plots.fonts import has_glyphs

    drawn = [name for name, letters in _SCRIPTS.items() if has_glyphs(letters)]
    missing = [name for name in _SCRIPTS if name not in drawn]
    yield Finding(area="fonts", name="drawn", detail=", ".join(drawn))
    if missing:
        yield Finding(area="fonts", name="shown as □", detail=", ".join(missing), remedy=_FONTS)
