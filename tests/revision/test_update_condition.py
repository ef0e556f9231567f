"""What a conditional run is told of tracks that come later."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import songatlas
from songatlas.config import replace
from songatlas.errors import ConfigError
from songatlas.machine import Machine
from songatlas.results.model import read_model
from songatlas.results.read import read_atlas
from songatlas.store.tables import write_csv
from songatlas.synthesis.collection import write_collection

pytestmark = pytest.mark.battery


def test_new_tracks_that_the_table_lacks_have_an_unknown_condition(
    cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    music, table, out = tmp_path / "music", tmp_path / "table.csv", tmp_path / "out"
    write_collection(music, n_tracks=16, seconds=4.0)
    audio = sorted(p for p in music.rglob("*.*") if p.suffix in (".flac", ".mp3", ".ogg", ".wav"))
    later = tmp_path / audio[0].name
    audio[0].rename(later)
    rows = [(path.name, "ab"[n % 2]) for n, path in enumerate(audio[1:])]
    write_csv(table, ("path", "source"), rows)
    config = replace(fast, {"model": {"condition": "source"}})
    machine = Machine(cache=cache, workers=1)
    songatlas.run(music, out=out, metadata=table, config=config, machine=machine)
    later.rename(audio[0])
    write_csv(tmp_path / "other.csv", ("path", "mood"), [(name, "x") for name, _ in rows])
    with pytest.raises(ConfigError, match="No column 'source'"):
        songatlas.update(out, metadata=tmp_path / "other.csv", machine=machine)
    assert songatlas.update(out, metadata=table, machine=machine).new == 1
    assert len(read_atlas(out).tracks) == 16


def test_a_run_that_called_languages_as_its_table_did_knows_them(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    config, machine = replace(fast, {"model": {"condition": "language"}}), Machine(cache=cache)
    songatlas.run(music, out=tmp_path / "out", config=config, machine=machine)
    model, called = read_model(tmp_path / "out"), {"de": "ger", "en": "English"}
    names = tuple(called[name] for name in model.condition)
    dataclasses.replace(model, condition=names).save(tmp_path / "before.pth")
    now, before = (
        songatlas.assign(tmp_path / name, music, machine=machine) for name in ("out", "before.pth")
    )
    np.testing.assert_array_equal(before.mean, now.mean)
