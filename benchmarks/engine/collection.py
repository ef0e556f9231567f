"""2,890 clips of 30 s in six styles with lyrics: the experiment's own size, and nobody's music.

``python -m benchmarks.engine.collection FOLDER`` makes it. songatlas's synthesiser plays 40 pieces
in each of its four styles; two styles more are slowed and quickened ones. Every clip is cut from a
piece at a place and a speed of its own, with another piece of its style behind it.
"""

from __future__ import annotations

import argparse
import csv
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from songatlas.synthesis.lyrics.song import write_lyrics
from songatlas.synthesis.plan import plan_collection
from songatlas.synthesis.playing import play
from songatlas.synthesis.styles import STYLES
from songatlas.types import FloatArray

N_TRACKS, SECONDS, RATE = 2890, 30, 22_050  # as the experiment had them, mono
METADATA = "songs.csv"
# speed, and delay and share of an echo
DERIVED = {"Dub": ("Techno", 0.72, 0.36, 0.5), "Surf": ("Rock", 1.35, 0.09, 0.4)}
_PIECES, _PIECE_SECONDS = 40, 80.0
_FADE = 0.25  # how loud the piece behind is


def write_collection(folder: Path, *, n_tracks: int = N_TRACKS) -> Path:
    """Write ``music`` and the table of its lyrics; clips that exist are kept.

    Returns
    -------
    Path
        Of the table.
    """
    music = folder / "music"
    music.mkdir(parents=True, exist_ok=True)
    styles = [*STYLES, *DERIVED]
    rows = []
    for style_index, style in enumerate(styles):
        pieces: list[FloatArray] = []
        for i in range(style_index, n_tracks, len(styles)):
            rng = np.random.default_rng([n_tracks, i])
            language = ("en", "de")[int(rng.integers(2))]
            lyrics = write_lyrics(DERIVED.get(style, (style,))[0], language, rng)
            path = music / f"{style}-{i:04d}.wav"
            rows.append((path.name, f"{lyrics.title} {i}", f"{style} band {i % 83}", style))
            rows[-1] += (lyrics.as_text(headers=False),)
            if not path.exists():
                pieces = pieces or _pieces(style)
                soundfile.write(path, _clip(pieces, rng), RATE, subtype="PCM_16")
    table = folder / METADATA
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "title", "artist", "genre", "lyrics"])
        writer.writerows(sorted(rows))
    return table


@lru_cache(maxsize=1)
def _plan() -> dict[str, list[int]]:
    plan = plan_collection(_PIECES * len(STYLES))
    return {style: [t.index for t in plan if t.style == style] for style in STYLES}


def _pieces(style: str) -> list[FloatArray]:
    """All pieces of a style, mono, at 22,050 Hz."""
    parent, speed, delay, share = DERIVED.get(style, (style, 1.0, 0.0, 0.0))
    plan = plan_collection(_PIECES * len(STYLES))
    pieces = []
    for index in _plan()[parent]:
        sound = play(plan[index], seconds=_PIECE_SECONDS, seed=1)
        rate = plan[index].pressing.sr * speed
        mono = soxr.resample(sound.mean(axis=0), rate, RATE, quality="HQ")
        if share:
            mono = mono + share * np.roll(mono, int(delay * RATE))
        pieces.append(mono.astype(np.float32))
    return pieces


def _clip(pieces: list[FloatArray], rng: np.random.Generator) -> FloatArray:
    n = SECONDS * RATE
    front, behind = (_cut(pieces, n, rng) for _ in range(2))
    mixed = front + _FADE * behind
    mixed *= rng.uniform(0.3, 0.9) / np.abs(mixed).max()
    return mixed.astype(np.float32)


def _cut(pieces: list[FloatArray], n: int, rng: np.random.Generator) -> FloatArray:
    """Some half minute of some piece, up to 6 % slower or faster."""
    piece = pieces[int(rng.integers(len(pieces)))]
    speed = float(rng.uniform(0.94, 1.06))
    first = int(rng.integers(len(piece) - int(n * 1.07)))
    at = first + speed * np.arange(n)
    return np.interp(at, np.arange(len(piece)), piece)


def main() -> None:
    """Make the collection."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine.collection")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tracks", type=int, default=N_TRACKS, metavar="N")
    options = parser.parse_args()
    print(write_collection(options.folder, n_tracks=options.tracks))


if __name__ == "__main__":
    main()
