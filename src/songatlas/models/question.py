"""What is to be known of a block of tracks, and the answer, as arrays that can travel."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from songatlas.models.base import Batch, Model
from songatlas.models.decision import decide
from songatlas.models.placement import place
from songatlas.models.spaces import Space
from songatlas.types import FloatArray, IntArray

Arrays = Mapping[str, npt.NDArray[Any]]  # by name; what is nested has the prefix of its field


@dataclass(frozen=True, kw_only=True)
class Question:
    """Where tracks are; with `centres`, what speaks for their clusters instead."""

    network: Model = field(repr=False)
    weights: Mapping[str, float]
    space: Space
    centres: FloatArray | None = None
    seed: int = 0

    def answer(self, data: Batch, labels: IntArray | None) -> dict[str, npt.NDArray[Any]]:
        """Fields of the placement, or labels and decision, of the tracks of one block.

        Parameters
        ----------
        labels
            As for :func:`songatlas.models.decision.decide`.
        """
        places = place(self.network, data, self.weights, self.space)
        if self.centres is None:
            own = {**places.encoded.arrays(), "coordinates": places.coordinates}
            return own | _within("decoded ", places.decoded)
        labels, decision = decide(places, self.centres, labels, seed=self.seed)
        found = {**vars(decision), "labels": labels}
        return found | _within("shares ", found.pop("shares"))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that is large."""
        state = {name: value.numpy() for name, value in self.network.state_dict().items()}
        centres = {} if self.centres is None else {"centres": self.centres}
        noise, space = _within("noise ", self.space.noise), _within("space ", self.space.state)
        return {**_within("state ", state), **noise, **space, **centres}

    def bare(self) -> Question:
        """The same without :meth:`arrays`, which :meth:`filled` takes."""
        network = copy.deepcopy(self.network).to("meta")
        return dataclasses.replace(
            self, network=network, space=Space(name=self.space.name, noise={}), centres=None
        )

    def filled(self, arrays: Arrays) -> Question:
        """A bare question with its arrays."""
        network = copy.deepcopy(self.network).to_empty(device="cpu")
        state = part_of(arrays, "state ")
        network.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
        space = dataclasses.replace(
            self.space, noise=part_of(arrays, "noise "), state=part_of(arrays, "space ")
        )
        return dataclasses.replace(
            self, network=network, space=space, centres=arrays.get("centres")
        )


def arrays_of(data: Batch, labels: IntArray | None) -> dict[str, npt.NDArray[Any]]:
    """What an answer is made from."""
    values = {name: x.numpy() for name, x in data.values.items()}
    mask = {name: x.numpy() for name, x in data.mask.items()}
    given = {"condition": data.condition.numpy()} | ({} if labels is None else {"labels": labels})
    return {**_within("values ", values), **_within("mask ", mask), **given}


def given_by(arrays: Arrays) -> tuple[Batch, IntArray | None]:
    """Inverse of :func:`arrays_of`."""
    batch = Batch(
        values={name: torch.tensor(x) for name, x in part_of(arrays, "values ").items()},
        mask={name: torch.tensor(x) for name, x in part_of(arrays, "mask ").items()},
        condition=torch.tensor(arrays["condition"]),
    )
    return batch, arrays.get("labels")


def part_of(arrays: Arrays, prefix: str) -> dict[str, npt.NDArray[Any]]:
    """Arrays whose names begin so, without that.

    Examples
    --------
    >>> part_of({"mask audio": np.zeros(2), "condition": np.ones(1)}, "mask ")
    {'audio': array([0., 0.])}
    """
    return {k.removeprefix(prefix): x for k, x in arrays.items() if k.startswith(prefix)}


def _within(prefix: str, arrays: Arrays) -> dict[str, npt.NDArray[Any]]:
    return {f"{prefix}{name}": np.asarray(x) for name, x in arrays.items()}
