"""Tags of every kind that programs write."""

import struct
import tracemalloc

import mutagen
import pytest
from library.tag_bytes import (
    FMT,
    SOUND,
    THREE,
    ape,
    chunk,
    doubled,
    ebml,
    frame,
    id3,
    info,
    lyrics,
    names,
    packed,
    text,
    three,
    v1,
    wave,
)

from songatlas.library.tags import Tags, read_tags

PICTURE = b"\0image/png\0\3\0" + bytes([0xFF, 0xE2, 0xFF, 0, 0xFF, 0xFB]) * 60


@pytest.mark.parametrize(
    "tag",
    [
        id3(2, *three(2)),
        id3(2, *three(2, encoding=1)),
        id3(2, doubled(frame(2, b"PIC", PICTURE) + b"".join(three(2, encoding=1))), flags=0x80),
        id3(3, *three(3, encoding=1), padding=40),
        id3(3, doubled(b"".join(three(3, encoding=1))), flags=0x80),
        id3(3, doubled(frame(3, b"APIC", PICTURE) + b"".join(three(3))), flags=0x80),
        id3(3, *three(3), before=struct.pack(">IHI", 6, 0, 0), flags=0x40),
        id3(3, *three(3), before=struct.pack(">IHII", 10, 0x8000, 7, 99), flags=0x40, padding=7),
        id3(3, *three(3), flags=0x40),  # announced, and not there
        id3(3, *(packed(3, n, b"\0" + w.encode()) for n, w in zip(
            (b"TIT2", b"TPE1", b"TCON"), THREE, strict=True))),
        id3(3, text(3, b"TT2\0", THREE[0]), *three(3)[1:]),  # iTunes: old names in a newer tag
        id3(4, *three(4, encoding=3), before=b"\0\0\0\6\1\0", flags=0x40),
        id3(4, *(packed(4, n, b"\3" + w.encode()) for n, w in zip(
            (b"TIT2", b"TPE1", b"TCON"), THREE, strict=True))),
        id3(4, *(frame(4, n, doubled(b"\1" + w.encode("utf-16")), 2) for n, w in zip(
            (b"TIT2", b"TPE1", b"TCON"), THREE, strict=True))),
        id3(4, frame(4, b"APIC", PICTURE, plain=True), *three(4, encoding=3)),
        id3(4, *three(4)[:1], lyrics("LOUD WORDS AND MORE " * 20, version=3), *three(4)[1:]),
        id3(4, *three(4), frame(4, b"PRIV", b"x" * 200, plain=True)),
        id3(4, *three(4), footer=True, flags=0x10),
        id3(4, frame(4, b"COMM", b"secret", 0x04), *three(4)),
        id3(3, frame(3, b"GRID", b"x\0\1"), frame(3, b"TIT2", b"G\0" + THREE[0].encode(), 0x20),
            *three(3)[1:]),
        id3(3, *three(3)[:1]) + id3(4, *three(4)[1:]),  # two tags, one behind the other
    ],
)  # fmt: skip
def test_id3_of_every_version_and_every_habit(tags_of, tag):
    assert names(tags_of(tag + SOUND)) == THREE


@pytest.mark.parametrize(
    "words", ["Grey Heron", "A", "夜に駆ける", "Тихая гавань", "Ünder öl", "7"]
)
@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("version", [2, 3])
def test_utf16_without_a_mark(tags_of, words, order, version):
    name = b"TT2" if version == 2 else b"TIT2"
    tag = id3(version, text(version, name, words, encoding=1, codec=f"utf-16-{order}"))
    assert tags_of(tag + SOUND).title == words


def test_a_mark_counts_for_the_strings_behind_it(tags_of):
    content = b"\1\xfe\xff" + "夜\0君".encode("utf-16-be")
    assert tags_of(id3(4, frame(4, b"TPE1", content)) + SOUND).artist == "夜; 君"


LYRICS3 = b"LYRICSBEGIN" + b"IND0000200" + b"000021LYRICS200"
OLD_LYRICS = b"LYRICSBEGIN" + b"la la" + b"LYRICSEND"
ITEMS = [("Title", THREE[0].encode(), 0), ("ARTIST", THREE[1].encode(), 0)]
ITEMS += [("Cover", b"\xff\0\x01", 1), ("genre", b"Folk\0Rock", 0)]


