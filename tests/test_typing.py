"""What a user's type checker sees of the package."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.battery  # half a minute: mypy reads all that the package imports

SCRIPT = """\
import songatlas
result = songatlas.run("Music", metadata="songs.csv", out="results")
for track, cluster in zip(result.tracks, result.labels):
    reveal_type(track.artist)
reveal_type(result)
reveal_type(songatlas.load_config().clustering.k)
"""
MISSPELT = """\
import songatlas
songatlas.rnu("Music", out="results")
songatlas.run("Music", uot="results")
"""


def test_scripts_see_the_real_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is not installed; pip install --group dev")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "misspelt.py").write_text(MISSPELT, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "script.py", "misspelt.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    said = [line for line in done.stdout.splitlines() if line.startswith("script.py:")]
    assert said == [
        'script.py:4: note: Revealed type is "str"',
        'script.py:5: note: Revealed type is "songatlas.stages.result.RunResult"',
        'script.py:6: note: Revealed type is "int"',
    ], done.stdout + done.stderr
    assert 'misspelt.py:2: error: Module has no attribute "rnu"' in done.stdout
    assert 'misspelt.py:3: error: Unexpected keyword argument "uot"' in done.stdout
