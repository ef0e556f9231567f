"""Which pretrained ear a run listens with, and what it hears."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import numpy as np

from songatlas.config import Config, did_you_mean, replace
from songatlas.errors import AudioError, ConfigError, ModelError
from songatlas.extraction.gather import gather
from songatlas.extraction.job import Job, Request
from songatlas.extraction.workshop import Workshop
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.description import Description, read_description
from songatlas.features.embedding.extract import EXTRACTOR_VERSION, try_out
from songatlas.features.embedding.installed import descriptions, is_installed, model_folder
from songatlas.features.embedding.recipe import DESCRIPTION_FILE
from songatlas.features.embedding.session import NEEDS_RUNTIME, has_runtime
from songatlas.types import FloatArray, Track

AUTO = "musicnn"  # what "auto" listens with, where it is installed
COST = (
    "Without a pretrained ear: of the nine tracks nearest to one, 60 % were of its genre on music "
    "that nothing was tuned on, and 76 % with musicnn; no instrument and no voice is named."
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ear:
    """A pretrained network that a run uses.

    Parameters
    ----------
    path
        Of its description.
    n_features
        Of its embedding.
    """

    path: Path
    description: Description
    n_features: int

    def facts(self) -> dict[str, str]:
        """What identifies it, for the record of a run."""
        names = ("name", "version", "sha256", "fingerprint")
        return {name: getattr(self.description, name) for name in names}


def choose_ear(config: Config, cache: Path) -> tuple[Config, Ear | None]:
    """Settle ``input.embedding``, so that the settings say what was used.

    ``"auto"`` becomes the name of the installed network, or ``"none"``. A path becomes absolute.

    Parameters
    ----------
    cache
        The cache folder, which installed networks lie in.

    Raises
    ------
    ConfigError
        For a name that is no embedding, or one that ``model.modalities`` leaves out.
    ModelError
        When the network that was asked for is not installed or cannot be used.
    """
    wanted = config.input.embedding
    listens = "embedding" in config.model.modalities
    if wanted in ("auto", "none") and (wanted == "none" or not listens):
        return _settled(config, "none"), None
    if not listens:
        raise ConfigError(
            f"input.embedding {wanted!r} needs 'embedding' among model.modalities. Got "
            f"{list(config.model.modalities)}."
        )
    if wanted == "auto":
        if _obstacle(AUTO, cache):
            return _settled(config, "none"), None
        wanted = AUTO
    path = _description_path(wanted, cache)
    if not has_runtime():
        raise ModelError(NEEDS_RUNTIME)
    description = read_description(path)
    ear = Ear(path=path, description=description, n_features=try_out(description))
    return _settled(config, wanted if wanted in EMBEDDINGS else str(path)), ear


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
    wanted = config.input.embedding
    paths = descriptions(cache) if wanted in EMBEDDINGS else [_description_path(wanted, cache)]
    for path in paths:
        description = read_description(path)
        if description.fingerprint == used["fingerprint"]:
            return Ear(path=path, description=description, n_features=try_out(description))
    remedy = "Put that one back"
    if wanted in EMBEDDINGS:
        outdated = EMBEDDINGS[wanted].version != used["version"]
        remedy = (
            f"{wanted} has since become another: songatlas update RESULTS --refit trains the model "
            "again with that of now"
            if outdated
            else f"Install it: songatlas models install {wanted}"
        )
    raise ModelError(
        f"The model needs the pretrained network {used['name']} {used['version']} with weights of "
        f"sha256 {used['sha256']}. Got {', '.join(map(str, paths)) or 'none'}. {remedy}, or use "
        "--view lyrics."
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
    """Embeddings of this network under these settings."""
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
    if config.audio.excerpt:
        key += f"-{config.audio.excerpt.replace(':', '+')}"  # a file name on any system
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


def gather_embeddings(
    tracks: Sequence[Track], ear: Ear, config: Config, shop: Workshop
) -> tuple[list[FloatArray], tuple[str, ...]]:
    """Embedding of every track; one that cannot be made is absent and costs nothing else.

    Returns
    -------
    embeddings
        (n_patches, n_features) a track, without rows where it is absent.
    notes
        One sentence where embeddings are absent.
    """
    results, _ = gather(tracks, embedding_job(ear, config), attrgetter("array"), shop)
    codes = Counter(result.code for result in results if isinstance(result, AudioError))
    failed = [t.path for t, r in zip(tracks, results, strict=True) if isinstance(r, AudioError)]
    nothing = np.zeros((0, ear.n_features), np.float32)
    embeddings = [nothing if isinstance(result, AudioError) else result for result in results]
    if not failed:
        return embeddings, ()
    why = ", ".join(f"{code} {n}" for code, n in sorted(codes.items()))
    note = (
        f"{len(failed)} of {len(tracks)} tracks have no {ear.description.name} embedding ({why}), "
        f"the first of them {failed[0]!a}; they are analysed without it."
    )
    return embeddings, (note,)


def _settled(config: Config, name: str) -> Config:
    return replace(config, {"input": {"embedding": name}})


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
    names = ["auto", "none", *EMBEDDINGS]
    raise ConfigError(
        f"input.embedding must be one of {', '.join(names)}, or the path of a description that "
        f"ends in .toml. Got {wanted!r}.{did_you_mean(wanted, names)}"
    )
