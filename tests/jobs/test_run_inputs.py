"""Runs: what reaches the model, and what never does."""

from pathlib import Path

import numpy as np
import pytest
from folders import table

import songatlas
from songatlas.config import replace
from songatlas.errors import ConfigError
from songatlas.machine import Machine


@pytest.mark.battery
def test_without_labels_what_needs_them_is_left_out_and_said(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    config = replace(fast, {"evaluation": {"label_column": "year"}})
    folder = tmp_path / "untagged"
    folder.mkdir()
    import soundfile

    for i, path in enumerate(sorted(music.rglob("*.*"))):
        if path.suffix in (".wav", ".flac", ".ogg", ".mp3"):
            y, sr = soundfile.read(path)
            soundfile.write(folder / f"{i}.wav", y, sr)
    result = songatlas.run(
        folder, out=tmp_path / "out", config=config, machine=Machine(cache=cache, workers=1)
    )
    assert set(np.load(tmp_path / "out" / "genre_labels.npy")) == {-1}
    assert not (tmp_path / "out" / "confusion_matrix.png").exists()
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "there are no external scores" in text
    assert "`confusion_matrix.png`" in text.split("Left out")[1]
    assert "hears the sound only" in text
    assert "; no pretrained network listened |" in text
    assert all(row["ARI"] == "" for row in table(tmp_path / "out" / "clustering_metrics.csv"))
    assert list(result.model.r2) == ["audio", "percussion", "harmony"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"evaluation": {"label_column": "lyrics"}}, "judged against their own input"),
        ({"evaluation": {"label_column": "gerne"}}, "Did you mean 'genre'"),
        ({"model": {"condition": "genre"}}, "judged against"),
        ({"model": {"condition": "lnaguage"}}, "Did you mean 'language'"),
    ],
)
def test_labels_never_reach_the_model(
    changes: dict[str, dict[str, str]],
    message: str,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("songatlas.stages.prepare.hear", None)  # said before the long work
    with pytest.raises(ConfigError, match=message):
        songatlas.run(
            music,
            out=tmp_path / "out",
            config=replace(fast, changes),
            machine=Machine(cache=cache, workers=1),
        )


@pytest.mark.battery
def test_changing_every_label_changes_no_latent(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
) -> None:
    table = tmp_path / "labels.csv"
    lines = [f"{track.path},label {i % 5}" for i, track in enumerate(finished.tracks)]
    table.write_text("\n".join(["path,genre", *lines]), encoding="utf-8")
    other = songatlas.run(
        music,
        metadata=table,
        out=tmp_path / "o",
        config=fast,
        machine=Machine(cache=cache, workers=1),
    )
    np.testing.assert_array_equal(other.placement.encoded.mean, finished.placement.encoded.mean)
    np.testing.assert_array_equal(other.labels, finished.labels)
    assert other.evaluations[0].ari != finished.evaluations[0].ari


@pytest.mark.battery
def test_changing_one_tracks_lyrics_changes_no_audio(
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    fast: songatlas.Config,
    tmp_path: Path,
) -> None:
    table = tmp_path / "lyrics.csv"
    table.write_text(f"path,lyrics\n{finished.tracks[0].path},other words entirely\n")
    other = songatlas.run(
        music,
        metadata=table,
        out=tmp_path / "o",
        config=fast,
        machine=Machine(cache=cache, workers=1),
    )
    audio = [r.prepared.inputs.features.modalities["audio"] for r in (other, finished)]
    np.testing.assert_array_equal(audio[0].values, audio[1].values)


@pytest.mark.battery
def test_a_conditional_model_a_plain_autoencoder_and_single_modalities(
    music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> None:
    variants = {
        "conditional": {"model": {"condition": "language"}},
        "autoencoder": {"model": {"variational": False}},
        "audio": {"model": {"modalities": ["audio"]}},
        "text": {"model": {"modalities": ["text"]}},
    }
    methods = {}
    for name, changes in variants.items():
        result = songatlas.run(
            music,
            out=tmp_path / name,
            config=replace(fast, changes),
            machine=Machine(cache=cache, workers=1),
        )
        methods[name] = [clustering.method for clustering in result.clusterings]
        if name == "conditional":
            assert len(result.prepared.condition.names) == 2
    assert methods["autoencoder"][0] == "Autoencoder + K-Means"
    assert "VAE + K-Means" not in methods["autoencoder"]
    assert methods["audio"][0] == methods["text"][0] == "VAE + K-Means"
    assert not (tmp_path / "text" / "reconstruction_examples.png").exists()
