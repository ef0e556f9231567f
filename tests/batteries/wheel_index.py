"""A package index that a local server plays, and the wheel that it has."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from songatlas.features.embedding.fetch import fetch_wheel

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


def fetch(folder: Path, sha256: str = SHA) -> Path:
    return fetch_wheel(REQUIREMENT, sha256=sha256, folder=folder)
