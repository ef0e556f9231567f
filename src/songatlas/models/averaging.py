"""Exponential moving average of the parameters along training.

The last step of a short training on few tracks is as good as its last batches; the average of many
steps varies less from seed to seed. It is what is judged, kept and used.

References
----------
Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control and
Optimization 30(4), 1992.
"""

from __future__ import annotations

from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from songatlas.models.base import Model


def average_of(model: Model, decay: float) -> AveragedModel:
    """Average to be updated after every step; ``.module`` is a model with its parameters.

    Parameters
    ----------
    decay
        Weight of what was averaged before, in [0, 1); less over the first steps, so that the
        beginning is forgotten soon. With 0 it follows the model.
    """

    def step(averaged: Tensor, current: Tensor, n_averaged: Tensor | int) -> Tensor:
        n = int(n_averaged)
        return averaged.lerp(current, 1 - min(decay, (1 + n) / (10 + n)))

    return AveragedModel(model, avg_fn=step)
