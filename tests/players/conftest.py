from pathlib import Path

import pytest
from batteries.listening import make_music


@pytest.fixture(scope="session")
def music(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("listening") / "Müsic"
    make_music(root)
    return root
