"""Sounds without a pitch: kick, snare, clap, hats, brush, shaker.

Conventions
-----------
As in :mod:`songatlas.synthesis.sound`. Each is made once a track and used for every stroke.
"""

from __future__ import annotations

import numpy as np

from songatlas.synthesis.sound import decay, filtered, swell
from songatlas.types import FloatArray


def kick(sr: int, rng: np.random.Generator, *, punch: float) -> FloatArray:
    """Sine that falls to about 50 Hz; `punch` makes it start higher and click."""
    n_samples = int((0.45 - 0.15 * punch) * sr)
    t = np.arange(n_samples) / sr
    base, drop = rng.uniform(44, 56), 60 + 160 * punch
    cycles = base * t + drop * 0.025 * (1 - np.exp(-t / 0.025))
    body = np.sin(2 * np.pi * cycles).astype(np.float32) * decay(n_samples, sr, 0.09)
    click = _noise(n_samples, rng) * decay(n_samples, sr, 0.003)
    return body + np.float32(0.25 * punch) * filtered(click, sr, 1500.0, "highpass")


def snare(sr: int, rng: np.random.Generator, *, snap: float) -> FloatArray:
    """Noise over a short tone; `snap` gives more of the noise."""
    n_samples = int(0.28 * sr)
    t = np.arange(n_samples) / sr
    head = np.sin(2 * np.pi * rng.uniform(165, 215) * t).astype(np.float32)
    wires = _high_noise(0.28, sr, rng, 900.0 + 1500.0 * snap)
    wires = wires * decay(n_samples, sr, 0.035 + 0.03 * snap) * np.float32(0.5 + 0.4 * snap)
    return head * decay(n_samples, sr, 0.035) * np.float32(0.6) + wires


def clap(sr: int, rng: np.random.Generator) -> FloatArray:
    """Four bursts of noise in 30 ms."""
    noise = filtered(_high_noise(0.25, sr, rng, 900.0), sr, 4500.0, "lowpass")
    hands = np.zeros_like(noise)
    for delay in (0.0, 0.009, 0.019, 0.028):
        start = int(delay * sr)
        hands[start:] += decay(len(hands) - start, sr, 0.006 if delay < 0.028 else 0.045)
    return noise * hands


def hat(sr: int, rng: np.random.Generator, *, length: float) -> FloatArray:
    """High noise; `length` from closed (0) to open (1)."""
    metal = _high_noise(0.06 + 0.35 * length, sr, rng, 6500.0)
    return metal * decay(len(metal), sr, 0.012 + 0.09 * length)


def crash(sr: int, rng: np.random.Generator) -> FloatArray:
    """Cymbal of nearly two seconds."""
    metal = _high_noise(1.8, sr, rng, 3500.0)
    return metal * decay(len(metal), sr, 0.35)


def brush(sr: int, rng: np.random.Generator) -> FloatArray:
    """Soft stroke of a wire brush."""
    wires = filtered(_high_noise(0.3, sr, rng, 1200.0), sr, 6000.0, "lowpass")
    return wires * swell(len(wires), sr, 0.06, 0.2)


def shaker(sr: int, rng: np.random.Generator) -> FloatArray:
    """Short rattle, softer at its start than a hat."""
    beads = _high_noise(0.09, sr, rng, 4500.0)
    return beads * swell(len(beads), sr, 0.03, 0.05)


def stomp(sr: int, rng: np.random.Generator) -> FloatArray:
    """Foot on a wooden floor."""
    n_samples = int(0.2 * sr)
    wood = filtered(_noise(n_samples, rng), sr, 160.0, "lowpass", order=4)
    return wood * decay(n_samples, sr, 0.04) * np.float32(4.0)


def _high_noise(seconds: float, sr: int, rng: np.random.Generator, cutoff: float) -> FloatArray:
    return filtered(_noise(int(seconds * sr), rng), sr, cutoff, "highpass")


def _noise(n_samples: int, rng: np.random.Generator) -> FloatArray:
    return rng.uniform(-1, 1, n_samples).astype(np.float32)
