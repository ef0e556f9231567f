"""A pretrained network as one more modality of a run."""

import csv
import dataclasses
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

import songatlas
from songatlas.config import replace, to_toml
from songatlas.errors import AudioError, ConfigError, ModelError
from songatlas.extraction.descriptors import gather_descriptors
from songatlas.extraction.ear import Ear, choose_ear, ear_of_run, embedding_job, without_ear
from songatlas.extraction.words import ear_with_text
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.installed import model_folder
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.inputs import FROM_FRAMES
from songatlas.machine import Machine
from songatlas.progress import Silent
from songatlas.store.cache import FeatureCache

DESCRIPTION = """\
name = "bands"
version = "1"
file = "bands.onnx"
sr = 16000
output = "embedding"
[input]
kind = "mel"
n_fft = 512
hop_length = 256
n_mels = 8
patch_frames = 32
[tags]
output = "tags"
names = ["low", "high"]
"""


@pytest.fixture(scope="module")
def ear_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that averages mel bands over time; two of them are its tags."""
    folder = tmp_path_factory.mktemp("ear")
    graph = OnnxGraph("bands", "mel", ("n", 32, 8))
    means = graph.add("ReduceMean", "mel", output="embedding", axes=[1], keepdims=0)
    chosen = np.zeros((8, 2), np.float32)
    chosen[0, 0] = chosen[7, 1] = 1.0
    graph.add("MatMul", means, graph.constant(chosen), output="tags")
    network = graph.serialize({"embedding": ("n", 8), "tags": ("n", 2)})
    (folder / "bands.onnx").write_bytes(network)
    (folder / "bands.toml").write_text(DESCRIPTION)
    return folder / "bands.toml"


@pytest.fixture(scope="module")
def with_ear(fast: songatlas.Config, ear_file: Path) -> songatlas.Config:
    return replace(fast, {"input": {"embedding": str(ear_file)}})


@pytest.fixture(scope="module")
def listened(
    music: Path, with_ear: songatlas.Config, tmp_path_factory: pytest.TempPathFactory
) -> songatlas.RunResult:
    """A run in whose cache the embedding of one track has failed."""
    folder = tmp_path_factory.mktemp("listened")
    cache = folder / "cache"
    songatlas.extract(music, config=with_ear, machine=Machine(cache=cache))
    store = FeatureCache(cache)
    _, ear = choose_ear(with_ear, cache)
    assert ear is not None
    library, _ = songatlas.extract(music, config=with_ear, machine=Machine(cache=cache))
    content, key = library.tracks[3].content_hash, embedding_job(ear, with_ear).key
    store.manifest.execute("DELETE FROM features WHERE content=? AND key=?", content, key)
    store.put_failure(content, key, AudioError("E-NONFINITE", "bands makes no numbers of it"))
    store.close()
    return songatlas.run(
        music, out=folder / "out", config=with_ear, machine=Machine(cache=cache, workers=1)
    )


def test_it_is_one_more_modality_and_one_more_row(listened: songatlas.RunResult) -> None:
    features = listened.prepared.inputs.features
    assert list(features.modalities) == [*FROM_FRAMES, "embedding", "text"]
    assert features.modalities["embedding"].values.shape[::2] == (24, 8)
    methods = [clustering.method for clustering in listened.clusterings]
    assert "Embedding VAE + K-Means" in methods
    assert "Percussion VAE + K-Means" not in methods
    assert set(listened.prepared.inputs.state) == {*FROM_FRAMES, "embedding", "text"}
    n_features = 293 + 48 + 35 + 8 + features.modalities["text"].values.shape[2]
    assert listened.prepared.inputs.flat(features.modalities).shape == (24, n_features)


def test_a_track_whose_embedding_fails_only_lacks_it(listened: songatlas.RunResult) -> None:
    present = listened.prepared.inputs.features.modalities["embedding"].present
    assert present.tolist() == [i != 3 for i in range(24)]
    assert len(listened.tracks) == 24
    assert not listened.prepared.library.skipped
    (note,) = [note for note in listened.prepared.notes if "embedding" in note]
    assert note.startswith("1 of 24 tracks have no bands embedding (E-NONFINITE 1)")
    assert listened.tracks[3].path in note
    assert note in (listened.out / "notes.txt").read_text(encoding="utf-8")
    with (listened.out / "tracks.csv").open(encoding="utf-8") as file:
        column = [row["Embedding VAE + K-Means"] for row in csv.DictReader(file)]
    assert [i for i, label in enumerate(column) if label == "-1"] == [3]


def test_the_record_says_what_was_used(
    listened: songatlas.RunResult, ear_file: Path, music: Path, tmp_path: Path
) -> None:
    record = json.loads((listened.out / "run.json").read_text(encoding="utf-8"))
    assert record["embedding"]["name"] == "bands"
    assert len(record["embedding"]["sha256"]) == 64
    assert record["config"]["input"]["embedding"] == str(ear_file)
    again = tmp_path / "again.toml"
    again.write_text(to_toml(listened.config))
    assert songatlas.load_config(again) == listened.config
    assert tomllib.loads(again.read_text())["input"]["embedding"] == str(ear_file)


def test_embeddings_and_tags_are_cached_apart(
    music: Path, with_ear: songatlas.Config, cache: Path, ear_file: Path
) -> None:
    songatlas.extract(music, config=with_ear, machine=Machine(cache=cache))
    library, _ = songatlas.extract(music, config=with_ear, machine=Machine(cache=cache))
    heard: list[int] = []

    class Counting(Silent):
        def stage(self, title: str, *, total: int, unit: str):
            if title.startswith("Listening"):
                heard.append(total)
            return super().stage(title, total=total, unit=unit)

    songatlas.extract(music, config=with_ear, machine=Machine(cache=cache, progress=Counting()))
    more_patches = replace(with_ear, {"input": {"max_windows": 2}})
    songatlas.extract(music, config=more_patches, machine=Machine(cache=cache, progress=Counting()))
    assert heard == [0, 24]

    _, ear = choose_ear(with_ear, cache)
    assert ear is not None
    store = FeatureCache(cache)
    key = embedding_job(ear, with_ear).key
    tags = gather_descriptors(library.tracks, with_ear, store, ear=ear).tags
    for track, mean in zip(library.tracks, tags, strict=True):
        embedding = store.get(track.content_hash, key).array
        np.testing.assert_allclose(mean, embedding.mean(0)[[0, 7]], rtol=1e-5)
    store.close()


def test_means_for_search_are_those_of_what_the_ear_gave(
    music: Path, with_ear: songatlas.Config, cache: Path
) -> None:
    """Over all patches of a track, before anything is whitened; unknown is what the cache lacks."""
    songatlas.extract(music, config=with_ear, machine=Machine(cache=cache))
    library, _ = songatlas.extract(music, config=with_ear, machine=Machine(cache=cache))
    _, ear = choose_ear(with_ear, cache)
    assert ear is not None
    stranger = dataclasses.replace(library.tracks[0], content_hash="0" * 32)
    store = FeatureCache(cache)
    tracks = [*library.tracks, stranger]
    assert gather_descriptors(tracks, with_ear, store, ear=ear).embeddings is None
    found = gather_descriptors(tracks, with_ear, store, ear=ear, with_text=ear).embeddings
    key = embedding_job(ear, with_ear).key
    each = [store.get(track.content_hash, key).array for track in library.tracks]
    store.close()
    assert min(map(len, each)) > 1
    assert found is not None
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:-1], [x.mean(axis=0) for x in each], rtol=1e-5)
    assert np.isnan(found[-1]).all()


def test_of_several_ears_the_first_with_a_text_tower_is_searched(
    ear_file: Path, tmp_path: Path
) -> None:
    text = '\n[text]\nfile = "text.onnx"\ntokenizer = "t.json"\noutput = "y"\n'
    paths = []
    for name in ("plain", "worded", "other"):
        folder = tmp_path / name
        folder.mkdir()
        for file in ("bands.onnx", "text.onnx", "t.json"):
            (folder / file).write_bytes((ear_file.parent / "bands.onnx").read_bytes())
        more = "" if name == "plain" else text
        paths.append(folder / "ear.toml")
        paths[-1].write_text(DESCRIPTION.replace('"bands"', f'"{name}"') + more)
    ears = [Ear(path=x, description=read_description(x), n_features=8) for x in paths]
    both = dataclasses.replace(ears[0], beside=tuple(ears[1:]))
    assert both.with_text() == ears[1]
    assert ears[0].with_text() is None
    prints = [ear.description.fingerprint for ear in ears]
    assert both.with_text(prints[2]) == ears[2]
    assert both.with_text("another") is None
    assert both.record() == both.facts() | {"text": prints[1]}
    assert ears[0].record() == ears[0].facts()
    wanted = ", ".join(map(str, paths))
    assert ear_with_text(wanted, both.record()) == paths[1]
    assert ear_with_text(str(paths[1]), ears[1].record()) == paths[1]
    with pytest.raises(ModelError, match="must describe a text tower under"):
        ear_with_text(wanted, both.record() | {"text": prints[0]})


def test_auto_without_an_installed_network_says_what_is_missed(
    fast: songatlas.Config, tmp_path: Path
) -> None:
    settled, ear = choose_ear(fast, tmp_path)
    assert ear is None
    assert settled.input.embedding == "none"
    line = without_ear(fast, tmp_path)
    assert line.endswith("To use it: songatlas models install musicnn")
    assert "of the nine tracks nearest to one" in line
    assert choose_ear(settled, tmp_path) == (settled, None)
    assert without_ear(settled, tmp_path) == ""
    without = replace(fast, {"model": {"modalities": ["audio", "text"]}})
    assert choose_ear(without, tmp_path)[0].input.embedding == "none"
    assert without_ear(without, tmp_path) == ""


def test_auto_without_the_extra_says_how_to_get_it(
    fast: songatlas.Config,
    with_ear: songatlas.Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("songatlas.features.embedding.session.find_spec", lambda name: None)
    folder = model_folder(tmp_path, "musicnn")
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text("")
    settled, _ = choose_ear(fast, tmp_path)
    assert settled.input.embedding == "none"
    extra = "python -m pip install onnxruntime"
    assert without_ear(fast, tmp_path).endswith(f"To use it: {extra}")
    both = f"To use it: {extra}, then songatlas models install musicnn"
    assert without_ear(fast, tmp_path / "empty").endswith(both)
    with pytest.raises(ModelError, match="pip install onnxruntime"):
        choose_ear(with_ear, tmp_path)


def test_a_run_keeps_to_its_version_of_an_installed_network(ear_file: Path, tmp_path: Path) -> None:
    """The one of an earlier version where it is still there; else it says what to do."""
    config = songatlas.load_config(overrides={"input": {"embedding": "musicnn"}})
    old = tmp_path / "models" / "musicnn"
    old.mkdir(parents=True)
    (old / "bands.onnx").write_bytes((ear_file.parent / "bands.onnx").read_bytes())
    (old / "model.toml").write_text(DESCRIPTION.replace('version = "1"', 'version = "0.1.0"'))
    description = read_description(old / "model.toml")
    used = Ear(path=old, description=description, n_features=8).facts()
    found = ear_of_run(config, used, tmp_path)
    assert (found.path, found.n_features) == (old / "model.toml", 8)
    damaged = tmp_path / "models" / "a"  # another version, which comes first
    damaged.mkdir()
    (damaged / "model.toml").write_text(DESCRIPTION)
    assert ear_of_run(config, used, tmp_path) == found
    with pytest.raises(ModelError, match=r"musicnn has since become another: .* --refit"):
        ear_of_run(config, used | {"fingerprint": "another"}, tmp_path)
    now = used | {"version": EMBEDDINGS["musicnn"].version}
    with pytest.raises(ModelError, match=r"Got none\. Install it: songatlas models install"):
        ear_of_run(config, now, tmp_path / "empty")


def test_a_plugged_in_ear_that_has_moved_is_missed_in_its_place(
    fast: songatlas.Config, ear_file: Path, tmp_path: Path
) -> None:
    used = Ear(path=ear_file, description=read_description(ear_file), n_features=8).facts()
    config = replace(fast, {"input": {"embedding": str(tmp_path / "a, b" / "bands.toml")}})
    with pytest.raises(ModelError, match=r"Got none\. Put that one back, as .*bands\.toml, or"):
        ear_of_run(config, used, tmp_path)


def test_contradictions_are_refused(with_ear: songatlas.Config, tmp_path: Path) -> None:
    deaf = replace(with_ear, {"model": {"modalities": ["text"]}})
    with pytest.raises(ConfigError, match=r"needs 'embedding' among model\.modalities"):
        choose_ear(deaf, tmp_path)
    original = songatlas.load_config(
        preset="original", overrides={"model": {"modalities": ["audio", "embedding"]}}
    )
    with pytest.raises(ConfigError, match="can read audio and text alone"):
        songatlas.run(tmp_path, out=tmp_path / "out", config=original)


@pytest.mark.parametrize("wanted", ["none, {}", "{},none", "auto, {}", "{}, auto"])
def test_what_is_no_network_is_not_heard_beside_one(
    wanted: str, fast: songatlas.Config, ear_file: Path, tmp_path: Path
) -> None:
    config = replace(fast, {"input": {"embedding": wanted.format(ear_file)}})
    word = "none" if "none" in wanted else "auto"
    with pytest.raises(ConfigError, match=f"'{word}' cannot be heard beside others: leave it out"):
        choose_ear(config, tmp_path)


@pytest.mark.battery
def test_the_embedding_alone_is_enough(
    music: Path, with_ear: songatlas.Config, cache: Path, tmp_path: Path
) -> None:
    alone = replace(with_ear, {"model": {"modalities": ["embedding"]}})
    result = songatlas.run(
        music,
        out=tmp_path / "out",
        config=alone,
        clusters=3,
        machine=Machine(cache=cache, workers=1),
    )
    assert list(result.prepared.inputs.features.modalities) == ["embedding"]
    assert (tmp_path / "out" / "run.json").is_file()


def test_a_new_track_is_placed_with_the_same_network_and_no_other(
    listened: songatlas.RunResult, music: Path, ear_file: Path
) -> None:
    cache = listened.out.parent / "cache"
    found = songatlas.assign(listened.out, music, machine=Machine(cache=cache))
    np.testing.assert_allclose(found.mean, listened.placement.encoded.mean, atol=1e-5)
    np.testing.assert_array_equal(found.labels, listened.labels)
    heard = songatlas.assign(listened.out, music, view="audio", machine=Machine(cache=cache))
    silent = [i for i, track in enumerate(listened.tracks) if not track.lyrics]
    np.testing.assert_allclose(heard.mean[silent], found.mean[silent], atol=1e-5)
    text = ear_file.read_text()
    ear_file.write_text(text.replace('version = "1"', 'version = "2"'))
    try:
        with pytest.raises(ModelError, match="needs the pretrained network bands 1"):
            songatlas.assign(listened.out, music, machine=Machine(cache=cache))
        songatlas.assign(listened.out, music, view="lyrics", machine=Machine(cache=cache))
    finally:
        ear_file.write_text(text)
