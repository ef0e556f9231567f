"""Which pretrained ear a run listens with."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from songatlas.config import Config, did_you_mean, replace
from songatlas.errors import ConfigError, ModelError
from songatlas.extraction.apart import run_apart
from songatlas.extraction.job import Job, Request
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.installed import (
    descriptions,
    is_installed,
    model_folder,
    repairable,
)
from songatlas.features.embedding.recipe import DESCRIPTION_FILE
from songatlas.features.embedding.session import NEEDS_RUNTIME, has_runtime
from songatlas.machine import FileLimits

if TYPE_CHECKING:
    from songatlas.features.embedding.description import Description

AUTO = "musicnn"  # what "auto" listens with, where it is installed
_NO_NAMES = ("auto", "none")  # they stand for whatever is there, and for nothing
COST = (
    "No pretrained network listens: no instrument and no voice is named, and of the nine tracks "
    "nearest to one 60 % were of its genre, on music that nothing was tuned on; with musicnn 76 %."
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ear:
    """A pretrained network that a run uses, or several.

    Parameters
    ----------
    path
        Of its description.
    n_features
        Of its embedding.
    beside
        Further ones, whose embeddings stand beside its own.
    """

    path: Path
    description: Description
    n_features: int
    beside: tuple[Ear, ...] = ()

    @property
    def each(self) -> tuple[Ear, ...]:
        """Itself and those beside it, one by one."""
        return (dataclasses.replace(self, beside=()), *self.beside)

    @property
    def name(self) -> str:
        """Its name, or their names."""
        return "+".join(ear.description.name for ear in self.each)

    def facts(self) -> dict[str, str]:
        """What identifies it, for the model."""
        names = ("name", "version", "sha256", "fingerprint")
        all_ears = [ear.description for ear in self.each]
        return {name: "+".join(getattr(ear, name) for ear in all_ears) for name in names}

    def with_text(self, fingerprint: str = "") -> Ear | None:
        """That of several whose space has words: of this fingerprint, else with a text tower."""
        for ear in self.each:
            known = ear.description.fingerprint == fingerprint
            if known if fingerprint else ear.description.text is not None:
                return ear
        return None

    def record(self) -> dict[str, str]:
        """:meth:`facts` for the record of a run, and whose space has words, by fingerprint."""
        ear = self.with_text()
        return self.facts() | ({} if ear is None else {"text": ear.description.fingerprint})


def choose_ear(
    config: Config, cache: Path, limits: FileLimits | None = None
) -> tuple[Config, Ear | None]:
    """Settle ``input.embedding``, so that the settings say what was used.

    ``"auto"`` becomes the name of the installed network, or ``"none"``. A path becomes absolute.

    Parameters
    ----------
    cache
        The cache folder, which installed networks lie in.
    limits
        Of the process that tries a network out; None takes those of the environment.

    Raises
    ------
    ConfigError
        For a name that is no embedding, or one that ``model.modalities`` leaves out, and for none
        where there is nothing else to see.
    ModelError
        When the network that was asked for is not installed or cannot be used.
    """
    wanted = config.input.embedding
    listens = "embedding" in config.model.modalities
    if wanted in _NO_NAMES and (wanted == "none" or not listens):
        return _without(config, "leave out input.embedding 'none'"), None
    if not listens:
        raise ConfigError(
            f"input.embedding {wanted!r} needs 'embedding' among model.modalities. Got "
            f"{list(config.model.modalities)}."
        )
    if wanted == "auto":
        if obstacle := _obstacle(AUTO, cache):
            return _without(config, obstacle), None
        wanted = AUTO
    ear = open_ear(wanted, cache, limits)
    names = [
        name if name in EMBEDDINGS else str(each.path)
        for name, each in zip(names_of(wanted), ear.each, strict=True)
    ]
    return _settled(config, ", ".join(names)), ear


def open_ear(wanted: str, cache: Path, limits: FileLimits | None = None) -> Ear:
    """The network of a name or of a description's path; of several, with commas, all together.

    Raises
    ------
    ConfigError, ModelError
        As :func:`choose_ear`.
    """
    from songatlas.features.embedding.description import read_description
    from songatlas.features.embedding.extract import try_out  # loads what decodes

    names, ears = names_of(wanted), []
    if len(names) > 1 and (alone := [name for name in names if name in _NO_NAMES]):
        raise ConfigError(
            f"input.embedding {alone[0]!r} cannot be heard beside others: leave it out. Got "
            f"{wanted!r}."
        )
    for name in names:
        path = _description_path(name, cache)
        if not has_runtime():
            raise ModelError(NEEDS_RUNTIME)
        with repairable(name):
            description = read_description(path)
            tried = try_out(description) if name in EMBEDDINGS else _try_apart(path, limits)
        ears.append(Ear(path=path, description=description, n_features=tried))
    if len({ear.description.fingerprint for ear in ears}) < len(ears):
        raise ConfigError(f"input.embedding must name different networks. Got {wanted!r}.")
    return dataclasses.replace(ears[0], beside=tuple(ears[1:]))


def ear_of_run(config: Config, used: Mapping[str, str], cache: Path) -> Ear:
    """The very network that a run listened with, of whatever version.

    Parameters
    ----------
    config
        That of the run.
    used
        :meth:`Ear.facts` of the run.

    Raises
    ------
    ModelError
        When it is not here, or no longer what it was.
    """
    prints = used["fingerprint"].split("+")
    wanted = config.input.embedding  # one path may have a comma, though its file has gone
    names = names_of(wanted) if len(prints) > 1 else [wanted]
    ears = [_of_run(name, mark, used, cache) for name, mark in zip(names, prints, strict=True)]
    return dataclasses.replace(ears[0], beside=tuple(ears[1:]))


def _of_run(name: str, fingerprint: str, used: Mapping[str, str], cache: Path) -> Ear:
    from songatlas.features.embedding.description import read_description
    from songatlas.features.embedding.extract import try_out

    installed = name in EMBEDDINGS
    paths = descriptions(cache) if installed else [_description_path(name, cache)]
    remedy = f"Put that one back, as {', '.join(map(str, paths))}"
    paths = [path for path in paths if path.is_file()]
    for path in paths:
        with contextlib.suppress(*[ModelError] * installed):  # it may be of another version
            description = read_description(path)
            if description.fingerprint == fingerprint:
                return Ear(path=path, description=description, n_features=try_out(description))
    if installed:
        outdated = EMBEDDINGS[name].version not in used["version"].split("+")
        remedy = (
            f"{name} has since become another: songatlas update RESULTS --refit trains the model "
            "again with that of now"
            if outdated
            else f"Install it: songatlas models install {name}"
        )
    raise ModelError(
        f"The model needs the pretrained network {used['name']} {used['version']} with weights of "
        f"sha256 {used['sha256']} and the settings that it had. Got "
        f"{', '.join(map(str, paths)) or 'none'}. {remedy}, or use --view lyrics."
    )


def without_ear(config: Config, cache: Path) -> str:
    """What a run that would listen with a network lacks, and what to do; empty for nothing.

    Parameters
    ----------
    config
        As it was given, before :func:`choose_ear`.
    """
    if config.input.embedding != "auto" or "embedding" not in config.model.modalities:
        return ""
    obstacle = _obstacle(AUTO, cache)
    return f"{COST} To use it: {obstacle}" if obstacle else ""


def embedding_job(ear: Ear, config: Config) -> Job:
    """Embeddings of one network, without those beside it, under these settings."""
    from songatlas.features.embedding.extract import EXTRACTOR_VERSION

    settings = {
        "duration": config.audio.duration,
        "max_patches": config.input.max_windows,
        "excerpt": config.audio.excerpt,
    }
    description = ear.description
    key = (
        f"{EXTRACTOR_VERSION}-{description.name}-{description.version}-{description.fingerprint}"
        f"-{config.audio.duration:g}-{config.input.max_windows}"
    )
    if excerpt := config.audio.excerpt:
        key += f"-{excerpt.replace(':', '+')}"  # a file name on any system
    return Job(
        title=f"Listening with {description.name}",
        request=Request(
            extractor="embedding", settings={"model": str(ear.path.absolute()), **settings}
        ),
        array="embedding",
        key=f"embedding-{key}",
        beside={} if description.tags is None else {"tags": f"tags-{key}"},
        fingerprint=description.fingerprint,
    )


def _try_apart(path: Path, limits: FileLimits | None) -> int:
    """Features of a stranger's network."""
    request = Request(extractor="trial", settings={})
    rows = run_apart(path, request, limits, task="one patch")
    return int(rows["trial"].array[0])


