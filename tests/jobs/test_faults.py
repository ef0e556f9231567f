"""Group D: writing the results fails, or ends, at every single operation."""

import dataclasses
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from batteries.faults import ERRORS, Disk, dies_at, failing
from folders import contents

import songatlas
from songatlas.errors import StorageError, TooFewTracksError
from songatlas.machine import Machine
from songatlas.plots.style import new_figure
from songatlas.progress import Silent
from songatlas.report import write
from songatlas.report.pictures import Picture
from songatlas.results.arrays import read_views
from songatlas.results.folder import open_folder
from songatlas.results.staging import changing
from songatlas.stages.result import RunResult
from songatlas.store.arena import Arena
from songatlas.store.atomic import write_text
from songatlas.synthesis.collection import write_collection


def put(result: RunResult, out: Path) -> None:
    """What a run does from training on, without the time that it takes."""
    with open_folder(out, overwrite=False) as folder:
        write_text(folder.work / "VAE.checkpoint", "as training leaves it")
        write.write_results(dataclasses.replace(result, out=out), Arena(folder.work), Silent())


@pytest.fixture
def expected(
    finished: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, bytes]:
    """Files of an undisturbed write; the pictures are empty, for there are hundreds of writes."""
    figure = new_figure(1, 1)
    monkeypatch.setattr(
        write, "PICTURES", {"training_curves.png": Picture("a curve", lambda result: figure)}
    )
    put(finished, tmp_path / "alone")
    return contents(tmp_path / "alone")


@pytest.mark.battery
@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("operation", ["open", "write", "fsync", "rename"])
def test_every_failing_operation_on_the_results(
    operation: str,
    code: str,
    finished: RunResult,
    expected: dict[str, bytes],
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    for nth in itertools.count(1):
        disk = Disk(operation, nth, failing(ERRORS[code]))
        try:
            with disk.installed():
                put(finished, out)
        except StorageError as error:
            said = str(error)
        else:
            break  # there is no Nth operation
        assert disk.reached
        assert str(out) in said
        assert os.strerror(ERRORS[code]) in said
        assert "\n" not in said
        there = contents(out)
        assert not [name for name in there if ".songatlas-unfinished" in name]
        # the list of our playlists says what is about to be written, too
        there = {
            name: data
            for name, data in there.items()
            if not name.startswith((".songatlas", "playlists/playlists.json"))
        }
        assert there.items() <= expected.items(), "nothing partial under a final name"
        put(finished, out)
        assert contents(out) == expected
        shutil.rmtree(out)
    assert nth > 15


@pytest.mark.battery
@pytest.mark.parametrize("operation", ["open", "write", "fsync", "rename", "unlink"])
def test_a_process_that_dies_at_any_operation_on_the_results(
    operation: str,
    finished: RunResult,
    expected: dict[str, bytes],
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    for nth in itertools.count(1):
        if not dies_at(operation, nth, lambda: put(finished, out)):
            break
        there = contents(out)
        whole = {name: data for name, data in there.items() if not name.startswith(".songatlas")}
        whole = {name: x for name, x in whole.items() if "/.songatlas" not in name}
        whole.pop("playlists/playlists.json", None)  # says what is about to be written, too
        assert whole.items() <= expected.items(), "nothing partial under a final name"
        put(finished, out)
        assert contents(out) == expected, "nothing is left of the dead process"
        shutil.rmtree(out)
    assert nth > 1


def test_a_second_run_into_one_folder_is_refused(tmp_path: Path) -> None:
    def enter() -> None:
        with open_folder(tmp_path / "out", overwrite=True):
            pass

    with (
        open_folder(tmp_path / "out", overwrite=False),
        pytest.raises(StorageError, match="Another run is writing"),
    ):
        enter()
    assert not (tmp_path / "out").exists()  # nothing came into it


@pytest.mark.parametrize("write", [songatlas.write_map, songatlas.write_playlists])
def test_what_is_for_listening_is_not_written_beside_another_command(
    write: Callable[[Path], object], finished: RunResult, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished.out, out)
    with (
        open_folder(out, overwrite=True),
        pytest.raises(StorageError, match="Another run is writing"),
    ):
        write(out)
    (out / ".songatlas").mkdir()
    (out / ".songatlas" / "VAE.checkpoint").write_text("of a training that was stopped")
    write(out)
    assert [path.name for path in (out / ".songatlas").iterdir()] == ["VAE.checkpoint"]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), StorageError("the disk is full")])
