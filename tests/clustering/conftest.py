from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def planted():
    """Four separate balls of unequal sizes in eight dimensions, and which ball each point is in."""
    rng = np.random.default_rng(7)
    labels = rng.permutation(np.repeat([0, 1, 2, 3], [90, 60, 40, 30]))
    centres = 10 * np.eye(8)[:4]
    return centres[labels] + rng.normal(size=(len(labels), 8)), labels
