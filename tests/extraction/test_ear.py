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
from songatlas.errors import AudioError, ModelError
from songatlas.extraction.descriptors import gather_descriptors
from songatlas.extraction.ear import Ear, choose_ear, embedding_job
from songatlas.extraction.words import ear_with_text
from songatlas.features.embedding.description import read_description
from songatlas.machine import Machine
from songatlas.progress import Silent
from songatlas.store.cache import FeatureCache
from songatlas.types.senses import FROM_FRAMES

pytestmark = pytest.mark.battery


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
        paths[-1].write_text(ear_file.read_text().replace('"bands"', f'"{name}"') + more)
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
