"""The page of a run, opened in a real browser."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from songatlas.listening.map import write_map
from songatlas.progress import Silent
from songatlas.types.atlas import AtlasData
from songatlas.types.tree import Node, Tree

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


def drawn_names(one: Opened) -> list[dict]:
    """The names on the map with their boxes, once it is drawn."""
    one.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return one.page.evaluate("window.songatlas.names")


def changed(atlas, row, **fields):
    tracks = list(atlas.tracks)
    tracks[row] = dataclasses.replace(tracks[row], **fields)
    return dataclasses.replace(atlas, tracks=tuple(tracks))


def map_of(atlas) -> Path:
    return write_map(atlas, Silent())


def with_tree(atlas: AtlasData, names: dict[str, str] | None = None) -> AtlasData:
    """Regions A (found, in three parts), and B of the other half, in two.

    Every region is a place of its own on the maps, every part a place in it.
    """
    n_tracks = len(atlas.tracks)
    thirds, halves = n_tracks // 6, n_tracks // 4
    bounds = {
        "all": (0, n_tracks), "A": (0, n_tracks // 2), "B": (n_tracks // 2, n_tracks),
        "A.1": (0, thirds), "A.2": (thirds, 2 * thirds), "A.3": (2 * thirds, n_tracks // 2),
        "B.1": (n_tracks // 2, n_tracks // 2 + halves), "B.2": (n_tracks // 2 + halves, n_tracks),
    }  # fmt: skip
    names = {"all": "All tracks", "A": "German", "A.1": "Metal", "A.2": "শান্ত · 静かな"} | (
        names or {}
    )
    nodes = [
        Node(
            id=key,
            parent={"all": None}.get(key, key[:-2] or "all"),
            name=names.get(key, f"Around {key}"),
            found=key in {"A", "A.1"},
            tracks=tuple(range(*bounds[key])),
        )
        for key in bounds
    ]
    tree = Tree(nodes=tuple(nodes))
    xy = np.zeros((n_tracks, 2), np.float32)
    places = {"A.1": (0, 0), "A.2": (0, 3), "A.3": (2, 1), "B.1": (10, 8), "B.2": (10, 11)}
    for key, (x, y) in places.items():
        rows = np.arange(*bounds[key])
        turn = 2.4 * (rows - rows[0])  # a sunflower
        far = np.sqrt((rows - rows[0] + 0.5) / len(rows))
        xy[rows] = np.stack([x + far * np.cos(turn), y + far * np.sin(turn)], axis=1)
    views = {
        name: dataclasses.replace(view, maps={"tsne": xy, "umap": -xy})
        for name, view in atlas.views.items()
    }
    return dataclasses.replace(atlas, tree=tree, views=views)
