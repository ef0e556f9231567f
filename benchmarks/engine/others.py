"""What the engine is measured against: librosa's recipe, and its own floor."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import av
import librosa
import numpy as np
import soundfile
import soxr

from songatlas.features.audio.spectrum import power_blocks
from songatlas.types import FloatArray

SR = 22_050  # Hz
N_FFT, HOP = 2048, 512  # samples


def cpu_seconds() -> float:
    """CPU time of this process, all its threads, and of the processes that it has waited for."""
    children = getrusage(RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def librosa_load(path: Path) -> FloatArray:
    """As the recipe loads; m4a goes through audioread and the ffmpeg program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y, _ = librosa.load(path, sr=SR)
    return y


def librosa_features(y: FloatArray) -> FloatArray:
    """The recipe's three calls, stacked, (39, n_frames)."""
    return np.vstack(
        [
            librosa.feature.mfcc(y=y, sr=SR, n_mfcc=20),
            librosa.feature.chroma_stft(y=y, sr=SR),
            librosa.feature.spectral_contrast(y=y, sr=SR),
        ]
    )


def transform_alone(y: FloatArray) -> None:
    """Nothing but the power spectra, in float64 as parity of the last band needs them."""
    for _ in power_blocks([y], n_fft=N_FFT, hop_length=HOP):
        pass


def numpy_transform(y: FloatArray) -> None:
    """Numpy's Fourier transforms of as many frames, without window and squares."""
    block = np.ones((48, N_FFT))
    spectrum = np.empty((48, 1 + N_FFT // 2), np.complex128)
    for _ in range(-(-len(y) // (48 * HOP))):
        np.fft.rfft(block, axis=1, out=spectrum)


def decode_alone(path: Path) -> FloatArray:
    """The same samples with nothing but the libraries: decoded whole, mixed, resampled once."""
    stereo, rate = _libav(path) if path.suffix == ".m4a" else soundfile.read(path, dtype="float32")
    return soxr.resample((stereo[:, 0] + stereo[:, 1]) * 0.5, rate, SR, quality="HQ")


def _libav(path: Path) -> tuple[FloatArray, int]:
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        queue, blocks = av.AudioFifo(), []  # the fastest way that we know to join packets
        for packet in container.decode(audio=0):
            packet.pts = None
            queue.write(packet)
            if queue.samples >= 2**16:
                blocks.append(queue.read().to_ndarray())
        blocks += [packet.to_ndarray() for packet in queue.read_many(2**16, partial=True)]
    return np.concatenate(blocks, axis=1).T, rate
