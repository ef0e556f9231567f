"""The same music in five formats: 40 clips of 30 s, 5 full songs, and one of every length.

Everything is 44.1 kHz stereo, as music is sold, so that channels are mixed and the rate is changed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

import av
import numpy as np
import soundfile
import soxr

from songatlas.store.atomic import write_bytes
from songatlas.synthesis.plan import plan_collection
from songatlas.synthesis.playing import play
from songatlas.types import FloatArray

RATE = 44_100  # Hz
N_CLIPS, CLIP_SECONDS = 40, 30
SONG_CLIPS = (6, 7, 8, 9, 10)  # clips that follow one another in each full song
LENGTHS = {"30 s": 1, "5 min": 10, "12 min": 24, "30 min": 60}  # clips that follow one another
_DELAY = 11  # samples: a quarter of a millisecond, which is heard as width


def write_material(folder: Path, music: Path | None) -> None:
    """Write ``clips``, ``songs`` and ``lengths``, each file once: those that exist are kept.

    Parameters
    ----------
    music
        Folder of clips to start from; None synthesises them.
    """
    clips: list[FloatArray] = []
    for name, n_clips, first in _plan():
        paths = {form: folder / f"{name}.{form}" for form in ENCODERS}
        if all(path.exists() for path in paths.values()):
            continue
        clips = clips or list(_clips(music))
        mono = np.concatenate([clips[(first + i) % len(clips)] for i in range(n_clips)])
        stereo = _stereo(mono)
        for form, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, ENCODERS[form](stereo))


def material(folder: Path, kind: str, form: str) -> list[Path]:
    """Files of one kind (``clips``, ``songs``, ``lengths``) in one format."""
    return sorted((folder / kind).glob(f"*.{form}"))


def _plan() -> Iterator[tuple[str, int, int]]:
    """Name, number of clips in it and the first of them."""
    for i in range(N_CLIPS):
        yield f"clips/{i:02d}", 1, i
    for i, n_clips in enumerate(SONG_CLIPS):
        yield f"songs/{i}", n_clips, sum(SONG_CLIPS[:i])
    for name, n_clips in LENGTHS.items():
        yield f"lengths/{name}", n_clips, 0


def _clips(music: Path | None) -> Iterator[FloatArray]:
    """Clips of 30 s, mono, at 44.1 kHz; a shorter one begins again at its end."""
    n = RATE * CLIP_SECONDS
    if music is None:
        for track in plan_collection(N_CLIPS):
            score_seconds = CLIP_SECONDS * 1.2  # a piece ends with a bar, within a tenth of this
            sound = play(track, seconds=score_seconds, seed=0)
            mono = soxr.resample(sound.mean(axis=0), track.pressing.sr, RATE, quality="HQ")
            yield np.resize(mono, n).astype(np.float32)
        return
    found = sorted(path for path in music.rglob("*") if path.suffix in {".ogg", ".flac", ".wav"})
    for i in range(N_CLIPS):  # evenly from the whole folder
        sound, rate = soundfile.read(found[i * len(found) // N_CLIPS], dtype="float32")
        mono = soxr.resample(sound.reshape(len(sound), -1).mean(axis=1), rate, RATE, quality="HQ")
        yield np.resize(mono, n).astype(np.float32)


def _stereo(mono: FloatArray) -> FloatArray:
    """Two channels that differ, (n, 2), loudest sample at 0.9."""
    stereo = np.stack([mono, 0.7 * mono + 0.3 * np.roll(mono, _DELAY)], axis=1)
    return (stereo * (0.9 / np.abs(stereo).max())).astype(np.float32)


def _libsndfile(container: str, subtype: str) -> Callable[[FloatArray], bytes]:
    def encode(sound: FloatArray) -> bytes:
        buffer = io.BytesIO()
        with soundfile.SoundFile(buffer, "w", RATE, 2, subtype, format=container) as file:
            for start in range(0, len(sound), RATE):  # its Vorbis encoder overflows on long blocks
                file.write(sound[start : start + RATE])
        return buffer.getvalue()

    return encode


def _aac(sound: FloatArray) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ipod") as file:
        stream = cast("av.AudioStream", file.add_stream("aac", rate=RATE, layout="stereo"))
        stream.bit_rate = 192_000
        for start in range(0, len(sound), 1024):
            block = np.ascontiguousarray(sound[start : start + 1024].T)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE, start
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return buffer.getvalue()


ENCODERS: Mapping[str, Callable[[FloatArray], bytes]] = {
    "mp3": _libsndfile("MP3", "MPEG_LAYER_III"),
    "ogg": _libsndfile("OGG", "VORBIS"),
    "flac": _libsndfile("FLAC", "PCM_16"),
    "wav": _libsndfile("WAV", "PCM_16"),
    "m4a": _aac,
}
