"""Tags of every kind that programs write, and text of every kind that they put there."""

import struct
import tracemalloc

import mutagen
import pytest
from library.tag_bytes import (
    SOUND,
    ape,
    chunk,
    doubled,
    ebml,
    frame,
    id3,
    info,
    lyrics,
    packed,
    sung,
    text,
    v1,
    wave,
)

from songatlas.library.labels import column_values
from songatlas.library.read import read_library
from songatlas.library.tags import DAMAGED, NO_TEXT, Tags, read_tags


@pytest.fixture
def tags_of(tmp_path):
    def read(data, name="x.bin"):
        (tmp_path / name).write_bytes(data)
        return read_tags(tmp_path / name)

    return read


def names(tags):
    return tags.title, tags.artist, tags.genre


THREE = ("Grey Heron", "Ann Oakley", "Folk")


def three(version, **options):
    ids = (b"TT2", b"TP1", b"TCO") if version == 2 else (b"TIT2", b"TPE1", b"TCON")
    return [text(version, name, words, **options) for name, words in zip(ids, THREE, strict=True)]


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


FMT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))
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


PAGES = {
    "cp1251": ("Наутилус Помпилиус", "Крылья"),
    "koi8_r": ("Виктор Цой", "Пачка сигарет"),
    "gb18030": ("周华健", "朋友"),
    "big5": ("林憶蓮", "至少還有你"),
    "cp932": ("美空ひばり", "川の流れのように"),
    "euc_jp": ("スピッツ", "ロビンソン"),
    "cp949": ("버스커버스커", "벚꽃 엔딩"),
    "cp1253": ("Δημήτρης Μητροπάνος", "Ρόζα"),
    "utf-8": ("Beyoncé", "夜"),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("version", [1, 2, 3])
def test_text_of_an_older_code_page(tags_of, page, version):
    artist, title = PAGES[page]
    coded = title.encode(page), artist.encode(page)
    if version == 1:
        data = SOUND + v1(*coded)
    else:
        ids = (b"TT2", b"TP1") if version == 2 else (b"TIT2", b"TPE1")
        data = id3(version, *(frame(version, *pair) for pair in zip(
            ids, (b"\0" + words for words in coded), strict=True))) + SOUND  # fmt: skip
    found = tags_of(data)
    assert (found.title, found.artist, found.doubt) == (title, artist, "")


@pytest.mark.parametrize("page", ["cp1251", "gb18030"])
def test_text_of_an_older_code_page_in_riff(tags_of, page):
    artist, title = PAGES[page]
    found = tags_of(wave(FMT, info(INAM=title.encode(page), IART=artist.encode(page))))
    assert (found.title, found.artist) == (title, artist)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Björk",
            "Motörhead",
            "Café",
            "Sigur Rós",
            "Þú",
            "Ø",
            "Øø",
            "Mötley Crüe",
            "Ænima",
            "À l’été",
        ),
        *(
            "Für Elise",
            "Queensrÿche",
            "¿Dónde estás?",
            "Maná – «En vivo»",
            "½ Mensch",
            "E=mc²",
            "El Niño",
        ),
        *("Dýrð í dauðaþögn", "Ålgård", "São João", "Déjà vu…", "Œuvre", "Žižek", "TÉLÉPHONE"),
    ],
)
def test_latin_names_are_never_broken(tags_of, name):
    tag = id3(3, text(3, b"TPE1", name, codec="cp1252"))
    assert tags_of(tag + SOUND).artist == name
    assert tags_of(SOUND + v1(b"x", name.encode("cp1252"))).artist == name


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("Şımarık", "Sezen Aksu Işık"),
        ("Dağlar Dağlar", "Barış Manço"),
        ("Bangır Bangır", "Gülşen"),
        ("Kış Güneşi", "Tarkan"),
        ("Yalnızlar Rıhtımı", "Müslüm Gürses"),
    ],
)
def test_turkish_is_not_icelandic(tags_of, title, artist):
    tag = id3(3, *(text(3, name, words, codec="cp1254") for name, words in (
        (b"TIT2", title), (b"TPE1", artist))))  # fmt: skip
    assert names(tags_of(tag + SOUND))[:2] == (title, artist)


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("Það", "Björk"), ("Regin smiður", "Týr"), ("Þýska", "Þeyr"), ("Ný batterí", "Sigur Rós"),
        ("Výborný", "Richard Müller"), ("Býk", "Karel Gott"), ("Þýska", "Hjálmar"),
    ],
)  # fmt: skip
def test_icelandic_and_czech_are_not_turkish(tags_of, title, artist):
    tag = id3(3, *(text(3, name, words, codec="cp1252") for name, words in (
        (b"TIT2", title), (b"TPE1", artist))))  # fmt: skip
    assert names(tags_of(tag + SOUND))[:2] == (title, artist)


