"""An ONNX network in memory, on one thread.

onnxruntime is imported here alone; where it is missing, everything else works.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.errors import ModelError
from songatlas.types import FloatArray

NEEDS_RUNTIME = (
    "A pretrained ear needs onnxruntime, which is not installed: python -m pip install onnxruntime"
)


def has_runtime() -> bool:
    """Whether onnxruntime is installed."""
    return find_spec("onnxruntime") is not None


class Session:
    """A network that has been loaded.

    Parameters
    ----------
    model
        An ONNX file, or its bytes.
    name
        What errors call it.

    Raises
    ------
    ModelError
        Without onnxruntime, and when it cannot load the network.
    """

    def __init__(self, model: Path | bytes, name: str) -> None:
        if not has_runtime():
            raise ModelError(NEEDS_RUNTIME)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # errors are raised; warnings are of no use to a user
        self._failures = _failures()
        self._name = name
        try:
            self._session = onnxruntime.InferenceSession(
                model if isinstance(model, bytes) else str(model),
                options,
                providers=["CPUExecutionProvider"],
            )
        except self._failures as error:
            raise ModelError(f"{name} cannot be loaded as an ONNX network: {error}") from error
        inputs = [value.name for value in self._session.get_inputs()]
        if len(inputs) != 1:
            raise ModelError(f"{name} must have one input. Got {', '.join(inputs)}.")
        self._input = inputs[0]
        self._outputs = [value.name for value in self._session.get_outputs()]

    def run(self, patches: FloatArray, outputs: Sequence[str]) -> list[FloatArray]:
        """Outputs by name for all patches, (n_patches, n_features) each, float32.

        Patches go through one by one: a network may be made for that, memory stays small, and what
        a patch gives cannot depend on its neighbours.

        Raises
        ------
        ModelError
            When there is no such output, the network fails, or an output has another shape.
        """
        for output in outputs:
            if output not in self._outputs:
                raise ModelError(
                    f"{self._name} has no output {output!r}. It has {', '.join(self._outputs)}."
                )
        try:
            rows = [
                self._session.run(list(outputs), {self._input: patch[None]}) for patch in patches
            ]
        except self._failures as error:
            raise ModelError(
                f"{self._name} failed on input of shape {(1, *patches.shape[1:])}: {error}"
            ) from error
        results = []
        for output, values in zip(outputs, zip(*rows, strict=True), strict=True):
            shape = values[0].shape
            if len(shape) != 2 or shape[0] != 1:
                raise ModelError(
                    f"The output {output!r} of {self._name} must be (n_patches, n_features). "
                    f"Got {shape} for one patch."
                )
            results.append(np.concatenate(values).astype(np.float32))
        return results


@lru_cache(maxsize=2)
def open_session(file: Path) -> Session:
    """Session of a file, loaded once a process."""
    return Session(file, str(file))


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its exceptions have no common base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds: list[Any] = [value for value in vars(state).values() if isinstance(value, type)]
    return tuple(kind for kind in kinds if issubclass(kind, Exception))
