"""The demo."""

from pathlib import Path

import pytest

from songatlas.errors import ConfigError
from songatlas.jobs.demo import demo


def test_a_seed_that_cannot_be_is_refused_before_the_music_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="seed must be"):
        demo(out=tmp_path / "out", seed=2**32)
    assert not [*tmp_path.iterdir()]
