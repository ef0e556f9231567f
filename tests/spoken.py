"""A voice that speaks, as far as a detector of speech can tell."""

import numpy as np
from scipy.signal import butter, sosfilt

SR = 22_050
VOWELS = ((700, 1200), (300, 2200), (350, 800), (500, 1700))  # formants in Hz


def spoken(seed: int, seconds: float = 40.0) -> np.ndarray:
    """Syllables of a sibilant and a vowel, with gaps between them and pauses between sentences."""
    rng = np.random.default_rng(seed)
    pitch, parts, length = rng.uniform(90, 220), [], 0
    while length < seconds * SR:
        hiss = rng.normal(size=int(rng.uniform(0.06, 0.13) * SR)) * (rng.random() < 0.6)
        hiss = sosfilt(butter(2, [4000, 9000], "bandpass", fs=SR, output="sos"), hiss)
        n = int(rng.uniform(0.07, 0.26) * SR)
        glide = pitch * np.linspace(rng.uniform(0.85, 1.2), rng.uniform(0.85, 1.2), n)
        buzz = (np.cumsum(glide / SR) % 1.0) - 0.5
        vowel = sum(
            sosfilt(butter(1, [f * 0.9, f * 1.1], "bandpass", fs=SR, output="sos"), buzz)
            for f in VOWELS[rng.integers(len(VOWELS))]
        )
        gap = rng.uniform(0.4, 0.8) if rng.random() < 0.12 else rng.uniform(0.03, 0.12)
        parts += [0.15 * hiss, vowel * np.sqrt(np.hanning(n)), np.zeros(int(gap * SR))]
        length += sum(map(len, parts[-3:]))
    sound = np.concatenate(parts)
    return 0.5 * sound / np.abs(sound).max() + rng.normal(size=len(sound)) * 3e-4
