"""A clip in numbers that have a name in everyday language: fast, bright, smooth, quiet.

They are made from the frames that the cache holds, for telling what is typical of a cluster. No
model ever reads them.

Conventions
-----------
Frames more than 50 dB below the loudest count as pauses; pauses have a level and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import CHROMA, MEL
from songatlas.features.audio.mel import N_MELS, N_RHYTHM_BANDS, mel_edges
from songatlas.features.audio.silence import sounding_frames
from songatlas.features.audio.tempo import onset_envelope, tempo
from songatlas.types import BoolArray, FloatArray
from songatlas.types.scale import Scale

_PAUSE = 50.0  # dB below the loudest frame
_LEAST_ONSET = 2.0  # dB above what is usual around it: what the bands of noise do not reach
_AROUND = 0.5  # seconds around an onset that say what is usual
_NEAR = 0.05  # seconds between two onsets at least
_QUIETEST = -120.0  # dB: a clip without any power


DESCRIPTORS = (
    Scale(name="tempo", unit="BPM", high="fast", low="slow", digits=0),
    Scale(name="pulse", unit="", high="steady beat", low="free time", digits=2),
    Scale(name="loudness", unit="dB", high="loud", low="quiet", digits=1),
    Scale(name="dynamics", unit="dB", high="dynamic", low="even", digits=1),
    Scale(name="brightness", unit="Hz", high="bright", low="dark", digits=0),
    Scale(name="bass", unit="dB", high="bass-heavy", low="bass-light", digits=1),
    Scale(name="attack", unit="dB", high="percussive", low="smooth", digits=1),
    Scale(name="density", unit="onsets/s", high="dense", low="sparse", digits=1),
    Scale(name="tonality", unit="", high="tonal", low="noisy", digits=2),
)


@dataclass(frozen=True, kw_only=True)
class Descriptors:
    """What every track sounds like, row *i* being track *i*; for telling, never for a model.

    Parameters
    ----------
    sound
        Shape (n_tracks, n_descriptors), columns as in :data:`DESCRIPTORS`; NaN where unknown.
    tag_names
        Of the pretrained ear; empty without one.
    tags
        Shape (n_tracks, n_tags): mean probability; NaN where unknown.
    embeddings
        Shape (n_tracks, n_features): mean over the patches of a track, by the pretrained ear that
        has a text tower; NaN where unknown. None without one.
    """

    sound: FloatArray
    tag_names: tuple[str, ...]
    tags: FloatArray
    embeddings: FloatArray | None = None


def describe_frames(table: FloatArray, config: AudioConfig) -> FloatArray:
    """Values of :data:`DESCRIPTORS` for one clip, without its long silence.

    tempo, pulse
        See :func:`songatlas.features.audio.tempo.tempo`.
    loudness
        RMS in dB, about that of full scale: a square wave has 0, a sine −3.
    dynamics
        Level of the loudest twentieth of the frames over that of the quietest tenth.
    brightness
        Centroid of the magnitudes over the frequencies, the mean of the frames.
    bass
        Level below 200 Hz over that of everything, at most 0.
    attack
        Rise of the bands at an onset, the median; 0 without onsets.
    density
        Onsets a second.
    tonality
        How few of the twelve pitch classes sound at a time: 1 minus their mean relative to the
        strongest, in [0, 11/12].

    Parameters
    ----------
    table
        Shape (n_frames, 63): a row of the cache.
    config
        What it was made with.

    Returns
    -------
    numpy.ndarray
        Shape (n_descriptors,), float64; NaN for the tempo where there is no clear beat.

    Examples
    --------
    >>> from songatlas.features.audio.clip import frame_table
    >>> y = np.sin(2 * np.pi * 440 / 22050 * np.arange(66150)).astype(np.float32)
    >>> values = describe_frames(frame_table([y], AudioConfig()), AudioConfig())
    >>> dict(zip([d.name for d in DESCRIPTORS[2:5]], values[2:5].round(0).tolist()))
    {'loudness': -3.0, 'dynamics': 0.0, 'brightness': 505.0}
    """
    frame_rate = config.sr / config.hop_length
    table = table[sounding_frames(table[:, MEL], frame_rate)]
    mel = table[:, MEL].astype(np.float64)
    width, centre = _bands(config.sr)
    power = 10.0 ** (mel / 10.0) * width  # (n_frames, 16): power of the bands
    total = power.sum(axis=1)
    heard = total > total.max() * 10.0 ** (-_PAUSE / 10.0)
    magnitude = np.sqrt(power[heard] * width)
    envelope = onset_envelope(mel)
    beat = tempo(envelope, frame_rate=frame_rate)
    onsets = _onsets(envelope, frame_rate)
    # frames in which the clip begins or breaks off, not a sound
    edge = -(-config.n_fft // config.hop_length)
    onsets[:edge] = onsets[-edge:] = False
    loud, quiet = np.quantile(total, (0.95, 0.1))
    values = {
        "tempo": beat.bpm,
        "pulse": beat.pulse,
        # Parseval, for a Hann window
        "loudness": _db(total.mean() * 2.0 / (config.n_fft**2 * 3.0 / 8.0)),
        "dynamics": _db(loud) - _db(quiet),
        "brightness": (magnitude @ centre / magnitude.sum(axis=1)).mean(),
        "bass": _db(power[:, 0].sum() / total.sum()),
        "attack": np.median(envelope[onsets]) if onsets.any() else 0.0,
        "density": onsets.sum() * frame_rate / len(table),
        "tonality": 1.0 - table[heard, CHROMA].mean(),
    }
    return np.array([values[scale.name] for scale in DESCRIPTORS])


def _onsets(envelope: FloatArray, frame_rate: float) -> BoolArray:
    """Peaks of the envelope that stand out from what is usual around them."""
    import scipy.ndimage  # slow to load

    around = scipy.ndimage.uniform_filter1d(envelope, max(1, round(2 * _AROUND * frame_rate)))
    near = 2 * max(1, round(_NEAR * frame_rate)) + 1
    highest = scipy.ndimage.maximum_filter1d(envelope, near)
    return np.asarray((envelope == highest) & (envelope > around + _LEAST_ONSET))


@lru_cache(maxsize=8)
def _bands(sr: int) -> tuple[FloatArray, FloatArray]:
    """Width and centre of the 16 bands in Hz."""
    edges = mel_edges(sr=sr)
    width = (edges[2:] - edges[:-2]) / 2.0
    grouped = width.reshape(N_RHYTHM_BANDS, N_MELS // N_RHYTHM_BANDS)
    centres = edges[1:-1].reshape(grouped.shape)
    return grouped.sum(axis=1), (grouped * centres).sum(axis=1) / grouped.sum(axis=1)


def _db(power: float | np.floating) -> float:
    return max(_QUIETEST, 10.0 * float(np.log10(max(power, 1e-30))))
