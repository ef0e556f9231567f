"""From what a network answers for a patch to the numbers of the patch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songatlas.errors import ModelError
from songatlas.types import FloatArray

OUTPUT_AXES = ("patch", "layer", "time", "feature")


def pooled(
    values: FloatArray, axes: Sequence[str], layers: Sequence[int], *, name: str
) -> FloatArray:
    """Numbers of one patch, (n_features,), float32.

    Parameters
    ----------
    axes
        Of `values`: ``"patch"`` is one, ``"time"`` is averaged, of ``"layer"`` those of `layers`
        are, and every ``"feature"`` is kept; empty for (patch, feature).
    layers
        Numbers from 0, or from −1 backwards; empty for all.
    name
        What errors call the output.

    Raises
    ------
    ModelError
        When the values have other axes, or no such layer.

    Examples
    --------
    >>> answer = np.arange(12.0).reshape(1, 3, 2, 2)
    >>> pooled(answer, ("patch", "layer", "time", "feature"), [-1], name="it").tolist()
    [9.0, 10.0]
    """
    axes = axes or ("patch", "feature")
    sizes = dict(zip(axes, np.shape(values), strict=False))
    if np.ndim(values) != len(axes) or sizes.get("patch", 1) != 1 or 0 in sizes.values():
        raise ModelError(
            f"{name} must be ({', '.join(axes)}), with one patch. Got {np.shape(values)}: name its "
            f"axes with 'output_axes', of {', '.join(OUTPUT_AXES)}."
        )
    n_layers = sizes.get("layer", 1)
    if not all(-n_layers <= layer < n_layers for layer in layers):
        raise ModelError(f"{name} has {n_layers} layers. Got 'layers' {[*layers]}.")
    for position in reversed(range(len(axes))):
        if axes[position] == "layer" and layers:
            values = values.take(layers, axis=position)
        if axes[position] != "feature":
            values = values.mean(axis=position, dtype=np.float64)
    return values.astype(np.float32).ravel()
