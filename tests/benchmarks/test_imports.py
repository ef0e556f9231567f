"""What benchmarks import of the package is there: most of them run for an hour, and rarely."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def missing(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("songatlas"):
            continue
        module = importlib.import_module(str(node.module))
        for alias in node.names:
            if hasattr(module, alias.name):
                continue
            try:
                importlib.import_module(f"{node.module}.{alias.name}")
            except ImportError:
                yield f"{path.name}: {node.module}.{alias.name}"


def test_every_name_that_a_benchmark_imports_exists() -> None:
    paths = sorted(BENCHMARKS.rglob("*.py"))
    assert len(paths) > 40
    assert [name for path in paths for name in missing(path)] == []
