import numpy as np
import pytest
from batteries.partitions import Planted


@pytest.fixture
def truth() -> Planted:
    return np.repeat(np.arange(3), 40)


@pytest.fixture
def artists() -> Planted:
    return np.repeat(np.arange(30), 4)
