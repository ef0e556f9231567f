"""Ears on one's own music, side by side, and several as one."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import songatlas
from songatlas.config import replace
from songatlas.errors import ConfigError, ModelError, TooFewTracksError
from songatlas.extraction import embeddings
from songatlas.extraction.ear import choose_ear, embedding_job
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.whitening import Whitening
from songatlas.jobs.ears import compare_ears
from songatlas.machine import Machine
from songatlas.progress import Silent
from songatlas.store.cache import FeatureCache

EAR = """\
name = "{name}"
version = "1"
file = "{name}.onnx"
sr = 16000
output = "y"
[input]
kind = "mel"
n_fft = 512
hop_length = 256
n_mels = 8
patch_frames = {frames}
"""


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Means of mel bands, and how loud a patch is, over patches of other lengths."""
    folder = tmp_path_factory.mktemp("ears")
    for name, frames, axes in (("bands", 32, [1]), ("loudness", 64, [1, 2])):
        graph = OnnxGraph(name, "x", (1, frames, 8))
        mean = graph.add("ReduceMean", "x", axes=axes, keepdims=0)
        graph.add("Reshape", mean, graph.constant(np.array([1, -1])), output="y")
        (folder / f"{name}.onnx").write_bytes(graph.serialize({"y": (1, 9 - len(axes) * 8 + 7)}))
        (folder / f"{name}.toml").write_text(EAR.format(name=name, frames=frames))
    return str(folder / "bands.toml"), str(folder / "loudness.toml")


def test_ears_are_compared_and_nothing_is_heard_twice(
    music: Path, cache: Path, fast: songatlas.Config, ears: tuple[str, str]
) -> None:
    heard: list[int] = []

    class Counting(Silent):
        def stage(self, title: str, *, total: int, unit: str):
            if title.startswith(("Listening", "Extracting")):
                heard.append(total)
            return super().stage(title, total=total, unit=unit)

    machine = Machine(cache=cache, workers=1, progress=Counting())
    asked = ["none", *ears, ", ".join(ears)]
    found = compare_ears(music, asked, config=fast, machine=machine)
    heard.clear()
    again = compare_ears(music, asked, config=fast, machine=machine)
    assert dataclasses.asdict(again) == dataclasses.asdict(found)
    assert heard == [0] * 5
    assert [row.ear for row in found.rows] == asked
    assert [row.n_features for row in found.rows] == [376, 8, 1, 9]
    assert found.n_tracks == 24
    first, *others = found.rows
    assert first.differences == {}
    assert {"accuracy", "own_half", "shared"} <= first.scores.keys()
    for row in others:
        for score, (value, interval) in row.differences.items():
            assert value == pytest.approx(row.scores[score] - first.scores[score])
            assert interval.low <= value <= interval.high
    assert found.rows[1].scores["own_half"] > found.rows[2].scores["own_half"]


