"""Evidence that is made to say something, or nothing."""

import numpy as np

from songatlas.types.scale import Scale
from songatlas.words.evidence import Evidence, read_vocabulary

SCALES = tuple(
    Scale(name=name, unit=unit, high=high, low=low, digits=0)
    for name, unit, high, low in (
        ("tempo", "BPM", "fast", "slow"),
        ("loudness", "dB", "loud", "quiet"),
        ("brightness", "Hz", "bright", "dark"),
    )
)


def noise(n_tracks: int, seed: int, n_words: int = 60) -> Evidence:
    """Everything is drawn without a look at any cluster."""
    rng = np.random.default_rng(seed)
    frequency = 1 / np.arange(1, 401)
    words = [
        [f"word{w}" for w in rng.choice(400, n_words, p=frequency / frequency.sum())]
        for _ in range(n_tracks)
    ]
    return Evidence(
        scales=SCALES,
        sound=rng.normal(100, 10, (n_tracks, 3)),
        tag_names=("Guitar", "rock", "sad", "piano", "drums", "soul", "voice"),
        tags=rng.uniform(0, 1, (n_tracks, 7)),
        vocabulary=read_vocabulary(words),
        languages=tuple(rng.choice(["en", "de"], n_tracks).tolist()),
        genres=tuple(rng.choice(["rock", "pop", ""], n_tracks).tolist()),
        artists=tuple(f"artist {i // 2}" for i in range(n_tracks)),
    )
