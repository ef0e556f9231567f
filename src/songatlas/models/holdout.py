"""What training does not see, and how well a model foretells it.

Clusters are of the tracks that a model was trained on. So it is judged by parts of those tracks:
some windows of every track are never shown, and the rest of the track has to foretell them. Where
tracks have too few observations for that (lyrics alone: one), whole tracks are held out instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from songatlas.models.base import Batch
from songatlas.seeds import stage_seed

_MIN_OBSERVATIONS = 4  # a track with fewer shows all
_MIN_TRACKS = 8
MAX_TRACKS = 5000  # whose hidden windows judge an epoch


@dataclass(frozen=True, kw_only=True)
class HoldOut:
    """Data of training, and what is kept from it.

    Parameters
    ----------
    shown
        All tracks, the observations that are held out masked: their values are still there, and
        go when :func:`songatlas.models.batches.select` picks tracks.
    rows
        Tracks that are trained on.
    hidden
        All tracks with nothing but the observations that are held out; None where tracks are.
    hidden_rows
        Tracks that are held out.
    """

    shown: Batch
    rows: torch.Tensor
    hidden: Batch | None
    hidden_rows: torch.Tensor


def hold_out(data: Batch, fraction: float, seed: int, *, observations: bool = True) -> HoldOut:
    """Hold out a share of every track's observations or, if none has several, of the tracks.

    Observations at the same place of a track are hidden in all modalities together. A modality in
    which a track has fewer than 4 is shown whole. Without `observations`, too, tracks are held out:
    at least 8, or a quarter of them.

    Examples
    --------
    >>> windows = Batch(
    ...     values={"audio": torch.ones(3, 10, 2)},
    ...     mask={"audio": torch.ones(3, 10, dtype=torch.bool)},
    ...     condition=torch.zeros(3, 0),
    ... )
    >>> found = hold_out(windows, 0.2, 0)
    >>> found.shown.mask["audio"].sum(1).tolist(), found.hidden.mask["audio"].sum(1).tolist()
    ([8, 8, 8], [2, 2, 2])
    """
    everyone, nobody = torch.arange(data.n_tracks), torch.arange(0)
    if fraction == 0:
        return HoldOut(shown=data, rows=everyone, hidden=None, hidden_rows=nobody)
    hidden = _hidden_observations(data, fraction, seed) if observations else {}
    if any(mask.any() for mask in hidden.values()):
        return HoldOut(
            shown=_masked(data, {name: mask & ~hidden[name] for name, mask in data.mask.items()}),
            rows=everyone,
            hidden=_masked(data, hidden),
            hidden_rows=nobody,
        )
    n_hidden = max(round(data.n_tracks * fraction), min(_MIN_TRACKS, data.n_tracks // 4))
    generator = torch.Generator().manual_seed(stage_seed(seed, "validation split"))
    order = torch.randperm(data.n_tracks, generator=generator)
    return HoldOut(
        shown=data,
        rows=order[n_hidden:].sort().values,
        hidden=None,
        hidden_rows=order[:n_hidden].sort().values,
    )


def _hidden_observations(data: Batch, fraction: float, seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(stage_seed(seed, "validation observations"))
    longest = max(mask.shape[1] for mask in data.mask.values())
    chance = torch.rand((data.n_tracks, longest), generator=generator)
    hidden = {}
    for name, mask in data.mask.items():
        n = mask.sum(1)
        n_hidden = (n * fraction).round().clamp(min=1) * (n >= _MIN_OBSERVATIONS)
        rank = chance[:, : mask.shape[1]].masked_fill(~mask, 2.0).argsort(1).argsort(1)
        hidden[name] = mask & (rank < n_hidden[:, None])
    return hidden


def some_rows(rows: torch.Tensor, seed: int, *, most: int = MAX_TRACKS) -> torch.Tensor:
    """`rows`, or so many of them, at random and ascending, where they are more.

    Examples
    --------
    >>> some_rows(torch.arange(5), 0).tolist(), len(some_rows(torch.arange(5), 0, most=2))
    ([0, 1, 2, 3, 4], 2)
    """
    if len(rows) <= most:
        return rows
    generator = torch.Generator().manual_seed(stage_seed(seed, "validation sample"))
    return rows[torch.randperm(len(rows), generator=generator)[:most].sort().values]


def _masked(data: Batch, mask: dict[str, torch.Tensor]) -> Batch:
    """The same values under another mask, which counts when tracks are selected."""
    return Batch(values=data.values, mask=mask, condition=data.condition)
