"""musicnn: two convolutional networks that were trained to tag music, side by side.

One learned 50 tags from a fifth of a million songs (the Million Song Dataset). Its front end
listens for timbre (filters tall in frequency) and rhythm (filters long in time); three residual
layers follow, and pools over three seconds. The other, five plain convolutions of 3 × 3, learned
from MagnaTagATune 50 that name what is played: violin, piano, harpsichord, choir. From the
published checkpoints both are written down again as one ONNX file, operator by operator.

References
----------
Pons, J. & Serra, X. (2019). musicnn: Pre-trained convolutional neural networks for music audio
tagging. Late-breaking demo, ISMIR. Law, E. et al. (2009). Evaluation of algorithms using games:
the case of music tagging. ISMIR.
"""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from importlib import resources

import numpy as np
import numpy.typing as npt

from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.recipe import Recipe
from songatlas.features.embedding.tensorflow_checkpoint import read_checkpoint
from songatlas.types import FloatArray

Variables = Mapping[str, npt.NDArray[np.generic]]

_DESCRIPTION = resources.files(__package__).joinpath("musicnn.toml").read_text(encoding="utf-8")
_SAID = tomllib.loads(_DESCRIPTION)
TAGS: tuple[str, ...] = tuple(_SAID["tags"]["names"])
N_TAGS = 50  # of each network
N_FRAMES, N_MELS = 187, 96
N_POOLED, N_PENULTIMATE, N_POOL5 = 753, 200, 256
_EPSILON = 1e-3  # of every batch normalisation
_TIMBRE, _RHYTHM, _MIDDLE = (0, 1), (2, 3, 4), (5, 6, 7)  # numbers of the convolutions
# Of the five plain layers: steps of the convolution, then size and steps of the pool. The first
# pool takes every second band as it is: the convolution before it need not make the others.
_PLAIN = (
    ((1, 2), (4, 1), (2, 1)),
    *3 * (((1, 1), (2, 2), (2, 2)),),
    ((1, 1), (4, 4), (4, 4)),
)


def build_network(songs: Variables, clips: Variables) -> bytes:
    """Both networks as one ONNX file.

    Input ``mel``: (n_patches, 187, 96), ``log10(1 + 10000 x)`` of mel power. Outputs
    ``embedding`` (n_patches, 456), the ``penultimate`` layer (200) of the first network and the
    ``pool5`` (256) of the second; ``tags`` (n_patches, 100), probabilities, of :data:`TAGS`,
    those of the first before those of the second; and what these are made from.

    Parameters
    ----------
    songs, clips
        The checkpoints ``MSD_musicnn`` and ``MTT_vgg``.
    """
    graph = OnnxGraph("musicnn", "mel", ("n_patches", N_FRAMES, N_MELS))
    shape = graph.constant(np.array([-1, 1, N_FRAMES, N_MELS]))
    image = graph.add("Reshape", "mel", shape)
    _add_musicnn(_Network(graph, songs), image)
    _add_vgg(_Network(graph, clips), image)
    graph.add("Concat", "penultimate", "pool5", output="embedding", axis=1)
    graph.add("Concat", "song_tags", "clip_tags", output="tags", axis=1)
    widths = {"penultimate": N_PENULTIMATE, "pool5": N_POOL5, "pooled": N_POOLED}
    widths |= {"song_tags": N_TAGS, "clip_tags": N_TAGS, "tags": len(TAGS)}
    widths["embedding"] = N_PENULTIMATE + N_POOL5
    return graph.serialize({name: ("n_patches", width) for name, width in widths.items()})


def _add_musicnn(network: _Network, image: str) -> None:
    """Add the network of songs."""
    graph = network.graph
    image = network.normalised(image, 0)
    fronts = [network.front(image, number) for number in (*_TIMBRE, *_RHYTHM)]
    layers = [graph.add("Concat", *fronts, axis=1)]  # (n_patches, 561, 187)
    for number in _MIDDLE:
        layer = network.middle(layers[-1], number)  # (n_patches, 64, 187)
        layers.append(graph.add("Add", layer, layers[-1]) if number > _MIDDLE[0] else layer)
    everything = graph.add("Concat", *layers, axis=1)  # (n_patches, 753, 187)
    peak = graph.add("ReduceMax", everything, axes=[2], keepdims=0)
    pooled = graph.add("ReduceMean", everything, output="pooled", axes=[2], keepdims=0)
    network.head(graph.add("Concat", peak, pooled, axis=1))


def _add_vgg(network: _Network, image: str) -> None:
    """Add the network of clips."""
    graph = network.graph
    value = network.normalised(image, 0)
    for number, (steps, pool, pool_steps) in enumerate(_PLAIN, 1):
        value = network.plain(value, number, steps)
        value = graph.add("MaxPool", value, kernel_shape=pool, strides=pool_steps)
    value = graph.add("Transpose", value, perm=[0, 2, 3, 1])  # (n_patches, 2, 1, 128)
    shape = graph.constant(np.array([-1, N_POOL5]))
    network.tagged(graph.add("Reshape", value, shape, output="pool5"), "dense", "clip_tags")


