"""The page of a run, opened in a real browser."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from songatlas.listening.map import write_map
from songatlas.progress import Silent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Opened:
    """A page and everything that it did unasked."""

    def __init__(self, browser: "Browser", path: Path, **options) -> None:
        options = {"viewport": {"width": 1280, "height": 800}} | options
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda said: self.troubles.append(said.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda box: (self.troubles.append(box.message), box.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.url = path.as_uri()
        self.page.goto(self.url)

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).text_content() or ""

    def state(self, name: str):
        return self.page.evaluate(f"window.songatlas.state.{name}")

    def shown(self) -> list[int]:
        return self.page.evaluate("window.songatlas.shownRows()")

    def position(self, row: int) -> tuple[float, float]:
        """Of a track on the screen."""
        box = self.page.locator("#canvas").bounding_box()
        x, y = self.page.evaluate(f"window.songatlas.positionOf({row})")
        return box["x"] + x, box["y"] + y

    def search(self, query: str) -> list[int]:
        self.page.fill("#search", query)
        self.page.wait_for_function(
            "query => window.songatlas.state.query === query", arg=query, polling=20
        )
        return self.shown()

    def save(self, kind: str) -> str:
        with self.page.expect_download() as download:
            self.page.click(f"#save-{kind}")
        assert download.value.suggested_filename == f"songatlas.{kind}"
        return Path(download.value.path()).read_text(encoding="utf-8")


def changed(atlas, row, **fields):
    tracks = list(atlas.tracks)
    tracks[row] = dataclasses.replace(tracks[row], **fields)
    return dataclasses.replace(atlas, tracks=tuple(tracks))


def map_of(atlas) -> Path:
    return write_map(atlas, Silent())