def test_a_stop_while_results_are_written_leaves_a_folder_for_the_same_command(
    trouble: BaseException,
    finished: RunResult,
    expected: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise trouble

    def again() -> None:
        with open_folder(tmp_path / "out", overwrite=True) as folder:  # nothing is trained
            write.write_results(
                dataclasses.replace(finished, out=folder.path), Arena(folder.work), Silent()
            )

    again()
    with monkeypatch.context() as patch:
        patch.setattr(write, "write_readme", stop)
        with pytest.raises(type(trouble)):
            again()
    assert contents(tmp_path / "out").items() >= expected.items(), "the run that there was"
    again()
    assert contents(tmp_path / "out") == expected
    assert not (tmp_path / "out" / ".songatlas").exists()


def test_what_only_the_replaced_run_had_is_gone_wherever_the_new_one_is_stopped(
    finished: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view of other tracks, or the mean embeddings of an ear that is not this run's."""
    out = tmp_path / "out"
    shutil.copytree(finished.out, out)
    (out / "ear_embeddings.npy").write_bytes(b"of another ear")
    view = finished.views["audio"]  # that was another view, and is the main one now
    alone = dataclasses.replace(finished, out=out, views={"audio": view}, nearest=None)
    monkeypatch.setattr(write, "PICTURES", {"tree.png": Picture("nothing", lambda result: None)})
    with monkeypatch.context() as patch, open_folder(out, overwrite=True) as folder:
        patch.setattr("songatlas.results.staging.finish_staged", lambda folder: False)
        write.write_results(alone, Arena(folder.work), Silent())
    with changing(out, Silent()):  # it is finished by whatever command comes next
        pass
    assert not {"ear_embeddings.npy", "tree.png"} & {*contents(out)}
    found = read_views(out, "audio")
    assert [*found] == ["audio"]
    np.testing.assert_array_equal(found["audio"].coordinates, view.coordinates)


def test_a_folder_that_may_not_be_entered_is_one_sentence(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    place = tmp_path / "mine"
    place.mkdir(mode=0o700)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setuid(65534)
            with open_folder(place / "out", overwrite=False):
                pass
        except StorageError as error:
            code = error.exit_code if "--out" in str(error) else 1
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5


def test_every_track_failing_is_too_few_tracks(tmp_path: Path, fast: songatlas.Config) -> None:
    music = tmp_path / "music"
    music.mkdir()
    for i in range(12):
        (music / f"{i}.mp3").write_text(f"no music {i}")
    with pytest.raises(TooFewTracksError, match="E-DECODE") as error:
        songatlas.run(
            music, out=tmp_path / "out", config=fast, machine=Machine(cache=tmp_path / "cache")
        )
    assert error.value.exit_code == 4
    assert "12 skipped" in str(error.value)


# ---- real processes and real signals

FAST = ["training.epochs=6", "training.steps_per_epoch=8", "model.hidden=16", "model.n_latent=4",
        "input.window_frames=32", "clustering.k_max=4", "evaluation.n_bootstrap=5",
        "evaluation.n_permutations=9"]  # fmt: skip


def start(place: Path) -> subprocess.Popen[str]:
    words = [word for setting in FAST for word in ("--set", setting)]
    folders = ["--out", place / "out", "--cache", place / "cache", "--workers", "1"]
    command = [sys.executable, "-m", "songatlas", "run", place / "music", *folders, *words]
    return subprocess.Popen(
        list(map(str, command)),
        stderr=subprocess.PIPE,
        text=True,
        # a shell that runs the tests in the background has it ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.battery
def test_signals_in_every_stage_and_the_same_bytes(tmp_path: Path) -> None:
    write_collection(tmp_path / "music", n_tracks=16, seconds=3.0)
    alone = start(tmp_path)
    said = alone.communicate()[1]
    assert alone.returncode == 0, said
    before = contents(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    shutil.rmtree(tmp_path / "cache")
    stages = ["Reading", "Extracting", "Training VAE", "Training Auto", "Checking", "Projecting"]
    for stage, number in zip(
        stages, [signal.SIGTERM, signal.SIGINT, signal.SIGKILL] * 2, strict=True
    ):
        process = start(tmp_path)
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith(stage):
                time.sleep(0.1)
                process.send_signal(number)
                break
        rest = process.communicate()[1]
        assert "Traceback" not in rest
        if number == signal.SIGKILL:
            assert process.returncode == -9
        else:
            assert process.returncode == 130, "".join(lines) + rest
            assert "Run the same command again" in rest
    done = start(tmp_path)
    assert done.communicate()[1]
    assert done.returncode == 0
    assert contents(tmp_path / "out") == before