class _Network:
    """Layers of a checkpoint, by their numbers in it."""

    def __init__(self, graph: OnnxGraph, variables: Variables) -> None:
        self.graph = graph
        self._variables = variables

    def normalised(
        self,
        value: str,
        number: int,
        *,
        order: slice | npt.NDArray[np.integer] = slice(None),
        output: str = "",
    ) -> str:
        """Batch normalisation of the channels, in another order where one is given."""
        name = _numbered("batch_normalization", number)
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        weights = [self.graph.constant(self._variables[f"{name}/{part}"][order]) for part in parts]
        return self.graph.add(
            "BatchNormalization", value, *weights, output=output, epsilon=_EPSILON
        )

    def front(self, image: str, number: int) -> str:
        """Convolution over the patch, strongest over frequency: (n_patches, channels, 187)."""
        layer = _numbered("conv2d", number)
        kernel = self._variables[f"{layer}/kernel"].transpose(3, 2, 0, 1)
        value = self._convolved(image, layer, kernel)
        return self.graph.add("ReduceMax", self.normalised(value, number + 1), axes=[3], keepdims=0)

    def middle(self, sequence: str, number: int) -> str:
        """Convolution over time, all channels together: (n_patches, 64, 187)."""
        layer = _numbered("conv2d", number)
        # (time, channels in, 1, channels out) -> (channels out, channels in, time)
        kernel = self._variables[f"{layer}/kernel"][:, :, 0].transpose(2, 1, 0)
        value = self._convolved(sequence, layer, kernel)
        return self.normalised(value, number + 1)

    def plain(self, image: str, number: int, steps: Sequence[int]) -> str:
        """Convolution over time and frequency: (n_patches, 128, time, frequency)."""
        layer = f"{number}CNN"
        kernel = self._variables[f"{layer}/kernel"].transpose(3, 2, 0, 1)
        value = self._convolved(image, layer, kernel, n_axes=2, steps=steps)
        return self.normalised(value, number)

    def head(self, pools: str) -> None:
        """Dense layers on the pools, greatest values first, then means: (n_patches, 1506)."""
        add, constant, variables = self.graph.add, self.graph.constant, self._variables
        # The checkpoint interleaves them: peak of channel 0, its mean, peak of channel 1, …
        order = np.arange(2 * N_POOLED).reshape(N_POOLED, 2).T.ravel()
        value = self.normalised(pools, 9, order=order)
        kernel = constant(variables["dense/kernel"][order])
        value = add("Relu", add("Gemm", value, kernel, constant(variables["dense/bias"])))
        value = self.normalised(value, 10, output="penultimate")
        self.tagged(value, "dense_1", "song_tags")

    def tagged(self, value: str, layer: str, output: str) -> None:
        """Probabilities from the last layer: (n_patches, 50)."""
        weights = [
            self.graph.constant(self._variables[f"{layer}/{part}"]) for part in ("kernel", "bias")
        ]
        self.graph.add("Sigmoid", self.graph.add("Gemm", value, *weights), output=output)

    def _convolved(
        self,
        value: str,
        layer: str,
        kernel: npt.NDArray[np.generic],
        *,
        n_axes: int = 1,
        steps: Sequence[int] = (),
    ) -> str:
        """Convolution, as long as its input along the first `n_axes`, and rectified."""
        n_around = [size - 1 for size in kernel.shape[2 : 2 + n_axes]]
        rest = [0] * (kernel.ndim - 2 - n_axes)
        pads = [*(n // 2 for n in n_around), *rest, *(n - n // 2 for n in n_around), *rest]
        weights = self.graph.constant(kernel)
        bias = self.graph.constant(self._variables[f"{layer}/bias"])
        steps = steps or (1,) * (kernel.ndim - 2)
        value = self.graph.add("Conv", value, weights, bias, pads=pads, strides=steps)
        return self.graph.add("Relu", value)


def _numbered(name: str, number: int) -> str:
    return f"{name}_{number}" if number else name


def _build(wheel: zipfile.ZipFile) -> bytes:
    parts = (".index", ".data-00000-of-00001")
    songs, clips = (
        read_checkpoint(*(wheel.read(f"musicnn/{name}/{part}") for part in parts))
        for name in ("MSD_musicnn", "MTT_vgg")
    )
    return build_network(songs, clips)


def _probe() -> FloatArray:
    """Three seconds of rising tones, (1, 187, 96)."""
    frame, band = np.ogrid[:N_FRAMES, :N_MELS]
    return (1.5 + np.sin(0.05 * frame + 0.3 * band) + np.cos(0.4 * frame)).astype(np.float32)[None]


RECIPE = Recipe(
    name="musicnn",
    version=_SAID["version"],
    summary="hears genres, instruments and voices",
    licence="ISC, Music Technology Group, Universitat Pompeu Fabra",
    requirement="musicnn==0.1.0",
    sha256="f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa",
    megabytes=29,
    licence_member="musicnn-0.1.0.dist-info/LICENSE.md",
    network_file="musicnn.onnx",
    description=_DESCRIPTION,
    build=_build,
    probe=_probe,
    expected={
        "penultimate": (-0.177176, -0.127029, -0.284826, -0.275121, -0.353151, 1.496639),
        "song_tags": (0.007783, 0.004125, 0.019963, 0.05462, 0.575733, 0.003621),
        "pool5": (-0.707509, 0.675075, -0.447123, -0.660779, -0.036829, 1.080698),
        "clip_tags": (0.141905, 0.08354, 0.091915, 0.420986, 0.065185, 0.032641),
    },
)
