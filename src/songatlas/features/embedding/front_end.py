"""From a signal to the patches that a pretrained network was trained on.

Conventions
-----------
Patches follow one another without overlap; what remains at the end, less than a patch, is left
out. A signal shorter than one patch is repeated until it fills it: zeros would add a silence that
the track does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from songatlas.features.audio.mel import mel_filters
from songatlas.features.audio.spectrum import power_blocks
from songatlas.types import FloatArray

LOGARITHMS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "log10": np.log10,
    "ln": np.log,
    "none": np.asarray,
}


@dataclass(frozen=True, kw_only=True)
class WaveformFrontEnd:
    """Samples as they are, full scale 1.

    Parameters
    ----------
    patch_samples
        Samples that the network takes at once.
    """

    patch_samples: int

    def patches(self, y: FloatArray, *, sr: int, most: int) -> FloatArray:
        """Patches of a signal: (n_patches, patch_samples), see :func:`cut`."""
        return cut(y, self.patch_samples, most=most)


@dataclass(frozen=True, kw_only=True)
class MelFrontEnd:
    """Logarithm of ``floor + gain · power`` in Slaney's mel bands (of unit area).

    Frames are centred, under a Hann window, on zeros beyond both ends.

    Parameters
    ----------
    n_fft, hop_length
        Samples a window, and from one window to the next.
    n_mels
        Bands.
    patch_frames
        Frames that the network takes at once.
    fmin, fmax
        Edges of the bands in Hz; 0 for `fmax` is half the sampling rate.
    log
        ``"log10"``, ``"ln"`` or ``"none"``.
    gain, floor
        Power is multiplied by the one, then the other is added.
    """

    n_fft: int
    hop_length: int
    n_mels: int
    patch_frames: int
    fmin: float = 0.0
    fmax: float = 0.0
    log: str = "log10"
    gain: float = 1.0
    floor: float = 1e-10

    def patches(self, y: FloatArray, *, sr: int, most: int) -> FloatArray:
        """Patches of a signal: (n_patches, patch_frames, n_mels), see :func:`cut`."""
        return cut(self.mel(y, sr=sr), self.patch_frames, most=most)

    def mel(self, y: FloatArray, *, sr: int) -> FloatArray:
        """Log-mel spectrogram of a signal, (n_frames, n_mels), float32.

        Examples
        --------
        >>> front_end = MelFrontEnd(n_fft=512, hop_length=256, n_mels=96, patch_frames=187)
        >>> tone = np.sin(2 * np.pi * 1000 / 16000 * np.arange(16000)).astype(np.float32)
        >>> mel = front_end.mel(tone, sr=16000)
        >>> mel.shape, int(mel[30].argmax())  # 1000 Hz are 15 of the 45.2 mels below 8000 Hz
        ((63, 96), 31)
        """
        weights = mel_filters(
            sr=sr, n_fft=self.n_fft, n_mels=self.n_mels, fmin=self.fmin, fmax=self.fmax
        ).T
        spectrum = power_blocks([y], n_fft=self.n_fft, hop_length=self.hop_length)
        mel = np.concatenate([power @ weights for power in spectrum])
        mel *= self.gain
        mel += self.floor
        return LOGARITHMS[self.log](mel).astype(np.float32, copy=False)


FrontEnd = MelFrontEnd | WaveformFrontEnd
# Kind of input in a model's description -> its settings.
FRONT_ENDS: Mapping[str, type[MelFrontEnd] | type[WaveformFrontEnd]] = {
    "mel": MelFrontEnd,
    "waveform": WaveformFrontEnd,
}


def cut(x: FloatArray, length: int, *, most: int) -> FloatArray:
    """Patches of `length` along the first axis, at most `most`, evenly spread.

    Examples
    --------
    >>> cut(np.arange(7.0), 2, most=2).tolist()
    [[0.0, 1.0], [4.0, 5.0]]
    >>> cut(np.arange(3.0), 5, most=2).tolist()
    [[0.0, 1.0, 2.0, 0.0, 1.0]]
    """
    if len(x) < length:
        x = x[np.arange(length) % len(x)]
    n_patches = len(x) // length
    patches = x[: n_patches * length].reshape(n_patches, length, *x.shape[1:])
    if n_patches > most:
        patches = patches[np.linspace(0, n_patches - 1, most).round().astype(int)]
    return patches
