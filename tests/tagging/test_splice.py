"""What a tag keeps when a text is put into it: its version, and all else to the byte."""

import io
import struct

import pytest
from library.tag_bytes import (
    SOUND,
    ape,
    chunk,
    doubled,
    frame,
    id3,
    lyrics,
    packed,
    sung,
    text,
    v1,
    wave,
)

from songatlas.errors import TaggingError
from songatlas.library.tags import read_other, read_tags
from songatlas.tagging.splice import spliced

oracle = pytest.importorskip("mutagen.id3")
PICTURE = b"\0image/png\0\3\0" + bytes([0xFF, 0xE2, 0xFF, 0]) * 30


def frames(version):
    if version == 2:
        return [text(2, b"TT2", "Title"), text(2, b"TYE", "1999"), frame(2, b"PIC", PICTURE)]
    return [
        text(version, b"TIT2", "Title"),
        text(version, b"TYER", "1999"),
        text(version, b"TDAT", "0412"),
        text(version, b"TORY", "1987"),
        text(version, b"TCON", "(17)"),
        text(version, b"TPE1", "Тест", encoding=1),
        lyrics("la la"),
        sung("\nla ", "la"),
        frame(version, b"APIC", PICTURE),
        packed(version, b"TALB", b"\0Packed"),
        frame(version, b"PRIV", b"owner\0" + bytes(range(256))),
        frame(version, b"XYZ1", b"of nobody"),
    ]


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("padding", [0, 5, 900])
@pytest.mark.parametrize("field", ["GROUPING", "MY_FIELD"])
@pytest.mark.parametrize(
    "words", ["Late night", "夜 – ÿþ", "x" * 300], ids=["ascii", "wide", "long"]
)
def test_id3_keeps_its_version_and_every_other_frame(version, padding, field, words):
    before = id3(version, *frames(version), padding=padding) + SOUND
    after = before
    for value in ("first", words):
        after = spliced(after, field, value)
    assert after[3:5] == before[3:5]
    assert after.endswith(SOUND)
    at = 10
    for raw in frames(version):
        assert after[at : at + len(raw)] == raw
        at += len(raw)
    new = oracle.ID3(io.BytesIO(after), translate=False)
    key = "TIT1" if field == "GROUPING" else "TXXX:MY_FIELD"
    assert [found.text for found in new.getall(key)] == [[words]], new.keys()
    assert after.count(b"first") == 0


def test_padding_is_used_before_the_file_grows():
    before = id3(3, *frames(3), padding=500) + SOUND
    assert len(spliced(before, "GROUPING", "Late night")) == len(before)
    assert len(spliced(id3(3, *frames(3)) + SOUND, "GROUPING", "Late night")) > len(before) - 500


@pytest.mark.parametrize("version", [2, 3])
def test_an_unsynchronised_tag_stays_so(version):
    body = doubled(b"".join(frames(version)))
    after = spliced(id3(version, body, flags=0x80) + SOUND, "GROUPING", "夜ÿ")
    assert after[5] == 0x80
    assert after[10:].startswith(body)
    assert b"\xff\xfe" not in after[: -len(SOUND)]
    name = b"TT1" if version == 2 else b"TIT1"
    assert doubled(b"\1" + "夜ÿ".encode("utf-16")) in after[after.index(name) :]


def test_the_length_of_the_padding_is_kept_true():
    extended = struct.pack(">IHI", 6, 0, 400)
    before = id3(3, *frames(3), before=extended, flags=0x40, padding=400) + SOUND
    after = spliced(before, "GROUPING", "Late night")
    assert len(after) == len(before)
    padding = int.from_bytes(after[16:20], "big")
    assert padding == 400 - len(b"TIT1....flLate night.")
    assert after[: -len(SOUND)].endswith(b"Late night" + bytes(padding))


def test_a_footer_stays_and_has_no_padding_before_it():
    before = id3(4, *frames(4), flags=0x10, footer=True) + SOUND
    after = spliced(before, "GROUPING", "Late night")
    assert after[: -len(SOUND)].endswith(b"Late night3DI" + after[3:10])


@pytest.mark.parametrize(
    "tag",
    [
        id3(3, *frames(3), before=struct.pack(">IHII", 10, 0x8000, 0, 7), flags=0x40),
        id3(4, *frames(4), before=b"\0\0\0\x0c\1\x20\5" + bytes(5), flags=0x40),
        id3(3, *frames(3), b"TIT9\0\0\xff\xff\0\0"),
        id3(3, b"garbage", padding=20),
        id3(3, *frames(3), flags=0x80),  # says that it is unsynchronised, and is not
    ],
)
def test_what_cannot_be_kept_is_refused(tag):
    with pytest.raises(TaggingError):
        spliced(tag + SOUND, "GROUPING", "Late night")


ITEMS = [
    ("Title", b"T", 0),
    ("Cover Art", b"\xff\0\1", 1),
    ("Artist", b"A\0B", 0),
    ("Link", b"x", 2),
]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("after", [b"", v1(b"Title"), b"LYRICSBEGIN000011LYRICS200" + v1(b"T")])
def test_apev2_keeps_every_item_and_gets_no_id3(header, after, tmp_path):
    before = SOUND + ape(ITEMS, header)
    data = before + after
    for words in ("first", "夜"):
        data = spliced(data, "GROUPING", words)
    assert data == SOUND + ape([*ITEMS, ("Grouping", "夜".encode(), 0)], header) + after
    (tmp_path / "x.mp3").write_bytes(data)
    assert read_other(tmp_path / "x.mp3")["grouping"] == ["夜"]


