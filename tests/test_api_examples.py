"""The page on the Python interface has every public name, and its examples run as they stand."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import io
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from fast_settings import FAST

import songatlas
from songatlas.cli import app
from songatlas.config import PRESETS
from songatlas.extraction.ear import choose_ear
from songatlas.players.player import RemotePlaylist, RemoteTrack
from songatlas.synthesis.collection import write_collection

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "api.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", TEXT, re.M | re.S)
# Commands that look after the program rather than listen to music.
UPKEEP = {"config", "cache", "models", "doctor"}
OTHERWISE_CALLED = {"map": "write_map", "playlists": "write_playlists"}


class Shelf:
    """A server with the music of a folder and no playlists, which nothing may be written to."""

    identity = "shelf"

    def __init__(self, music: Path) -> None:
        self.files = sorted(path.relative_to(music).as_posix() for path in music.rglob("*.*"))

    def tracks(self) -> tuple[RemoteTrack, ...]:
        return tuple(RemoteTrack(id=path, path=path) for path in self.files)

    def playlists(self) -> tuple[RemotePlaylist, ...]:
        return ()

    def entries(self, playlist_id: str) -> Sequence[str]:
        raise AssertionError(playlist_id)

    def name(self, wanted: str) -> str:
        return wanted

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that all examples leave behind, run in their order on a small, quick demo."""
    names: dict[str, Any] = {}
    folder = tmp_path_factory.mktemp("api")
    small = functools.partial(write_collection, n_tracks=24, seconds=4.0)
    ears: list[str] = []

    def listening(config: songatlas.Config, *args: Any) -> Any:
        ears.append(config.input.embedding)
        return choose_ear(config, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("SONGATLAS_CACHE", str(folder / "cache"))
        patch.setattr("songatlas.config.load.PRESETS", {**PRESETS, "default": tomllib.loads(FAST)})
        patch.setattr("songatlas.jobs.demo.write_collection", small)
        patch.setattr("songatlas.stages.prepare.choose_ear", listening)
        patch.setattr(
            "songatlas.players.push.connect", lambda *_, **__: Shelf(folder / "try-music")
        )
        said = io.StringIO()
        for number, example in enumerate(EXAMPLES):
            with contextlib.redirect_stdout(said):
                exec(compile(example, f"example {number} of {PAGE.name}", "exec"), names)
        names["said"] = said.getvalue().splitlines()
        names["ears"] = ears
        names["left"] = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    return names


@pytest.mark.battery
def test_examples_do_what_they_say(run: dict[str, Any]) -> None:
    n_tracks = len(run["atlas"].tracks)
    assert n_tracks == 24
    assert set(run["result"].labels) == {0, 1, 2}  # clusters=3
    assert run["counts"].cached == n_tracks
    assert run["like"].rows[0] != run["atlas"].find(run["first"])
    assert len(run["like"].tracks) == 5
    assert (run["journey"].tracks[0].path, run["journey"].tracks[-1].path) == (
        run["first"],
        run["last"],
    )
    assert len(run["journey"].tracks) == 6
    assert run["comparison"].shared == n_tracks
    assert run["comparison"].settings["clustering.k"][1] == 3
    assert {step.action for step in run["pushed"].steps} == {"new"}
    assert run["pushed"].whole
    assert not run["pushed"].written
    assert len(run["would"]) == n_tracks
    assert not any(item.refused for item in run["would"])
    assert run["found"].labels.shape == (n_tracks,)
    assert run["wishes"].apart == [(run["first"], run["last"])]
    assert (run["report"].new, run["report"].gone) == (0, 0)
    assert "Late night" in {cluster.name for cluster in run["report"].atlas.clusters}
    labels = dict(
        zip(
            [track.path for track in run["report"].atlas.tracks],
            run["report"].atlas.labels,
            strict=True,
        )
    )
    assert labels[run["first"]] != labels[run["last"]]
    assert run["said"][-1].startswith("try-music must be the folder of a finished run")
    assert any(
        line.startswith("Search by words needs a pretrained network") for line in run["said"]
    )
    assert {"try/atlas.html", "three/atlas.html", "share.html"} <= run["left"]
    assert {path for path in run["left"] if path.startswith("lists/") and path.endswith(".m3u8")}
    assert not {"try/push.json", "try/tags.journal"} & run["left"]


@pytest.mark.battery
def test_a_run_with_the_model_of_the_demo_listens_as_that_did(run: dict[str, Any]) -> None:
    assert len(run["ears"]) > 1
    assert {*run["ears"]} == {"none"}  # "auto" would be another one where musicnn is installed


def test_every_public_name_has_an_entry_and_is_in_an_example() -> None:
    used = {
        node.attr
        for example in EXAMPLES
        for node in ast.walk(ast.parse(example))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "songatlas"
    }
    entries = re.findall(r"^\.\. auto\w+:: songatlas\.(\w+)$", TEXT, re.M)
    assert len(entries) == len(set(entries))
    names = {*songatlas.__all__} - {"__version__"}
    assert {*entries} == names
    shown_by_what_returns_it = {"RunResult", "Config", "Library", "Track"}
    assert names - used <= shown_by_what_returns_it


def test_every_command_on_music_has_a_function() -> None:
    commands = {command.name for command in app.registered_commands} - UPKEEP
    rows = re.findall(r"^\| .+ \| `songatlas (\w+)` \| \{func\}`songatlas\.(\w+)` \|$", TEXT, re.M)
    assert {command for command, _ in rows} == commands
    assert len(rows) == len(commands)
    for command, function in rows:
        assert function == OTHERWISE_CALLED.get(command, command)
        assert isinstance(getattr(songatlas, function), FunctionType)


@pytest.mark.parametrize("name", sorted({*songatlas.__all__} - {"__version__"}))
def test_every_parameter_of_a_public_function_is_documented(name: str) -> None:
    value = getattr(songatlas, name)
    text = inspect.getdoc(value) or ""
    assert text
    if not isinstance(value, FunctionType):
        return
    listed = re.findall(r"^(\w+(?:, \w+)*)$", text.partition("Parameters\n---")[2], re.M)
    known = {word for line in listed for word in line.split(", ")}
    see = re.search(r"see :meth:`songatlas\.Atlas\.(\w+)`", text)
    if see:
        of = inspect.getdoc(getattr(songatlas.Atlas, see[1])) or ""
        known |= set(re.findall(r"^(\w+)$", of, re.M))
        known |= {"track", "start", "end"}  # the class says how a track is asked for
    assert set(inspect.signature(value).parameters) <= known
