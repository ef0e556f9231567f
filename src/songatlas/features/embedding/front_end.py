"""From a signal to the patches that a pretrained network was trained on.

Conventions
-----------
Patches of one track are arrays of one shape, with the axes that the network wants. A signal shorter
than one patch is repeated until it fills it, unless zeros are asked for: those would add a silence
that the track does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from songatlas.features.audio.mel import MEL_NORMS, MEL_SCALES, mel_filters
from songatlas.types import FloatArray

LOGARITHMS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "log10": np.log10,
    "ln": np.log,
    "dB": lambda x: 10.0 * np.log10(x),
    "none": np.asarray,
}
NORMALIZATIONS = ("none", "patch", "track")
_FRAMES = 64  # transformed at once
_SMALL = 1e-7  # beside the variance of what is standardised
# Setting of [input] -> the words that it may be.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "log": tuple(LOGARITHMS),
    "normalize": NORMALIZATIONS,
    "last_patch": ("drop", "repeat", "zeros"),
    "mel_scale": MEL_SCALES,
    "norm": MEL_NORMS,
    "pad_mode": ("constant", "reflect"),
    "window": ("hann", "hamming"),
    "ref": ("one", "max"),
}


@dataclass(frozen=True, kw_only=True)
class FrontEnd:
    """What every kind of input can be told.

    Parameters
    ----------
    name
        Of the network's input that takes the patches; empty for the only one without a constant.
    axes
        Of that input, in order: ``"patch"`` (1: patches go in one by one), ``"channel"``,
        ``"time"`` and ``"mel"``; empty for the patch first, then time, then mel.
    channels
        Copies of the patch along the channel.
    gain
        The waveform, or the power in the bands, is multiplied by it.
    normalize
        ``"patch"`` or ``"track"``: mean 0 and variance 1 over all values of it, the last step of
        all; or ``"none"``.
    patch_hop
        From one patch to the next, in the unit of the patches; 0 is their length.
    last_patch
        What remains at the end, less than a patch: ``"drop"``, or ``"repeat"`` it or add
        ``"zeros"`` until it fills one.
    """

    name: str = ""
    axes: tuple[str, ...] = ()
    channels: int = 1
    gain: float = 1.0
    normalize: str = "none"
    patch_hop: int = 0
    last_patch: str = "drop"

    def _arranged(self, patches: FloatArray) -> FloatArray:
        """Patches, (n_patches, time) or (n_patches, time, mel), along the axes of the input."""
        if self.normalize == "patch":
            patches = np.stack([standardized(patch) for patch in patches])
        inner = ["time", "mel"][: patches.ndim - 1]
        axes = [*(self.axes or ("patch", *inner))]
        order = [1 + inner.index(axis) for axis in axes if axis in inner]
        patches = patches.transpose(0, *order)
        for position, axis in enumerate(axes, start=1):
            if axis not in inner:
                patches = np.expand_dims(patches, position)
            if axis == "channel" and self.channels > 1:
                patches = np.repeat(patches, self.channels, axis=position)
        return patches.astype(np.float32, copy=False)


@dataclass(frozen=True, kw_only=True)
class WaveformFrontEnd(FrontEnd):
    """Samples, full scale `gain`.

    Parameters
    ----------
    patch_samples
        Samples that the network takes at once.
    """

    patch_samples: int

    def patches(self, y: FloatArray, *, sr: int, most: int) -> FloatArray:
        """Patches of a signal, (n_patches, …): at most `most`, see :func:`cut`."""
        y = standardized(y) if self.normalize == "track" else y * np.float32(self.gain)
        return self._arranged(
            cut(y, self.patch_samples, most=most, hop=self.patch_hop, last=self.last_patch)
        )


@dataclass(frozen=True, kw_only=True)
class MelFrontEnd(FrontEnd):
    """Logarithm of ``floor + gain · power`` in mel bands, its mean taken off, divided by `std`.

    Parameters
    ----------
    n_fft, hop_length
        Samples a transform, and from one window to the next.
    win_length
        Samples a window; 0 is `n_fft`.
    window
        ``"hann"`` or ``"hamming"``, periodic.
    center, pad_mode
        Whether frame *t* is centred on sample ``t · hop_length``, with zeros (``"constant"``) or
        the signal mirrored (``"reflect"``) beyond both ends; otherwise its window begins there, and
        no window reaches beyond the end.
    power
        Exponent of the magnitudes: 2 for power, 1 for magnitudes.
    n_mels, fmin, fmax
        Bands and their edges in Hz; 0 for `fmax` is half the sampling rate.
    mel_scale, norm
        See :func:`songatlas.features.audio.mel.mel_filters`.
    patch_frames
        Frames that the network takes at once.
    patch_samples
        Instead of `patch_frames`: the signal is cut into so many samples, and every patch has a
        spectrum of its own.
    log
        ``"log10"``, ``"ln"``, ``"dB"`` (10 log10) or ``"none"``.
    floor, amin
        Added to the power; what is below `amin` then is raised to it.
    ref, top_db
        ``"max"`` takes off the greatest value of the patch (or track, where it is not cut first);
        what is more than `top_db` below the greatest is raised to that, 0 is no limit.
    mean, std
        One number, or one a band.
    """

    n_fft: int
    hop_length: int
    n_mels: int
    win_length: int = 0
    window: str = "hann"
    center: bool = True
    pad_mode: str = "constant"
    power: float = 2.0
    patch_frames: int = 0
    patch_samples: int = 0
    fmin: float = 0.0
    fmax: float = 0.0
    mel_scale: str = "slaney"
    norm: str = "slaney"
    log: str = "log10"
    floor: float = 1e-10
    amin: float = 0.0
    ref: str = "one"
    top_db: float = 0.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)

    def patches(self, y: FloatArray, *, sr: int, most: int) -> FloatArray:
        """Patches of a signal, (n_patches, …): at most `most`, see :func:`cut`."""
        how = partial(cut, most=most, hop=self.patch_hop, last=self.last_patch)
        if self.patch_samples:
            pieces = how(y, self.patch_samples)
            patches = np.stack([self.mel(piece, sr=sr) for piece in pieces])
            if self.normalize == "track":
                patches = standardized(patches)
        else:
            mel = self.mel(y, sr=sr)
            mel = standardized(mel) if self.normalize == "track" else mel
            patches = how(mel, self.patch_frames)
        return self._arranged(patches)

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
        weights = _bands(self, sr)
        mel: FloatArray = np.concatenate([spectrum @ weights for spectrum in self._spectra(y)])
        mel *= self.gain
        mel += self.floor
        mel = LOGARITHMS[self.log](np.maximum(mel, self.amin) if self.amin else mel)
        greatest = mel.max()
        if self.top_db:
            mel = np.maximum(mel, greatest - self.top_db)
        if self.ref == "max":
            mel = mel - greatest
        mel = (mel - np.array(self.mean)) / np.array(self.std)
        return np.asarray(mel, np.float32)

    def _spectra(self, y: FloatArray) -> Iterator[FloatArray]:
        """Magnitudes to the power of `power`, (some frames, 1 + n_fft // 2), float32."""
        length = self.win_length or self.n_fft
        middle = {"hann": 0.5, "hamming": 0.54}[self.window]
        window = middle - (1 - middle) * np.cos(2 * np.pi * np.arange(length) / length)
        if self.center:
            mode = self.pad_mode if len(y) > (length + 1) // 2 else "constant"
            y = np.pad(y, ((length + 1) // 2, length // 2), mode=mode)  # type: ignore[call-overload]
        y = np.pad(y, (0, max(0, length - len(y))))
        # Where in a transform its window lies does not matter to magnitudes.
        frames = np.lib.stride_tricks.sliding_window_view(y, length)[:: self.hop_length]
        for start in range(0, len(frames), _FRAMES):
            magnitude = np.abs(np.fft.rfft(frames[start : start + _FRAMES] * window, self.n_fft))
            yield (magnitude**self.power).astype(np.float32)


@lru_cache(maxsize=4)
def _bands(front_end: MelFrontEnd, sr: int) -> FloatArray:
    """Weights of the bands, (1 + n_fft // 2, n_mels)."""
    names = ("n_fft", "n_mels", "fmin", "fmax", "mel_scale", "norm")
    return np.asarray(mel_filters(sr=sr, **{x: getattr(front_end, x) for x in names}).T)


# Kind of input in a model's description -> its settings.
FRONT_ENDS: Mapping[str, type[MelFrontEnd] | type[WaveformFrontEnd]] = {
    "mel": MelFrontEnd,
    "waveform": WaveformFrontEnd,
}


def standardized(x: FloatArray) -> FloatArray:
    """Values with mean 0 and variance 1, all of them together.

    Examples
    --------
    >>> standardized(np.array([1.0, 3.0])).round(3).tolist()
    [-1.0, 1.0]
    """
    return np.asarray((x - x.mean()) / np.sqrt(x.var() + _SMALL))


def cut(x: FloatArray, length: int, *, most: int, hop: int = 0, last: str = "drop") -> FloatArray:
    """Patches of `length` along the first axis, at most `most`, evenly spread.

    Parameters
    ----------
    hop
        From the beginning of one patch to that of the next; 0 is `length`.
    last
        What becomes of the rest: ``"drop"``, ``"repeat"`` or ``"zeros"``.

    Examples
    --------
    >>> cut(np.arange(7.0), 2, most=2).tolist()
    [[0.0, 1.0], [4.0, 5.0]]
    >>> cut(np.arange(3.0), 5, most=2).tolist()
    [[0.0, 1.0, 2.0, 0.0, 1.0]]
    >>> cut(np.arange(5.0), 3, most=9, last="zeros").tolist()
    [[0.0, 1.0, 2.0], [3.0, 4.0, 0.0]]
    """
    hop = hop or length
    n_patches = max(1, 1 + (len(x) - length) // hop)
    if last != "drop" and len(x) > max((n_patches - 1) * hop + length, n_patches * hop):
        n_patches += 1
    starts = hop * np.arange(n_patches)
    if n_patches > most:
        starts = starts[np.linspace(0, n_patches - 1, most).round().astype(int)]
    return np.stack([_filled(x[start : start + length], length, last) for start in starts])


def _filled(piece: FloatArray, length: int, last: str) -> FloatArray:
    if len(piece) < length and last == "zeros":
        return np.pad(piece, [(0, length - len(piece))] + [(0, 0)] * (piece.ndim - 1))
    return piece if len(piece) == length else piece[np.arange(length) % len(piece)]
