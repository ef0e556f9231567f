"""The pool outlives whatever a file, or somebody else, does to its processes."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from songatlas.errors import AudioError, ConfigError, SongatlasError, StorageError
from songatlas.extraction.child import Child, _death
from songatlas.extraction.pool import Request, extract_all
from songatlas.machine import FileLimits, file_limits

SETTINGS = {"sr": 22050, "n_fft": 2048, "hop_length": 512, "duration": 0.0}
REQUEST = Request(extractor="frames", settings=SETTINGS)
LIMITS = FileLimits(seconds=300.0, megabytes=700)

# Runs in every decoding process before anything else: instead of the extractor, which takes a
# second to import, a small one that misbehaves by the name of the file.
POISON = """
import ctypes, os, pathlib, signal, sys, time, types

if "songatlas.extraction.worker" in " ".join(sys.orig_argv):

    def extract_table(source, config, part=None):
        import numpy as np
        from songatlas.errors import AudioError

        name = source.stem
        with open(source.parent / "tries", "a") as log:
            log.write(name + "\\n")
        first = (source.parent / "tries").read_text().split().count(name) == 1
        if name == "hangs":
            time.sleep(600)
        elif name == "segfault":
            ctypes.string_at(0)
        elif name == "abort":
            os.write(2, b"free(): invalid pointer at 0x7f12ab\\n")
            os.abort()
        elif name == "leaves":
            os._exit(3)
        elif name == "raises":
            raise KeyError("a defect")
        elif name == "unplugged":
            raise OSError(107, "Transport endpoint is not connected")
        elif name == "murdered" or (name == "once" and first):
            os.kill(os.getpid(), signal.SIGKILL)
        elif name == "greedy":
            bytearray(2**30)
        elif name == "babbles":
            os.write(1, b"on standard output\\n")
            print("and to print")
            os.write(2, b"mpg: it hurts\\n")
            raise AudioError("E-SILENT", "it is silent", decoded_seconds=2.0)
        elif "says" in name:
            os.write(2, (source.parent / f"{name}.said").read_bytes())
            raise AudioError("E-TRUNC", "it breaks off")
        return np.full((7, 55), len(name), np.float32), {"seconds": 1.0}

    module = types.ModuleType("songatlas.features.audio.frames")
    module.extract_table = extract_table
    sys.modules[module.__name__] = module
