"""An ONNX network in memory, on one thread.

onnxruntime is imported here alone; where it is missing, everything else works.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.errors import ModelError
from songatlas.features.embedding.external_data import external_files
from songatlas.text import printable
from songatlas.types import FloatArray, IntArray

NEEDS_RUNTIME = (
    "A pretrained ear needs onnxruntime, which is not installed: python -m pip install onnxruntime"
)
_FITS = "'input.axes', 'channels' and the length of patches must fit"
_MOST_SAID, _MOST_VALUES = 240, 2**24
_PLACE = re.compile(r"/\S+\.(?:cc|h):\d+ [^)]*\) ")  # in the source of onnxruntime
_TYPES = {
    "tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64,
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_,
}  # fmt: skip


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
    fits
        What they say must fit where a shape is another.

    Raises
    ------
    ModelError
        Without onnxruntime, and when it cannot load the network.
    """

    def __init__(self, model: Path | bytes, name: str, *, fits: str = _FITS) -> None:
        if not has_runtime():
            raise ModelError(NEEDS_RUNTIME)
        import onnxruntime

        if isinstance(model, Path):
            external_files(model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # errors are raised; warnings are of no use to a user
        self._failures = _failures()
        self._name, self._fits = name, fits
        try:
            self._session = onnxruntime.InferenceSession(
                model if isinstance(model, bytes) else str(model),
                options,
                providers=["CPUExecutionProvider"],
            )
        except self._failures as error:
            raise ModelError(
                f"{name} cannot be loaded as an ONNX network: {said(error)}"
            ) from error
        inputs = self._session.get_inputs()
        self._inputs: dict[str, Any] = {value.name: value for value in inputs}
        self._outputs = [value.name for value in self._session.get_outputs()]

    def run(self, patches: FloatArray, outputs: Sequence[str]) -> list[FloatArray]:
        """Outputs by name for all patches, (n_patches, n_features) each, float32.

        Parameters
        ----------
        patches
            Shape (n_patches, …): the first axis of the network's only input.

        Raises
        ------
        ModelError
            As :meth:`answers`.
        """
        answers = self.answers(patches[:, None], outputs)
        return [np.concatenate(values).astype(np.float32) for values in zip(*answers, strict=True)]

    def answers(
        self,
        patches: FloatArray | IntArray,
        outputs: Sequence[str],
        *,
        name: str = "",
        constants: Mapping[str, object] | None = None,
    ) -> Iterator[list[FloatArray]]:
        """Outputs by name of every patch.

        Patches go through one by one: a network may be made for that, memory stays small, and what
        a patch gives cannot depend on its neighbours.

        Parameters
        ----------
        patches
            Shape (n_patches, …), the rest being what the network's input takes at once.
        name
            Of that input; empty for the only one without a constant.
        constants
            Other inputs, the same for every patch: a number, nested lists of them, or a table
            ``{fill, shape}``.

        Raises
        ------
        ModelError
            When there is no such input or output, a shape is another, or the network fails.
        """
        constants = constants or {}
        for output in outputs:
            if output not in self._outputs:
                raise ModelError(
                    f"{self._name} has no output {output!r}. It has {', '.join(self._outputs)}."
                )
        name = name or self._only_input(constants)
        feed = {key: self._fed(key, self._constant(key, constants[key])) for key in constants}
        self._require_all({name, *feed})
        for patch in patches:
            feed[name] = self._fed(name, patch)
            try:
                answer = self._session.run(list(outputs), feed)
            except self._failures as error:
                raise ModelError(
                    f"{self._name} failed on input of shape {patch.shape}: {said(error)}"
                ) from error
            for output, values in zip(outputs, answer, strict=True):
                if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf":
                    raise ModelError(f"The output {output!r} of {self._name} must be numbers.")
            yield answer

    def _only_input(self, constants: Mapping[str, object]) -> str:
        free = [name for name in self._inputs if name not in constants]
        if len(free) != 1:
            raise ModelError(
                f"{self._name} must have one input that takes patches. Got "
                f"{', '.join(free) or 'none'}: name it with 'input.name', and give every other a "
                "value under [constants]."
            )
        return free[0]

    def _require_all(self, given: Collection[str]) -> None:
        missing = [
            name
            for name, value in self._inputs.items()
            if name not in given and not value.type.startswith("optional")
        ]
        known = all(name in self._inputs for name in given)  # else that will be said
        if known and missing:
            raise ModelError(
                f"{self._name} also takes {', '.join(map(repr, missing))}, for which there is no "
                "value: export it without, or, if it hears sound, name it under [constants]."
            )

    def _constant(self, name: str, value: object) -> FloatArray:
        try:
            if isinstance(value, dict):
                if math.prod(value["shape"]) > _MOST_VALUES:
                    raise ValueError(f"more than {_MOST_VALUES:,} values")
                return _numbers(np.full(value["shape"], value["fill"]))
            return _numbers(np.array(value))
        except (TypeError, ValueError, KeyError) as error:
            raise ModelError(
                f"'constants.{name}' must be a number, lists of numbers of one length, or "
                f"{{fill = 1, shape = [1, 80]}}. Got {value!r}."
            ) from error

    def _fed(self, name: str, values: FloatArray | IntArray) -> FloatArray | IntArray:
        """An array in the type of an input, whose shape it must have."""
        if name not in self._inputs:
            raise ModelError(
                f"{self._name} has no input {name!r}. It has {', '.join(self._inputs)}."
            )
        wanted = self._inputs[name]
        shape = wanted.shape
        fits = len(shape) == values.ndim and all(
            size == given or not isinstance(size, int)
            for size, given in zip(shape, values.shape, strict=True)
        )
        if shape and not fits:
            raise ModelError(
                f"{self._name} takes {name!r} as ({', '.join(map(str, shape))}). Got "
                f"{values.shape}: {self._fits}."
            )
        if wanted.type not in _TYPES:
            raise ModelError(
                f"{self._name} takes {name!r} as {wanted.type}, which it can't be given. Export it "
                "with inputs in floating point, as it was before it was quantised."
            )
        return values.astype(_TYPES[wanted.type], copy=False)


def _numbers(values: FloatArray) -> FloatArray:
    """The same, if they are numbers or truths."""
    if values.dtype.kind not in "biuf":
        raise ValueError("no numbers")
    return values


@lru_cache(maxsize=2)
def open_session(file: Path) -> Session:
    """Session of a file, loaded once a process."""
    return Session(file, str(file))


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its exceptions have no common base, some are Python's."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds: list[Any] = [value for value in vars(state).values() if isinstance(value, type)]
    return (*(kind for kind in kinds if issubclass(kind, Exception)), RuntimeError)


def said(error: Exception) -> str:
    """What a library says, on one line and no longer than a person reads."""
    line = " ".join(str(error).split())
    if "alloc" in line.lower():
        return "it needs more memory than allowed. --memory MB allows more."
    line = printable(_PLACE.sub("", line))
    half = _MOST_SAID // 2  # the reason stands at the end
    return line if len(line) <= _MOST_SAID else f"{line[:half]} … {line[-half:]}"
