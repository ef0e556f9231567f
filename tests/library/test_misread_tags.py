"""Texts that a program misread once and kept, and tags where few look for them."""

import mutagen
import pytest
from library.tag_bytes import SOUND, ape, chunk, id3, lyrics, names, text, three, v1

from songatlas.library.mojibake import misread, undoubled
from songatlas.library.tags import read_tags

PAGES = [
    ("cp1251", "Группа крови", "Кино"),
    ("koi8_r", "Ночной поезд", "Ария"),
    ("gb18030", "朋友", "周华健"),
    ("big5", "海上的月光", "陳小雨"),
    ("cp932", "川の流れのように", "美空ひばり"),
    ("cp949", "벚꽃 엔딩", "버스커버스커"),
    ("cp1253", "Ρόζα", "Δημήτρης Μητροπάνος"),
    ("cp1255", "שיר של ים", "להקת הגשר"),
    ("cp1256", "أغنية البحر", "فرقة النهر"),
    ("cp874", "เพลงของทะเล", "สายลม"),
]


def unicode_tag(title: str, artist: str, version: int = 3) -> bytes:
    pairs = ((b"TIT2", title), (b"TPE1", artist))
    encoding = 1 if version == 3 else 3
    return id3(version, *(text(version, name, said, encoding=encoding) for name, said in pairs))


@pytest.mark.parametrize(("page", "title", "artist"), PAGES)
@pytest.mark.parametrize("version", [3, 4])
def test_unicode_that_was_taken_for_latin_is_what_it_was(tags_of, page, title, artist, version):
    read = [said.encode(page).decode("latin-1") for said in (title, artist)]
    found = tags_of(unicode_tag(*read, version) + SOUND)
    assert (found.title, found.artist, found.doubt) == (title, artist, "")


@pytest.mark.parametrize("read_as", ["cp1252", "latin-1"])
@pytest.mark.parametrize("said", ["Déjà vu", "Don’t Stop", "Sigur Rós", "Мой рок", "5 €"])
def test_utf8_that_was_taken_for_latin_is_what_it_was(tags_of, said, read_as):
    found = tags_of(unicode_tag(said.encode().decode(read_as), "Ann") + SOUND)
    assert (found.title, found.artist) == (said, "Ann")


@pytest.mark.parametrize(
    "name",
    [
        *("Motörhead", "Þýðing", "Ñandú", "¿Qué?", "Žižek", "Ærø Øst", "Über Öl", "Sō", "Ÿ", "ÅÄÖ"),
        *("Älä ääni öö", "Ó Órói", "«CAFÉ»", "†††", "•••", "Ø", "÷", "¥€$", "ÄÄNIÄÄÄ", "Ééé"),
        *("ØØØØ", "Öööö", "½", "E=mc²", "Dýrð í dauðaþögn", "T A T Ü", "naïve", "Àé", "Ã", "Á Â Ã"),
    ],
)  # fmt: skip
def test_latin_names_stay(tags_of, name):
    assert tags_of(unicode_tag(name, "Ann", 4) + SOUND).title == name
    assert undoubled(name) == name
    assert misread([name]) == {}


@pytest.mark.parametrize(
    "line",
    [
        *("AMANHÃ…", "MINHA IRMÃ\xa0QUERIDA", "A IRMÃ’S", "LIBERTÉ… FRATERNITÉ…", "SÌ… NÒ…"),
        *("LIBERTÉ\xa0! FRATERNITÉ\xa0!", "JOSÉ’S & BEYONCÉ’S", "Ó’Brien Ó’Neill", "Spaß… Haß…"),
    ],
)
def test_capitals_before_punctuation_stay(line):
    assert undoubled(line) == line


@pytest.mark.parametrize(
    "line", ["MOTÖRHEAD", "ESPAÑA", "voilà\xa0!", "à la", "idą drogą", "Во поле", "ВОТ", "l’été"]
)
def test_what_looks_like_them_is_mended(line):
    assert undoubled(line.encode().decode("cp1252")) == line


def test_a_latin_name_beside_misread_ones_stays(tags_of):
    title = "Тихая гавань".encode("cp1251").decode("latin-1")
    assert names(tags_of(unicode_tag(title, "Björk") + SOUND))[:2] == ("Тихая гавань", "Björk")


def test_misread_lyrics_are_what_they_were(tags_of):
    words = "Тёплое место, но улицы ждут\nОтпечатков наших ног"
    tag = id3(3, lyrics(words.encode("cp1251").decode("cp1252"), b"rus"))
    assert tags_of(tag + SOUND).lyrics == words


def test_entities_in_tags_are_what_they_stand_for(tags_of):
    tag = unicode_tag("Rock &amp; Roll", "Simon &#38; Garfunkel") + SOUND
    assert names(tags_of(tag))[:2] == ("Rock & Roll", "Simon & Garfunkel")


REAL = (
    b".RMF\0\0\0\x12" + bytes(10) + b"CONT\0\0\0\x2a\0\0\0\x0aGrey Heron\0\x0aAnn Oakley" + bytes(4)
)
OF_END = id3(4, *three(4), footer=True, flags=0x10)


@pytest.mark.parametrize(
    "data",
    [
        SOUND * 3 + OF_END,
        SOUND * 3 + OF_END + v1(b"Cut"),
        SOUND * 3 + OF_END + ape([("Year", b"1999", 0)]) + v1(),
        b"ea3" + id3(3, *three(3))[3:] + b"EA3\x01" + bytes(92),
        REAL,
        b"FORM\0\0\0\0" + b"8SVX" + chunk(b"NAME", b"Grey Heron", ">I")
        + chunk(b"AUTH", b"Ann Oakley", ">I"),
    ],
)  # fmt: skip
def test_tags_behind_the_sound_and_of_rare_containers(tags_of, data):
    assert names(tags_of(data))[:2] == ("Grey Heron", "Ann Oakley")


@pytest.mark.parametrize("kind", ["flac", "ogg"])
def test_a_tag_behind_a_file_without_a_title_counts(kind, write_audio, tmp_path):
    path = write_audio(tmp_path / f"x.{kind}")
    data = path.read_bytes()
    path.write_bytes(data + v1(b"Grey Heron", b"Ann Oakley"))
    assert names(read_tags(path))[:2] == ("Grey Heron", "Ann Oakley")
    path.write_bytes(data + ape([("Title", b"Grey Heron", 0)]))
    assert read_tags(path).title == "Grey Heron"


@pytest.mark.parametrize(
    ("key", "field", "expected"),
    [
        *((key, "lyrics", "la la") for key in ("lyrics-eng", "LYRICS:de", "synclyrics")),
        *((key, "year", "1999") for key in ("releasedate", "originaldate", "originalyear")),
        *(("disc", "disc", "1999"), ("unsynchronised lyrics", "lyrics", "la la")),
    ],
)  # fmt: skip
def test_further_names_of_fields(key, field, expected, write_audio, tmp_path):
    path = write_audio(tmp_path / "x.flac")
    tags = mutagen.File(path)
    tags[key] = expected
    tags.save()
    assert getattr(read_tags(path), field) == expected
    tags["date" if field == "year" else field] = "2001" if field != "disc" else "2"
    if field != "disc":
        tags.save()
        assert getattr(read_tags(path), field) == "2001"
