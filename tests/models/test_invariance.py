"""A track is a set: order changes nothing, what is missing is absent, more is sharper."""

import numpy as np
import pytest
import torch

from songatlas.clustering.kmeans import kmeans
from songatlas.evaluation.half_samples import rand
from songatlas.models.base import Batch
from songatlas.models.posteriors import Encoded, decode, encode
from songatlas.models.spaces import SPACES, fit_space
from songatlas.models.track_vae import TrackVAE

SHAPES = {"audio": (6, 12), "embedding": (3, 7), "text": (1, 5)}
N_TRACKS = 30


def make_model(shapes: dict[str, tuple[int, int]] | None = None) -> TrackVAE:
    """A model without training; the same parameters whatever the order or choice of modalities."""
    model = TrackVAE(SHAPES if shapes is None else shapes, n_latent=4, hidden=16)
    torch.manual_seed(0)
    with torch.no_grad():
        for name, parameter in sorted(TrackVAE(SHAPES, n_latent=4, hidden=16).named_parameters()):
            value = torch.randn(parameter.shape) * 0.3
            if name in dict(model.named_parameters()):
                model.get_parameter(name).copy_(value)
    return model.eval()


def make_data() -> Batch:
    """Three planted groups in every modality; every track lacks something or other."""
    generator = torch.Generator().manual_seed(0)
    group = torch.arange(N_TRACKS) % 3
    values, mask = {}, {}
    for i, (name, (n, n_features)) in enumerate(SHAPES.items()):
        centre = 3 * torch.randn((3, 1, n_features), generator=generator)
        x = centre[group] + 0.1 * torch.randn((N_TRACKS, n, n_features), generator=generator)
        mask[name] = torch.ones((N_TRACKS, n), dtype=torch.bool)
        mask[name][3 * i : 3 * i + 3] = False
        values[name] = x * mask[name][..., None]
    return Batch(values=values, mask=mask, condition=torch.zeros(N_TRACKS, 0))


def permuted(data: Batch, rows: torch.Tensor) -> Batch:
    return Batch(
        values={name: x[rows] for name, x in data.values.items()},
        mask={name: x[rows] for name, x in data.mask.items()},
        condition=data.condition[rows],
    )


def coordinates(model: TrackVAE, data: Batch, name: str) -> tuple[Encoded, np.ndarray]:
    encoded = encode(model, data)
    decoded = decode(model, encoded.mean, data.condition)
    noise = {key: sd.detach().numpy() for key, sd in model.noise().items()}
    return encoded, fit_space(name, encoded, decoded, noise).transform(encoded, decoded)


def distances(X: np.ndarray) -> np.ndarray:
    return np.linalg.norm(X[:, None] - X, axis=2)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("what", ["windows", "tracks", "modalities"])
def test_permuting_changes_nothing(what: str, space: str) -> None:
    data, rows = make_data(), torch.arange(N_TRACKS)
    model = other = make_model()
    changed = data
    if what == "tracks":
        rows = torch.randperm(N_TRACKS, generator=torch.Generator().manual_seed(1))
        changed = permuted(data, rows)
    elif what == "modalities":
        other = make_model(dict(reversed(SHAPES.items())))
        assert other.modalities == model.modalities[::-1]
    else:
        order = torch.tensor([4, 0, 5, 2, 1, 3])
        changed = Batch(
            values={**data.values, "audio": data.values["audio"][:, order]},
            mask={**data.mask, "audio": data.mask["audio"][:, order]},
            condition=data.condition,
        )
    before, X = coordinates(model, data, space)
    after, Y = coordinates(other, changed, space)
    np.testing.assert_allclose(after.mean, before.mean[rows], atol=1e-5)
    np.testing.assert_allclose(after.log_var, before.log_var[rows], atol=1e-5)
    np.testing.assert_allclose(distances(Y), distances(X)[np.ix_(rows, rows)], atol=1e-4)
    labels, again = kmeans(X, 3, random_state=0), kmeans(Y, 3, random_state=0)
    assert rand(labels[rows], again) == pytest.approx(1)


def test_a_modality_that_is_missing_is_one_that_the_model_never_had() -> None:
    data = make_data()
    for names in (("audio",), ("embedding", "text")):
        shapes = {name: SHAPES[name] for name in names}
        alone = Batch(
            values={name: data.values[name] for name in names},
            mask={name: data.mask[name] for name in names},
            condition=data.condition,
        )
        missing = encode(make_model(), data.only(names))
        absent = encode(make_model(shapes), alone)
        np.testing.assert_allclose(missing.mean, absent.mean, atol=1e-6)
        np.testing.assert_allclose(missing.log_var, absent.log_var, atol=1e-6)


def test_one_more_modality_never_widens_the_posterior() -> None:
    model, data = make_model(), make_data()
    heard: tuple[str, ...] = ()
    before = encode(model, data.only(heard)).log_var
    for name in ("text", "audio", "embedding"):
        heard = (*heard, name)
        after = encode(model, data.only(heard)).log_var
        has = data.mask[name].any(1).numpy()
        assert (after[has] < before[has]).all()
        np.testing.assert_allclose(after[~has], before[~has], atol=1e-6)
        before = after


def test_one_more_window_never_widens_the_posterior() -> None:
    model, data = make_model(), make_data()
    before = encode(model, data.only(())).log_var
    for n in range(1, 7):
        mask = {**data.mask, "audio": data.mask["audio"] & (torch.arange(6) < n)}
        shown = Batch(values=data.values, mask=mask, condition=data.condition)
        after = encode(model, shown.only(("audio",))).log_var
        assert (after <= before + 1e-6).all(), n
        before = after
