"""A short piece of a track as a small file that every browser plays."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile

from songatlas.config.excerpt import Excerpt
from songatlas.features.audio.decode import decode
from songatlas.types import Part

_RATE = 22_050  # Hz
_FADE = 0.05  # seconds at both ends


def encode_preview(source: Path, seconds: float, part: Part | None = None) -> bytes:
    """The middle `seconds` of a file, or a part, as MP3, mono, 22,050 Hz; all of a shorter one.

    Raises
    ------
    AudioError
        As for :class:`songatlas.features.audio.decode.Sound`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "noise.wav"
    ...     soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 220500), 22050)
    ...     data = encode_preview(path, 2.0)
    >>> 2 <= soundfile.info(io.BytesIO(data)).duration < 2.2
    True
    """
    middle = Excerpt(start=None, seconds=seconds)
    y = np.array(decode(source, sr=_RATE, excerpt=middle, part=part).y)
    n_fade = min(int(_FADE * _RATE), len(y) // 2)
    ramp = np.linspace(0, 1, n_fade, dtype=y.dtype)
    y[:n_fade] *= ramp
    y[len(y) - n_fade :] *= ramp[::-1]
    buffer = io.BytesIO()
    soundfile.write(
        buffer, np.clip(y, -1, 1), _RATE, format="MP3", subtype="MPEG_LAYER_III",
        compression_level=0.9,
    )  # fmt: skip
    return buffer.getvalue()
