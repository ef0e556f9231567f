"""The points of which a space keeps the directions."""

import numpy as np
import pytest

from songatlas.models.encoding import Encoded
from songatlas.models.spaces import SPACES, fit_space


@pytest.mark.parametrize("name", SPACES)
def test_a_space_of_unit_length_knows_the_points_before(name: str) -> None:
    rng = np.random.default_rng(0)
    mean = rng.normal(size=(12, 3))
    encoded = Encoded(mean=mean, log_var=np.zeros((12, 3)), kl=mean**2 / 2)
    decoded = {"audio": rng.normal(size=(12, 1, 5))}
    space = fit_space(name, encoded, decoded, {"audio": np.full(5, 0.5)})
    X, before = space.transform(encoded, decoded), space.unnormalised(encoded, decoded)
    has_unit_length = np.allclose(np.linalg.norm(X, axis=1), 1)
    assert (before is not None) == has_unit_length
    if before is not None:
        np.testing.assert_allclose(before / np.linalg.norm(before, axis=1, keepdims=True), X)
        np.testing.assert_allclose(before.mean(axis=0), 0, atol=1e-12)
