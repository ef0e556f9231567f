"""Frame-wise features against librosa 0.11, the oracle."""

from __future__ import annotations

import warnings

import av
import numpy as np
import pytest
import soundfile

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.decode import decode
from songatlas.features.audio.frames import FEATURE_NAMES, extract, frame_features
from songatlas.features.audio.spectrum import power_blocks
from songatlas.features.audio.tuning import estimate_tuning, spectral_peaks

# MFCC, chroma, contrast bands 1-6, contrast band 7
TOLERANCES = {"mfcc": 2.7e-4, "chroma": 2e-6, "contrast": 3e-5, "last band": 1e-5}
GROUPS = {
    "mfcc": slice(0, 20),
    "chroma": slice(20, 32),
    "contrast": slice(32, 38),
    "last band": slice(38, 39),
}


def oracle(librosa, y, sr=22050, n_fft=2048, hop_length=512):
    options = {"y": y, "sr": sr, "n_fft": n_fft, "hop_length": hop_length}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # silence and short signals: "empty frequency set"
        features = [
            librosa.feature.mfcc(n_mfcc=20, **options),
            librosa.feature.chroma_stft(**options),
            librosa.feature.spectral_contrast(**options),
        ]
    return np.concatenate(features).T


def assert_parity(values, expected):
    assert values.shape == expected.shape
    assert values.dtype == np.float32
    worst = {name: np.abs(values - expected)[:, part].max() for name, part in GROUPS.items()}
    assert {name: w for name, w in worst.items() if not w <= TOLERANCES[name]} == {}


def signals(music):
    rng = np.random.default_rng(1)
    tune = music(3.0, 22050, 1, seed=3)[:, 0]
    with_silence = tune.copy()
    with_silence[10_000:40_000] = 0.0
    band_limited = np.fft.rfft(tune)
    band_limited[len(band_limited) // 2 :] = 0.0
    return {
        "music": tune,
        "digital silence within": with_silence,
        "nothing above 5.5 kHz": np.fft.irfft(band_limited, len(tune)).astype(np.float32),
        "loud white noise": (3.0 * rng.standard_normal(30_000)).astype(np.float32),
        "very quiet": (1e-4 * tune).astype(np.float32),
        "shorter than a window": tune[:1500],
        "a whole number of hops": tune[: 512 * 40],
        "more than one block": np.tile(tune, 3),
        "nothing": np.zeros(22050, np.float32),
    }


@pytest.mark.parametrize(
    "name",
    [
        "music",
        "digital silence within",
        "nothing above 5.5 kHz",
        "loud white noise",
        "very quiet",
        "shorter than a window",
        "a whole number of hops",
        "more than one block",
        "nothing",
    ],
)
def test_equals_librosa_on_synthetic_signals(librosa, music, name):
    y = signals(music)[name]
    frames = frame_features(y)
    assert_parity(frames.values, oracle(librosa, y))
    assert frames.mel.shape == (len(frames.values), 16)
    assert frames.seconds == len(y) / 22050


@pytest.mark.parametrize(
    ("sr", "n_fft", "hop_length"), [(16000, 1024, 256), (44100, 4096, 1000), (22050, 2048, 2048)]
)
def test_equals_librosa_at_other_settings(librosa, music, sr, n_fft, hop_length):
    y = music(2.0, sr, 1, seed=5)[:, 0]
    values = frame_features(y, sr=sr, n_fft=n_fft, hop_length=hop_length).values
    assert_parity(values, oracle(librosa, y, sr, n_fft, hop_length))


def load(librosa, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its other decoder imports modules of the past
        y, _ = librosa.load(path, sr=22050)
    return y


def test_equals_librosa_on_real_clips(librosa, real_clips):
    assert len(real_clips) >= 6
    for clip in real_clips:
        y = decode(clip, sr=22050).y
        loaded = load(librosa, clip)
        np.testing.assert_array_equal(y, loaded)
        assert_parity(frame_features(y).values, oracle(librosa, loaded))


FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "m4a": ("", ""),
}


def check_format(librosa, clip, kind, folder, encode):
    """Features of a real clip in another format, against librosa on what librosa loads of it."""
    samples, rate = soundfile.read(clip, dtype="float32", always_2d=True)
    path = source = folder / f"a.{kind}"
    if kind == "m4a":  # which librosa cannot open: what libav makes of it, as a WAV of floats
        encode(path, samples, rate, "ipod", "aac")
        with av.open(str(path)) as container:
            packets = [frame.to_ndarray() for frame in container.decode(audio=0)]
        source = folder / "m4a.wav"
        soundfile.write(source, np.concatenate(packets, axis=1).T, rate, subtype="FLOAT")
    else:
        container, subtype = FORMATS[kind]
        soundfile.write(path, samples, rate, format=container, subtype=subtype)
    loaded = load(librosa, source)
    np.testing.assert_array_equal(decode(path, sr=22050).y, loaded)
    assert_parity(extract(path, AudioConfig()).values, oracle(librosa, loaded))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_of_a_real_clip_equals_librosa(
    librosa, real_clips, tmp_path, encode_libav, kind
):
    check_format(librosa, real_clips[0], kind, tmp_path, encode_libav)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_of_many_real_clips_equals_librosa(
    librosa, real_clips, tmp_path, encode_libav, kind
):
    for clip in real_clips[1:]:
        check_format(librosa, clip, kind, tmp_path, encode_libav)


def test_tuning_equals_librosa_on_real_clips(librosa, real_clips):
    for clip in real_clips[:3]:
        y = decode(clip, sr=22050, duration=10.0).y
        power = np.concatenate(list(power_blocks([y], n_fft=2048, hop_length=512)))
        tuning = estimate_tuning(spectral_peaks(power, sr=22050, n_fft=2048))
        assert tuning == librosa.estimate_tuning(S=np.abs(librosa.stft(y)) ** 2, sr=22050)


def test_names_follow_the_columns(librosa):
    assert FEATURE_NAMES[0] == "mfcc_0"
    assert FEATURE_NAMES[19] == "mfcc_19"
    assert FEATURE_NAMES[32] == "contrast_0"
    assert FEATURE_NAMES[38] == "contrast_6"
    assert len(set(FEATURE_NAMES)) == 39
    notes = [name.removeprefix("chroma_") for name in FEATURE_NAMES[20:32]]
    assert notes == [
        note.replace("♯", "#") for note in librosa.midi_to_note(range(60, 72), octave=False)
    ]