@pytest.mark.parametrize("genre", [17, 255])
def test_id3v1_stays_and_all_that_it_says_is_in_the_new_tag(genre, tmp_path):
    old = v1("Тихая гавань".encode("cp1251"), "Испытатели".encode("cp1251"), b"", b"2001", genre)
    after = spliced(SOUND + old, "GROUPING", "Late night")
    assert after.endswith(SOUND + old)
    (tmp_path / "a.mp3").write_bytes(SOUND + old)
    (tmp_path / "b.mp3").write_bytes(after)
    assert after[3] == 3
    assert read_tags(tmp_path / "a.mp3") == read_tags(tmp_path / "b.mp3")
    assert read_tags(tmp_path / "b.mp3").title == "Тихая гавань"


def test_apev2_for_id3v1_says_in_unicode_what_that_does_in_its_code_page(tmp_path):
    old = v1("Тихая гавань".encode("cp1251"), "Испытатели".encode("cp1251"), b"", b"2001", 17)
    sound = b"wvpk" + bytes(60)
    after = spliced(sound + old, "GROUPING", "Late night")
    assert after.startswith(sound)
    assert after.endswith(old)
    assert "Title\0Тихая гавань".encode() in after
    (tmp_path / "a.wv").write_bytes(sound + old)
    (tmp_path / "b.wv").write_bytes(after)
    assert read_tags(tmp_path / "a.wv") == read_tags(tmp_path / "b.wv")


FMT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))
DATA = chunk(b"data", bytes(7))
TAG = id3(3, *frames(3)[:5])
DS64 = chunk(b"ds64", struct.pack("<QQQI", 500, 7, 4, 0))


@pytest.mark.parametrize(
    "data",
    [
        wave(FMT, DATA, chunk(b"id3 ", TAG), chunk(b"junk", b"odd")),
        wave(FMT, chunk(b"ID3 ", TAG), DATA),
        wave(DS64, FMT, chunk(b"id3 ", TAG), DATA, kind=b"RF64"),
        b"FORM"
        + struct.pack(">I", 12 + len(TAG) + len(TAG) % 2)
        + b"AIFF"
        + chunk(b"ID3 ", TAG, ">I"),
        b"FRM8" + struct.pack(">Q", 16 + len(TAG)) + b"DSD " + chunk(b"ID3 ", TAG, ">Q"),
        b"DSD " + struct.pack("<QQQ", 28, 36 + len(TAG), 36) + bytes(8) + TAG,
    ],
)
def test_tags_in_chunks_are_changed_in_place(data, tmp_path):
    after = spliced(data, "GROUPING", "Late nights")
    for raw in frames(3)[:5]:
        assert raw in after
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(after)
    assert read_tags(tmp_path / "a") == read_tags(tmp_path / "b") != read_tags(tmp_path)
    assert read_other(tmp_path / "b")["tit1"] == ["Late nights"]
    grown = len(after) - len(data)
    assert grown > 0
    assert grown % 2 == 0 or data[:4] == b"DSD "
    place = {b"RIFF": "<4xI", b"FORM": ">4xI", b"FRM8": ">4xQ", b"DSD ": "<12xQ", b"RF64": "<20xQ"}
    form = place[data[:4]]
    assert struct.unpack_from(form, after)[0] == struct.unpack_from(form, data)[0] + grown


@pytest.mark.parametrize("size", [b"\xff\xff\xff\xff", bytes(4)])
def test_a_size_that_nobody_knew_stays_so(size):
    before = bytearray(wave(FMT, chunk(b"id3 ", TAG), b"data" + size + bytes(7)))
    before[4:8] = size
    after = spliced(bytes(before), "GROUPING", "Late nights")
    assert after[4:8] == size
    assert after.endswith(b"data" + size + bytes(7))
    assert b"Late nights" in after


def test_a_file_that_is_full_is_refused():
    full = bytearray(wave(FMT, chunk(b"id3 ", TAG), DATA))
    full[4:8] = b"\xfe\xff\xff\xff"
    with pytest.raises(TaggingError, match="no room"):
        spliced(bytes(full), "GROUPING", "Late nights")


@pytest.mark.parametrize(
    "data",
    [SOUND, wave(FMT, DATA), b"fLaC" + bytes(50), b"OggS" + bytes(50), TAG + b"fLaC" + bytes(9)],
)
def test_other_files_are_for_mutagen(data):
    assert spliced(data, "GROUPING", "x") is None


@pytest.mark.parametrize("encoding", [0, 1, 3])
@pytest.mark.parametrize("field", ["GROUPING", "MY_FIELD"])
def test_a_tag_that_says_the_text_in_another_encoding_stays(encoding, field):
    said = text(4, b"TIT1", "Late night", encoding=encoding)
    if field == "MY_FIELD":
        said = text(4, b"TXXX", f"{field}\0Late night", encoding=encoding)
    before = id3(4, *frames(4), said) + SOUND
    assert spliced(before, field, "Late night") == before
    assert spliced(before, field, "Late nights") != before
