"""Which tracks are shown beside their reconstruction, and how."""

from __future__ import annotations

import numpy as np

from songatlas.features.audio.frames import FEATURE_NAMES
from songatlas.features.audio.windows import WindowInput
from songatlas.models.base import Batch
from songatlas.models.posteriors import decode, encode
from songatlas.plots.reconstruction_examples import Reconstruction
from songatlas.stages.result import RunResult
from songatlas.text import track_name
from songatlas.types import FloatArray
from songatlas.types.senses import FROM_FRAMES

_N_EXAMPLES = 4
_LOOKED_AT = 200  # tracks that the examples are chosen among
_N_FEATURES = len(FEATURE_NAMES)


def reconstruction_examples(result: RunResult) -> list[Reconstruction]:
    """A few tracks, from well to badly reconstructed: evenly spaced ranks of the R² in the caption.

    They are chosen among at most 200 evenly spaced tracks.
    """
    heard = np.flatnonzero(result.prepared.inputs.features.modalities["audio"].mask.any(axis=1))
    spread = np.linspace(0, len(heard) - 1, min(_LOOKED_AT, len(heard))).round().astype(int)
    examples = [_example(result, int(i)) for i in heard[spread]]
    order = np.argsort([-explained for explained, _ in examples], kind="stable")  # NaN last
    ranks = np.linspace(0.1, 0.9, min(_N_EXAMPLES, len(order))) * (len(order) - 1)
    return [examples[i][1] for i in order[ranks.round().astype(int)]]


def column_seconds(result: RunResult) -> float:
    """Time from one column of the pictures to the next."""
    audio = result.config.audio
    frame = audio.hop_length / audio.sr
    windows = isinstance(result.prepared.inputs.audio, WindowInput)
    return frame * result.config.input.window_frames if windows else frame


def _example(result: RunResult, i: int) -> tuple[float, Reconstruction]:
    """R² of a track, NaN without variation, and its pictures."""
    audio = result.prepared.inputs.audio
    assert audio is not None
    observed = result.prepared.inputs.features.modalities["audio"]
    mask = observed.mask[i]
    original = observed.values[i][mask]
    expected = result.placement.of(slice(i, i + 1)).reconstructed()["audio"][0]
    decoded = np.broadcast_to(expected, (len(mask), original.shape[1]))
    track = result.tracks[i]
    if isinstance(audio, WindowInput):
        each = _window_by_window(result, i)
        shown = [audio.restore(x)[:, :_N_FEATURES].T for x in (original, each, decoded[mask])]
    else:
        shown = [original.T, decoded.T]
    residual = float(((shown[0] - shown[1]) ** 2).sum())
    total = float(((shown[0] - shown[0].mean()) ** 2).sum())
    explained = 1 - residual / total if total > 0 else np.nan
    return explained, Reconstruction(
        title=track_name(track.artist, track.title, track.path),
        original=shown[0],
        reconstructed=shown[1],
        third=shown[2] if len(shown) > 2 else None,
        caption=f"R² {explained:.2f}" if total > 0 else "",
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
