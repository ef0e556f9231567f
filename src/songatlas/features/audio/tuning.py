"""How far a recording is tuned from A = 440 Hz.

Spectral peaks are refined by a parabola through three bins; the tuning is the most frequent
deviation of the stronger half of them from the nearest semitone.

Reference
---------
Smith, J. O. (2011). Spectral Audio Signal Processing, "Quadratic interpolation of spectral peaks".
Ellis, D. P. W. (2007). Chroma feature analysis and synthesis, LabROSA.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songatlas.features.audio.compiled import kernels_for
from songatlas.types import FloatArray

_LOWEST, _HIGHEST = 150.0, 4000.0  # Hz; where pitched peaks are looked for
_RELATIVE_HEIGHT = 0.1  # of a frame's strongest bin
_RESOLUTION = 0.01  # semitones
_A0 = 27.5  # Hz
_MOST_PEAKS = 2**21  # kept as they are: hours of music, eleven minutes of noise
_HEIGHT_SHIFT = 16  # bits of a float32 that a class of heights leaves out: 0.8 % wide


def spectral_peaks(power: FloatArray, *, sr: int, n_fft: int) -> FloatArray:
    """Peaks of each spectrum between 150 and 4000 Hz.

    Parameters
    ----------
    power
        Shape (n_frames, 1 + n_fft // 2).

    Returns
    -------
    numpy.ndarray
        Shape (2, n_peaks), float32: frequency in Hz and height, in no particular order.

    Examples
    --------
    A peak at bin 41 that leans to the right lies between bins 41 and 42, each 10.77 Hz wide:

    >>> power = np.zeros((1, 1025), dtype=np.float32)
    >>> power[0, 40:43] = 0.3, 1.0, 0.6
    >>> (frequency,), (height,) = spectral_peaks(power, sr=22050, n_fft=2048)
    >>> round(float(frequency), 1), round(float(height), 2)
    (442.9, 1.01)
    """
    first = int(np.ceil(_LOWEST * n_fft / sr))
    stop = int(np.ceil(min(_HIGHEST, sr / 2) * n_fft / sr))
    bin_width = sr / n_fft  # Hz
    if kernels := kernels_for(power):
        peaks = np.empty((2, len(power) * ((stop - first + 1) // 2)), np.float32)
        n_peaks = kernels.spectral_peaks(
            power, power.shape[1], first, stop, _RELATIVE_HEIGHT, bin_width, peaks
        )
        return peaks[:, :n_peaks].copy()
    centre = power[:, first:stop]
    above = centre > _RELATIVE_HEIGHT * power.max(axis=1, keepdims=True)
    above &= centre > power[:, first - 1 : stop - 1]
    above &= centre >= power[:, first + 1 : stop + 1]
    # flat positions in the whole block, so that the neighbours are one to the left and right
    frame, offset = np.nonzero(above)
    position = frame * power.shape[1] + offset + first
    flat = power.ravel()
    left, middle, right = flat[position - 1], flat[position], flat[position + 1]
    slope = (right - left) / 2.0
    curvature = (left + right) - 2.0 * middle.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):  # a peak that rounding made flat
        shift = (-slope / curvature).astype(np.float32)
        frequency = (offset + first + shift) * bin_width
        height = middle + 0.5 * slope * shift
    return np.stack([frequency.astype(np.float32), height])


def estimate_tuning(peaks: FloatArray) -> float:
    """Deviation of a clip from A = 440 Hz.

    Parameters
    ----------
    peaks
        Shape (2, n_peaks): frequency in Hz and height.

    Returns
    -------
    float
        In semitones, −0.5 to 0.49 in steps of 0.01; 0 when there are no peaks.

    Examples
    --------
    >>> round(estimate_tuning(np.array([[440.0 * 2 ** (0.205 / 12)], [1.0]])), 2)
    0.2
    """
    frequency, height = peaks
    if frequency.size == 0:
        return 0.0
    strong = frequency[height >= np.median(height)]
    counts, edges = np.histogram(_deviation(strong), _edges())
    return float(edges[np.argmax(counts)])


class PeakCollection:
    """Peaks of a clip of any length, in bounded memory.

    Beyond two million peaks they are counted by deviation and height, the heights in classes of
    0.8 %: the stronger half is then known but for the peaks of the class that holds the median.

    Examples
    --------
    >>> peaks = PeakCollection(most=2)
    >>> for _ in range(3):
    ...     peaks.add(np.array([[440.0 * 2 ** (0.205 / 12)], [1.0]], np.float32))
    >>> round(peaks.tuning(), 2)
    0.2
    """

    def __init__(self, *, most: int = _MOST_PEAKS) -> None:
        self._most = most
        self._kept: list[FloatArray] = [np.empty((2, 0), np.float32)]
        self._n_kept = 0
        self._counts: npt.NDArray[np.int64] | None = None  # (class of height, step of deviation)

    def add(self, peaks: FloatArray) -> None:
        """Take note of peaks, as :func:`spectral_peaks` gives them."""
        self._kept.append(peaks)
        self._n_kept += peaks.shape[1]
        if self._n_kept > self._most:
            self._count()

    def tuning(self) -> float:
        """As :func:`estimate_tuning` of all peaks together."""
        if self._counts is None:
            return estimate_tuning(np.concatenate(self._kept, axis=1))
        self._count()
        weaker = np.cumsum(self._counts.sum(axis=1))
        median = int(np.searchsorted(weaker, weaker[-1] / 2))
        return float(_edges()[np.argmax(self._counts[median:].sum(axis=0))])

    def _count(self) -> None:
        if self._counts is None:
            n_classes = 1 << (31 - _HEIGHT_SHIFT)  # without the sign: heights are above 0
            self._counts = np.zeros((n_classes, len(_edges()) - 1), np.int64)
        for frequency, height in self._kept:
            step = np.searchsorted(_edges(), _deviation(frequency), side="right") - 1
            np.add.at(self._counts, (height.view(np.uint32) >> _HEIGHT_SHIFT, step), 1)
        self._kept, self._n_kept = [], 0


def _deviation(frequency: FloatArray) -> FloatArray:
    """Semitones from the nearest semitone, −0.5 up to but not 0.5."""
    deviation: FloatArray = np.mod(12 * np.log2(frequency / _A0), 1.0)
    deviation[deviation >= 0.5] -= 1.0
    return deviation


def _edges() -> FloatArray:
    return np.linspace(-0.5, 0.5, round(1 / _RESOLUTION) + 1)
