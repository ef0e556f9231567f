"""Train one model on some of the modalities and read off what it learned."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from songatlas.config import Config
from songatlas.config.views import is_whole, modality_weights
from songatlas.models import MODELS
from songatlas.models.base import Batch, Model
from songatlas.models.batches import to_batch
from songatlas.models.placement import Placement
from songatlas.models.placer import HERE, Placer
from songatlas.models.posteriors import variance_explained
from songatlas.models.training import Fit, train
from songatlas.progress import Progress
from songatlas.seeds import stage_rng, stage_seed
from songatlas.stages.reuse import find_fit, training_key
from songatlas.store.arena import Arena
from songatlas.types import FeatureSet, FloatArray
from songatlas.types.senses import FROM_FRAMES


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """A trained network and where it places the tracks that it was trained on.

    Parameters
    ----------
    fit
        History of the training, and the parameters of the best and of the last epoch.
    key
        Digest of what training depended on.
    shapes
        (n_observations, n_features) of every modality.
    placement
        Of the tracks; its network has the best parameters.
    r2, r2_shuffled
        Variance explained a heard modality, and by the posterior of another track; of the main
        model alone.
    """

    fit: Fit
    key: str
    shapes: Mapping[str, tuple[int, int]]
    placement: Placement
    r2: Mapping[str, float] = field(default_factory=dict)
    r2_shuffled: Mapping[str, float] = field(default_factory=dict)

    @property
    def space(self) -> str:
        """Name of the coordinates; scores are comparable only within one space."""
        return f"latent, {self.placement.space.name}"

    def kept(self, arena: Arena) -> FittedModel:
        """The same, its places where the inputs are that do not fit in memory."""
        return dataclasses.replace(self, placement=self.placement.kept(arena.keep))


@dataclass(frozen=True, kw_only=True)
class Studio:
    """Where models are trained.

    Parameters
    ----------
    work
        Folder for the checkpoints that an interrupted run resumes from; None keeps none.
    finished, must_reuse
        Results folder that may hold the main model already, and whether it is an error if it does
        not.
    placer
        Places the tracks by the model that was trained.
    """

    device: torch.device
    progress: Progress
    work: Path | None = None
    finished: Path | None = None
    must_reuse: bool = False
    placer: Placer = HERE


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """What models are trained on.

    Parameters
    ----------
    features
        Of all modalities that there are.
    condition
        Shape (n_tracks, n_conditions): what a conditional model is given of every track.
    """

    features: FeatureSet
    condition: FloatArray


@dataclass(frozen=True, kw_only=True)
class ModelPlan:
    """One model of a run.

    Parameters
    ----------
    name
        What it is in the run, such as ``"VAE"``; its random numbers derive from it.
    modalities
        That it encodes and decodes.
    variational
        Whether it is a VAE, if the settings say so too.
    weights
        Of the modalities in the posteriors; None counts each once. Training knows nothing of them.
    """

    name: str
    modalities: tuple[str, ...]
    variational: bool = True
    weights: Mapping[str, float] | None = None


def fit_model(plan: ModelPlan, given: TrainingData, config: Config, studio: Studio) -> FittedModel:
    """Train ``config.model.name`` on the planned modalities, or load what was trained on them."""
    features = _only(given.features, plan.modalities)
    condition = given.condition
    seed = stage_seed(config.seed, f"train {plan.name}")
    shapes = {key: x.values.shape[1:] for key, x in features.modalities.items()}
    model_config = dataclasses.replace(
        config.model,
        modalities=plan.modalities,
        variational=plan.variational and config.model.variational,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MODELS[config.model.name](shapes, model_config, condition.shape[1])
    data = to_batch(features, condition)
    key = training_key(features, condition, config.training, model_config, seed=seed)
    fit = None
    if studio.finished is not None:
        say = studio.progress.say
        fit = find_fit(studio.finished, key, config, required=studio.must_reuse, say=say)
    if fit is not None:
        studio.progress.say(
            f"{plan.name}: the model of {studio.finished} is used; nothing is trained again."
        )
        model.load_state_dict(fit.best_state)
        model = model.to(studio.device)
    else:
        fit = _train(plan.name, key, model, data, config, studio, seed=seed)
    weights = dict.fromkeys(plan.modalities, 1.0) if plan.weights is None else plan.weights
    placement = studio.placer.place(model, data, weights, config.clustering.space)
    return FittedModel(fit=fit, key=key, shapes=shapes, placement=placement)


def fit_main(data: TrainingData, config: Config, studio: Studio) -> FittedModel:
    """The model that the run is about, on all modalities that there are."""
    modalities = tuple(data.features.modalities)
    plan = ModelPlan(
        name="VAE", modalities=modalities, weights=modality_weights(config.view, modalities)
    )
    main = fit_model(plan, data, config, studio)
    places = main.placement
    explained = places.reconstructed()
    heard = {modality: explained[modality] for modality in places.space.noise}
    order = stage_rng(config.seed, "shuffled control").permutation(places.data.n_tracks)
    return dataclasses.replace(
        main,
        r2=variance_explained(places.data, heard),
        r2_shuffled=variance_explained(places.data, heard, order=order),
    )


def comparison_plans(data: TrainingData, config: Config) -> list[ModelPlan]:
    """The models that the main one is compared with: a plain autoencoder, and single modalities.

    All that is made from frames counts as one.

    A view that leaves something out trains nothing for comparison.
    """
    if not is_whole(config.view):
        return []
    modalities = tuple(data.features.modalities)
    plans = []
    if config.model.variational:
        plans.append(ModelPlan(name="Autoencoder", modalities=modalities, variational=False))
    from_frames = tuple(name for name in modalities if name in FROM_FRAMES)
    alone = [
        *filter(None, [from_frames]),
        *((name,) for name in modalities if name not in from_frames),
    ]
    if len(alone) > 1:
        plans += [
            ModelPlan(name=f"{names[0].capitalize()} VAE", modalities=names) for names in alone
        ]
    return plans


def _only(features: FeatureSet, modalities: tuple[str, ...]) -> FeatureSet:
    kept = {name: features.modalities[name] for name in modalities}
    return dataclasses.replace(features, modalities=kept)


def _train(
    name: str, key: str, model: Model, data: Batch, config: Config, studio: Studio, *, seed: int
) -> Fit:
    """Train from the checkpoint of an interrupted run, or from the beginning."""
    epochs, checkpoint = config.training.epochs, None
    if studio.work is not None:
        checkpoint = studio.work / f"{name.replace(' ', '-')}-{key}.checkpoint"
    with studio.progress.stage(f"Training {name}", total=epochs, unit="epochs") as bar:
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
            device=studio.device,
            checkpoint=checkpoint,
            progress=report,
        )
        n_epochs = len(fit.history)
        note = f"no better since epoch {fit.best_epoch}" if n_epochs < epochs else ""
        bar.advance(n_epochs - reported, total=n_epochs, note=note)
    return fit
