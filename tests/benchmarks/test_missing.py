"""A benchmark that takes minutes says what is missing before it works."""

import importlib
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("engine.__main__", ["--files", "f", "--collection", "nowhere"], "--collection must name"),
        ("quality.__main__", ["--music", "nowhere"], "must hold albums/tracks.csv"),
        ("speed.__main__", ["--music", "nowhere"], "must hold songs/tracks.csv"),
        ("tree.__main__", ["nowhere"], "must be the folder of a finished run"),
        ("words", ["nowhere"], "must be the folder of a finished run"),
        ("words", ["deaf"], "must be of a run with musicnn"),
    ],
)
def test_what_is_missing_is_said_first(
    name: str,
    options: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deaf").mkdir()
    (tmp_path / "deaf" / "descriptors.csv").write_text("path,tempo\na.wav,120\n")
    monkeypatch.setattr(sys, "argv", ["benchmark", *options])
    with pytest.raises(SystemExit) as end:
        importlib.import_module(f"benchmarks.{name}").main()
    assert end.value.code == 2
    assert said in capsys.readouterr().err