@pytest.mark.parametrize(
    ("title", "page", "artist"),
    [
        ("Тишина", "cp1251", "Björk"),
        ("Дальняя дорога", "cp1251", "Céline Dion"),
        ("Группа крови", "koi8-r", "Mötley Crüe"),
        ("Ρόζα", "cp1253", "Beyoncé"),
        ("Тихая гавань", "cp1251", "Sigur Rós"),
    ],
)
def test_two_hands_in_one_tag(tags_of, title, page, artist):
    coded = text(3, b"TIT2", title, codec=page), text(3, b"TPE1", artist, codec="cp1252")
    assert names(tags_of(id3(3, *coded) + SOUND))[:2] == (title, artist)


def test_a_name_cut_off_in_a_character_is_text(tags_of):
    title = "夜空の向こうへ飛んでいく鳥たちの歌"
    for page in ("cp932", "utf-8"):
        found = tags_of(SOUND + v1(title.encode(page)[:30]))
        assert len(found.title) >= 10
        assert title.startswith(found.title)


def test_what_is_no_text_is_left_out_and_said(tags_of):
    junk = bytes([0x81, 1, 0x9D, 2, 0xFF, 3, 0xFE, 0x8D, 5, 0xA0]) * 3
    tag = id3(3, frame(3, b"TIT2", b"\0" + junk), text(3, b"TALB", "Good"))
    found = tags_of(tag + SOUND)
    assert (found.title, found.album, found.doubt) == ("", "Good", NO_TEXT)


def test_a_damaged_tag_is_said(tags_of, write_audio, tmp_path):
    data = write_audio(tmp_path / "y.flac").read_bytes()
    assert tags_of(data).doubt == ""
    assert tags_of(data[:4] + b"\x04\0\0\x20" + b"\xff" * 12).doubt == DAMAGED


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


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        (["\nSil", "ver ", "riv", "er", "\nrun", "ning ", "home"], "Silver river\nrunning home"),
        (["Sil", "ver ", "riv", "er\n", "run", "ning ", "home\n"], "Silver river\nrunning home"),
        (["Silver ", "river ", "running ", "home"], "Silver river running home"),
        (["Silver river", "running home"], "Silver river\nrunning home"),
        (["\r\nSilver river", "\r\nrunning home"], "Silver river\nrunning home"),
        (["Silver river ", "running home "], "Silver river\nrunning home"),
        (["\n夜", "に", "駆", "ける", "\n君", "と"], "夜に駆ける\n君と"),
        (["夜に駆ける", "君と"], "夜に駆ける\n君と"),
        (["", "one", "", "two"], "one\n\ntwo"),
    ],
)
def test_synchronised_lyrics_in_lines(tags_of, pieces, lines):
    assert tags_of(id3(3, sung(*pieces)) + SOUND).lyrics == lines
    wide = sung(*pieces, encoding=1, codec="utf-16", end=b"\0\0")
    assert tags_of(id3(3, wide) + SOUND).lyrics == lines


