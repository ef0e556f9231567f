"""Settings: every key is checked, every preset survives the way to a file and back."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from songatlas.config import PRESETS, Config, config_hash, load_config, replace, to_toml
from songatlas.config.excerpt import parse_excerpt
from songatlas.errors import ConfigError
from songatlas.features.audio.clip import frame_table
from songatlas.seeds import stage_rng, stage_seed


@pytest.mark.parametrize("preset", PRESETS)
def test_toml_round_trip(preset: str, tmp_path: Path) -> None:
    config = load_config(preset=preset)
    (tmp_path / "c.toml").write_text(to_toml(config), encoding="utf-8")
    assert load_config(tmp_path / "c.toml") == config


@given(st.text(), st.lists(st.text()))
@example("🎵 \x7f \0 \x1b \u2028 \\u0041", ["*/naïve 'a' \"b\"/*", "\r\n\t"])
def test_any_text_survives_the_way_to_toml(column: str, globs: list[str]) -> None:
    changes = {"metadata": {"title": column}, "library": {"exclude": globs}}
    said = to_toml(replace(Config(), changes))
    assert said.isascii()
    read = load_config(overrides=tomllib.loads(said))
    assert (read.metadata.title, list(read.library.exclude)) == (column, globs)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_that_windows_wrote_is_read(encoding: str, end: str, tmp_path: Path) -> None:
    text = "# Größe\n" + to_toml(load_config(preset="original", overrides={"seed": 7}))
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (tmp_path / "c.toml").write_bytes((mark + text.replace("\n", end)).encode(encoding))
    config = load_config(tmp_path / "c.toml")
    assert (config.preset, config.seed, config.clustering.k_min) == ("original", 7, 3)


def test_the_preset_among_single_settings_is_taken_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("preset = 'default'\nseed = 7\n[clustering]\nk_max = 9")
    named = {"preset": "original"}
    assert load_config(overrides=named) == load_config(preset="original")
    assert load_config(preset="default", overrides=named) == load_config(preset="original")
    config = load_config(tmp_path / "c.toml", overrides=named)
    assert (config.preset, config.seed, config.clustering.k_max) == ("original", 7, 9)
    assert config.model.name == "original_vae"
    with pytest.raises(ConfigError, match="Did you mean 'original'"):
        load_config(overrides={"preset": "orignal"})


def test_the_original_recipe() -> None:
    config = load_config(preset="original")
    assert (config.audio.duration, config.input.n_frames) == (30.0, 130)
    assert (config.text.max_features, config.text.min_df, config.text.n_components) == (500, 2, 64)
    training = config.training
    assert (training.epochs, training.batch_size, training.learning_rate) == (100, 64, 5e-4)
    assert (training.beta_warmup_epochs, training.plateau_patience) == (50, 10)
    assert (config.clustering.dbscan_eps, config.clustering.dbscan_min_samples) == (1.5, 10)
    assert (config.clustering.k_min, config.clustering.k_max) == (3, 11)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("sede = 1", "c.toml: 'sede' is not a setting. Did you mean 'seed'"),
        ("[model]\nn_latnet = 3", "Did you mean 'model.n_latent'"),
        ("[modell]\nx = 1", "Did you mean 'model'"),
        ("seed = 'x'", "c.toml: 'seed' must be a whole number. Got 'x'"),
        ("seed = true", "must be a whole number"),
        ("model = 3", "must be a table"),
        ("[input]\nrhythm = 1", "true or false"),
        ("[model]\nmodalities = [1]", "list of strings"),
        ("seed = ", "cannot be read as TOML"),
        ("preset = 'orignal'", "Did you mean 'original'"),
        ("preset = 1", "'preset' must be a string. Got 1"),
        ("preset = ['original']", "'preset' must be a string. Got"),
        ("seed = -1", "seed must be"),
        ("seed = 4294967296", r"seed must be in \[0, 4294967295\]. Got 4294967296"),
        ("seed = " + "9" * 5000, "cannot be read as TOML"),
        ("a = " + "[" * 5000, "cannot be read as TOML"),
        ("[training]\nbeta = 1" + "0" * 400, "'training.beta' must be a number"),
        ("[clustering]\nk = 1000000001", r"k must be in \[0, 1000000000\]. Got 1000000001"),
        ("[audio]\nexcerpt = 'end:30'", "audio.excerpt must be middle:SECONDS"),
        ("[audio]\nexcerpt = '90:60'", "audio.excerpt must be"),
        ("[audio]\nexcerpt = '6.901:7'", "audio.excerpt must be .* of at least 0.1 s"),
        ("[audio]\nexcerpt = 'middle:0.0999'", "audio.excerpt must be"),
        ("[audio]\nexcerpt = 'middle:0'", "audio.excerpt must be"),
        ("[audio]\nsr = 176400\nn_fft = 512", "audio.n_fft must be at least .* 882 for 176400"),
        ("[audio]\nsr = 102401\nn_fft = 512", "audio.n_fft must be at least .* 513 for 102401"),
        ("preset = 'original'\n[audio]\nexcerpt = 'middle:30'", "set audio.duration to 0"),
        ("[clustering]\nk = 1", "clustering.k must be"),
        ("[clustering]\nk_min = 5\nk_max = 3", "clustering.k_max must be"),
        ("[training]\nbatch_size = 0", "training.batch_size must be"),
        ("[training]\nlearning_rate = nan", "training.learning_rate must be"),
        ("[model]\nn_latent = 0", "model.n_latent must be"),
        ("[model]\nhidden = 1", r"model.hidden must be in \[2, 65536\]. Got 1"),
        ("[projection]\numap_min_dist = 1.01", r"umap_min_dist must be in \[0, 1\]. Got 1.01"),
        ("[model]\nmodalities = []", "model.modalities must be"),
        ("[model]\nmodalities = ['smell']", "model.modalities must be"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(toml: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(toml)
    with pytest.raises(ConfigError, match=message):
        load_config(tmp_path / "c.toml")


@pytest.mark.parametrize("text", ["6.9:7", "0.2:0.3", "100000.9:100001", "middle:0.1"])
def test_an_excerpt_of_a_tenth_of_a_second_is_allowed_wherever_it_is(text: str) -> None:
    excerpt = parse_excerpt(text)
    assert excerpt is not None
    assert excerpt.seconds == pytest.approx(0.1)
    assert excerpt.n_frames(16000) == 1600


@pytest.mark.parametrize(("sr", "n_fft"), [(102400, 512), (16000, 512), (176400, 882)])
def test_a_spectrum_with_a_bin_in_every_band_is_allowed(sr: int, n_fft: int) -> None:
    config = load_config(overrides={"audio": {"sr": sr, "n_fft": n_fft}})
    noise = np.random.default_rng(0).normal(0, 0.1, sr).astype(np.float32)
    assert np.isfinite(frame_table([noise], config.audio)).all()


def test_an_option_wins_over_the_file_and_the_file_over_the_preset(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("preset = 'original'\n[training]\nepochs = 7\nbatch_size = 8")
    config = load_config(tmp_path / "c.toml", overrides={"training": {"batch_size": 9}})
    assert (config.training.epochs, config.training.batch_size) == (7, 9)
    assert config.training.learning_rate == 5e-4


def test_the_hash_changes_with_any_setting_of_its_stages_only() -> None:
    config = Config()
    other = replace(config, {"audio": {"hop_length": 256}})
    assert config_hash(config.audio) != config_hash(other.audio)
    assert config_hash(config.text) == config_hash(other.text)


def test_the_hash_of_the_first_caches_is_kept() -> None:
    """Features that were extracted before `excerpt` was a setting are found again."""
    assert config_hash(Config().audio) == "96605ccd9413b207"
    excerpt = replace(Config(), {"audio": {"excerpt": "middle:30"}})
    assert config_hash(excerpt.audio) != config_hash(Config().audio)


def test_stages_draw_different_numbers_from_one_seed() -> None:
    assert stage_seed(1, "a") != stage_seed(1, "b") != stage_seed(2, "b")
    assert stage_rng(1, "a").random() == stage_rng(1, "a").random()


def test_numbers_of_numpy_are_numbers() -> None:
    changes = {"seed": np.int64(7), "model": {"dropout": np.float32(0.5)}}
    config = load_config(overrides=changes)
    assert (config.seed, config.model.dropout) == (7, 0.5)
    assert (type(config.seed), type(config.model.dropout)) == (int, float)
    with pytest.raises(ConfigError, match="must be a whole number"):
        load_config(overrides={"seed": np.float32(7)})
