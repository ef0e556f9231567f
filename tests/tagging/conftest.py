"""The atlas of the tests of exports, for tags."""

import pytest
from listening.conftest import make_atlas as make


@pytest.fixture
def make_atlas():
    return make
