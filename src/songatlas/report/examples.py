"""Which tracks are shown beside their reconstruction, and how."""

from __future__ import annotations

import numpy as np

from songatlas.features.audio.frames import FEATURE_NAMES
from songatlas.features.audio.windows import WindowInput
from songatlas.features.inputs import FROM_FRAMES
from songatlas.geometry import blocks
from songatlas.models.base import Batch
from songatlas.models.posteriors import decode, encode
from songatlas.plots.reconstruction_examples import Reconstruction
from songatlas.stages.result import RunResult
from songatlas.text import track_name
from songatlas.types import FloatArray

_N_EXAMPLES = 4
_BLOCK = 4096  # tracks whose errors are computed at once
_N_FEATURES = len(FEATURE_NAMES)


def reconstruction_examples(result: RunResult) -> list[Reconstruction]:
    """A few tracks, from well to badly reconstructed: evenly spaced ranks of the error."""
    observed = result.prepared.inputs.features.modalities["audio"]
    decoded = result.placement.decoded["audio"]
    error = np.concatenate(
        [
            (((observed.values[part] - decoded[part]) ** 2).mean(2) * observed.mask[part]).sum(1)
            for part in blocks(len(decoded), _BLOCK)
        ]
    )
    error = error / np.maximum(observed.mask.sum(1), 1)
    ranks = np.linspace(0.1, 0.9, min(_N_EXAMPLES, len(error))) * (len(error) - 1)
    chosen = np.argsort(error, kind="stable")[ranks.round().astype(int)]
    return [_example(result, int(i)) for i in chosen]


def column_seconds(result: RunResult) -> float:
    """Time from one column of the pictures to the next."""
    audio = result.config.audio
    frame = audio.hop_length / audio.sr
    windows = isinstance(result.prepared.inputs.audio, WindowInput)
    return frame * result.config.input.window_frames if windows else frame


def _example(result: RunResult, i: int) -> Reconstruction:
    audio = result.prepared.inputs.audio
    assert audio is not None
    observed = result.prepared.inputs.features.modalities["audio"]
    mask = observed.mask[i]
    original = observed.values[i][mask]
    decoded = np.broadcast_to(result.placement.decoded["audio"][i], (len(mask), original.shape[1]))
    track = result.tracks[i]
    if isinstance(audio, WindowInput):
        each = _window_by_window(result, i)
        shown = [audio.restore(x)[:, :_N_FEATURES].T for x in (original, each, decoded[mask])]
    else:
        shown = [original.T, decoded.T]
    residual = float(((shown[0] - shown[1]) ** 2).sum())
    total = float(((shown[0] - shown[0].mean()) ** 2).sum())
    return Reconstruction(
        title=track_name(track.artist, track.title, track.path),
        original=shown[0],
        reconstructed=shown[1],
        third=shown[2] if len(shown) > 2 else None,
        caption=f"R² {1 - residual / total:.2f}" if total > 0 else "",
    )


def _window_by_window(result: RunResult, i: int) -> FloatArray:
    """Every window decoded from the posterior of that window alone, (n_windows, n_features)."""
    data = result.placement.data
    mask = data.mask["audio"][i]
    n_windows = int(mask.sum())
    alone = Batch(
        values={
            name: (
                value[i][mask][:, None]  # (n_windows, 1, n_features)
                if name in FROM_FRAMES
                else value[:1].expand(n_windows, -1, -1) * 0
            )
            for name, value in data.values.items()
        },
        mask={
            name: (
                mask[mask][:, None]
                if name in FROM_FRAMES
                else value[:1].expand(n_windows, -1) & False
            )
            for name, value in data.mask.items()
        },
        condition=data.condition[i : i + 1].expand(n_windows, -1),
    )
    encoded = encode(result.placement.network, alone, weights=result.placement.weights)
    return decode(result.placement.network, encoded.mean, alone.condition)["audio"][:, 0]
