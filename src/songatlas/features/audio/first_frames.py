"""The first frames of a clip as one image: the input of the original experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.config import Config
from songatlas.features.audio.frames import FrameFeatures
from songatlas.types import FloatArray, Observations


@dataclass(frozen=True, kw_only=True)
class OpeningInput:
    """Every cell of the first frames, standardised over the collection.

    Parameters
    ----------
    offset, scale
        Shape (n_frames, n_features): mean and standard deviation of each cell.
    """

    offset: FloatArray
    scale: FloatArray

    @staticmethod
    def reduce(frames: FrameFeatures, config: Config) -> FloatArray:
        """The first ``config.input.n_frames`` frames, zero-padded: (n_frames, n_features)."""
        opening = np.zeros((config.input.n_frames, frames.values.shape[1]), np.float32)
        kept = frames.values[: config.input.n_frames]
        opening[: len(kept)] = kept
        return opening

    @staticmethod
    def columns(config: Config) -> dict[str, slice]:
        """Columns of what :meth:`reduce` gives, by their modality."""
        return {"audio": slice(None)}

    @classmethod
    def fit(cls, reduced: Sequence[FloatArray]) -> OpeningInput:
        """Learn offset and scale from the output of :meth:`reduce` for every track."""
        cells = np.stack(reduced).astype(np.float64)
        deviation = cells.std(axis=0)
        return cls(offset=cells.mean(axis=0), scale=np.where(deviation > 1e-12, deviation, 1.0))

    def transform(
        self, reduced: Sequence[FloatArray], zeros: Callable[[tuple[int, ...], Any], Any] = np.zeros
    ) -> Observations:
        """Standardised cells, (n_tracks, n_frames, n_features); none is masked.

        Parameters
        ----------
        zeros
            Makes the array, of a shape and dtype: in memory, or where there is more room.
        """
        values = zeros((len(reduced), *reduced[0].shape), np.float32)
        for i, cells in enumerate(reduced):
            values[i] = (cells - self.offset) / self.scale
        mask = np.ones(values.shape[:2], bool)
        return Observations(values=values, mask=mask)

    def flat(
        self, reduced: Sequence[FloatArray], zeros: Callable[[tuple[int, ...], Any], Any] = np.zeros
    ) -> FloatArray:
        """Cells as they are, (n_tracks, n_frames · n_features), which the original's PCA saw."""
        flat: FloatArray = zeros((len(reduced), reduced[0].size), reduced[0].dtype)
        np.stack([cells.ravel() for cells in reduced], out=flat)
        return flat

    def restore(self, values: FloatArray) -> FloatArray:
        """Inverse of the standardisation, for pictures: the same shape as `values`."""
        return np.asarray(values * self.scale + self.offset)

    def state(self) -> dict[str, Any]:
        """Arrays from which :meth:`from_state` makes an equal value."""
        return {"offset": self.offset, "scale": self.scale}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> OpeningInput:
        """Inverse of :meth:`state`."""
        return cls(offset=np.asarray(state["offset"]), scale=np.asarray(state["scale"]))
