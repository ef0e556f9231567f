"""Copies of a recording are found whatever was done to them and however many; others are not."""

import io

import numpy as np
import pytest
import soundfile
import soxr
from batteries.good_audio import song

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import frame_table
from songatlas.features.audio.recordings import Print, print_of, same_recordings
from songatlas.types import FloatArray

SR = 22050
CONFIG = AudioConfig()


def mp3(y: FloatArray, level: float) -> FloatArray:
    file = io.BytesIO()
    soundfile.write(file, y, SR, format="MP3", bitrate_mode="CONSTANT", compression_level=level)
    return soundfile.read(io.BytesIO(file.getvalue()), dtype="float32")[0]


def low(y: FloatArray, rate: int) -> FloatArray:
    return soxr.resample(soxr.resample(y, SR, rate), rate, SR)


def silence(seconds: float) -> FloatArray:
    return np.zeros(int(SR * seconds), np.float32)


CHANGES = {
    "MP3, good": lambda y: mp3(y, 0.1),
    "MP3, bad": lambda y: mp3(y, 0.95),
    "12 dB quieter": lambda y: y / 4,
    "clipped": lambda y: np.clip(3 * y, -1, 1),
    "sampled at 12 kHz": lambda y: low(y, 12000),
    "8 bits": lambda y: np.round(y * 127).astype(np.float32) / 127,
    "37 ms later": lambda y: np.concatenate([silence(0.037), y]),
    "0.45 s later, quieter, MP3": lambda y: mp3(np.concatenate([silence(0.45), y / 2]), 0.6),
    "0.3 s cut off": lambda y: y[int(0.3 * SR) :],
    "a second of silence behind": lambda y: np.concatenate([y, silence(1.0)]),
    "3 s of silence before, 9 s behind": lambda y: np.concatenate([silence(3), y, silence(9)]),
    "upside down": lambda y: -y,
}


def printed(*clips: FloatArray) -> list[Print]:
    return [
        print_of(frame_table([y.astype(np.float32)], CONFIG), len(y) / SR, CONFIG) for y in clips
    ]


@pytest.mark.battery
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_the_same_recording(change: str) -> None:
    clips = [song(seed) for seed in range(3)]
    found = same_recordings(printed(*clips, *map(CHANGES[change], clips)))
    assert found.tolist() == [0, 1, 2, 0, 1, 2]


def test_the_number_of_copies_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    y = song(5)
    copies = [np.concatenate([silence(s), y]) * 10**-s for s in rng.uniform(0, 0.5, 20)]
    others = [song(seed) for seed in range(10, 14)]
    found = same_recordings(printed(*others[:2], y, *copies, *others[2:]))
    assert found.tolist() == [0, 1, *[2] * 21, 23, 24]


def test_no_other_music_is_the_same_recording() -> None:
    songs = [song(seed) for seed in range(6)]
    played_again = [song(seed, late=0.05 + 0.05 * seed) for seed in range(3)]
    half = [np.concatenate([songs[0][: 4 * SR], songs[1][4 * SR :]])]  # another second half
    longer = [song(0, seconds=11.0)]  # the same beginning
    backwards = [songs[2][::-1]]
    clips = [*songs, *played_again, *half, *longer, *backwards]
    assert same_recordings(printed(*clips)).tolist() == list(range(len(clips)))


def test_what_has_no_course_is_the_same_only_to_the_bit() -> None:
    """Steady tones and what is shorter than three seconds."""
    tones = [np.sin(2 * np.pi * f * np.arange(5 * SR) / SR) for f in (440, 441, 440)]
    tones += [np.concatenate([silence(1), tone]) for tone in tones[:2]]
    short = [song(1)[: 2 * SR], song(1)[: 2 * SR] / 2, song(1)[: 2 * SR]]
    tiny = [song(1)[: SR // 10], song(2)[: SR // 10]]
    found = same_recordings(printed(*tones, *short, *tiny)).tolist()
    assert found == [0, 1, 0, 3, 4, 5, 6, 5, 8, 9]


def test_many_tracks_are_compared_by_their_digests_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("songatlas.features.audio.recordings.MAX_TRACKS", 3)
    y = song(1)
    assert same_recordings(printed(y, y / 2, song(2), y)).tolist() == [0, 1, 2, 0]
    assert same_recordings([]).tolist() == []


def test_the_settings_of_the_frames_may_be_others() -> None:
    config = AudioConfig(hop_length=1024, n_fft=4096)
    prints = [
        print_of(frame_table([y], config), len(y) / SR, config)
        for y in (song(1), song(1) / 3, song(2))
    ]
    assert same_recordings(prints).tolist() == [0, 0, 2]
