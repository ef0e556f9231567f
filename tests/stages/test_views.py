"""Views of a fitted model: other posteriors, other clusters, no training."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from folders import contents, table
from sklearn.metrics import adjusted_mutual_info_score

import songatlas
from songatlas.config import replace
from songatlas.config.stages import ViewConfig
from songatlas.config.views import modality_weights
from songatlas.errors import ConfigError, StorageError, TooFewTracksError
from songatlas.machine import Machine
from songatlas.models.posteriors import encode
from songatlas.progress import Silent
from songatlas.stages import fit as fitting
from songatlas.stages.choices import check_choices
from songatlas.stages.reuse import find_fit
from songatlas.types.senses import FROM_FRAMES

pytestmark = pytest.mark.battery

KNOWN = (*FROM_FRAMES, "embedding", "text")


class Heard(Silent):
    """Remembers what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, message: str) -> None:
        self.lines.append(message)


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a model was trained")

    monkeypatch.setattr(fitting, "train", refuse)


@pytest.fixture(scope="module")
def lyrics_view(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> songatlas.RunResult:
    out = tmp_path_factory.mktemp("view") / "lyrics"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "train", None)
        heard = Heard()
        result = songatlas.run(
            music,
            out=out,
            config=replace(fast, {"view": {"name": "lyrics"}}),
            model=finished.out,
            machine=Machine(cache=cache, workers=1, progress=heard),
        )
    (line,) = [line for line in heard.lines if "nothing is trained again" in line]
    assert str(finished.out) in line
    return result


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.7, 1.0])
def test_weights_keep_the_ratio_and_count_nothing_twice(share: float) -> None:
    weights = modality_weights(ViewConfig(lyrics_weight=share), KNOWN)
    assert {weights[name] for name in FROM_FRAMES} == {weights["embedding"]}
    assert weights["audio"] * share == pytest.approx(weights["text"] * (1 - share))
    assert max(weights.values()) == 1


def test_the_ends_are_the_views_and_the_middle_is_the_joint(
    finished: songatlas.RunResult,
) -> None:
    main = finished.placement
    heard = {0.0: FROM_FRAMES, 0.5: (*FROM_FRAMES, "text"), 1.0: ("text",)}
    for share, modalities in heard.items():
        weights = modality_weights(ViewConfig(lyrics_weight=share), main.network.modalities)
        weighted = encode(main.network, main.data, weights=weights)
        expected = encode(main.network, main.data.only(modalities))
        np.testing.assert_allclose(weighted.mean, expected.mean, atol=1e-6)
        np.testing.assert_allclose(weighted.log_var, expected.log_var, atol=1e-6)
    for name, share in {"audio": 0.0, "joint": 0.5, "lyrics": 1.0}.items():
        view, weight = ViewConfig(name=name), ViewConfig(lyrics_weight=share)
        assert modality_weights(view, KNOWN) == modality_weights(weight, KNOWN)


def test_a_weighted_posterior_is_the_weighted_product(finished: songatlas.RunResult) -> None:
    main = finished.placement
    weights = {"audio": 0.25, "percussion": 0.5, "harmony": 0.75, "text": 1.0}
    alone = {name: encode(main.network, main.data.only((name,))) for name in weights}
    # An expert is its posterior without the prior: precision − 1, and mean · precision as it is.
    precision = {name: np.exp(-x.log_var.astype(float)) for name, x in alone.items()}
    total = 1 + sum(w * (precision[name] - 1) for name, w in weights.items())
    mean = sum(w * precision[name] * alone[name].mean for name, w in weights.items()) / total
    found = encode(main.network, main.data, weights=weights)
    np.testing.assert_allclose(found.log_var, -np.log(total), atol=1e-5)
    np.testing.assert_allclose(found.mean, mean, atol=1e-5)


