"""Group E with what people have: damaged and odd files among the good ones change no byte.

A folder of good files and of others, with a table of which rows are wrong, is read again by other
numbers of workers, as other processes see it, and made again in another order.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from batteries import damaged_audio, whatever_sound, whatever_text
from batteries.good_audio import encode, music, song
from batteries.whatever import Build
from fast_settings import FAST
from folders import contents, table
from library.tag_bytes import id3, lyrics, text, v1

pytestmark = pytest.mark.battery

RATE = 22050
WORDS = [
    *("ferry", "half", "past", "nine", "nobody", "waiting", "harbour", "tonight", "morning"),
    *("river", "winter", "window", "letter", "summer", "garden", "silver", "shadow", "mountain"),
    *("train", "station", "orange", "mirror", "candle", "thunder", "feather", "island", "engine"),
]


def good(seed: int) -> bytes:
    tag = id3(
        4,
        text(4, b"TIT2", f"Song {seed} ñ", encoding=3),
        text(
            4,
            b"TPE1",
            ("Orla Fenn", "Orla Fenn feat. Bo", "夜の人", "Cy Holt")[seed % 4],
            encoding=3,
        ),
        text(4, b"TCON", ("Folk\0Rock", "Dub")[seed % 2]),
        lyrics(" ".join(random.Random(seed).choices(WORDS, k=12)), version=4),
    )
    samples = music(3.5, RATE, 1, seed=seed)
    return tag + encode(samples, RATE, form="MP3", subtype="MPEG_LAYER_III")


def files() -> dict[str, Build]:
    """Fourteen good files, and of every kind of others one."""
    found: dict[str, Build] = {
        f"Album {i % 3}/{i:02} Sö{i}.mp3": lambda i=i: good(i) for i in range(14)
    }
    odd = {f"{case.kind}: {case.name}": case for case in whatever_sound.CASES + whatever_text.CASES}
    for i, name in enumerate(ODD):
        case = odd[name]
        found |= {f"odd {i:02}/{path}": build for path, build in case.files.items()}
        if "a.flac" in case.files:  # else they would be copies of each other
            found[f"odd {i:02}/a.flac"] = lambda i=i: whatever_text.flac(100 + i)
    broken = {case.name: case.build for case in damaged_audio.CASES}
    found |= {f"broken/{i} {Path(name).name}": broken[name] for i, name in enumerate(DAMAGED)}
    found["copies/again.flac"] = lambda: encode(song(3), RATE, form="FLAC", subtype="PCM_16")
    found["copies/quieter.flac"] = lambda: encode(song(3) / 3, RATE, form="FLAC", subtype="PCM_16")
    found["copies/the same bytes.mp3"] = lambda: good(0)
    found[os.fsdecode(b"broken/caf\xe9.mp3")] = lambda: good(50)
    found["broken/\x1b[31m.mp3"] = lambda: b"\0" * 3000
    found["old page.mp3"] = lambda: whatever_text.mp3(51) + v1("Привет".encode("cp1251"), b"x")
    return found


ODD = (
    "joined: to mono.mp3",
    "joined: noise behind.flac",
    "joined: half of the second.mp3",
    "joined: three.opus",
    "before: noise, MP3.mp3",
    "before: the first frame is lost.mp3",
    "container: a.mka",
    "unsized: 0.wav",
    "silence: dither, between.flac",
    "silence: digital, alone.flac",
    "tags by libav: a.3gp",
    "tags: no text",
    "code pages: cp932, ID3v2",
    "lyrics: a site, utf-16",
    "no lyrics: 纯音乐，请欣赏",
    "beside: not other.lrc",
    "bins: #recycle/x",
    "beside: b.flac.part",
)
DAMAGED = (
    "16 bytes.flac",
    "0.5.mp3",
    "0.7.ogg",
    "a block.m4a",
    "nan.wav",
    "random.mp3",
    "0.97.m4a",
)
ROWS = "".join(
    [
        "file,title,mood\n",
        *(
            f'"D:\\Music\\{i:02} S_{i}.MP3",,{"calm" if i % 4 else "wild"}\n'
            for i in range(0, 14, 2)
        ),
        "short row\n",
        "nowhere.mp3,x,wild\n",
        "again,,calm\nagain,,wild\n",
    ]
)


def make(folder: Path, order: random.Random | None) -> None:
    """The files, made in another order, which is another order of listing."""
    shutil.rmtree(folder, ignore_errors=True)
    made = list(files().items())
    if order is not None:
        order.shuffle(made)
    for name, build in made:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build())
    (folder / "table.csv").write_text(ROWS, encoding="utf-8")


def run(tmp_path: Path, name: str, n_workers: int, cache: str, **environment: str) -> Path:
    (tmp_path / "fast.toml").write_text(FAST)
    music, out = tmp_path / "music", tmp_path / name / "results"
    options = ["--config", tmp_path / "fast.toml", "--metadata", music / "table.csv"]
    options += ["--label-column", "mood", "--cache", tmp_path / cache, "--workers", n_workers]
    done = subprocess.run(
        [sys.executable, "-m", "songatlas", "run", music, "--out", out, *map(str, options)],
        capture_output=True, encoding="utf-8", errors="surrogateescape", check=False,
        env=os.environ | {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} | environment,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    return out


OTHERWISE: Mapping[str, tuple[int, str, int | None, dict[str, str]]] = {
    "two workers in C": (2, "cold", None, {"LC_ALL": "C", "PYTHONHASHSEED": "1"}),
    "three, made the other way round": (
        3,
        "cold",
        1,
        {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "4242"},
    ),
    "two, shuffled, in C": (2, "cold", 2, {"LC_ALL": "C", "PYTHONHASHSEED": "7"}),
    "everything known": (1, "known", 3, {"LC_ALL": "C", "PYTHONHASHSEED": "99"}),
    "one core": (1, "known", None, {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}),
    "many cores": (2, "known", None, {"OMP_NUM_THREADS": "5", "OPENBLAS_NUM_THREADS": "5"}),
}


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> Iterator[str]:
    return (name for name in sorted({*one, *other}) if one.get(name) != other.get(name))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("same")
    make(folder / "music", None)
    out = run(folder, "reference", 1, "known", LC_ALL="C.UTF-8", PYTHONHASHSEED="0")
    return folder, contents(out)


def test_nothing_is_lost_and_nothing_silent(reference: tuple[Path, dict[str, bytes]]) -> None:
    folder, _ = reference
    out = folder / "reference" / "results"
    analysed = {row["path"] for row in table(out / "tracks.csv")}
    skipped = {row["path"]: row["code"] for row in table(out / "skipped.csv")}
    notes = (out / "notes.txt").read_text(encoding="utf-8")
    assert not analysed & set(skipped)
    assert len(analysed) >= 25
    assert {"DUPLICATE", "E-DECODE", "E-TRUNC", "E-SILENT", "E-NONFINITE"} <= set(skipped.values())
    audio = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav", ".mka", ".3gp")
    found = {name for name in files() if name.endswith(audio) and "#recycle" not in name}
    plain = {name for name in found if name.isprintable()}
    assert plain <= {*analysed, *skipped}
    assert len(analysed) + len(skipped) == len(found)
    for part in ("bytes behind their sound", "long silence", "no known encoding", "bin or service",
                 "says there are none", "no audio file has its name", "download",
                 "1 fields where", "nowhere.mp3"):  # fmt: skip
        assert part in notes, part


@pytest.mark.parametrize("name", OTHERWISE)
def test_the_same_bytes(name: str, reference: tuple[Path, dict[str, bytes]]) -> None:
    folder, expected = reference
    n_workers, cache, order, environment = OTHERWISE[name]
    if order is not None:
        make(folder / "music", random.Random(order))
    if cache == "cold":
        shutil.rmtree(folder / "cold", ignore_errors=True)
    found = contents(run(folder, name, n_workers, cache, **environment))
    assert [*differing(expected, found)] == []