"""
OUTCOMES = {
    "segfault": ("E-DECODE", "the decoder crashed on it (SIGSEGV)"),
    "abort": ("E-DECODE", "(SIGABRT); the decoder said: free(): invalid pointer at 0x…"),
    "leaves": ("E-CRASH", "ended with an error of its own (exit status 3)"),
    "raises": ("E-CRASH", "the decoder said: KeyError: 'a defect'"),
    "unplugged": ("E-PERM", "it cannot be read: Transport endpoint is not connected"),
    "murdered": ("E-MEMORY", "SIGKILL"),
    "greedy": ("E-MEMORY", "more memory than allowed"),
    "babbles": ("E-SILENT", "it is silent; the decoder said: mpg: it hurts"),
}


def write(path: Path) -> Path:
    path.touch()
    return path


@pytest.fixture
def poison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(POISON)
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'hook'}{os.pathsep}{before}")


def everything(sources: list[Path], limits: FileLimits = LIMITS, n_workers: int = 2):
    found = list(extract_all(sources, REQUEST, n_workers=n_workers, limits=limits))
    assert sorted(i for i, _ in found) == list(range(len(sources)))
    return {sources[i].stem: result for i, result in found}, [sources[i].stem for i, _ in found]


@pytest.mark.skipif(sys.platform != "linux", reason="names of signals and the memory limit")
def test_what_brings_a_process_down_costs_that_file_only(poison, tmp_path, capfd) -> None:
    names = ["good", *OUTCOMES, "once", "fine"]
    sources = [write(tmp_path / f"{name}.wav") for name in names]
    results, order = everything(sources)
    for name in ("good", "fine", "once"):
        assert results[name]["frames"].array.shape == (7, 55), name
    for name, (code, said) in OUTCOMES.items():
        error = results[name]
        assert isinstance(error, AudioError)
        assert error.code == code, f"{name}: {error}"
        assert said in error.reason
    assert capfd.readouterr() == ("", "")
    tries = (tmp_path / "tries").read_text().split()
    twice = set(OUTCOMES) - {"babbles", "unplugged"} | {"once"}
    assert {name: tries.count(name) for name in names} == {
        name: 2 if name in twice else 1 for name in names
    }
    # the second tries come after everything else, one at a time, in the order of the sources
    again = [name for name in names if name in twice]
    assert tries[-len(again) :] == order[-len(again) :] == again


def test_a_crash_on_windows_is_one_whatever_number_it_has() -> None:
    """Windows says exceptions of the system as great exit statuses, such as a wrong address."""
    crashed, ended = _death(0xC0000005), _death(1)
    assert (crashed.code, crashed.reason) == ("E-DECODE", "the decoder crashed on it (0xC0000005)")
    assert ended.code == "E-CRASH"


SAID = {
    b"": "",
    b"mpg: it hurts\n": "mpg: it hurts",
    b"first\nlast line\n\n \n": "last line",
    b"progress 1 %\rprogress 99 %\r\n": "progress 99 %",
    b"\x00\x00padded\x00\n\x00": "padded",
    b"\x1b[31mred\x1b[0m \x1b]0;title\x07": r"red \x1b]0;title",
    b"bad \xff byte, \xe2\x80\xae turned": r"bad \xff byte, \u202e turned",
    b"at 0x7f12ab and 0x0034cd": "at 0x… and 0x…",
    b"a" * 300 + b"m" * 10**6 + b"z" * 300: "a" * 250 + " … " + "z" * 250,
}


@pytest.mark.skipif(sys.platform == "win32", reason="needs sitecustomize in a child")
def test_what_a_decoder_says_is_told_of_that_file_whole(poison, tmp_path) -> None:
    """Whatever was said of others before, and by however many workers."""
    sources = []
    for i, said in enumerate([*SAID, *reversed(SAID)]):
        sources.append(write(tmp_path / f"{i:02d}says.wav"))
        (tmp_path / f"{i:02d}says.said").write_bytes(said)
    reasons = []
    for files, n_workers in ((sources, 1), (sources, 3), (sources[::-1], 2)):
        results, _ = everything(files, n_workers=n_workers)
        reasons.append([results[source.stem].reason for source in sources])
    expected = [f"it breaks off; the decoder said: {said}" for said in SAID.values()]
    expected[0] = "it breaks off"
    assert reasons == 3 * [[*expected, *reversed(expected)]]


@pytest.mark.battery
@pytest.mark.skipif(sys.platform == "win32", reason="needs sitecustomize in a child")
def test_what_hangs_is_given_up(poison, tmp_path) -> None:
    sources = [write(tmp_path / f"{name}.wav") for name in ["hangs", "good"]]
    results, _ = everything(sources, FileLimits(seconds=10.0, megabytes=700))
    assert results["good"]["frames"].array.shape == (7, 55)
    assert results["hangs"].code == "E-TIMEOUT"
    assert "longer than 10 s" in results["hangs"].reason
    assert (tmp_path / "tries").read_text().split().count("hangs") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_workers_killed_from_outside_lose_nothing(poison, tmp_path) -> None:
    sources = [write(tmp_path / f"{i}.wav") for i in range(24)]
    expected, _ = everything(sources, n_workers=1)
    n_killed = 0
    results = {}
    for i, rows in extract_all(sources, REQUEST, n_workers=2, limits=LIMITS):
        results[sources[i].stem] = rows
        if n_killed < 2:  # so that none is killed three times while it starts: that ends a run
            for child in children():
                os.kill(child, signal.SIGKILL)
                n_killed += 1
    assert n_killed >= 2
    for name, rows in expected.items():
        assert rows["frames"].array.tobytes() == results[name]["frames"].array.tobytes()


def children() -> list[int]:
    """Decoding processes of this one."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"songatlas.extraction.worker" in command:
            found.append(int(status.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_no_process_is_left_when_the_program_is_killed(poison, tmp_path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from songatlas.extraction.pool import Request, extract_all\n"
        f"request = Request(extractor='frames', settings={SETTINGS!r})\n"
        "list(extract_all([Path(p) for p in sys.argv[1:]], request, n_workers=2))\n"
    )
    sources = [write(tmp_path / f"{name}" / "hangs.wav") for name in made(tmp_path, "ab")]
    parent = subprocess.Popen([sys.executable, "-c", code, *map(str, sources)])
    try:
        waiting = [tmp_path / name / "tries" for name in "ab"]
        wait_for(lambda: all(path.exists() for path in waiting))
        mine = descendants(tmp_path)
        assert len(mine) == 2
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not any(alive(pid) for pid in mine))


def made(folder: Path, names: str) -> str:
    for name in names:
        (folder / name).mkdir()
    return names


def descendants(folder: Path) -> list[int]:
    """Decoding processes whose hook lies in `folder`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            ours = os.fsencode(folder / "hook") in path.read_bytes()
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if ours and b"songatlas.extraction.worker" in command:
            found.append(int(path.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_for(condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def test_a_process_that_cannot_start_is_an_error_and_not_a_bad_file(tmp_path, monkeypatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.exit('no luck')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SongatlasError, match=r"3 of 3 ended at once: .*no luck"):
        everything([write(tmp_path / "a.wav"), write(tmp_path / "b.wav")])


def test_a_process_that_the_system_refuses_says_what_it_said(tmp_path, monkeypatch) -> None:
    def refused(*_args, **_options):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with Child(REQUEST, LIMITS) as child:
        monkeypatch.setattr(subprocess, "Popen", refused)
        with pytest.raises(
            SongatlasError, match=r"refuses it: Too many open files\. Fewer --workers"
        ):
            child.extract(tmp_path / "any.wav")


def test_leaving_early_ends_the_processes(poison, tmp_path) -> None:
    sources = [write(tmp_path / f"{i}.wav") for i in range(6)]
    results = extract_all(sources, REQUEST, n_workers=2, limits=LIMITS)
    next(results)
    n_threads = threading.active_count()
    results.close()
    assert threading.active_count() < n_threads
    assert not children()


def test_leaving_early_does_not_wait_for_what_is_being_decoded(poison, tmp_path) -> None:
    sources = [write(tmp_path / f"{name}.wav") for name in ("good", "hangs")]
    results = extract_all(sources, REQUEST, n_workers=2, limits=LIMITS)
    next(results)
    wait_for(lambda: "hangs" in (tmp_path / "tries").read_text())
    leaving = threading.Thread(target=results.close, daemon=True)
    leaving.start()
    leaving.join(LIMITS.seconds / 3)
    assert not leaving.is_alive()
    assert not children()


def test_decoders_import_nothing_from_the_current_folder(tmp_path, monkeypatch) -> None:
    """A folder of music may hold anything, a file called random.py too."""
    for name in ("soundfile", "random", "songatlas"):
        (tmp_path / f"{name}.py").write_text("import sys; sys.exit('not ours')")
    rng = np.random.default_rng(0)
    soundfile.write(tmp_path / "a.wav", 0.1 * rng.standard_normal(44100), 22050)
    monkeypatch.chdir(tmp_path)
    results, _ = everything([tmp_path / "a.wav"])
    assert not isinstance(results["a"], AudioError)


def test_without_a_temporary_folder_is_one_sentence(tmp_path, monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(StorageError, match=r"No usable temporary directory.* TMPDIR"):
        everything([write(tmp_path / "a.wav")])


def test_a_child_is_used_for_many_files(poison, tmp_path) -> None:
    with Child(REQUEST, LIMITS) as child:
        child.extract(write(tmp_path / "a.wav"))
        before = children()
        assert isinstance(child.extract(write(tmp_path / "babbles.wav")), AudioError)
        child.extract(write(tmp_path / "c.wav"))
        assert children() == before


def test_the_longest_files_go_first(poison, tmp_path) -> None:
    sizes = {"short": 10, "longest": 3000, "gone": None, "long": 200}
    sources = [tmp_path / f"{name}.wav" for name in sizes]
    for source, size in zip(sources, sizes.values(), strict=True):
        if size is not None:
            source.write_bytes(bytes(size))
    found = dict(extract_all(sources, REQUEST, n_workers=1, limits=LIMITS))
    assert set(found) == {0, 1, 2, 3}
    assert (tmp_path / "tries").read_text().split() == ["longest", "long", "short", "gone"]


def test_limits_grow_with_the_file_and_come_from_options_or_the_environment(tmp_path) -> None:
    (tmp_path / "a").write_bytes(bytes(500_000))
    assert FileLimits(seconds=10.0).seconds_for(tmp_path / "a") == 12.0
    found = file_limits(environment={"SONGATLAS_TIMEOUT": "7.5", "SONGATLAS_MEMORY": "900"})
    assert (found.seconds, found.megabytes) == (7.5, 900)
    assert file_limits(environment={}) == FileLimits()
    for wrong in ("fast", "0", "-3", "nan", "inf"):
        with pytest.raises(ConfigError, match=r"SONGATLAS_TIMEOUT must be a number above 0"):
            file_limits(environment={"SONGATLAS_TIMEOUT": wrong})
    stated = {"SONGATLAS_TIMEOUT": "fast", "SONGATLAS_MEMORY": "900"}
    assert file_limits(9.0, environment=stated) == FileLimits(seconds=9.0, megabytes=900)
    with pytest.raises(ConfigError, match=r"--memory must be a number above 0.* Got '0'"):
        file_limits(megabytes=0, environment={})