def test_tracks_that_the_view_does_not_hear_are_in_no_cluster(
    finished: songatlas.RunResult, lyrics_view: songatlas.RunResult
) -> None:
    has_lyrics = np.array([bool(track.lyrics) for track in lyrics_view.tracks])
    assert 0 < has_lyrics.sum() < len(has_lyrics)
    np.testing.assert_array_equal(lyrics_view.labels >= 0, has_lyrics)
    np.testing.assert_allclose(lyrics_view.placement.encoded.mean[~has_lyrics], 0, atol=1e-7)
    rows = table(lyrics_view.out / "tracks.csv")
    for row, has in zip(rows, has_lyrics, strict=True):
        cells = [value for name, value in row.items() if " + " in name]
        assert (set(cells) == {"-1"}) == (not has)
        assert (row["confidence"] == "") == (not has)
    for name in ("tsne", "umap"):
        np.testing.assert_array_equal(
            np.isfinite(lyrics_view.view.maps[name]).all(axis=1), has_lyrics
        )
    record = json.loads((lyrics_view.out / "run.json").read_text(encoding="utf-8"))
    n_without = int((~has_lyrics).sum())
    assert record["view"] == {
        "name": "lyrics",
        "key": "lyrics",
        "weights": dict.fromkeys(FROM_FRAMES, 0.0) | {"text": 1.0},
        "tracks_without_a_place": n_without,
    }
    text = (lyrics_view.out / "README.md").read_text(encoding="utf-8")
    assert "| View | **lyrics** of the same model" in text
    assert f"{n_without} of {len(rows)} tracks have nothing that the view lyrics hears" in text
    assert not (lyrics_view.out / "reconstruction_examples.png").exists()
    with (lyrics_view.out / "clustering_metrics.csv").open(encoding="utf-8") as file:
        assert {int(row["Noise tracks"]) for row in csv.DictReader(file)} >= {n_without}
    np.testing.assert_array_equal(finished.labels >= 0, True)


def test_the_agreement_that_is_trusted_is_that_of_the_tracks_with_a_place(
    lyrics_view: songatlas.RunResult,
) -> None:
    """Which tracks have no lyrics is a group of the table's row, and no cluster."""
    kept = np.flatnonzero(lyrics_view.placement.rows)[lyrics_view.grouping.tried.duplicates.kept]
    assert len(kept) < len(lyrics_view.tracks)
    codes = lyrics_view.prepared.labels.judging.codes
    kept = kept[codes[kept] >= 0]
    expected = adjusted_mutual_info_score(codes[kept], lyrics_view.labels[kept])
    said = lyrics_view.trust.measurements["labelled"]["ami"]
    assert said == pytest.approx(expected, abs=1e-9)
    assert said != pytest.approx(lyrics_view.evaluations[0].ami, abs=1e-3)


def test_the_places_of_heard_tracks_know_nothing_of_the_others(
    lyrics_view: songatlas.RunResult,
) -> None:
    main = lyrics_view.placement
    X = main.points
    assert (np.linalg.norm(X, axis=1) < 1 + 1e-6).all()
    before = main.space.unnormalised(main.decoded)
    assert before is not None  # sound does not count in the distances
    assert before.shape[1] == main.decoded["text"].shape[2]
    np.testing.assert_allclose(before[main.rows].mean(axis=0), 0, atol=1e-5)


@pytest.mark.usefixtures("no_training")
@pytest.mark.battery
def test_a_view_again_is_byte_identical_and_its_own_folder_serves_too(
    lyrics_view: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
) -> None:
    config = replace(fast, {"view": {"lyrics_weight": 1.0}})
    again = songatlas.run(
        music,
        out=tmp_path / "again",
        config=config,
        model=lyrics_view.out,
        machine=Machine(cache=cache, workers=1),
    )
    np.testing.assert_array_equal(again.placement.encoded.mean, lyrics_view.placement.encoded.mean)
    np.testing.assert_array_equal(again.labels, lyrics_view.labels)
    out = tmp_path / "results"
    shutil.copytree(lyrics_view.out, out)
    before = contents(out)
    alone = replace(fast, {"view": {"name": "lyrics"}})
    songatlas.run(  # found in --out
        music, out=out, config=alone, machine=Machine(cache=cache, workers=1)
    )
    assert contents(out) == before


