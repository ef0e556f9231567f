"""Train one model on some of the modalities and read off what it learned."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from songatlas.config import Config
from songatlas.config.views import is_whole, modality_weights
from songatlas.models import MODELS
from songatlas.models.base import Batch, Model
from songatlas.models.batches import to_batch
from songatlas.models.posteriors import Encoded, decode, encode, variance_explained
from songatlas.models.spaces import Space, fit_space
from songatlas.models.training import Fit, train
from songatlas.progress import Progress
from songatlas.seeds import stage_rng, stage_seed
from songatlas.stages.baselines import Baseline
from songatlas.stages.prepare import Prepared
from songatlas.stages.reuse import find_fit, training_key
from songatlas.types import BoolArray, FeatureSet, FloatArray, Latents


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """A trained model and its view of the tracks that it was trained on.

    Parameters
    ----------
    key
        Digest of what training depended on.
    weights
        How much each modality counts in the posteriors; see :mod:`songatlas.config.views`.
    rows
        Shape (n_tracks,): the tracks of which anything was heard. The posterior of the others is
        the prior, which is no place.
    r2, r2_shuffled
        Variance explained a heard modality, and by the posterior of another track.
    """

    model: Model
    fit: Fit
    key: str
    weights: Mapping[str, float]
    rows: BoolArray
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
    weights: Mapping[str, float] | None = None,
    finished: Path | None = None,
    must_reuse: bool = False,
) -> FittedModel:
    """Train ``config.model.name`` on the given modalities, or load what was trained on them.

    Parameters
    ----------
    name
        What this model is in the run, such as ``"VAE"``; its random numbers derive from it.
    work
        Folder for the checkpoint that an interrupted run resumes from.
    weights
        Of the modalities in the posteriors; None counts each once. Training knows nothing of them.
    finished, must_reuse
        Results folder that may hold this very model, and whether it is an error if it does not.
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
    key = training_key(features, condition, config.training, model_config, seed=seed)
    weights = dict.fromkeys(modalities, 1.0) if weights is None else weights
    if finished is not None:
        loaded = find_fit(finished, key, required=must_reuse, say=progress.say)
        if loaded is not None:
            progress.say(f"{name}: the model of {finished} is used; nothing is trained again.")
            model.load_state_dict(loaded.best_state)
            return _read(model.to(device), loaded, data, features, shapes, config, key, weights)
    checkpoint = work / f"{name.replace(' ', '-')}-{key}.checkpoint" if work is not None else None
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
    return _read(model, fit, data, features, shapes, config, key, weights)


def fit_main(
    prepared: Prepared,
    config: Config,
    device: torch.device,
    work: Path,
    progress: Progress,
    *,
    finished: Path,
    must_reuse: bool,
) -> FittedModel:
    """The model that the run is about, on all modalities that there are.

    Parameters
    ----------
    finished, must_reuse
        See :func:`fit_model`.
    """
    modalities = tuple(prepared.inputs.features.modalities)
    return fit_model(
        "VAE",
        prepared.inputs.features,
        prepared.condition.one_hot,
        config,
        modalities=modalities,
        variational=True,
        device=device,
        work=work,
        progress=progress,
        weights=modality_weights(config.view, modalities),
        finished=finished,
        must_reuse=must_reuse,
    )


def fit_others(
    prepared: Prepared,
    main: FittedModel,
    config: Config,
    device: torch.device,
    work: Path,
    progress: Progress,
) -> list[Baseline]:
    """The models that `main` is compared with: a plain autoencoder, and single modalities.

    A view that leaves something out trains nothing for comparison.
    """
    if not is_whole(config.view):
        return []
    modalities = tuple(prepared.inputs.features.modalities)

    def fit(name: str, modalities: tuple[str, ...], *, variational: bool = True) -> Baseline:
        fitted = fit_model(
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
        return model_baseline(name, fitted)

    others = []
    if main.model.variational:
        others.append(fit("Autoencoder", modalities, variational=False))
    if len(modalities) > 1:
        others += [fit(f"{name.capitalize()} VAE", (name,)) for name in modalities]
    return others


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a fitted model places the tracks when its modalities count by some weights.

    Parameters
    ----------
    coordinates
        Shape (n_tracks, n_coordinates): points in `space`.
    rows
        Shape (n_tracks,): the tracks of which anything was heard.
    """

    encoded: Encoded
    decoded: Mapping[str, FloatArray]
    space: Space
    coordinates: FloatArray
    rows: BoolArray


def place(model: Model, data: Batch, weights: Mapping[str, float], space: str) -> Placed:
    """Posteriors under `weights`, and the coordinates of their own space, a row of ``SPACES``."""
    encoded = encode(model, data, weights=weights)
    decoded = decode(model, encoded.mean, data.condition)
    if space == "information" and not model.variational:
        space = "mean"  # without a KL there is no information to scale by
    noise = {
        modality: sd.detach().cpu().numpy()
        for modality, sd in model.noise().items()
        if weights[modality] > 0
    }
    rows = np.any([data.mask[modality].numpy().any(axis=1) for modality in noise], axis=0)
    # What counts less in the posterior counts less in the distances too.
    heard = decoded if rows.all() else {name: x[rows] for name, x in decoded.items()}
    fitted = fit_space(space, encoded.of(rows), heard, noise, weights)
    return Placed(
        encoded=encoded,
        decoded=decoded,
        space=fitted,
        coordinates=fitted.transform(encoded, decoded),
        rows=rows,
    )


def _read(
    model: Model,
    fit: Fit,
    data: Batch,
    features: FeatureSet,
    shapes: dict[str, tuple[int, int]],
    config: Config,
    key: str,
    weights: Mapping[str, float],
) -> FittedModel:
    found = place(model, data, weights, config.clustering.space)
    latents = Latents(
        track_ids=features.track_ids,
        mean=found.encoded.mean,
        log_var=found.encoded.log_var,
        coordinates=found.coordinates,
        space=f"latent, {found.space.name}",
    )
    heard = {modality: found.decoded[modality] for modality in found.space.noise}
    order = stage_rng(config.seed, "shuffled control").permutation(data.n_tracks)
    return FittedModel(
        model=model,
        fit=fit,
        key=key,
        weights=weights,
        rows=found.rows,
        data=data,
        encoded=found.encoded,
        decoded=found.decoded,
        latents=latents,
        r2=variance_explained(data, heard),
        r2_shuffled=variance_explained(data, heard, order=order),
        shapes=shapes,
        space=found.space,
    )


def model_baseline(name: str, fitted: FittedModel) -> Baseline:
    """Latent space of a model; a track without any of its modalities has no place there."""
    return Baseline(
        name=name,
        X=fitted.latents.coordinates,
        space=f"{name} {fitted.latents.space}",
        rows=fitted.rows,
    )