@pytest.mark.parametrize(
    "before", [SOUND, b"wvpk" + bytes(60), b"TTA1" + bytes(60), b"MAC " + bytes(60)]
)
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(
    "after",
    [b"", v1(b"Cut off", b"Somebody", genre=0), LYRICS3 + v1(b"Cut"), OLD_LYRICS + v1(), LYRICS3],
)
def test_apev2_before_whatever_stands_behind_it(tags_of, before, header, after):
    found = tags_of(before + ape(ITEMS, header) + after)
    assert names(found) == (*THREE[:2], "Folk; Rock")


def test_of_several_tags_the_first_that_says_something_counts(tags_of):
    data = id3(3, text(3, b"TIT2", "One"), text(3, b"TALB", "")) + SOUND
    data += ape([("Title", b"Two", 0), ("Album", b"Alb", 0)])
    data += v1(b"Three", b"Art", genre=8)
    assert tags_of(data) == Tags(title="One", album="Alb", artist="Art", genre="Jazz")


ID3 = id3(3, *three(3))
DS64 = chunk(b"ds64", struct.pack("<QQQI", 0, 8, 4, 0))
FROM_INFO = info(INAM=b"Grey Heron", IART=b"Ann Oakley", IGNR=b"Folk")
CAFF = b"caff\0\1\0\0" + chunk(b"info", struct.pack(">I", 3) + b"title\0Grey Heron\0artist\0"
    b"Ann Oakley\0genre\0Folk\0", ">q")  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        wave(FMT, FROM_INFO, chunk(b"data", bytes(7))),
        wave(FMT, chunk(b"data", bytes(7)), chunk(b"id3 ", ID3)),
        wave(FMT, chunk(b"data", bytes(8)), chunk(b"ID3 ", ID3), info(INAM=b"Other", IART=b"X")),
        wave(DS64, FMT, b"data" + b"\xff" * 4 + bytes(8), FROM_INFO, kind=b"RF64"),
        wave(DS64, FMT, b"data" + b"\xff" * 4 + bytes(8), chunk(b"id3 ", ID3), kind=b"BW64"),
        b"FORM\0\0\0\0AIFF" + chunk(b"NAME", b"Grey Heron", ">I") + chunk(b"ID3 ", ID3, ">I"),
        b"FORM\0\0\0\0AIFC" + chunk(b"ID3 ", id3(2, *three(2)), ">I"),
        CAFF,
        b"DSD " + struct.pack("<QQQ", 28, 0, 40) + bytes(12) + ID3,
        b"FRM8" + bytes(8) + b"DSD " + chunk(b"ID3 ", ID3, ">Q"),
        b".snd" + struct.pack(">I", 80) + bytes(16)
        + b"Title=Grey Heron\nArtist=Ann Oakley\nGenre=Folk".ljust(56, b"\0") + SOUND,
    ],
)  # fmt: skip
def test_tags_in_chunks_and_headers(tags_of, data):
    assert names(tags_of(data)) == THREE


def simple(name, words):
    return ebml("67C8", ebml("45A3", name.encode()) + ebml("4487", words.encode()))


def tagged(*simples, level=None, of=""):
    targets = b"" if level is None else ebml("68CA", bytes([level]))
    targets += ebml(of, b"\1") if of else b""
    return ebml("7373", ebml("63C0", targets) + b"".join(simples))


HEAD = ebml("1A45DFA3", ebml("4282", b"webm"))
TITLE = ebml("1549A966", ebml("7BA9", b"Grey Heron"))
TAGS = ebml(
    "1254C367",
    tagged(simple("TITLE", "Chapter"), of="63C4")
    + tagged(simple("ARTIST", "Ann Oakley"), simple("ARTIST", "B"), simple("GENRE", "Folk"))
    + tagged(simple("TITLE", "Birds"), simple("ARTIST", "Various"), level=50),
)
CLUSTER = ebml("1F43B675", bytes(50))
ENDLESS = b"\x01" + b"\xff" * 7


@pytest.mark.parametrize("ending", ["before", "behind", "endless"])
def test_matroska_and_webm(tags_of, ending):
    body = TITLE + TAGS + CLUSTER
    if ending == "behind":  # where the list of places says
        seek = ebml("53AB", bytes.fromhex("1254C367")) + ebml("53AC", b"??")
        seek = ebml("114D9B74", ebml("4DBB", seek))
        place = struct.pack(">H", len(seek) + len(TITLE) + len(CLUSTER))
        body = seek.replace(b"??", place) + TITLE + CLUSTER + TAGS
    data = HEAD + ebml("18538067", body, ENDLESS if ending == "endless" else None)
    found = tags_of(data)
    assert (found.title, found.artist, found.genre) == ("Grey Heron", "Ann Oakley; B", "Folk")
    assert (found.album, found.album_artist) == ("Birds", "Various")


