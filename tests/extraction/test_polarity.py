"""A channel that is connected the wrong way round takes from the mix what both hold."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from batteries.good_audio import music

from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.extraction.gather import remarks_on
from songatlas.features.audio.frames import extract_table
from songatlas.types import Track

RATE = 44100


def stereo(width: float) -> np.ndarray:
    """What both channels hold, and what has opposite signs in them, `width` times as strong."""
    middle, side = (music(3.0, RATE, 1, seed=seed) for seed in (0, 1))
    return np.concatenate([middle + width * side, middle - width * side], axis=1)


def heard(path: Path, samples: np.ndarray) -> tuple[str, ...]:
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    _, facts = extract_table(path, AudioConfig())
    track = Track(path=path.name, source=path, content_hash="")
    return remarks_on([track], [facts])


@pytest.mark.parametrize("width", [0.05, 0.3])
@pytest.mark.parametrize("level", [1.0, 0.05])
def test_channels_of_opposite_polarity_are_named(tmp_path, width, level):
    (said,) = heard(tmp_path / "a.wav", level * stereo(width) * [1, -1])
    assert said.startswith("1 of 1 tracks have two channels of opposite polarity")
    assert "'a.wav'" in said


@pytest.mark.parametrize("kind", ["mono", "narrow", "wide", "unlike", "left alone", "five"])
def test_what_is_no_opposite_polarity(tmp_path, kind):
    one, two = music(3.0, RATE, 1), music(3.0, RATE, 1, seed=1)
    samples = {
        "mono": one,
        "narrow": stereo(0.1),
        "wide": stereo(1.2),
        "unlike": np.concatenate([one, two], axis=1),
        "left alone": one * [1, 0],
        "five": music(3.0, RATE, 5) * [1, -1, 1, -1, 1],
    }
    assert heard(tmp_path / "a.wav", samples[kind]) == ()


def test_channels_that_cancel_out_are_no_sound(tmp_path):
    with pytest.raises(AudioError, match="opposite polarity"):
        heard(tmp_path / "a.wav", stereo(0.0) * [1, -1])
