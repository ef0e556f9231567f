"""A run whose files are tagged, and what must be true of it."""

import dataclasses
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from songatlas.library.scan import content_hash
from songatlas.results.record import digests, read_run
from songatlas.tagging import tag as job

FORMATS = ("wav", "flac", "ogg", "opus", "mp3", "m4a", "aiff", "wma")
PAYLOADS = [
    "Late night",
    "<script>alert(1)</script>",
    "a\u202eb; '=1+1'",
    "夜に駆ける 🎧",
    "x" * 300,
]


def write_sound(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rate = {"opus": 24000, "wma": 44100}.get(path.suffix[1:], 22050)
    y = (0.2 * rng.standard_normal(rate * 4)).astype(np.float32)
    kind = path.suffix[1:]
    if kind in ("m4a", "wma"):
        codec, container = {"m4a": ("aac", "mp4"), "wma": ("wmav2", "asf")}[kind]
        with av.open(str(path), "w", format=container) as out:
            stream = out.add_stream(codec, rate=rate, layout="mono")
            stream.bit_rate = 48_000
            for start in range(0, len(y), 1024):
                piece = np.ascontiguousarray(y[None, start : start + 1024])
                frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
                frame.sample_rate, frame.pts = rate, start
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return
    form, subtype = {
        "opus": ("OGG", "OPUS"), "ogg": ("OGG", "VORBIS"), "mp3": ("MP3", None),
    }.get(kind, (kind.upper(), None))  # fmt: skip
    soundfile.write(path, y, rate, format=form, subtype=subtype)


def refused(found):
    return [item for item in found if item.refused]


def tag(atlas, **options):
    """Of a folder of which is read what `atlas` is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "read_atlas", lambda _: atlas)
        return job.tag(atlas.folder, **options)


def said(run):
    return [(run.folder / name).read_bytes() for name in ("tracks.csv", "run.json")]


def require_known(run):
    """Every file of now in the results, whose record is true."""
    contents = [content_hash(run.root / t.path, None) for t in run.tracks]
    assert (run.folder / "tracks.csv").read_text() == " ".join(contents)
    record = read_run(run.folder)
    assert record.fitted == tuple(contents)
    assert record.files == digests(run.folder, ["tracks.csv"])


def named(atlas, name):
    clusters = tuple(dataclasses.replace(c, name=name) for c in atlas.clusters)
    return dataclasses.replace(atlas, clusters=clusters)


def known_again(atlas):
    """What is read of the folder once its files are as they are."""
    tracks = tuple(
        dataclasses.replace(t, content_hash=content_hash(t.source, t.source.stat()))
        for t in atlas.tracks
    )
    return dataclasses.replace(atlas, tracks=tracks)


def interrupted(*_args, **_options):
    raise KeyboardInterrupt


def refuse(*_args, **_options):
    raise PermissionError(13, "Permission denied")


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(root.iterdir())}