def test_ears_are_whitened_by_a_quarter_and_frames_in_full_as_in_a_run(
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    ears: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    powers: list[float] = []

    def fit(tracks: list[np.ndarray], power: float = 1.0) -> Whitening:
        powers.append(power)
        return Whitening.fit(tracks, power)

    monkeypatch.setattr("songatlas.jobs.ears.Whitening", SimpleNamespace(fit=fit))
    machine = Machine(cache=cache, workers=1)
    compare_ears(music, ["none", ears[0]], config=fast, machine=machine)
    assert powers == [1.0, 0.25]


@pytest.mark.battery
def test_without_labels_there_are_halves(
    music: Path, cache: Path, fast: songatlas.Config, ears: tuple[str, str]
) -> None:
    config = replace(fast, {"evaluation": {"label_column": "title"}})  # one a track
    found = compare_ears(music, ears, config=config, machine=Machine(cache=cache, workers=1))
    assert found.n_labelled == 0
    assert found.rows[0].scores.keys() == {"own_half", "own_half_near", "shared"}


def test_what_cannot_be_compared_is_said(
    music: Path, cache: Path, fast: songatlas.Config, ears: tuple[str, str], tmp_path: Path
) -> None:
    machine = Machine(cache=cache, workers=1)
    for wrong in ([], ["none", "none"], ["auto", "none"]):
        with pytest.raises(ConfigError, match="--ears must be different ears"):
            compare_ears(music, wrong, config=fast, machine=machine)
    with pytest.raises(ConfigError, match=r"must be one of .*Got 'musicn'"):
        compare_ears(music, ["musicn"], config=fast, machine=machine)
    with pytest.raises(ModelError, match="cannot be read"):
        compare_ears(music, ["no.toml"], config=fast, machine=machine)
    few = sorted(music.rglob("*.wav"))[:3] or sorted(p for p in music.iterdir() if p.is_file())[:3]
    with pytest.raises(TooFewTracksError, match="at least 10 tracks"):
        compare_ears(few, ears[:1], config=fast, machine=machine)


@pytest.mark.battery
def test_the_command_prints_a_table_and_writes_it(
    music: Path, cache: Path, ears: tuple[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "ears.json"
    named = ["--ears=none", ears[0], "--ears", ears[1]]
    done = subprocess.run(
        [sys.executable, "-m", "songatlas", "ears", "compare", music, *named,
         "--set", "input.window_frames=32", "--out", out, "--cache", cache, "--workers", "1"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("24 tracks by ")
    assert lines[2].split()[:3] == ["ear", "numbers", "9-NN"]
    assert [line.split()[1] for line in lines[3:]] == ["376", "8", "1"]
    written = json.loads(out.read_text())
    assert f"{written['rows'][1]['scores']['accuracy']:.3f}" == lines[4].split()[2]


def test_an_ear_that_gives_some_track_fewer_numbers_is_one_sentence(
    music: Path, cache: Path, fast: songatlas.Config, ears: tuple[str, str], monkeypatch
) -> None:
    gather = embeddings.gather

    def uneven(*args: object) -> tuple[list[np.ndarray], object]:
        (*most, last), rest = gather(*args)
        return [*most, last[:, 1:]], rest

    monkeypatch.setattr(embeddings, "gather", uneven)
    with pytest.raises(ModelError, match=r"bands must give as many numbers.* Got 7 for '.*, and 8"):
        compare_ears(music, ["none", ears[0]], config=fast, machine=Machine(cache=cache))


@pytest.mark.battery
def test_several_ears_stand_side_by_side(
    music: Path, fast: songatlas.Config, ears: tuple[str, str], tmp_path: Path
) -> None:
    config = replace(fast, {"input": {"embedding": ", ".join(ears)}})
    machine = Machine(cache=tmp_path / "cache", workers=1)
    result = songatlas.run(music, out=tmp_path / "out", config=config, machine=machine)
    values = result.prepared.inputs.features.modalities["embedding"].values
    assert values.shape[2] == 9
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["config"]["input"]["embedding"] == ", ".join(ears)
    assert record["embedding"]["name"] == "bands+loudness"
    found = songatlas.assign(tmp_path / "out", music, machine=machine)
    np.testing.assert_array_equal(found.labels, result.labels)

    store = FeatureCache(tmp_path / "cache")
    _, both = choose_ear(config, tmp_path / "cache")
    rows = [
        store.get(result.tracks[0].content_hash, embedding_job(ear, config).key).array
        for ear in both.each
    ]
    store.close()
    assert len(rows[0]) > len(rows[1]) > 1
    with pytest.raises(ConfigError, match="must name different networks"):
        choose_ear(replace(fast, {"input": {"embedding": f"{ears[0]}, {ears[0]}"}}), tmp_path)
    loud = Path(ears[1])
    text = loud.read_text()
    loud.write_text(text.replace('version = "1"', 'version = "2"'))
    try:
        with pytest.raises(ModelError, match="needs the pretrained network bands\\+loudness"):
            songatlas.assign(tmp_path / "out", music, machine=machine)
    finally:
        loud.write_text(text)
