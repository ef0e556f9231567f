"""One method on inputs that are there already: ``python -m benchmarks.speed.contestant``.

In a process of its own, ``METHOD INPUTS K SEED OUT``. The clock runs from the inputs in memory to
the labels, the representation included; imports and reading are before it. OUT gets ``labels``,
``places`` (n_tracks, n_coordinates), ``seconds`` and ``cpu``, seconds of all threads.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from benchmarks.quality import outside
from songatlas.clustering.kmeans import kmeans
from songatlas.config import load_config
from songatlas.config.limits import MODALITIES
from songatlas.progress import Silent
from songatlas.stages.fit import Studio, TrainingData, fit_main
from songatlas.types import FeatureSet, FloatArray, IntArray, Observations

THREADS = 2
_IMPORTED = {"ClustPy": ("clustpy.deep",), "MultiVae": ("multivae.models", "multivae.trainers")}
# Of inputs by name, number of clusters and seed: labels, and where the tracks are.
Inputs = Mapping[str, FloatArray]
Method = Callable[[Inputs, int, int], tuple[IntArray, FloatArray]]


def ours(inputs: Inputs, k: int, seed: int) -> tuple[IntArray, FloatArray]:
    """The default: the model of windows, K-Means in its latent space."""
    heard = parts(inputs, "values")
    named = [name for name in MODALITIES if name in heard]  # what comes with them has no name there
    config = load_config(overrides={"seed": seed, "model": {"modalities": named}})
    masks = parts(inputs, "mask")
    features = FeatureSet(
        track_ids=tuple(map(str, range(len(inputs["flat"])))),
        modalities={m: Observations(values=x, mask=masks[m]) for m, x in heard.items()},
    )
    data = TrainingData(features=features, condition=np.zeros((len(inputs["flat"]), 0), "f4"))
    main = fit_main(data, config, Studio(device=torch.device("cpu"), progress=Silent()))
    places = main.placement.coordinates
    return kmeans(places, k, random_state=seed), places


def pca(inputs: Inputs, k: int, seed: int) -> tuple[IntArray, FloatArray]:
    """scikit-learn's own: as many components as our latent space has dimensions."""
    X = inputs["flat"]
    n = min(load_config().model.n_latent, *X.shape)
    places = PCA(n, random_state=seed).fit_transform(X)
    return KMeans(k, n_init=10, random_state=seed).fit_predict(places), places


def mopoe(learning_rate: float) -> Method:
    """MultiVae's, and K-Means in its latent space."""

    def method(inputs: Inputs, k: int, seed: int) -> tuple[IntArray, FloatArray]:
        places = outside.mopoe(parts(inputs, "block"), seed, learning_rate=learning_rate)
        return kmeans(places, k, random_state=seed), places

    return method


METHODS: dict[str, Method] = {
    "songatlas: VAE + K-Means": ours,
    "PCA + K-Means (scikit-learn)": pca,
    "DEC (ClustPy)": lambda inputs, k, seed: outside.clustpy("DEC", inputs["flat"], k, seed),
    "VaDE (ClustPy)": lambda inputs, k, seed: outside.clustpy("VaDE", inputs["flat"], k, seed),
    "MoPoE (MultiVae) + K-Means": mopoe(1e-4),
    "MoPoE (MultiVae), learning rate 0.001, + K-Means": mopoe(1e-3),
}


def package(method: str) -> str | None:
    """Package beside ours that it needs."""
    return next((name for name in ("ClustPy", "MultiVae") if name in method), None)


def parts(inputs: Inputs, kind: str) -> dict[str, FloatArray]:
    """What is named ``KIND/MODALITY``, by modality.

    Examples
    --------
    >>> list(parts({"flat": np.ones(1), "mask/text": np.ones(1)}, "mask"))
    ['text']
    """
    start = f"{kind}/"
    return {name.removeprefix(start): x for name, x in inputs.items() if name.startswith(start)}


def main() -> None:
    """Run one method and write what it found."""
    method, source, k, seed, out = sys.argv[1:]
    torch.set_num_threads(THREADS)
    import_module("torch._dynamo")  # which the first optimiser imports, whoever makes it
    if package(method) is not None:
        outside.without_pictures()
    for name in _IMPORTED.get(package(method) or "", ()):
        import_module(name)
    with np.load(source) as archive:
        inputs = dict(archive)
    start, cpu = time.perf_counter(), time.process_time()
    labels, places = METHODS[method](inputs, int(k), int(seed))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    np.savez(Path(out), labels=labels, places=places, seconds=seconds, cpu=cpu)


if __name__ == "__main__":
    main()
