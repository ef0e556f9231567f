"""How well the averaged parameters do after an epoch: explained variance, held-out ELBO.

The noise is the same at every epoch. Where windows are held out, every track is encoded once, and
all draws and the explained variance come from that posterior.
"""

from __future__ import annotations

import torch

from songatlas.models.base import Batch, Model
from songatlas.models.batches import select
from songatlas.models.holdout import HoldOut, some_rows
from songatlas.models.posteriors import decode, encode, explained_beyond_chance
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray

_N_DRAWS = 4
_MAX_EXPLAINED = 1000  # tracks by which the variance explained is watched
_PIECE = 1024


class Examination:
    """What an epoch is judged by, put together once.

    Parameters
    ----------
    model
        A model of the kind to be judged.
    beta
        Weight of the KL where whole tracks are held out.
    """

    def __init__(
        self, model: Model, held: HoldOut, *, beta: float, seed: int, device: torch.device
    ) -> None:
        self._beta, self._seed = beta, seed
        self._windows = held.hidden is not None
        rows = some_rows(held.rows if held.hidden is not None else held.hidden_rows, seed)
        pieces = torch.split(rows, _PIECE) if len(rows) else ()
        self._shown = [select(held.shown, piece, device) for piece in pieces]
        generator = torch.Generator().manual_seed(stage_seed(seed, "explained"))
        if held.hidden is None:
            watched = torch.randperm(held.shown.n_tracks, generator=generator)[:_MAX_EXPLAINED]
            self._watched = select(held.shown, watched)
            return
        self._hidden = [_summaries(model, select(held.hidden, piece, device)) for piece in pieces]
        self._order = torch.randperm(len(rows), generator=generator)[:_MAX_EXPLAINED]
        self._watched = _means(model, select(held.shown, rows[self._order]))

    @torch.no_grad()
    def judge(self, model: Model) -> dict[str, float]:
        """Explained variance and, with anything held out, the negative ELBO and its terms.

        Of hidden observations it is the ELBO of p(hidden | shown), whose prior is q(z | shown):
        minus the expected log-likelihood. Of hidden tracks it is the model's own loss at full β.

        Returns
        -------
        dict
            ``r2_`` and the name of each modality, see
            :func:`songatlas.models.posteriors.explained_beyond_chance`; ``val_loss`` and ``val_``
            with the name of each term.
        """
        model.eval()
        device = next(model.parameters()).device
        generator = torch.Generator(device).manual_seed(stage_seed(self._seed, "validation noise"))
        if self._windows:
            return self._by_windows(model, generator)
        row = self._explained(model, encode(model, self._watched).mean)
        sums: dict[str, float] = {}
        for batch in self._shown * _N_DRAWS:
            output = model.loss(batch, beta=self._beta, generator=generator)
            _add(sums, {"loss": output.loss, **output.terms}, batch.n_tracks)
        return row | self._averages(sums, _N_DRAWS)

    def _by_windows(self, model: Model, generator: torch.Generator) -> dict[str, float]:
        means, sums = [], {}  # type: ignore[var-annotated]
        for batch, hidden in zip(self._shown, self._hidden, strict=True):
            posterior = model.inference(batch)
            means.append(posterior.mean)
            draws = [model.mirrored(posterior, generator) for _ in range(_N_DRAWS // 2)]
            z = torch.cat(draws)
            condition = batch.condition.repeat(len(z) // batch.n_tracks, 1)
            terms = model.reconstruction(hidden, model.generative(z, condition))
            _add(sums, {"loss": torch.stack(list(terms.values())).sum(), **terms}, batch.n_tracks)
        mean = torch.cat(means).cpu()[self._order].numpy()
        return self._explained(model, mean) | self._averages(sums, 1)

    def _explained(self, model: Model, mean: FloatArray) -> dict[str, float]:
        decoded = decode(model, mean, self._watched.condition)
        return explained_beyond_chance(self._watched, decoded)

    def _averages(self, sums: dict[str, float], n_draws: int) -> dict[str, float]:
        n_seen = n_draws * sum(batch.n_tracks for batch in self._shown)
        return {f"val_{name}": total / n_seen for name, total in sums.items()}


def _add(sums: dict[str, float], terms: dict[str, torch.Tensor], n_tracks: int) -> None:
    for name, value in terms.items():
        sums[name] = sums.get(name, 0.0) + value.item() * n_tracks


def _summaries(model: Model, batch: Batch) -> Batch:
    """Nothing of the observations but what the likelihood needs."""
    summary = model.prepare(batch).summary
    return Batch(values={}, mask={}, condition=batch.condition, summary=summary)


def _means(model: Model, batch: Batch) -> Batch:
    """Tracks whose only observation is the mean of theirs: what explained variance looks at."""
    summary = model.prepare(batch).summary
    return Batch(
        values={name: found.mean[:, None] for name, found in summary.items()},
        mask={name: found.present[:, None] > 0 for name, found in summary.items()},
        condition=batch.condition,
    )