def test_chords_and_events_are_no_lyrics(tags_of):
    assert tags_of(id3(3, sung("C", "G", "Am", kind=5)) + SOUND).lyrics == ""


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ([text(3, b"TLAN", "deu"), lyrics("long " * 9), lyrics("kurz", b"ger")], "kurz"),
        ([text(3, b"TLAN", "ja"), lyrics("romaji mo nagai"), lyrics("夜", b"jpn")], "夜"),
        (
            [text(3, b"TIT2", "Mond"), lyrics("a moon, a moon"), lyrics("Der Mond", b"XXX")],
            "Der Mond",
        ),
        (
            [text(3, b"TIT2", "君", encoding=1), lyrics("you and I"), lyrics("あなた", b"eng")],
            "あなた",
        ),
        ([lyrics("words in English", about="Translation"), lyrics("mots", b"fra")], "mots"),
        ([lyrics("la"), lyrics("la la la la", b"und")], "la la la la"),
        ([lyrics(""), lyrics("la", b"und")], "la"),
        ([sung("timed"), lyrics("plain")], "plain"),
    ],
)
def test_of_several_lyrics_those_of_the_song_count(tags_of, frames, words):
    assert tags_of(id3(3, *frames) + SOUND).lyrics == words


@pytest.mark.parametrize(
    ("frames", "genre"),
    [
        ([text(4, b"TCON", "Rock\0Jazz\0")], "Rock; Jazz"),
        ([text(4, b"TCON", "17\0Neo Soul\x008")], "Rock; Neo Soul; Jazz"),
        ([text(3, b"TCON", "(17)Rock")], "Rock"),
        ([text(3, b"TCON", "(51)(39)")], "Techno-Industrial; Noise"),
        ([text(3, b"TCON", "(4)Eurodisco")], "Disco; Eurodisco"),
        ([text(3, b"TCON", "(RX)(8)")], "Remix; Jazz"),
        ([text(3, b"TCON", "((Proto) Punk")], "(Proto) Punk"),
        ([text(3, b"TCON", "Rock; Pop;rock")], "Rock; Pop"),
        ([text(3, b"TCON", "Hip-Hop/Rap")], "Hip-Hop/Rap"),
        ([text(3, b"TCON", "(250)")], ""),
        ([text(2, b"TCO", "(127)")], "Drum & Bass"),
        ([text(4, b"TCON", "80s")], "80s"),
    ],
)
def test_genres_are_kept_whole_and_by_name(tags_of, frames, genre):
    version = 2 if frames[0].startswith(b"TCO\0") else 4
    assert tags_of(id3(version, *frames) + SOUND).genre == genre


@pytest.mark.parametrize(
    ("version", "credit", "artist", "artists"),
    [
        (3, "Ann Oakley/Bo Birch", "Ann Oakley/Bo Birch", ("Ann Oakley", "Bo Birch")),
        (4, "Ann Oakley/Bo Birch", "Ann Oakley/Bo Birch", ()),
        (3, "AC/DC", "AC/DC", ()),
        (3, "Ann; Bo", "Ann; Bo", ("Ann", "Bo")),
        (4, "Ann\0Bo", "Ann; Bo", ("Ann", "Bo")),
        (3, "Ann\0Bo", "Ann; Bo", ("Ann", "Bo")),
        (4, "Ann", "Ann", ()),
    ],
)
def test_artists_one_by_one(tags_of, version, credit, artist, artists):
    found = tags_of(id3(version, text(version, b"TPE1", credit)) + SOUND)
    assert (found.artist, found.artists) == (artist, artists)


def test_a_credit_and_its_artists(tags_of, write_audio, tmp_path):
    frames = text(4, b"TPE1", "Ann feat. Bo"), text(4, b"TXXX", "ARTISTS\0Ann\0Bo")
    found = tags_of(id3(4, *frames) + SOUND)
    assert (found.artist, found.artists) == ("Ann feat. Bo", ("Ann", "Bo"))
    path = write_audio(tmp_path / "y.flac")
    tags = mutagen.File(path)
    tags["artists"], tags["artist"] = ["Ann", "Bo"], "Ann feat. Bo"
    tags.save()
    found = read_tags(path)
    assert (found.artist, found.artists) == ("Ann feat. Bo", ("Ann", "Bo"))


