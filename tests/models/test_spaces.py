"""Coordinates whose distances are clustered."""

import numpy as np
import pytest

from songatlas.geometry import directions, principal_axes
from songatlas.models.posteriors import Encoded
from songatlas.models.spaces import SPACES, Space, fit_space
from songatlas.types import FloatArray

N_TRACKS, N_LATENT = 40, 3


def encoded() -> Encoded:
    mean = np.random.default_rng(0).normal(size=(N_TRACKS, N_LATENT))
    return Encoded(mean=mean, log_var=np.zeros_like(mean), kl=mean**2 / 2)


def decoded(**scale: float) -> dict[str, FloatArray]:
    """(n_tracks, 1, 5) a modality, of the given spread."""
    rng = np.random.default_rng(1)
    return {name: sd * rng.normal(size=(N_TRACKS, 1, 5)) for name, sd in scale.items()}


def fitted(
    values: dict[str, FloatArray], weights: dict[str, float] | None = None
) -> tuple[Space, FloatArray]:
    noise = {name: np.ones(5) for name in values}
    space = fit_space("decoded", encoded(), values, noise, weights)
    before = space.unnormalised(values)
    assert before is not None
    return space, before


def square(X: FloatArray) -> float:
    return float((X**2).sum(axis=1).mean())


@pytest.mark.parametrize("name", SPACES)
def test_a_space_of_directions_knows_the_points_before(name: str) -> None:
    values = decoded(audio=2.0)
    space = fit_space(name, encoded(), values, {"audio": np.full(5, 0.5)})
    X, before = space.transform(encoded(), values), space.unnormalised(values)
    assert X.shape == (N_TRACKS, N_LATENT)
    if before is None:
        np.testing.assert_array_equal(space.represent(X), X)
    else:
        np.testing.assert_allclose(before.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(space.represent(before), X, atol=1e-12)


def test_enough_axes_keep_every_cosine() -> None:
    values = {"audio": decoded(audio=3.0)["audio"][:, :, :N_LATENT]}
    space = fit_space("decoded", encoded(), values, {"audio": np.ones(3)})
    X, before = space.transform(encoded(), values), space.unnormalised(values)
    assert before is not None
    np.testing.assert_allclose(X @ X.T, directions(before) @ directions(before).T, atol=1e-12)


def test_a_modality_counts_by_the_share_that_is_explained() -> None:
    explained = decoded(audio=3.0)["audio"]
    centred = explained[:, 0] - explained[:, 0].mean(axis=0)
    _, before = fitted({"audio": explained})
    assert square(before) == pytest.approx(square(centred) / (square(centred) + 5))
    _, before = fitted(decoded(audio=3.0, text=1e-3))
    assert square(before[:, 5:]) < 1e-5  # ignored by the model: no place in the distances


def test_the_modalities_of_one_sense_share_its_weight() -> None:
    _, before = fitted(decoded(audio=30.0, embedding=30.0, text=30.0))
    sound, words = square(before[:, :10]), square(before[:, 10:])
    assert 1.8 * sound == pytest.approx(words, rel=0.01)
    assert square(before[:, :5]) == pytest.approx(sound / 2, rel=0.01)


def test_beside_sound_words_count_by_what_most_of_them_share() -> None:
    """Four times the deviation is 32 times in a point, and as it was where words are alone."""
    values = decoded(audio=3.0, text=3.0)
    values["text"][:, 0] -= values["text"][:, 0].mean(axis=0)
    values["text"][:, 0] /= values["text"][:, 0].std(axis=0)
    values["text"][:, 0] *= [4.0, 2.25, 1.0, 1.0, 1.0]
    _, beside = fitted(values)
    _, alone = fitted({"text": values["text"]})
    deviation, own = beside[:, 5:].std(axis=0), alone.std(axis=0)
    np.testing.assert_allclose(deviation / deviation[2], [32, 2.25**2.5, 1, 1, 1])
    np.testing.assert_allclose(own / own[2], [4, 2.25, 1, 1, 1])
    sound = beside[:, :5].std(axis=0) / values["audio"][:, 0].std(axis=0)
    np.testing.assert_allclose(sound, sound[0])


def test_a_weak_modality_beside_a_strong_one_takes_little_of_the_weight() -> None:
    _, alone = fitted(decoded(embedding=3.0))
    values = decoded(audio=0.5, embedding=3.0)
    _, before = fitted(values)
    share = {k: square(x[:, 0] - x[:, 0].mean(axis=0)) for k, x in values.items()}
    share = {k: x / (x + 5) for k, x in share.items()}
    weak, strong = square(before[:, :5]), square(before[:, 5:])
    assert weak / strong == pytest.approx((share["audio"] / share["embedding"]) ** 2)
    assert weak + strong == pytest.approx(share["embedding"])
    assert strong > 0.9 * square(alone)


def test_what_is_made_from_frames_counts_as_one() -> None:
    values = decoded(audio=3.0, percussion=2.0, harmony=1.0, embedding=2.0)
    _, before = fitted(values)
    told = {k: square(x[:, 0] - x[:, 0].mean(axis=0)) for k, x in values.items()}
    frames = [told[k] for k in ("audio", "percussion", "harmony")]
    as_one, ear = sum(frames) / (sum(frames) + 15), told["embedding"] / (told["embedding"] + 5)
    assert square(before[:, :15]) / square(before[:, 15:]) == pytest.approx((as_one / ear) ** 2)
    parts = [square(before[:, i : i + 5]) for i in (0, 5, 10)]
    shares = [x / (x + 5) for x in frames]
    np.testing.assert_allclose(parts, np.array(shares) / sum(shares) * sum(parts))


def test_weights_are_of_squared_distances() -> None:
    values = decoded(audio=2.0, text=2.0)
    _, plain = fitted(values)
    _, weighted = fitted(values, {"text": 0.25})
    np.testing.assert_allclose(weighted[:, :5], plain[:, :5])
    np.testing.assert_allclose(weighted[:, 5:], plain[:, 5:] / 2)


@pytest.mark.parametrize("shape", [(50, 7), (7, 50)])
def test_principal_axes_are_those_of_the_singular_value_decomposition(
    shape: tuple[int, int],
) -> None:
    X = np.random.default_rng(0).normal(size=shape) * np.arange(1, shape[1] + 1)
    axes = principal_axes(X, 4)
    expected = np.linalg.svd(X)[2][:4].T
    np.testing.assert_allclose(np.abs((axes * expected).sum(axis=0)), 1, atol=1e-9)
    np.testing.assert_allclose(axes.T @ axes, np.eye(4), atol=1e-9)


def test_there_are_no_more_axes_than_directions() -> None:
    assert principal_axes(np.outer([1.0, 2.0], np.ones(9)), 5).shape == (9, 1)
    assert principal_axes(np.zeros((3, 9)), 2).shape == (9, 1)  # a model may expect the same of all
