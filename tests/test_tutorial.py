"""The tutorial does what it says: its commands, one after the other, as they stand."""

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from songatlas.results.tree import read_tree

PAGE = Path(__file__).parent.parent / "docs" / "tutorial.md"
pytestmark = [
    pytest.mark.battery,
    pytest.mark.skipif(sys.platform == "win32", reason="the tutorial is for a POSIX shell"),
]


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)


@pytest.fixture
def mpd(tmp_path):
    """A real MPD whose music is that of the tutorial; its port, or 0 without mpd."""
    if shutil.which("mpd") is None:
        yield 0
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path / "mpd"
    (home / "playlists").mkdir(parents=True)
    (tmp_path / "try-music").mkdir()
    (home / "conf").write_text(
        f'music_directory "{tmp_path}/try-music"\nplaylist_directory "{home}/playlists"\n'
        f'db_file "{home}/db"\nlog_file "{home}/log"\nbind_to_address "127.0.0.1"\n'
        f'port "{port}"\nauto_update "yes"\naudio_output {{\ntype "null"\nname "none"\n}}\n'
    )
    process = subprocess.Popen(["mpd", "--no-daemon", str(home / "conf")])
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def say_update(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"update\nidle update\n")
        time.sleep(2)


def test_the_whole_story(tmp_path, mpd):
    home = tmp_path
    said = ""
    for block in blocks():
        if "label" in block:
            parts = read_tree(home / "try").children("A")
        if "push" in block:
            if not mpd:
                continue
            say_update(mpd)
            block = block.replace("localhost:6600", f"127.0.0.1:{mpd}")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=home,
            env={
                "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
                "HOME": str(home),
                "SONGATLAS_CACHE": str(home / "cache"),
                "LANG": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        said += done.stdout
        if "push" in block:
            lists = len(read_tree(home / "try").nodes) - 1  # of every region and of every part
    assert re.search(r"^0 new, 0 changed, 0 moved, (1[5-9]|2\d) gone", said, re.M)
    assert re.search(r"^(1[5-9]|2\d) new, 0 changed, 0 moved, 0 gone", said, re.M)
    assert "My favourites" in (home / "try" / "atlas.html").read_text(encoding="utf-8")
    assert [*(home / "try" / "playlists").glob("My favourites*")]  # a folder, or a list of one part
    tree = read_tree(home / "try")
    assert tree["A"].name == "My favourites"
    assert len(tree.children("A")) == len(parts) - 1  # two, of as many as there were
    first, second = (set(node.tracks) for node in parts[:2])
    assert set(tree["A.1"].tracks) == first | second
    assert "60 files restored, 0 left as they are." in said
    assert (home / "journey.m3u8").read_text(encoding="utf-8").count("#EXTINF") == 8
    if mpd:
        assert len(list((home / "mpd" / "playlists").glob("*.m3u"))) == lists
