"""Formats by content."""

import io
import os

import numpy as np
import pytest

from songatlas.store import formats
from songatlas.store.formats import AUDIO_EXTENSIONS, claims_audio, describe, sniff
from songatlas.store.mpeg import find_frames, frame_format

FORMATS = {
    "wav": "wav",
    "rf64": "rf64",
    "w64": "w64",
    "aiff": "aiff",
    "au": "au",
    "caf": "caf",
    "flac": "flac",
    "ogg": "ogg",
    "opus": "ogg",
    "mp3": "mp3",
    "m4a": "m4a",
    "aac": "aac",
    "wma": "wma",
}
ID3 = b"ID3\x04\x00\x00\x00\x00\x02\x01" + bytes(257)  # a tag of 2 · 128 + 1 bytes


@pytest.mark.parametrize("claimed", [True, False])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_known_without_its_name(kind, claimed, audio_of):
    assert sniff(io.BytesIO(audio_of(kind)), claimed=claimed).name == FORMATS[kind]


@pytest.mark.parametrize(("behind", "expected"), [("mp3", "mp3"), ("aac", "aac"), ("flac", "flac")])
def test_what_stands_behind_an_id3_tag_decides(behind, expected, audio_of):
    data = audio_of(behind)
    assert sniff(io.BytesIO(ID3 + data), claimed=False).name == expected
    assert sniff(io.BytesIO(ID3 + ID3 + data), claimed=False).name == expected


def test_frames_behind_padding_are_found_only_when_the_name_promises_them(audio_of):
    padded = bytes(5000) + audio_of("mp3")
    assert sniff(io.BytesIO(padded), claimed=True).name == "mp3"
    assert sniff(io.BytesIO(padded), claimed=False) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfb",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"ID3 is a tag format" + bytes(100),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100),
        ("words\n" * 2000).encode("utf-16"),
        (b"\xff\xfeu\x00t\x00f\x00-\x001\x006\x00") * 1000,
        b"\xff" * 70000,
        b"FORM\x00\x00\x00\x00ILBM",
        b"\x00\x00\x00\x18ftypheic" + bytes(100),
        b"MThd\x00\x00\x00\x06",
        bytes(70000),
    ],
)
@pytest.mark.parametrize("claimed", [True, False])
def test_what_is_not_audio(data, claimed):
    assert sniff(io.BytesIO(data), claimed=claimed) is None


def test_video_containers_need_a_name_that_promises_audio():
    video = b"\x00\x00\x00\x18ftypisom" + bytes(100)
    assert sniff(io.BytesIO(video), claimed=False) is None
    assert sniff(io.BytesIO(video), claimed=True).name == "m4a"
    assert sniff(io.BytesIO(video.replace(b"isom", b"M4A ")), claimed=False).name == "m4a"


def test_random_data_is_no_mpeg_audio():
    rng = np.random.default_rng(0)
    for _ in range(300):
        data = b"\xff\xfb" + rng.bytes(8190)  # a sync word to begin with
        assert sniff(io.BytesIO(data), claimed=False) is None
    assert find_frames(rng.bytes(1 << 20)) is None


@pytest.mark.parametrize(
    ("header", "length"),
    [
        ("FFFB9000", 417),  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz
        ("FFFB9200", 418),  # padded
        ("FFF39000", 261),  # MPEG-2 layer III, 80 kbit/s, 22.05 kHz
        ("FFFDA000", 626),  # MPEG-1 layer II, 192 kbit/s, 44.1 kHz
        ("FFE39000", 522),  # MPEG-2.5 layer III, 80 kbit/s, 11.025 kHz
    ],
)
def test_frame_lengths_follow_the_standard(header, length):
    frame = bytes.fromhex(header)
    assert frame_format(frame + bytes(length - 4) + frame) == "mp3"
    assert frame_format(frame + bytes(length - 3) + frame) is None
    assert frame_format(frame + bytes(length - 5) + frame) is None


@pytest.mark.parametrize(
    "header",
    ["FFFBF000", "FFFB0000", "FFEB9000", "FFFF9000", "FFFB9C00", "FFFB9002"],
    ids=["bitrate", "free format", "version", "layer I", "rate", "emphasis"],
)
def test_reserved_values_are_no_frames(header):
    assert frame_format(bytes.fromhex(header) * 3000) is None


def test_a_change_of_kind_breaks_the_chain():
    first, other = bytes.fromhex("FFFB9000"), bytes.fromhex("FFFB9400")
    assert frame_format(first + bytes(413) + other) is None


def test_no_row_hides_behind_an_earlier_one_with_a_shorter_signature():
    for row in formats.FORMATS:
        head = bytearray(b"." * 2048)
        for offset, magic in row.signature:
            head[offset : offset + len(magic)] = magic
        assert formats.recognise(bytes(head)) == row


def test_extensions():
    assert all(claims_audio(f"x{extension}") for extension in AUDIO_EXTENSIONS)
    assert claims_audio("X.FLAC")
    assert not any(map(claims_audio, ["x.jpg", "mp3", ".mp3", "x.mp3.part", "x.mid"]))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"PK\x03\x04abcd", "50 4B 03 04 61 62 63 64, a zip archive"),
        (bytes(20), "00 00 00 00 00 00 00 00, zero bytes only, as an unfinished download leaves"),
        (b"\n<HTML>", "0A 3C 48 54 4D 4C 3E, a web page"),
        ("Grüße".encode(), "47 72 C3 BC C3 9F 65, plain text"),
        (b"RIFF\x00\x00\x00\x00AVI ", "52 49 46 46 00 00 00 00, an AVI film"),
        (b"\x01\x02\x03\xff" * 9, "01 02 03 FF 01 02 03 FF, no format that is known"),
    ],
)
def test_descriptions_name_the_magic_bytes(head, expected):
    assert describe(head).startswith(expected)


def test_random_heads_are_not_called_text():
    assert describe(os.urandom(1024)).endswith("no format that is known")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS"),
        (b"/annex/objects/SHA256E-s9--1.mp3\n", "git-annex"),
        (b"XSym\n0014\nd41d8cd9\n/music/b.mp3\n", "link of another system"),
        (b"!<symlink>/music/b.mp3", "link of another system"),
    ],
)
def test_what_points_to_music_elsewhere_is_called_by_its_name(data, said):
    assert sniff(io.BytesIO(data), claimed=True) is None
    assert said in describe(data)
