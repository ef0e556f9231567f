"""Where a container ends by its own sizes, and what is said of what follows."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
import soundfile

from songatlas.features.audio.decode import Sound

V1 = b"TAG" + bytes(125)
APE = b"APETAGEX\xd0\7\0\0\x20\0\0\0\0\0\0\0\0\0\0\x80" + bytes(8)
JUNK = np.random.default_rng(0).bytes(200_000)
PIECES = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}


@pytest.fixture
def sound(music, encode_libav, tmp_path) -> Callable[..., bytes]:
    """Bytes of a file: its kind, seconds; ``pieces`` is fragmented MP4."""

    def make(kind: str, seconds: float = 2.0, seed: int = 1) -> bytes:
        rate = 48000 if kind == "ac3/ac3" else 44100
        samples = music(seconds, rate, 2, seed=seed)
        if "/" not in kind:
            buffer = io.BytesIO()
            soundfile.write(buffer, samples, rate, format=kind, subtype="PCM_16")
            return buffer.getvalue()
        container, codec = kind.split("/")
        options = PIECES if container == "pieces" else {}
        container = "mp4" if container == "pieces" else container
        path = tmp_path / "part"
        return encode_libav(path, samples, rate, container, codec, **options).read_bytes()

    return make


def read(tmp_path, data: bytes) -> tuple[float, int, float]:
    """Seconds, bytes that are unread, and the peak."""
    (tmp_path / "a").write_bytes(data)
    track = Sound(tmp_path / "a", sr=22050)
    y = np.concatenate(list(track))
    return len(y) / 22050, track.n_unread, float(np.abs(y).max())


@pytest.mark.parametrize(
    "kinds",
    [
        ("pieces/aac", "pieces/aac"),
        ("ipod/aac", "pieces/aac"),
        ("pieces/aac", "ipod/aac"),
        ("RF64", "WAV"),
        ("WAV", "RF64", "WAV"),
    ],
    ids="+".join,
)
def test_all_of_joined_files_is_read(sound, tmp_path, kinds):
    data = b"".join(sound(kind, 2.0 + i, seed=i) for i, kind in enumerate(kinds))
    seconds = sum(2.0 + i for i in range(len(kinds)))
    assert read(tmp_path, data)[0] == pytest.approx(seconds, abs=0.12)


@pytest.mark.parametrize(
    "kind", ["ipod/aac", "mov/pcm_s16be", "AIFF", "WAV", "RF64", "W64", "CAF", "AU"]
)
def test_what_is_no_sound_behind_it_is_not_heard_and_counted(sound, tmp_path, kind):
    whole = sound(kind)
    seconds, _, peak = read(tmp_path, whole)
    for behind, expected in ((JUNK, len(JUNK)), (bytes(300_000), 0), (V1, 0), (APE + V1, 0)):
        found = read(tmp_path, whole + behind)
        assert found == (seconds, pytest.approx(expected, abs=70_000), peak), len(behind)


@pytest.mark.parametrize("kind", ["wv/wavpack", "ac3/ac3", "tta/tta", "adts/aac", "asf/wmav2"])
@pytest.mark.parametrize("tags", [V1, APE, APE + V1], ids=["v1", "ape", "both"])
def test_tags_behind_are_no_damage(sound, tmp_path, kind, tags):
    whole = sound(kind)
    assert read(tmp_path, whole + tags)[0] == pytest.approx(read(tmp_path, whole)[0], abs=0.01)
