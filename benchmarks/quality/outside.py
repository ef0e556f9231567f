"""Methods of other packages on the same inputs; a package that is not installed has no rows.

Their settings are their own defaults, so that neither side is tuned. They read one vector a track,
scaled as a whole to unit variance, which for them is what the default input is for ours.
"""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import numpy as np
import torch

from songatlas.clustering.kmeans import kmeans
from songatlas.clustering.labels import canonical_labels
from songatlas.features.inputs import Inputs
from songatlas.types import FloatArray, IntArray

Cluster = Callable[[int], IntArray]


def outside_methods(inputs: Inputs, seed: int, skip: set[str]) -> dict[str, Cluster]:
    """Functions from the number of clusters to labels, −1 where a method cannot place a track."""
    methods: dict[str, Cluster] = {}
    X = unit_variance(inputs.flat(inputs.features.modalities))
    if find_spec("clustpy"):
        for name in ("VaDE", "DEC"):
            if name.lower() not in skip:
                methods[f"{name} (ClustPy)"] = lambda k, name=name: clustpy(name, X, k, seed)[0]
    if len(inputs.features.modalities) > 1 and find_spec("multivae") and "mopoe" not in skip:
        present = np.all([m.present for m in inputs.features.modalities.values()], axis=0)
        blocks = {name: unit_variance(x[present]) for name, x in inputs.blocks.items()}
        z = mopoe(blocks, seed)

        def cluster(k: int) -> IntArray:
            labels = np.full(len(present), -1)
            labels[present] = kmeans(z, k, random_state=seed)
            return labels

        methods["MoPoE (MultiVae) + K-Means"] = cluster
    return methods


def clustpy(name: str, X: FloatArray, n_clusters: int, seed: int) -> tuple[IntArray, FloatArray]:
    """Labels of a deep clustering method of ClustPy, and where it places the tracks.

    Its VaDE is made for values in [0, 1]; real values need a linear output and a Gaussian
    likelihood, here of unit variance.
    """
    without_pictures()
    from clustpy import deep
    from clustpy.deep.neural_networks import VariationalAutoencoder

    settings = {}
    if name == "VaDE":
        network = {"layers": [X.shape[1], 500, 500, 2000, 10], "decoder_output_fn": None}
        settings = {
            "ssl_loss_fn": _gaussian_loss,
            "neural_network": (VariationalAutoencoder, network),
        }
    with _quiet():
        model = getattr(deep, name)(
            n_clusters, random_state=seed, device=torch.device("cpu"), **settings
        )
        data = X.astype(np.float32)
        model.fit(data)
        places = np.asarray(model.transform(data))
    return canonical_labels(np.asarray(model.labels_)), places


def _gaussian_loss(decoded: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return 0.5 * (decoded - x).square().sum(1).mean()


def mopoe(blocks: dict[str, FloatArray], seed: int, *, learning_rate: float = 1e-3) -> FloatArray:
    """Joint posterior means of a mixture of products of experts, (n_tracks, n_latent).

    Its trainer's default learning rate is 1e-4.
    """
    without_pictures()
    from multivae.data.datasets.base import MultimodalBaseDataset
    from multivae.models import MoPoE, MoPoEConfig
    from multivae.trainers import BaseTrainer, BaseTrainerConfig

    data = MultimodalBaseDataset({k: torch.from_numpy(x).float() for k, x in blocks.items()})
    with _quiet(), tempfile.TemporaryDirectory() as folder, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MoPoE(
            MoPoEConfig(
                n_modalities=len(blocks),
                latent_dim=32,
                input_dims={name: (x.shape[1],) for name, x in blocks.items()},
            )
        )
        settings = BaseTrainerConfig(
            output_dir=folder,
            num_epochs=100,
            learning_rate=learning_rate,
            seed=seed,
            no_cuda=True,
        )
        BaseTrainer(model, data, training_config=settings).train()
        model.eval()
        with torch.no_grad():
            z = model.cpu().encode(data, return_mean=True).z
    return np.asarray(z.reshape(len(data), -1).numpy())


def unit_variance(X: FloatArray) -> FloatArray:
    """Scaled as a whole, so that the mean variance of a feature is 1."""
    return np.asarray(X / np.sqrt(X.var(axis=0).mean()))


@functools.cache
def without_pictures() -> object:
    """Let torchvision be imported where it is the one for CUDA and torch is not.

    MultiVae and ClustPy ask it for pictures, which nothing here draws; its import fails for want of
    these two operators, which its compiled part declares and which nothing here calls.
    """
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        return library  # what it declared goes with it
    return None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Neither progress bars nor advice of other packages."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
