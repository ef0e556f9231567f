"""Who places tracks and decides on their clusters: this machine, or others with the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from songatlas.models.base import Batch, Model
from songatlas.models.decision import Decision, decide
from songatlas.models.placement import Placement, place
from songatlas.models.spaces import Space
from songatlas.types import FloatArray, IntArray


class Placer(Protocol):
    """Places tracks; whoever does it, the bytes are the same."""

    def place(
        self, network: Model, data: Batch, weights: Mapping[str, float], space: Space | str
    ) -> Placement:
        """As :func:`songatlas.models.placement.place`."""

    def decide(
        self, places: Placement, centres: FloatArray, labels: IntArray | None, *, seed: int
    ) -> tuple[IntArray, Decision]:
        """As :func:`songatlas.models.decision.decide`."""


class _Here:
    place = staticmethod(place)
    decide = staticmethod(decide)


HERE: Placer = _Here()
