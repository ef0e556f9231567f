"""Text of every code page that programs put into tags, and what is no text."""

import pytest
from library.tag_bytes import (
    FMT,
    SOUND,
    frame,
    id3,
    info,
    names,
    text,
    v1,
    wave,
)

from songatlas.library.tags import DAMAGED, NO_TEXT

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
