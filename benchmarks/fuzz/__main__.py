"""``python -m benchmarks.fuzz``: 2,000 damaged files through the real pool, and a page about it."""

from __future__ import annotations

import argparse
import dataclasses
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile

from songatlas.config import load_config
from songatlas.errors import AudioError
from songatlas.extraction import pool as workers
from songatlas.extraction.child import Child, Lost, Rows
from songatlas.extraction.gather import frames_job
from songatlas.machine import FileLimits
from songatlas.types import Part

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from batteries.good_audio import good  # noqa: E402
from batteries.whatever_sound import sound  # noqa: E402

from benchmarks.fuzz.mutations import MUTATIONS  # noqa: E402

HANG_SECONDS = 30.0
# Extension of a file → how it is made, where that is not one of the usual formats.
FORMS = {"wav": "", "flac": "", "ogg": "", "mp3": "", "m4a": ""} | {
    "opus": "OPUS",
    "aiff": "AIFF",
    "wma": "asf/wmav2",
    "mka": "matroska/flac",
    "wv": "wv/wavpack",
}


def whole(form: str, seed: int = 0) -> bytes:
    """A good file of one of ``FORMS``."""
    kind, rate = FORMS[form], 48000 if form == "opus" else 44100
    return sound(kind, 2.0, rate, 2, seed) if kind else good(form, seed=seed)


@dataclasses.dataclass
class Watch:
    """What the pool does not tell: how long each try took and which process was lost."""

    slowest: tuple[float, str] = (0.0, "")
    lost: list[str] = dataclasses.field(default_factory=list)

    def extract(self, child: Child, source: Path, part: Part | None) -> Rows | AudioError | Lost:
        """One try of a real child, noted."""
        start = time.perf_counter()
        result = Child.extract(child, source, part)
        self.slowest = max(self.slowest, (time.perf_counter() - start, source.name))
        if isinstance(result, Lost):
            self.lost.append(f"{source.name}: {result.error}")
        return result


def write_files(folder: Path, n: int, seed: int) -> list[Path]:
    """Every format and mutation in turn."""
    rng = np.random.default_rng(seed)
    names, forms = list(MUTATIONS), list(FORMS)
    paths = []
    for i in range(n):
        form = forms[i % len(forms)]
        name = names[i // len(forms) % len(names)]
        other = whole(forms[(i + 1 + i // 90) % len(forms)], seed=1)
        path = folder / f"{i:05} {name}.{form}"
        path.write_bytes(MUTATIONS[name](rng, whole(form), other))
        paths.append(path)
    return paths


def page(found: Mapping[int, str], paths: list[Path], watch: Watch, seconds: float) -> str:
    """The result as Markdown."""
    by_form = Counter((paths[i].suffix[1:], code) for i, code in found.items())
    codes = sorted(set(found.values()))
    lines = [
        "# Fuzzing",
        "",
        f"`python -m benchmarks.fuzz --n {len(paths)}` damages good files of {len(FORMS)} formats "
        f"at random ({', '.join(MUTATIONS)}), {len(paths):,} times with a fixed seed, and gives "
        "them to the pool that every run uses. No file may hang it for more than "
        f"{HANG_SECONDS:.0f} s, none may end the program, and each must be accounted for.",
        "",
        f"Measured with libsndfile {soundfile.__libsndfile_version__}, Python "
        f"{platform.python_version()}, two workers, in {seconds:.0f} s on a busy machine.",
        "",
        f"| Outcome | {' | '.join(FORMS)} | all |",
        f"| --- |{' --- |' * (len(FORMS) + 1)}",
    ]
    for code in codes:
        cells = [by_form[form, code] for form in FORMS]
        lines.append(f"| {code} | {' | '.join(map(str, cells))} | {sum(cells)} |")
    slow, name = watch.slowest
    lines += [
        "",
        f"- Accounted for: {len(found):,} of {len(paths):,}.",
        f"- Slowest try: {slow:.1f} s (`{name}`).",
        f"- Decoding processes lost: {len(watch.lost)}.",
        *[f"  - `{line}`" for line in sorted(watch.lost)],
        "",
        "Accepted are files whose damage their format cannot show: changed samples of a WAV file, "
        "a block less of an MP3 frame that the decoder passes over, or bytes after the end.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Damage, extract, check, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--n", type=int, default=2000, help="number of files")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks" / "fuzz.md")
    arguments = parser.parse_args()
    watch = Watch()

    class Watched(Child):
        def extract(self, source: Path, part: Part | None = None) -> Rows | AudioError | Lost:
            return watch.extract(self, source, part)

    workers.Child = Watched  # type: ignore[misc]
    request = frames_job(load_config().audio).request
    limits = FileLimits(seconds=HANG_SECONDS, seconds_per_megabyte=0.0)
    found: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = write_files(Path(folder), arguments.n, arguments.seed)
        start = time.perf_counter()
        for i, result in workers.extract_all(paths, request, n_workers=2, limits=limits):
            found[i] = result.code if isinstance(result, AudioError) else "accepted"
            if not isinstance(result, AudioError) and not np.isfinite(result["frames"].array).all():
                sys.exit(f"{paths[i].name} gave features that are not finite")
    arguments.out.write_text(
        page(found, paths, watch, time.perf_counter() - start), encoding="utf-8"
    )
    if len(found) != len(paths) or "E-TIMEOUT" in found.values():
        sys.exit("a file hung or was not accounted for; see the page")


if __name__ == "__main__":
    main()
