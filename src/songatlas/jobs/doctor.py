"""What this machine can do for songatlas, what it lacks, and the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from songatlas.errors import ModelError, StorageError
from songatlas.features.audio.compiled import KERNELS
from songatlas.features.embedding.installed import list_models
from songatlas.features.embedding.session import NEEDS_RUNTIME, has_runtime
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


@dataclass(frozen=True)
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
    yield Finding("versions", "songatlas", __version__)
    yield Finding("versions", "Python", platform.python_version())
    for name in _LIBRARIES:
        yield Finding("versions", name, metadata.version(name))


def _decoders() -> Iterator[Finding]:
    remedy = _REINSTALL.format("soundfile av")
    try:
        from songatlas.features.audio.trial import TRIALS, decoder_versions, try_format
    except (ImportError, OSError) as error:  # libsndfile itself may be missing
        yield Finding("decoders", "all", f"cannot be loaded: {error}", remedy, needed=True)
        return
    for name, version in decoder_versions().items():
        yield Finding("versions", name, version)
    for name in TRIALS:
        trouble, needed = try_format(name), name in ("wav", "flac", "mp3", "ogg")
        yield Finding("decoders", name, trouble or "decoded", remedy if trouble else "", needed)


def _machine() -> Iterator[Finding]:
    from songatlas.models.training import choose_device

    yield Finding("machine", "cores", str(os.cpu_count() or 1))
    if sys.platform != "win32":  # which does not tell
        n_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        few = n_bytes < _LEAST_MEMORY
        remedy = "use --workers 1 and close other programs" if few else ""
        yield Finding("machine", "memory", f"{n_bytes / 1e9:.1f} GB", remedy)
    yield Finding("machine", "device", str(choose_device("auto")))
    detail = "built" if KERNELS else "not built: audio features take longer, and are the same"
    remedy = "" if KERNELS else "install a C compiler, then songatlas again"
    yield Finding("machine", "compiled loops", detail, remedy)


def _cache(folder: Path) -> Iterator[Finding]:
    name_another = "name another folder with --cache or SONGATLAS_CACHE"
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    there = folder.exists()
    try:
        if there:
            FeatureCache(folder).close()
        tempfile.TemporaryFile(dir=existing).close()
    except (OSError, StorageError) as error:
        yield Finding("cache", "place", str(error), name_another, needed=True)
        return
    yield Finding("cache", "place", f"{folder}{'' if there else ' (not made yet)'}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield Finding("cache", "size", f"{size / 1e6:,.0f} MB")
    free = shutil.disk_usage(existing).free
    remedy = f"free space, or {name_another}" if free < _LEAST_FREE else ""
    yield Finding("cache", "free space", f"{free / 1e9:,.1f} GB", remedy)


def _models(cache: str | Path | None) -> Iterator[Finding]:
    remedy = "" if has_runtime() else NEEDS_RUNTIME.rpartition(": ")[2]
    detail = "not installed" if remedy else metadata.version("onnxruntime")
    yield Finding("models", "onnxruntime", detail, remedy)
    for model in list_models(cache=cache) if not remedy else ():
        install = f"songatlas models install {model.name}"
        state = "installed" if model.installed else "not installed: sound is heard by statistics"
        fine = model.installed and not model.trouble
        yield Finding("models", model.name, model.trouble or state, "" if fine else install)
    try:
        detail, remedy = open_encoder().name, ""
    except ModelError as error:
        detail, remedy = str(error), NEEDS_SENTENCES.rpartition(": ")[2]
        detail = "not installed" if detail == NEEDS_SENTENCES else detail
    yield Finding("models", "sentence encoder", detail, remedy)


def _tags() -> Finding:
    if has_mutagen():
        return Finding("tags", "mutagen", metadata.version("mutagen"))
    remedy = NEEDS_MUTAGEN.rpartition(": ")[2]
    return Finding("tags", "mutagen", "not installed: tags are read and not written", remedy)


def _fonts() -> Iterator[Finding]:
    from songatlas.plots.fonts import SCRIPTS, has_glyphs

    drawn = [name for name, letters in SCRIPTS.items() if has_glyphs(letters)]
    missing = [name for name in SCRIPTS if name not in drawn]
    yield Finding("fonts", "drawn", ", ".join(drawn))
    if missing:
        yield Finding("fonts", "shown as □", ", ".join(missing), _FONTS)
