"""``python -m benchmarks.page``: pages of growing collections in a real browser, with figures."""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.page.browser import ARGUMENTS
from benchmarks.page.collection import collection_page
from songatlas.listening.sample import MAX_TRACKS, SAMPLE

ROOT = Path(__file__).parents[2]
BOUND_SECONDS = 5.0  # for 20,000 tracks, from opening the file to all points being drawn
SIZES = (1_000, 5_000, 20_000, 50_000, 100_000, 1_000_000)
_FRAMES = """
() => new Promise((done) => {
  const canvas = document.getElementById("canvas");
  const box = canvas.getBoundingClientRect();
  const times = [];
  const step = (i) => {
    const start = performance.now();
    canvas.dispatchEvent(new WheelEvent("wheel", {
      deltaY: i % 20 < 10 ? -60 : 60, clientX: box.width / 2, clientY: box.height / 2,
      cancelable: true,
    }));
    requestAnimationFrame(() => requestAnimationFrame(() => {
      times.push(performance.now() - start);
      if (i < 40) step(i + 1);
      else done(times);
    }));
  };
  step(0);
})
"""


def measure(browser: Browser, n_tracks: int, path: Path, repeats: int) -> Mapping[str, float]:
    """Medians over `repeats` openings: seconds to all points, milliseconds of a frame."""
    path.write_text(collection_page(n_tracks), encoding="utf-8")
    n_drawn = n_tracks if n_tracks <= MAX_TRACKS else SAMPLE
    seconds, frames, searches = [], [], []
    for _ in range(repeats):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(path.as_uri())
        page.wait_for_function("n => window.songatlas.drawn === n", arg=n_drawn)
        # since the browser began to open the file
        seconds.append(page.evaluate("() => window.songatlas.drawnAt") / 1000)
        frames.append(statistics.median(page.evaluate(_FRAMES)) / 2)
        searches.append(_search(page, waits=n_drawn < n_tracks))
        page.close()
    return {
        "megabytes": path.stat().st_size / 1e6,
        "seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "frame": statistics.median(frames),
        "search": statistics.median(searches),
    }


def _search(page: Page, *, waits: bool) -> float:
    """Seconds of finding about a tenth of the tracks, as soon as all can be found."""
    page.fill("#search", "song 1")
    if waits:
        page.wait_for_selector("#rest-title")
    begin = time.perf_counter()
    page.fill("#search", "song 2")
    page.wait_for_function("() => window.songatlas.state.query === 'song 2'", polling=20)
    return time.perf_counter() - begin


def report(found: Mapping[int, Mapping[str, float]], version: str, repeats: int) -> str:
    """The figures as Markdown."""
    lines = [
        "# How soon the map can be used",
        "",
        "`python -m benchmarks.page` makes `atlas.html` of collections of random tracks (two views "
        f"with two maps each), opens each {repeats} times from disk in a window of 1280 × 800 "
        "pixels, and asks the browser's own clock when the last point was drawn, counted from the "
        "moment the file was opened. A frame is one step of zooming by the wheel with all points "
        "in sight. The search is for about a tenth of the tracks, from the last key to the list.",
        "",
        f"Chromium {version} without a graphics card, Python {platform.python_version()}, two busy "
        f"cores. The bound is {BOUND_SECONDS:.0f} s for 20,000 tracks.",
        "",
        f"Of more than {MAX_TRACKS:,} tracks {SAMPLE:,} are points; the search finds all.",
        "",
        "| Tracks | Page, MB | All points drawn, s (median) | slowest | Frame while zooming, ms "
        "| Search, s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {n:,} | {row['megabytes']:.1f} | {row['seconds']:.2f} | {row['slowest']:.2f} "
        f"| {row['frame']:.0f} | {row['search']:.2f} |"
        for n, row in found.items()
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure and write ``docs/benchmarks/page.md``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/benchmarks/page.md")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        parser.error("chromium must be installed; apt-get install chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        found = {
            n: measure(browser, n, Path(folder) / "atlas.html", options.repeats)
            for n in options.sizes
        }
        text = report(found, browser.version, options.repeats)
        browser.close()
    options.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
