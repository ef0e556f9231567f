"""Whether two files sound the same to the last sample."""

from __future__ import annotations

import hashlib
from pathlib import Path

from songatlas.features.audio.decode import Sound

_RATE = 22_050


def sound_digest(source: Path) -> str:
    """SHA-256 of all decoded samples, mono at 22,050 Hz; whatever the tags are.

    Raises
    ------
    AudioError
        As for :class:`songatlas.features.audio.decode.Sound`.
    """
    digest = hashlib.sha256()
    for block in Sound(source, sr=_RATE):
        digest.update(block.tobytes())
    return digest.hexdigest()
