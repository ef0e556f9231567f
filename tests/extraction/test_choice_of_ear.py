"""Which pretrained network a run hears with, and what it says where there is none."""

from pathlib import Path

import pytest

import songatlas
from songatlas.config import replace
from songatlas.errors import ConfigError, ModelError
from songatlas.extraction.ear import Ear, choose_ear, ear_of_run, without_ear
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.description import read_description
from songatlas.features.embedding.installed import model_folder


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
    text = ear_file.read_text()
    (old / "model.toml").write_text(text.replace('version = "1"', 'version = "0.1.0"'))
    description = read_description(old / "model.toml")
    used = Ear(path=old, description=description, n_features=8).facts()
    found = ear_of_run(config, used, tmp_path)
    assert (found.path, found.n_features) == (old / "model.toml", 8)
    damaged = tmp_path / "models" / "a"  # another version, which comes first
    damaged.mkdir()
    (damaged / "model.toml").write_text(text)
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
