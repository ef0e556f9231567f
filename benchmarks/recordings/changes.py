"""What may be done to a recording that is no matter of the music."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import av
import numpy as np
import soundfile
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from songatlas.types import FloatArray

Change = Callable[[FloatArray, int, np.random.Generator], FloatArray]


def _noise(y: FloatArray, decibels: float, rng: np.random.Generator) -> FloatArray:
    return rng.normal(size=len(y)) * np.abs(y).max() * 10 ** (decibels / 20)


def _faded(y: FloatArray, sr: int, rng: np.random.Generator) -> FloatArray:
    ramp = np.minimum(np.arange(len(y)) / (10 * sr), 1)
    return y * ramp * ramp[::-1]


def _compressed(y: FloatArray, sr: int, rng: np.random.Generator) -> FloatArray:
    """12 : 1 above −30 dB, by a follower of 50 ms, and as loud as before."""
    level = np.sqrt(np.maximum(sosfilt(butter(1, 3, fs=sr, output="sos"), y**2), 1e-10))
    gain = np.minimum((level / 10 ** (-30 / 20)) ** (1 / 12 - 1), 1)
    return y * gain * np.abs(y).max() / np.abs(y * gain).max()


def _record(y: FloatArray, sr: int, rng: np.random.Generator) -> FloatArray:
    """Clicks, rumble below 40 Hz, and a surface 45 dB below."""
    rumble = sosfilt(butter(2, 40, fs=sr, output="sos"), _noise(y, -10, rng))
    clicks = np.where(rng.random(len(y)) < 10 / sr, _noise(y, -10, rng), 0)
    return (
        y + rumble + fftconvolve(clicks, np.exp(-np.arange(40) / 8), "same") + _noise(y, -45, rng)
    )


def _applause(y: FloatArray, sr: int, rng: np.random.Generator) -> FloatArray:
    """Five seconds of many hands."""
    hits = np.where(rng.random(5 * sr) < 300 / sr, rng.normal(size=5 * sr), 0)
    band = butter(2, (800, 5000), "bandpass", fs=sr, output="sos")
    claps = sosfilt(band, fftconvolve(hits, np.exp(-np.arange(sr // 100) / 60), "same"))
    return claps * np.sqrt((y**2).mean() / (claps**2).mean())


def _hall(y: FloatArray, sr: int, rng: np.random.Generator) -> FloatArray:
    """Two seconds until −60 dB; half of the energy is that of the hall."""
    t = np.arange(2 * sr) / sr
    tail = fftconvolve(y, rng.normal(size=len(t)) * 10 ** (-3 * t / 2))[: len(y)]
    return y + tail * np.sqrt((y**2).mean() / (tail**2).mean())


def _bass(y: FloatArray, sr: int, rng: np.random.Generator) -> FloatArray:
    return y + (10 ** (10 / 20) - 1) * sosfilt(butter(1, 150, fs=sr, output="sos"), y)


def _wide(y: FloatArray, sr: int, rng: np.random.Generator) -> FloatArray:
    """Two channels of which one is late by 11 ms, and inverted."""
    return np.stack([y, -0.7 * np.roll(y, sr * 11 // 1000)], axis=1)


def _sped(y: FloatArray, up: int, down: int) -> FloatArray:
    return resample_poly(y, up, down)


CHANGES: Mapping[str, Change] = {
    "nothing: a copy": lambda y, sr, rng: y,
    "fades of 10 s": _faded,
    "10 s of silence before": lambda y, sr, rng: np.r_[np.zeros(10 * sr), y],
    "10 s long instead of 30": lambda y, sr, rng: y[: 10 * sr],
    "4 minutes long, looped": lambda y, sr, rng: np.tile(y, 8),
    "3 % slower": lambda y, sr, rng: _sped(y, 103, 100),
    "9 % faster": lambda y, sr, rng: _sped(y, 100, 109),
    "half as fast": lambda y, sr, rng: _sped(y, 2, 1),
    "twice as fast": lambda y, sr, rng: _sped(y, 1, 2),
    "compressed 12 : 1": _compressed,
    "12 dB into clipping": lambda y, sr, rng: np.clip(4 * y / np.abs(y).max(), -1, 1),
    "12 dB quieter": lambda y, sr, rng: y / 4,
    "30 dB quieter, in 16 bits": lambda y, sr, rng: np.round(y / 32 * 32768) / 32768,
    "hiss at −40 dB": lambda y, sr, rng: y + _noise(y, -40, rng),
    "hiss at −55 dB": lambda y, sr, rng: y + _noise(y, -55, rng),
    "crackle, rumble and surface of a record": _record,
    "8 bits": lambda y, sr, rng: np.round(y * 127) / 127,
    "hum of 50 Hz at −40 dB": lambda y, sr, rng: (
        y + 0.01 * np.abs(y).max() * np.sin(2 * np.pi * 50 * np.arange(len(y)) / sr)
    ),
    "a constant offset of 5 %": lambda y, sr, rng: y + 0.05,
    "both channels opposite": lambda y, sr, rng: np.stack([y, -y], axis=1),
    "one channel of wide stereo inverted": _wide,
    "5 s of applause before": lambda y, sr, rng: np.r_[_applause(y, sr, rng), y],
    "the same before and after": lambda y, sr, rng: np.r_[
        _applause(y, sr, rng), y, _applause(y, sr, rng)
    ],
    "10 dB more bass": _bass,
    "reverberation of 2 s": _hall,
    "MP3 of 32 kbit/s": lambda y, sr, rng: y,
    "MP3 of 48 kbit/s": lambda y, sr, rng: y,
}


def write_changed(source: Path, target: Path, change: str | None, seed: int) -> Path:
    """A copy of a file, as FLAC or MP3, with one of `CHANGES` or (None) as it is.

    Parameters
    ----------
    target
        Without a suffix; the path with one is returned.
    """
    y, sr = soundfile.read(source)
    y = y if y.ndim == 1 else y.mean(axis=1)
    if change is not None:
        y = CHANGES[change](y, sr, np.random.default_rng(seed))
    y = y / max(1.0, np.abs(y).max())
    if change is not None and change.startswith("MP3"):
        return _mp3(y, sr, 1000 * int(change.split()[2]), target.with_name(f"{target.name}.mp3"))
    path = target.with_name(f"{target.name}.flac")
    soundfile.write(
        path, y, sr, subtype="PCM_24" if change != "30 dB quieter, in 16 bits" else None
    )
    return path


def _mp3(y: FloatArray, sr: int, bit_rate: int, path: Path) -> Path:
    """One channel, which takes half the bits of two."""
    with av.open(path, "w") as file:
        stream = file.add_stream("mp3", rate=sr, layout="mono", format="fltp")
        stream.bit_rate = bit_rate
        for at in range(0, len(y), 1152):
            part = y[None, at : at + 1152].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(part, "fltp", "mono")
            frame.sample_rate = sr
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path