@pytest.mark.battery
def test_the_joint_view_from_a_loaded_model_is_the_run_itself(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained = []
    train = fitting.train
    monkeypatch.setattr(fitting, "train", lambda *a, **b: trained.append(a[0]) or train(*a, **b))
    songatlas.run(
        music,
        out=tmp_path / "o",
        config=fast,
        model=finished.out,
        machine=Machine(cache=cache, workers=1),
    )
    assert len(trained) == 3  # the models of the comparison, not the main one
    assert contents(tmp_path / "o") == contents(finished.out)


def test_new_tracks_are_placed_as_in_the_view(
    lyrics_view: songatlas.RunResult, finished: songatlas.RunResult, music: Path, cache: Path
) -> None:
    found = songatlas.assign(lyrics_view.out, music, machine=Machine(cache=cache))
    np.testing.assert_allclose(found.mean, lyrics_view.placement.encoded.mean, atol=1e-5)
    np.testing.assert_array_equal(found.labels, lyrics_view.labels)
    np.testing.assert_array_equal(found.confidence, lyrics_view.confidence)
    ends = {
        share: songatlas.assign(
            finished.out, music, lyrics_weight=share, machine=Machine(cache=cache)
        )
        for share in (0.0, 0.5, 0.75)
    }
    audio = songatlas.assign(finished.out, music, view="audio", machine=Machine(cache=cache))
    np.testing.assert_array_equal(ends[0.0].mean, audio.mean)
    np.testing.assert_allclose(ends[0.5].mean, finished.placement.encoded.mean, atol=1e-6)
    words = songatlas.assign(finished.out, music, view="lyrics", machine=Machine(cache=cache)).mean
    nearer = [np.abs(ends[share].mean - words).mean() for share in (0.0, 0.5, 0.75)]
    assert nearer[0] > nearer[1] > nearer[2]


@pytest.mark.usefixtures("no_training")
def test_another_model_is_refused_and_mistakes_are_named(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
) -> None:
    options = {"out": tmp_path / "o", "model": finished.out, "machine": Machine(cache=cache)}

    def seen(config: songatlas.Config, **view: object) -> songatlas.Config:
        return replace(config, {"view": view})

    other = replace(fast, {"training": {"epochs": 4}})
    with pytest.raises(
        ConfigError, match=r"the same music.* does not: training\.epochs is \d+ there and 4 here\."
    ):
        songatlas.run(music, config=seen(other, name="audio"), **options)
    alone = replace(fast, {"model": {"modalities": ["audio"]}})
    with pytest.raises(ConfigError, match="The view lyrics needs text among the inputs"):
        songatlas.run(music, config=seen(alone, name="lyrics"), **options)
    with pytest.raises(ConfigError, match=r"view\.lyrics_weight 0\.3 needs view\.name 'joint'"):
        songatlas.run(music, config=seen(fast, name="audio", lyrics_weight=0.3), **options)
    with pytest.raises(ConfigError, match=r"view\.lyrics_weight must be in \[0, 1\]"):
        songatlas.run(music, config=seen(fast, lyrics_weight=1.3), **options)
    with pytest.raises(TooFewTracksError, match="The view lyrics needs at least 23 tracks"):
        songatlas.run(music, config=seen(fast, name="lyrics"), clusters=22, **options)


def test_a_model_that_cannot_be_read_is_said_and_no_obstacle_in_the_folder_to_write(
    tmp_path: Path,
) -> None:
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "best_model.pth").write_bytes(b"no model")
    said: list[str] = []
    assert (
        find_fit(tmp_path, "key", songatlas.load_config(), required=False, say=said.append) is None
    )
    assert "cannot be read as a model" in said[0]
    assert said[0].endswith("It is trained anew.")
    with pytest.raises(StorageError):
        find_fit(tmp_path, "key", songatlas.load_config(), required=True, say=said.append)


def test_a_model_that_is_no_product_has_the_views_and_no_weights_between() -> None:
    config = songatlas.load_config(preset="original")
    check_choices(replace(config, {"view": {"name": "audio"}}))
    with pytest.raises(ConfigError, match=r"must be 0, 0\.5 or 1 for model\.name 'original_vae'"):
        check_choices(replace(config, {"view": {"lyrics_weight": 0.3}}))
