"""A saved model places tracks exactly where the run did."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import run_command
from spoken import SR, spoken
from typer.testing import CliRunner

import songatlas
from songatlas.cli import app
from songatlas.config import replace
from songatlas.errors import ConfigError, StorageError
from songatlas.extraction import pool
from songatlas.machine import FileLimits, Machine
from songatlas.models.membership import find_membership
from songatlas.models.posteriors import Encoded
from songatlas.synthesis.collection import write_collection


@pytest.mark.battery
@pytest.mark.parametrize("condition", ["", "language"])
def test_tracks_of_the_run_get_what_they_got_within_it(
    condition: str, music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    config = replace(fast, {"model": {"condition": condition}})
    result = songatlas.run(
        music, out=tmp_path / "out", config=config, machine=Machine(cache=cache, workers=1)
    )
    found = songatlas.assign(tmp_path / "out", music, machine=Machine(cache=cache))
    assert [t.path for t in found.library.tracks] == [t.path for t in result.tracks]
    np.testing.assert_allclose(found.mean, result.placement.encoded.mean, atol=1e-5)
    np.testing.assert_allclose(found.log_var, result.placement.encoded.log_var, atol=1e-5)
    np.testing.assert_array_equal(found.labels, result.labels)
    np.testing.assert_array_equal(found.confidence, result.confidence)


def test_a_track_alone_is_placed_as_among_others(
    finished: songatlas.RunResult, cache: Path, tmp_path: Path
) -> None:
    i = 5
    track = finished.tracks[i]
    folder = tmp_path / "one"
    folder.mkdir()
    shutil.copy(track.source, folder)
    for sidecar in track.source.parent.glob(f"{track.source.stem}.*"):
        if sidecar.suffix in (".txt", ".lrc"):
            shutil.copy(sidecar, folder)
    found = songatlas.assign(finished.out / "model_final.pth", folder, machine=Machine(cache=cache))
    assert len(found.labels) == 1
    found = songatlas.assign(finished.out, folder, machine=Machine(cache=cache))
    np.testing.assert_allclose(found.mean[0], finished.placement.encoded.mean[i], atol=1e-5)
    assert found.labels[0] == finished.labels[i]
    assert found.confidence[0] == pytest.approx(finished.confidence[i], abs=2 / 64)


def test_what_is_no_song_is_told_as_by_a_run(
    finished: songatlas.RunResult,
    cache: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, seconds in {"a": 40.0, "b": 40.0, "ring": 3.0}.items():
        soundfile.write(tmp_path / f"{name}.wav", spoken(0 if name == "a" else 1, seconds), SR)
    code, _, err = run_command(capsys, "assign", finished.out, tmp_path, "--cache", cache)
    assert code == 0
    assert "Notes: 2 of 3 new tracks sound like speech without music" in err
    assert "Notes: 1 of 3 new tracks is shorter than 10 s" in err
    assert "--exclude" not in err  # which it does not take


@pytest.mark.parametrize("command", ["run", "extract", "assign", "update", "update --refit"])
def test_limits_of_a_file_reach_what_decodes_it(
    command: str, finished: songatlas.RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ReachedError(Exception):
        pass

    def extract_all(*_arguments: object, limits: FileLimits | None, **_options: object) -> None:
        raise ReachedError(limits)

    monkeypatch.setattr(pool, "extract_all", extract_all)
    music, results = tmp_path / "music", tmp_path / "results"
    write_collection(music, n_tracks=2, seconds=2.0)
    if command != "run":
        shutil.copytree(finished.out, results)
    arguments = {
        "run": [music, "--out", results],
        "extract": [music],
        "assign": [results, music],
        "update": [results, music, "--accept-gone"],
        "update --refit": [results, music, "--accept-gone"],
    }[command]
    common = ["--cache", tmp_path / "cache", "--timeout", "7.5", "--memory", "900", "--quiet"]
    words = [*command.split(), *arguments, *common]
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert isinstance(done.exception, ReachedError), done.output
    assert done.exception.args == (FileLimits(seconds=7.5, megabytes=900),)


def test_a_view_hears_one_modality_and_knows_less(
    finished: songatlas.RunResult, music: Path, cache: Path
) -> None:
    views = {
        view: songatlas.assign(finished.out, music, view=view, machine=Machine(cache=cache))
        for view in ("joint", "audio", "lyrics")
    }
    both = np.array([bool(track.lyrics) for track in finished.tracks])
    for view in ("audio", "lyrics"):
        assert not np.allclose(views[view].mean[both], views["joint"].mean[both])
        assert (views[view].log_var[both] >= views["joint"].log_var[both] - 1e-6).all()
    np.testing.assert_allclose(views["lyrics"].mean[~both], 0, atol=1e-7)
    np.testing.assert_allclose(views["audio"].mean[~both], views["joint"].mean[~both], atol=1e-6)


def test_confidence_is_a_share_and_tells_near_from_far(finished: songatlas.RunResult) -> None:
    """Between two groups so far apart that no track of theirs leaves a doubt, there is one."""
    assert ((finished.confidence >= 0) & (finished.confidence <= 1)).all()
    places, first, last = finished.placement, finished.clusters[0], finished.clusters[-1]
    ends = places.encoded.mean[[first.rows[0], last.rows[0]]]
    wide = np.full(places.encoded.mean.shape[1], -1.0, np.float32)

    def confidence(share: float) -> float:
        """Of a track so far on the way from the middle of one group to that of the other."""
        encoded = places.encoded.of(slice(0, 1))
        mean = (1 - share) * ends[:1] + share * ends[1:]
        moved = Encoded(mean=mean, log_var=wide[None], kl=encoded.kl)
        there = dataclasses.replace(
            places.of(slice(0, 1)), encoded=moved, coordinates=places.of(slice(0, 1)).moved(moved)
        )
        found = find_membership(there, finished.centres, seed=0)
        return float(found.draws[0, found.labels[0]])

    on_the_way = [confidence(share) for share in (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)]
    assert min(on_the_way[1:-1]) < min(on_the_way[0], on_the_way[-1])


def test_mistakes_are_named(
    finished: songatlas.RunResult, music: Path, cache: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"view\.name must be one of"):
        songatlas.assign(finished.out, music, view="smell", machine=Machine(cache=cache))
    with pytest.raises(StorageError, match="cannot be read as a model"):
        songatlas.assign(tmp_path, music, machine=Machine(cache=cache))
    (tmp_path / "best_model.pth").write_bytes(b"no model")
    with pytest.raises(StorageError, match="cannot be read as a model"):
        songatlas.assign(tmp_path, music, machine=Machine(cache=cache))
