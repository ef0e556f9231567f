"""CPU seconds of each part of the features: ``python -m benchmarks.engine.parts``, JSON out.

Each part is called by itself, on what the parts before it made of the same clip.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine.material import material
from benchmarks.engine.others import HOP, N_FFT, SR, cpu_seconds, numpy_transform, transform_alone
from songatlas.features.audio.chroma import chroma, chroma_filters
from songatlas.features.audio.compiled import KERNELS
from songatlas.features.audio.contrast import contrast, peaks_and_valleys
from songatlas.features.audio.decibels import decibels
from songatlas.features.audio.decode import Sound
from songatlas.features.audio.frames import frame_features
from songatlas.features.audio.mel import fours, mel_power, rhythm_bands
from songatlas.features.audio.mfcc import mfcc
from songatlas.features.audio.percussion import percussive_shares
from songatlas.features.audio.spectrum import power_blocks
from songatlas.features.audio.tuning import PeakCollection, spectral_peaks
from songatlas.types import FloatArray

Parts = dict[str, Callable[[], Any]]


def parts_of(y: FloatArray) -> Parts:
    """The parts by name, each ready to be called."""
    power = list(power_blocks([y], n_fft=N_FFT, hop_length=HOP))
    mel = [mel_power(block, sr=SR, n_fft=N_FFT) for block in power]
    four = np.concatenate([fours(block) for block in mel])
    pairs = four[: len(four) // 2 * 2].reshape(-1, 2, four.shape[1]).sum(axis=1)
    extremes = [peaks_and_valleys(block, sr=SR, n_fft=N_FFT) for block in power]
    filters = chroma_filters(sr=SR, n_fft=N_FFT, tuning=0.0)

    def tuning() -> float:
        peaks = PeakCollection()
        for block in power:
            peaks.add(spectral_peaks(block, sr=SR, n_fft=N_FFT))
        return peaks.tuning()

    return {
        "all together": lambda: frame_features(y, sr=SR),
        "power spectra": lambda: transform_alone(y),
        "numpy's transforms alone, to compare": lambda: numpy_transform(y),
        "mel bands": lambda: [mel_power(block, sr=SR, n_fft=N_FFT) for block in power],
        "rhythm bands": lambda: [
            decibels(rhythm_bands(fours(m)), loudest=np.float32(1)) for m in mel
        ],
        "percussive shares": lambda: percussive_shares(pairs),
        "peaks and valleys of the contrast": lambda: [
            peaks_and_valleys(block, sr=SR, n_fft=N_FFT) for block in power
        ],
        "contrast": lambda: [contrast(both) for both in extremes],
        "peaks and tuning": tuning,
        "decibels and cosine transform": lambda: [
            mfcc(decibels(block, loudest=block.max())) for block in mel
        ],
        "chroma": lambda: [chroma(block, filters) for block in power],
    }


def main() -> None:
    """Measure every clip three times and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine.parts")
    parser.add_argument("files", type=Path)
    options = parser.parse_args()
    found: dict[str, list[float]] = {}
    for path in material(options.files, "clips", "wav"):
        parts = parts_of(np.concatenate(list(Sound(path, sr=SR))))
        for _ in range(3):
            for name, part in parts.items():
                start = cpu_seconds()
                part()
                found.setdefault(name, []).append(cpu_seconds() - start)
    medians = {name: float(np.median(seconds)) for name, seconds in found.items()}
    print(json.dumps({"compiled": KERNELS is not None, "seconds": medians}))


if __name__ == "__main__":
    main()