def names_of(wanted: str) -> list[str]:
    """The networks of ``input.embedding``, one by one: names or paths of descriptions."""
    if Path(wanted).expanduser().is_file():  # whose path may have a comma
        return [wanted]
    return [name.strip() for name in wanted.split(",")]


def _settled(config: Config, name: str) -> Config:
    return replace(config, {"input": {"embedding": name}})


def _without(config: Config, remedy: str) -> Config:
    if config.model.modalities == ("embedding",):
        raise ConfigError(
            "model.modalities ['embedding'] needs a pretrained network to listen with. There is "
            f"none: {remedy}, or add audio or text."
        )
    return _settled(config, "none")


def _obstacle(name: str, cache: Path) -> str:
    """What has to be done before an installed network can be used; empty for nothing."""
    steps = [] if has_runtime() else [NEEDS_RUNTIME.rpartition(": ")[2]]
    if not is_installed(name, cache):
        steps.append(f"songatlas models install {name}")
    return ", then ".join(steps)


def _description_path(wanted: str, cache: Path) -> Path:
    if wanted in EMBEDDINGS:
        path = model_folder(cache, wanted) / DESCRIPTION_FILE
        if not path.is_file():
            raise ModelError(
                f"{wanted} is not installed in the cache {cache}: songatlas models install {wanted}"
            )
        return path
    if Path(wanted).suffix == ".toml":
        return Path(wanted).expanduser().absolute()
    names = [*_NO_NAMES, *EMBEDDINGS]
    raise ConfigError(
        f"input.embedding must be one of {', '.join(names)}, or the path of a description that "
        f"ends in .toml. Got {wanted!r}.{did_you_mean(wanted, names)}"
    )
