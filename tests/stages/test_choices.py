"""A setting that names a row of a table must name one that is there."""

import pytest

from songatlas.config import PRESETS, load_config, replace
from songatlas.errors import ConfigError
from songatlas.stages.choices import CHOICES, check_choices


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_sound(preset: str) -> None:
    check_choices(load_config(preset=preset))


@pytest.mark.parametrize("name", CHOICES)
def test_a_stranger_is_refused_with_the_choices(name: str) -> None:
    stage, key = name.split(".")
    config = replace(load_config(), {stage: {key: "stranger"}})
    with pytest.raises(ConfigError, match=f"{name} must be one of .*Got 'stranger'"):
        check_choices(config)


def test_a_near_miss_gets_a_hint() -> None:
    config = replace(load_config(), {"input": {"kind": "window"}})
    with pytest.raises(ConfigError, match="Did you mean 'windows'"):
        check_choices(config)


def test_a_model_that_cannot_read_the_input_is_refused() -> None:
    config = replace(load_config(), {"model": {"name": "original_vae"}})
    with pytest.raises(ConfigError, match=r"needs input\.kind 'opening'"):
        check_choices(config)