LARGE = 1 << 27  # bytes of sound, of which none are written


def peak_of(path):
    """What reading the tags of a file took at most, and the tags."""
    tracemalloc.start()
    try:
        found = read_tags(path)
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["flac", "m4a", "ogg"])
def test_the_sound_behind_an_id3_tag_is_not_kept(kind, write_audio, tmp_path):
    path = write_audio(tmp_path / f"x.{kind}")
    tags = mutagen.File(path)
    tags["\xa9nam" if kind == "m4a" else "title"] = "Grey Heron"
    tags.save()
    in_front = id3(3, text(3, b"TIT2", "Second"), text(3, b"TPE1", "Ann Oakley"))
    path.write_bytes(in_front + path.read_bytes())
    read_tags(path)  # what is loaded once
    with path.open("r+b") as file:
        file.truncate(LARGE)
    peak, found = peak_of(path)
    assert (found.title, found.artist, found.doubt) == ("Grey Heron", "Ann Oakley", "")
    assert peak < 4e6


def test_an_apev2_tag_of_a_size_that_no_tag_has_is_damaged(tmp_path):
    path = tmp_path / "x.mp3"
    footer = bytearray(ape([("Title", b"Grey Heron", 0)])[-32:])
    footer[12:16] = struct.pack("<I", LARGE)
    with path.open("wb") as file:
        file.seek(LARGE)
        file.write(bytes(footer) + v1(b"From ID3v1"))
    peak, found = peak_of(path)
    assert found.title == "From ID3v1"
    assert peak < 4e6


def atom(name, content, *, wide=False):
    size = len(content) + (16 if wide else 8)
    head = struct.pack(">I", 1) + name + struct.pack(">Q", size) if wide else None
    return (head or struct.pack(">I", size) + name) + content


def of_quicktime(name, words):
    return atom(b"\xa9" + name, struct.pack(">HH", len(words.encode()), 0x55C4) + words.encode())


def of_3gpp(name, words, codec="utf-8"):
    return atom(name, bytes(4) + struct.pack(">H", 0x15C7) + words.encode(codec) + b"\0" * 2)


QT = [of_quicktime(*pair) for pair in zip((b"nam", b"ART", b"gen"), THREE, strict=True)]
GPP = [of_3gpp(*pair) for pair in zip((b"titl", b"perf", b"gnre"), THREE, strict=True)]
WIDE = [of_3gpp(*pair, "utf-16") for pair in zip((b"titl", b"perf", b"gnre"), THREE, strict=True)]
FTYP = atom(b"ftyp", b"qt  \0\0\0\0qt  ")


@pytest.mark.parametrize(
    "data",
    [
        FTYP + atom(b"moov", atom(b"mvhd", bytes(100)) + atom(b"udta", b"".join(QT))),
        FTYP + atom(b"mdat", bytes(5000)) + atom(b"moov", atom(b"udta", b"".join(QT) + bytes(4))),
        FTYP + atom(b"mdat", bytes(999), wide=True) + atom(b"moov", atom(b"udta", b"".join(GPP))),
        atom(b"wide", b"") + atom(b"mdat", bytes(99)) + atom(b"moov", atom(b"udta", b"".join(QT))),
        FTYP + atom(b"moov", atom(b"udta", b"".join(WIDE))),
        FTYP + atom(b"moov", atom(b"udta", atom(b"hnti", bytes(9)) + b"".join(GPP))),
    ],
)
def test_user_data_of_quicktime_and_3gpp(tags_of, data):
    assert names(tags_of(data)) == THREE


def test_user_data_that_is_broken_off_or_points_anywhere_says_nothing_more(tags_of):
    whole = FTYP + atom(b"moov", atom(b"udta", b"".join(QT)))
    for cut in range(len(FTYP) + 8, len(whole)):
        assert tags_of(whole[:cut]).title in ("", *(THREE[0][:n] for n in range(11)))
    endless = FTYP + struct.pack(">I", 1) + b"moov" + b"\xff" * 8 + bytes(64)
    assert tags_of(endless).title == ""
