"""musicnn: a convolutional network that was trained to tag a fifth of a million songs.

Its front end listens for timbre (filters tall in frequency) and rhythm (filters long in time);
three residual layers follow, and pools over three seconds. From the published checkpoint the
network is written down again as ONNX, operator by operator.

Reference
---------
Pons, J. & Serra, X. (2019). musicnn: Pre-trained convolutional neural networks for music audio
tagging. Late-breaking demo, ISMIR.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.recipe import Recipe
from songatlas.features.embedding.tensorflow_checkpoint import read_checkpoint
from songatlas.types import FloatArray

Variables = Mapping[str, npt.NDArray[np.generic]]

N_FRAMES, N_MELS = 187, 96
N_POOLED, N_PENULTIMATE = 753, 200
_EPSILON = 1e-3  # of every batch normalisation
_TIMBRE, _RHYTHM, _MIDDLE = (0, 1), (2, 3, 4), (5, 6, 7)  # numbers of the convolutions


def build_network(variables: Variables) -> bytes:
    """The network as an ONNX file.

    Input ``mel``: (n_patches, 187, 96), ``log10(1 + 10000 x)`` of mel power. Outputs ``pooled``
    (n_patches, 753), the mean over time of every layer; ``penultimate`` (n_patches, 200);
    ``tags`` (n_patches, 50), probabilities.
    """
    network = _Network(variables)
    graph = network.graph
    shape = graph.constant(np.array([-1, 1, N_FRAMES, N_MELS]))
    image = network.normalised(graph.add("Reshape", "mel", shape), 0)
    fronts = [network.front(image, number) for number in (*_TIMBRE, *_RHYTHM)]
    layers = [graph.add("Concat", *fronts, axis=1)]  # (n_patches, 561, 187)
    for number in _MIDDLE:
        layer = network.middle(layers[-1], number)  # (n_patches, 64, 187)
        layers.append(graph.add("Add", layer, layers[-1]) if number > _MIDDLE[0] else layer)
    everything = graph.add("Concat", *layers, axis=1)  # (n_patches, 753, 187)
    peak = graph.add("ReduceMax", everything, axes=[2], keepdims=0)
    pooled = graph.add("ReduceMean", everything, output="pooled", axes=[2], keepdims=0)
    network.head(graph.add("Concat", peak, pooled, axis=1))
    return graph.serialize(
        {
            "pooled": ("n_patches", N_POOLED),
            "penultimate": ("n_patches", N_PENULTIMATE),
            "tags": ("n_patches", len(TAGS)),
        }
    )


class _Network:
    """Layers of the checkpoint, by their numbers in it."""

    def __init__(self, variables: Variables) -> None:
        self.graph = OnnxGraph("musicnn", "mel", ("n_patches", N_FRAMES, N_MELS))
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
        kernel = self._variables[_numbered("conv2d", number) + "/kernel"]
        convolved = self._convolved(image, number, kernel.transpose(3, 2, 0, 1))
        return self.graph.add("ReduceMax", convolved, axes=[3], keepdims=0)

    def middle(self, sequence: str, number: int) -> str:
        """Convolution over time, all channels together: (n_patches, 64, 187)."""
        kernel = self._variables[_numbered("conv2d", number) + "/kernel"]
        # (time, channels in, 1, channels out) -> (channels out, channels in, time)
        return self._convolved(sequence, number, kernel[:, :, 0].transpose(2, 1, 0))

    def head(self, pools: str) -> None:
        """Dense layers on the pools, greatest values first, then means: (n_patches, 1506)."""
        add, constant, variables = self.graph.add, self.graph.constant, self._variables
        # The checkpoint interleaves them: peak of channel 0, its mean, peak of channel 1, …
        order = np.arange(2 * N_POOLED).reshape(N_POOLED, 2).T.ravel()
        value = self.normalised(pools, 9, order=order)
        kernel = constant(variables["dense/kernel"][order])
        value = add("Relu", add("Gemm", value, kernel, constant(variables["dense/bias"])))
        value = self.normalised(value, 10, output="penultimate")
        kernel = constant(variables["dense_1/kernel"])
        logits = add("Gemm", value, kernel, constant(variables["dense_1/bias"]))
        add("Sigmoid", logits, output="tags")

    def _convolved(self, value: str, number: int, kernel: npt.NDArray[np.generic]) -> str:
        """Convolution as long as its input, rectified, normalised."""
        n_around = kernel.shape[2] - 1
        before = [n_around // 2] + [0] * (kernel.ndim - 3)
        after = [n_around - n_around // 2] + [0] * (kernel.ndim - 3)
        bias = self.graph.constant(self._variables[_numbered("conv2d", number) + "/bias"])
        weights = self.graph.constant(kernel)
        value = self.graph.add("Conv", value, weights, bias, pads=[*before, *after])
        return self.normalised(self.graph.add("Relu", value), number + 1)


def _numbered(name: str, number: int) -> str:
    return f"{name}_{number}" if number else name


TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s",
    "alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists",
    "classic rock", "soul", "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill",
    "instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic", "experimental",
    "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country", "easy listening", "sexy",
    "catchy", "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb", "indie pop",
    "sad", "House", "happy",
)  # fmt: skip


def _build(wheel: zipfile.ZipFile) -> bytes:
    folder = "musicnn/MSD_musicnn/"
    index, data = (wheel.read(folder + name) for name in (".index", ".data-00000-of-00001"))
    return build_network(read_checkpoint(index, data))


def _probe() -> FloatArray:
    """Three seconds of rising tones, (1, 187, 96)."""
    frame, band = np.ogrid[:N_FRAMES, :N_MELS]
    return (1.5 + np.sin(0.05 * frame + 0.3 * band) + np.cos(0.4 * frame)).astype(np.float32)[None]


_DESCRIPTION = f"""\
name = "musicnn"
version = "0.1.0"
file = "musicnn.onnx"
sr = 16000
output = "penultimate"

[input]
kind = "mel"
n_fft = 512
hop_length = 256
n_mels = {N_MELS}
patch_frames = {N_FRAMES}
log = "log10"
gain = 10000.0
floor = 1.0

[tags]
output = "tags"
names = {json.dumps(TAGS)}
"""

RECIPE = Recipe(
    name="musicnn",
    summary="hears timbre and rhythm as 50 tags of the Million Song Dataset taught it",
    licence="ISC, Music Technology Group, Universitat Pompeu Fabra",
    requirement="musicnn==0.1.0",
    sha256="f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa",
    licence_member="musicnn-0.1.0.dist-info/LICENSE.md",
    network_file="musicnn.onnx",
    description=_DESCRIPTION,
    build=_build,
    probe=_probe,
    expected={
        "penultimate": (-0.177176, -0.127029, -0.284826, -0.275121, -0.353151, 1.496639),
        "tags": (0.007783, 0.004125, 0.019963, 0.05462, 0.575733, 0.003621),
    },
)
