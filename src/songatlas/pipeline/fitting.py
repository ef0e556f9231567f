"""Train one model on some of the modalities and read off what it learned."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from songatlas.config import Config, config_hash
from songatlas.models import MODELS
from songatlas.models.base import Batch, Model
from songatlas.models.batches import to_batch
from songatlas.models.encoding import Encoded, decode, encode, variance_explained
from songatlas.models.spaces import Space, fit_space
from songatlas.models.training import Fit, train
from songatlas.pipeline.baselines import Baseline
from songatlas.pipeline.prepare import Prepared
from songatlas.pipeline.progress import Progress
from songatlas.seeds import stage_rng, stage_seed
from songatlas.types import FeatureSet, FloatArray, Latents


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """A trained model and its view of the tracks that it was trained on.

    Parameters
    ----------
    r2, r2_shuffled
        Variance explained a modality, and by the posterior of another track.
    """

    model: Model
    fit: Fit
    data: Batch
    encoded: Encoded
    decoded: Mapping[str, FloatArray]
    latents: Latents
    r2: Mapping[str, float]
    r2_shuffled: Mapping[str, float]
    shapes: Mapping[str, tuple[int, int]]
    space: Space


def fit_model(
    name: str,
    features: FeatureSet,
    condition: FloatArray,
    config: Config,
    *,
    modalities: tuple[str, ...],
    variational: bool,
    device: torch.device,
    work: Path | None,
    progress: Progress,
) -> FittedModel:
    """Train ``config.model.name`` on the given modalities.

    Parameters
    ----------
    name
        What this model is in the run, such as ``"VAE"``; its random numbers derive from it.
    work
        Folder for the checkpoint that an interrupted run resumes from.
    """
    features = dataclasses.replace(
        features, modalities={key: features.modalities[key] for key in modalities}
    )
    seed = stage_seed(config.seed, f"train {name}")
    shapes = {key: x.values.shape[1:] for key, x in features.modalities.items()}
    model_config = dataclasses.replace(
        config.model, modalities=modalities, variational=variational and config.model.variational
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MODELS[config.model.name](shapes, model_config, condition.shape[1])
    data = to_batch(features, condition)
    key = _data_key(features, condition, config, model_config)
    checkpoint = work / f"{name.replace(' ', '-')}-{key}.pth" if work is not None else None
    with progress.stage(f"Training {name}", total=config.training.epochs, unit="epochs") as bar:
        reported = 0

        def report(epoch: int, n_epochs: int, row: Mapping[str, float]) -> None:
            nonlocal reported
            bar.advance(epoch - reported, note=f"loss {row['loss']:.3f}")
            reported = epoch

        fit = train(
            model,
            data,
            config.training,
            seed=seed,
            device=device,
            checkpoint=checkpoint,
            progress=report,
        )
        bar.advance(config.training.epochs - reported)  # stopped early
    return _read(model, fit, data, features, shapes, config)


def fit_all(
    prepared: Prepared, config: Config, device: torch.device, work: Path, progress: Progress
) -> tuple[FittedModel, list[Baseline]]:
    """The main model, and the ones that it is compared with: autoencoder, single modalities."""
    modalities = tuple(prepared.inputs.features.modalities)

    def fit(name: str, modalities: tuple[str, ...], *, variational: bool = True) -> FittedModel:
        return fit_model(
            name,
            prepared.inputs.features,
            prepared.condition.one_hot,
            config,
            modalities=modalities,
            variational=variational,
            device=device,
            work=work,
            progress=progress,
        )

    main = fit("VAE", modalities)
    others = []
    if main.model.variational:
        plain = fit("Autoencoder", modalities, variational=False)
        others.append(model_baseline("Autoencoder", plain))
    if len(modalities) > 1:
        others += [
            model_baseline(f"{name.capitalize()} VAE", fit(f"{name.capitalize()} VAE", (name,)))
            for name in modalities
        ]
    return main, others


def _read(
    model: Model,
    fit: Fit,
    data: Batch,
    features: FeatureSet,
    shapes: dict[str, tuple[int, int]],
    config: Config,
) -> FittedModel:
    encoded = encode(model, data)
    decoded = decode(model, encoded.mean, data.condition)
    name = config.clustering.space
    if name == "information" and not model.variational:
        name = "mean"  # without a KL there is no information to scale by
    noise = {key: sd.detach().cpu().numpy() for key, sd in model.noise().items()}
    space = fit_space(name, encoded, decoded, noise)
    latents = Latents(
        track_ids=features.track_ids,
        mean=encoded.mean,
        log_var=encoded.log_var,
        coordinates=space.transform(encoded, decoded),
        space=f"latent, {space.name}",
    )
    order = stage_rng(config.seed, "shuffled control").permutation(data.n_tracks)
    return FittedModel(
        model=model,
        fit=fit,
        data=data,
        encoded=encoded,
        decoded=decoded,
        latents=latents,
        r2=variance_explained(data, decoded),
        r2_shuffled=variance_explained(data, decoded, order=order),
        shapes=shapes,
        space=space,
    )


def _data_key(features: FeatureSet, condition: FloatArray, *settings: object) -> str:
    """Changes with anything that training sees, so that no checkpoint is resumed wrongly."""
    digest = hashlib.blake2b(config_hash(*settings).encode(), digest_size=8)
    for name, observations in sorted(features.modalities.items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(observations.values).data)
        digest.update(np.ascontiguousarray(observations.mask).data)
    digest.update(np.ascontiguousarray(condition).data)
    return digest.hexdigest()


def model_baseline(name: str, fitted: FittedModel) -> Baseline:
    """Latent space of a model; a track without any of its modalities has no place there."""
    present = [mask.numpy().any(axis=1) for mask in fitted.data.mask.values()]
    return Baseline(
        name=name,
        X=fitted.latents.coordinates,
        space=f"{name} {fitted.latents.space}",
        rows=np.any(present, axis=0),
    )
