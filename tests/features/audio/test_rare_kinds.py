"""Rare containers that a decoder knows, and what holds music without sound: named, never silent."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from songatlas.errors import AudioError
from songatlas.features.audio.decode import decode
from songatlas.library.read import read_library
from songatlas.library.scan import Found, scan
from songatlas.library.walk import walk
from songatlas.types import Skip


def only(folder) -> Found | Skip:
    (found,) = scan(walk([folder]))
    assert found is not None, "it was not looked at"
    return found


def check(folder) -> None:
    found = only(folder)
    assert isinstance(found, Found)
    waveform = decode(found.source, sr=22050)
    assert waveform.decoded_seconds == pytest.approx(2.0, abs=0.15)
    assert np.abs(waveform.y).max() > 0.05


@pytest.mark.parametrize(
    ("name", "muxer", "codec", "rate"),
    [
        ("a.adx", "adx", "adpcm_adx", 44100), ("a.ast", "ast", "pcm_s16be_planar", 44100),
        ("a.sox", "sox", "pcm_s32le", 44100), ("a.nut", "nut", "pcm_s16le", 44100),
        ("a.mmf", "mmf", "adpcm_yamaha", 22050), ("a.ircam", "ircam", "pcm_s16le", 44100),
        ("a.isma", "ismv", "aac", 44100),
    ],
)  # fmt: skip
def test_of_libav(music, encode_libav, tmp_path, name, muxer, codec, rate):
    n_channels = 1 if muxer == "mmf" else 2
    try:
        encode_libav(tmp_path / name, music(2.0, rate, n_channels), rate, muxer, codec)
    except ValueError:
        pytest.skip("this libav cannot write it")
    check(tmp_path)


@pytest.mark.parametrize("form", ["AVR", "IRCAM", "NIST", "PAF", "PVF", "WVE"])
def test_of_libsndfile(music, tmp_path, form):
    rate, subtype = (8000, "ALAW") if form == "WVE" else (16000, "PCM_16")
    path = tmp_path / "without an extension"
    soundfile.write(path, music(2.0, rate, 1), rate, format=form, subtype=subtype)
    check(tmp_path)


PLAYED = {
    "a.mid": b"MThd\0\0\0\6\0\1\0\1",
    "a.rmi": b"RIFF\0\0\0\0RMIDdata",
    "a.mod": b"tune".ljust(1080, b"\0") + b"M.K.",
    "a.s3m": bytes(44) + b"SCRM",
    "a.sid": b"PSID\0\2",
    "a.spc": b"SNES-SPC700 Sound File Data v0.30",
}


def test_what_is_played_is_told_of_beside_music_and_none_is_lost(music, tmp_path):
    for name, data in PLAYED.items():
        (tmp_path / name).write_bytes(data + bytes(2000))
    (tmp_path / "go.mod").write_text("module dock\n")
    soundfile.write(tmp_path / "song.wav", music(2.0, 16000, 1), 16000)
    soundfile.write(tmp_path / "song.kar", music(2.1, 16000, 1), 16000, format="WAV")
    found = read_library([tmp_path])
    assert [track.path for track in found.tracks] == ["song.kar", "song.wav"]
    assert found.skipped == ()
    assert found.notes == (
        "a.mid and 5 more are not read: notes or a program to play, no recording.",
    )


def test_what_is_played_and_named_as_a_recording_is_skipped(tmp_path):
    (tmp_path / "a.mp3").write_bytes(PLAYED["a.mid"] + bytes(2000))
    found = only(tmp_path)
    assert isinstance(found, Skip)
    assert "MIDI notes without sound" in found.reason


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.ncm", b"CTENFDAM\1\x70", "encrypted for one player"),
        ("a.mp3", b"CTENFDAM\1\x70", "encrypted for one player"),
        ("a.flac", b"{\\rtf1\\ansi words}", "rich text"),
        ("a.mflac", bytes(range(1, 255)), "no format that is known"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_holds_no_sound_is_named(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data + bytes(2000))
    found = only(tmp_path)
    assert isinstance(found, Skip)
    code = "E-DRM" if "encrypted" in said else "E-DECODE"
    assert (found.code, said in found.reason) == (code, True), found.reason
    with pytest.raises(AudioError, match="no audio format that can be read") as caught:
        decode(tmp_path / name, sr=22050)
    assert said in caught.value.reason