def test_a_text_of_ones_own_gives_way_to_the_frame_for_it(tags_of):
    own = [text(4, b"TXXX", f"{key}\0{key} of its own") for key in ("NAME", "Artist", "GENRE")]
    assert names(tags_of(id3(4, *own, *three(4)) + SOUND)) == THREE
    assert tags_of(id3(4, *own) + SOUND).title == "NAME of its own"


def test_the_further_fields(tags_of):
    tag = id3(
        3,
        *(
            text(3, b"TPE2", "Various Artists"),
            text(3, b"TCOM", "J. S. Bach"),
            text(3, b"TPOS", "02/3"),
        ),
        *(text(3, b"TCMP", "1"), text(3, b"TALB", "Airs")),
    )
    expected = Tags(
        album_artist="Various Artists",
        composer="J. S. Bach",
        disc="2",
        compilation=True,
        album="Airs",
    )
    assert tags_of(tag + SOUND) == expected
    items = [("Album Artist", b"Various Artists", 0), ("Composer", b"J. S. Bach", 0)]
    items += [("Disc", b"2", 0), ("Compilation", b"1", 0), ("Album", b"Airs", 0)]
    assert tags_of(SOUND + ape(items)) == expected


def test_a_library_says_how_many_tags_are_no_text_and_has_all_fields(tmp_path):
    junk = bytes([0x81, 1, 0x9D, 2, 0xFF, 3]) * 5
    bad, composer = frame(3, b"TIT2", b"\0" + junk), text(3, b"TCOM", "Bach")
    for name in ("a", "b"):
        (tmp_path / f"{name}.mp3").write_bytes(id3(3, bad, composer) + SOUND * 3 + name.encode())
    tag = id3(3, text(3, b"TPE1", "Ann; Bo"), text(3, b"TCON", "Rock; Jazz"), composer)
    (tmp_path / "c.mp3").write_bytes(tag + SOUND * 3)
    library = read_library([tmp_path])
    assert [note for note in library.notes if NO_TEXT in note] == [
        f"{NO_TEXT} Files of which this is so: 2; the first is a.mp3."
    ]
    *_, track = library.tracks
    assert (track.artist, track.artists, track.composer) == ("Ann; Bo", ("Ann", "Bo"), "Bach")
    assert column_values(library.tracks, "genre") == ["", "", "Rock"]
    assert column_values(library.tracks, "composer") == ["Bach"] * 3
    table = tmp_path / "t.csv"
    table.write_text("file,artist,composer\nc.mp3,Cy,Telemann\n")
    *_, track = read_library([tmp_path], metadata=table).tracks
    assert (track.artist, track.artists, track.composer) == ("Cy", (), "Telemann")


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("m4a", ("\xa9ART", "\xa9gen", "aART", "\xa9wrt", "disk", "cpil")),
        ("wma", ("Author", "WM/Genre", "WM/AlbumArtist", "WM/Composer", "WM/PartOfSet",
                 "WM/IsCompilation")),
        ("ogg", ("artist", "genre", "albumartist", "composer", "discnumber", "compilation")),
        ("flac", ("artist", "genre", "albumartist", "composer", "discnumber", "compilation")),
    ],
)  # fmt: skip
def test_repeated_and_further_fields_of_other_formats(kind, keys, write_audio, tmp_path):
    path = write_audio(tmp_path / f"x.{kind}")
    tags = mutagen.File(path)
    artist, genre, album_artist, composer, disc, compilation = keys
    tags[artist], tags[genre], tags[album_artist] = ["Ann", "Bo"], ["Folk", "Rock"], "Various"
    tags[composer] = ["Cy", "Di"]
    tags[disc] = [(2, 3)] if kind == "m4a" else "2"
    tags[compilation] = {"m4a": True, "wma": True}.get(kind, "1")
    tags.save()
    found = read_tags(path)
    assert (found.artist, found.artists, found.genre) == ("Ann; Bo", ("Ann", "Bo"), "Folk; Rock")
    assert (found.album_artist, found.composer) == ("Various", "Cy; Di")
    assert (found.disc, found.compilation) == ("2", True)


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
