"""All parameters of a model in one tensor, and all gradients in another.

Clearing and scaling the gradient and the moving average are then one call each instead of one for
every layer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

from songatlas.models.base import Model

_LEAST_GAIN = 1e-4  # share of the loss


class FlatParameters:
    """Parameters of `model` as views of one tensor, until :meth:`release`.

    Attributes
    ----------
    parameter, gradient
        Shape (n_parameters,).
    """

    def __init__(self, model: nn.Module) -> None:
        self._parameters = list(model.parameters())
        # As they lie in memory, so that layouts such as channels-last are kept.
        values = [p.detach().as_strided((p.numel(),), (1,)) for p in self._parameters]
        self.parameter = torch.cat(values)
        self.gradient = torch.zeros_like(self.parameter)
        views = zip(self.views(self.parameter), self.views(self.gradient), strict=True)
        for p, (value, gradient) in zip(self._parameters, views, strict=True):
            p.data, p.grad = value, gradient

    @property
    def n_layers(self) -> int:
        """Number of parameters of the model, a weight or a bias counting once."""
        return len(self._parameters)

    def views(self, flat: Tensor) -> list[Tensor]:
        """Part of every parameter in a tensor of (n_parameters,)."""
        found, start = [], 0
        for p in self._parameters:
            found.append(flat.as_strided(p.shape, p.stride(), start))
            start += p.numel()
        return found

    def clip_gradient(self, most: float) -> None:
        """Scale the gradient down where its norm exceeds `most`.

        The norm is that of the norms of the layers, as ``torch.nn.utils.clip_grad_norm_`` has it,
        to the last bit.
        """
        total = torch.nn.utils.get_total_norm(
            [p.grad for p in self._parameters if p.grad is not None]
        )
        self.gradient.mul_((most / (total + 1e-6)).clamp(max=1.0))

    def release(self) -> None:
        """Give every parameter memory of its own again, and no gradient."""
        for p in self._parameters:
            p.data, p.grad = p.data.clone(), None


class AdamW:
    """AdamW over flat parameters, its learning rate halved on a plateau of the loss.

    The update is that of ``torch.optim.AdamW``, the halving that of ``ReduceLROnPlateau``; making
    one of those loads the compiler of torch, which costs a second and is not used.

    Parameters
    ----------
    flat
        What is optimised.
    learning_rate, weight_decay
        See Loshchilov & Hutter.
    patience
        Epochs without a lower loss before the learning rate is halved; 0: it never is.

    References
    ----------
    Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """

    def __init__(
        self, flat: FlatParameters, *, learning_rate: float, weight_decay: float, patience: int
    ) -> None:
        self._weight_decay, self._patience = weight_decay, patience
        self._moments = [torch.zeros_like(flat.gradient) for _ in range(2)]
        self._n_steps = flat.gradient.new_zeros(flat.n_layers)
        self._fused = flat.gradient.device.type != "mps"
        # By layer: vectors and what is left of them are rounded as in torch's own optimiser.
        self._values, self._gradients = flat.views(flat.parameter), flat.views(flat.gradient)
        self._means, self._squares = (flat.views(moment) for moment in self._moments)
        self.learning_rate = learning_rate
        self._best, self._n_worse = math.inf, 0

    @torch.no_grad()
    def step(self) -> None:
        """One step along the gradient."""
        adamw(
            self._values,
            self._gradients,
            self._means,
            self._squares,
            [],
            list(self._n_steps.unbind()),
            fused=self._fused,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self.learning_rate,
            weight_decay=self._weight_decay,
            eps=1e-8,
            maximize=False,
        )

    def end_epoch(self, loss: float) -> None:
        """Count the epoch as better, or as one without a lower loss."""
        if loss < self._best * (1 - _LEAST_GAIN):
            self._best, self._n_worse = loss, 0
        else:
            self._n_worse += 1
        if self._patience and self._n_worse > self._patience:
            self.learning_rate, self._n_worse = self.learning_rate / 2, 0

    def state_dict(self) -> Mapping[str, Any]:
        """What an interrupted training goes on from."""
        return {
            "moments": self._moments,
            "n_steps": self._n_steps,
            "plateau": (self.learning_rate, self._best, self._n_worse),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""
        for own, saved in zip(self._moments, state["moments"], strict=True):
            own.copy_(saved)
        self._n_steps.copy_(state["n_steps"])
        self.learning_rate, self._best, self._n_worse = state["plateau"]


class Average:
    """Exponential moving average of the parameters along training.

    The last step of a short training on few tracks is as good as its last batches; the average of
    many steps varies less from seed to seed. It is what is judged, kept and used.

    Parameters
    ----------
    model
        A copy of the model that is trained; it gets the averaged parameters.
    decay
        Weight of what was averaged before, in [0, 1); less over the first steps, so that the
        beginning is forgotten soon. With 0 it follows the model.

    References
    ----------
    Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control
    and Optimization 30(4), 1992.
    """

    def __init__(self, model: Model, decay: float) -> None:
        self.model = model
        self._decay = decay
        self._flat = FlatParameters(model).parameter
        self._n = 0

    def update(self, current: FlatParameters, model: Model) -> None:
        """Take in the parameters after one more step; buffers of `model` are copied."""
        decay = min(self._decay, (1 + self._n) / (10 + self._n)) if self._n else 0.0
        self._flat.lerp_(current.parameter, 1 - decay)
        self._n += 1
        for own, other in zip(self.model.buffers(), model.buffers(), strict=True):
            own.copy_(other)

    def state_dict(self) -> Mapping[str, Any]:
        """What an interrupted training goes on from."""
        return {"n": self._n, "model": self.model.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""
        self._n = state["n"]
        self.model.load_state_dict(state["model"])
