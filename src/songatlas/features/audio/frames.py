"""The 39 frame-wise features of a clip: MFCC 20, chroma 12, spectral contrast 7.

Equal to ``librosa.feature.mfcc``, ``chroma_stft`` and ``spectral_contrast`` of librosa 0.11 with
their defaults, from one spectrum and without librosa.

Conventions
-----------
Time runs along the first axis. The dynamic range of the decibels and the tuning belong to the
whole clip, so features are cut into windows after extraction, never the signal before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from songatlas.config.excerpt import parse_excerpt
from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.chroma import CHROMA_NAMES
from songatlas.features.audio.clip import MEL, N_VALUES, frame_table, shares_of
from songatlas.features.audio.contrast import CONTRAST_NAMES
from songatlas.features.audio.decode import Sound
from songatlas.features.audio.mfcc import MFCC_NAMES
from songatlas.features.audio.silence import sounding_frames
from songatlas.types import FloatArray, Part

FEATURE_NAMES = MFCC_NAMES + CHROMA_NAMES + CONTRAST_NAMES


@dataclass(frozen=True, kw_only=True)
class FrameFeatures:
    """Features of one clip, frame by frame.

    Parameters
    ----------
    values
        Shape (n_frames, 39), float32, columns as in ``FEATURE_NAMES``.
    mel
        Shape (n_frames, 16), float32, decibels: power in 16 mel bands, for rhythm.
    percussion
        Shape (n_frames, 16), float32, in [0, 1]: percussive share of the power in these bands.
    seconds
        Length of the analysed signal.
    """

    values: FloatArray
    mel: FloatArray
    percussion: FloatArray
    seconds: float


def extract(source: Path, config: AudioConfig) -> FrameFeatures:
    """Read one audio file and compute its frame-wise features.

    Raises
    ------
    AudioError
        Everything that :func:`songatlas.features.audio.decode.decode` raises, and ``E-SHORT``
        when less than ``config.min_duration`` seconds were decoded.

    Examples
    --------
    >>> import tempfile, numpy as np, soundfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "short.wav"
    ...     soundfile.write(path, np.tile([0.1, -0.1], 4000), 16000)
    ...     extract(path, AudioConfig())
    Traceback (most recent call last):
        ...
    songatlas.errors.AudioError: E-SHORT: it holds 0.50 s of sound; at least 1 s are needed ...
    """
    table, said = extract_table(source, config)
    return columns(table, said["seconds"])


def extract_table(
    source: Path, config: AudioConfig, part: Part | None = None
) -> tuple[FloatArray, dict[str, float]]:
    """As :func:`extract`: what the cache keeps, (n_frames, 63), and its facts.

    They are ``seconds``, the length of the analysed signal, and where they are not 0: ``silent``,
    seconds of it in long silence; ``unread``, bytes behind the sound that are none; ``moved``,
    seconds of silence that an excerpt was taken from behind; ``opposed``, 1 where two channels
    have opposite polarity.

    Memory grows by 350 bytes a frame, 252 of them those of the result: the signal is never whole
    in it.
    """
    excerpt = parse_excerpt(config.excerpt)
    sound = Sound(source, sr=config.sr, duration=config.duration, excerpt=excerpt, part=part)
    table = frame_table(sound, config)
    frame_rate = config.sr / config.hop_length
    silent = float((~sounding_frames(table[:, MEL], frame_rate)).sum() / frame_rate)
    left = sound.decoded_seconds - silent
    if left < config.min_duration:
        beside = f" and {silent:.2f} s of silence" if silent else ""
        raise AudioError(
            "E-SHORT",
            f"it holds {left:.2f} s of sound{beside}; at least "
            f"{config.min_duration:g} s are needed (audio.min_duration)",
            declared_seconds=sound.declared_seconds,
            decoded_seconds=sound.decoded_seconds,
        )
    facts = {"silent": silent, "unread": sound.n_unread, "moved": sound.moved}
    facts["opposed"] = float(sound.opposed)
    seconds = {"seconds": sound.n_samples / config.sr}
    return table, seconds | {name: value for name, value in facts.items() if value}


def frame_features(
    y: FloatArray, *, sr: int = 22050, n_fft: int = 2048, hop_length: int = 512
) -> FrameFeatures:
    """Frame-wise features of a signal.

    Parameters
    ----------
    y
        Shape (n_samples,), float32, mono, full scale 1, finite.
    sr
        Sampling rate in Hz, above 12800.
    n_fft, hop_length
        Samples a window, and from one window to the next.

    Returns
    -------
    FrameFeatures
        With ``1 + n_samples // hop_length`` frames.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.sin(2 * np.pi * 440 / 22050 * np.arange(22050)).astype(np.float32)
    >>> frames = frame_features(y)
    >>> frames.values.shape, frames.mel.shape, frames.seconds
    ((44, 39), (44, 16), 1.0)
    >>> FEATURE_NAMES[20 + frames.values[20, 20:32].argmax()]
    'chroma_A'
    """
    config = AudioConfig(sr=sr, n_fft=n_fft, hop_length=hop_length)
    return columns(frame_table([y], config), len(y) / sr)


def columns(table: FloatArray, seconds: float) -> FrameFeatures:
    """Parts of what :func:`extract_table` gives."""
    return FrameFeatures(
        values=table[:, :N_VALUES], mel=table[:, MEL], percussion=shares_of(table), seconds=seconds
    )
