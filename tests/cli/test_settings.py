"""What a command was given arrives in the settings and in the machine, by name alone."""

import dataclasses
import inspect
import operator

import pytest

from songatlas.cli.extract import extract_command
from songatlas.cli.run import run_command
from songatlas.cli.settings import _SETTINGS, machine_of, resolve_config
from songatlas.errors import ConfigError
from songatlas.machine import FileLimits, Machine


def nothing(command):
    return dict.fromkeys(inspect.signature(command).parameters)


def test_every_named_setting_arrives():
    given = {
        "seed": 7,
        "clusters": 5,
        "view": "audio",
        "excerpt": "middle:30",
        "embedding": "none",
        "text_encoder": "sentences",
        "label_column": "style",
        "condition": "language",
        "detail": "fine",
    }
    assert given.keys() | {"lyrics_weight"} == _SETTINGS.keys() <= nothing(run_command).keys()
    more = {"modalities": "audio,text", "autoencoder": True, "column": ["title=Song Name"]}
    config = resolve_config(nothing(run_command) | given | more | {"settings": ["seed=3"]})
    for option, value in given.items():  # over --set, too
        assert operator.attrgetter(_SETTINGS[option])(config) == value
    assert tuple(config.model.modalities) == ("audio", "text")
    assert config.model.variational is False
    assert config.metadata.given == {"title": "Song Name"}
    assert resolve_config(nothing(run_command) | {"lyrics_weight": 0.25}).view.lyrics_weight == 0.25


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000, "1" + "0" * 400])
def test_what_no_number_can_hold_is_refused_in_a_sentence(value):
    with pytest.raises(ConfigError, match="must be a number"):
        resolve_config(nothing(run_command) | {"settings": [f"training.beta={value}"]})


def test_an_empty_choice_is_none_of_all():
    with pytest.raises(ConfigError, match=r"modalities must be one or more of .* Got \[''\]"):
        resolve_config(nothing(run_command) | {"modalities": ""})
    assert resolve_config(nothing(run_command) | {"embedding": [""]}).input.embedding == ""


def test_what_was_not_given_changes_nothing():
    assert resolve_config(nothing(run_command)) == resolve_config(nothing(extract_command))


@pytest.mark.parametrize("command", [run_command, extract_command])
def test_everything_that_a_machine_has_arrives(command, monkeypatch):
    monkeypatch.delenv("SONGATLAS_MEMORY", raising=False)
    asked = {"workers": 3, "cache": "here", "dask": "local:2", "shards": "there", "quiet": True}
    asked |= {"device": "cpu"} if command is run_command else {}
    machine = machine_of(nothing(command) | asked | {"timeout": 9.0})
    assert machine.limits == FileLimits(seconds=9.0)
    own = dataclasses.replace(machine, limits=None, progress=Machine().progress)
    expected = {name: value for name, value in asked.items() if name != "quiet"}
    assert own == Machine(**expected, progress=own.progress)
