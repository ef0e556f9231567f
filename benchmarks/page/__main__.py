"""``python -m benchmarks.page``: pages of growing collections in a real browser, with figures."""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.page.browser import ARGUMENTS
from benchmarks.page.collection import collection_page

ROOT = Path(__file__).parents[2]
BOUND_SECONDS = 5.0  # for 20,000 tracks, from opening the file to all points being drawn
SIZES = (1_000, 5_000, 20_000, 50_000)
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
    seconds, frames = [], []
    for _ in range(repeats):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(path.as_uri())
        page.wait_for_function("n => window.songatlas.drawn === n", arg=n_tracks)
        # since the browser began to open the file
        seconds.append(page.evaluate("() => window.songatlas.drawnAt") / 1000)
        frames.append(statistics.median(page.evaluate(_FRAMES)) / 2)
        page.close()
    return {
        "megabytes": path.stat().st_size / 1e6,
        "seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "frame": statistics.median(frames),
    }


def report(found: Mapping[int, Mapping[str, float]], version: str, repeats: int) -> str:
    """The figures as Markdown."""
    lines = [
        "# How soon the map can be used",
        "",
        "`python -m benchmarks.page` makes `atlas.html` of collections of random tracks (two views "
        f"with two maps each), opens each {repeats} times from disk in a window of 1280 × 800 "
        "pixels, and asks the browser's own clock when the last point was drawn, counted from the "
        "moment the file was opened. A frame is one step of zooming by the wheel with all points "
        "in sight.",
        "",
        f"Chromium {version} without a graphics card, Python {platform.python_version()}, two busy "
        f"cores. The bound is {BOUND_SECONDS:.0f} s for 20,000 tracks.",
        "",
        "| Tracks | Page, MB | All points drawn, s (median) | slowest | Frame while zooming, ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {n:,} | {row['megabytes']:.1f} | {row['seconds']:.2f} | {row['slowest']:.2f} "
        f"| {row['frame']:.0f} |"
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
