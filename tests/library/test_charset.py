"""Whole texts in the code pages of before Unicode."""

import pytest

from songatlas.library.charset import NotTextError, decode
from songatlas.library.code_page import decode_short

TURKISH = [
    "Uzun ince bir yoldayım\nGidiyorum gündüz gece\nBilmiyorum ne haldeyim\nDünyaya geldiğim anda\n"
    "Yürüdüm aynı zamanda\nİki kapılı bir handa",
    "Şımarık güneş doğdu içimde\nAğlama değmez hayat bu göz yaşlarına\nSevdiğim kız başkasına "
    "gönül vermiş\nYağmur yağıyor şimdi sokağımıza\nGülüşün aklımda hâlâ, çiçeğim\nUzun ince bir "
    "yoldayım, gidiyorum gündüz gece\nDünyaya geldiğim anda yürüdüm aynı zamanda",
    "title,artist,genre\nUzun ince bir yoldayım,Veysel,Halk\nGidiyorum gündüz gece,Veysel,Halk\n"
    "Kalmaya sebep arıyom,Veysel,Halk\nYürüdüm aynı zamanda,Veysel,Halk\n",
]
OTHERS = {
    "Polish": (
        "Zażółć gęślą jaźń, święty Mikołaj\nDziwny jest ten świat, gdzie jeszcze wciąż mieści się",
        "cp1250",
    ),
    "Czech": (
        "Výborný den, žlutý kůň úpěl ďábelské ódy\nŘekni, kde ty kytky jsou, co se s nimi mohlo "
        "stát",
        "cp1250",
    ),
    "Lithuanian": (
        "Lietuva brangi, mano tėvyne, šalis, kur miega kapuos didvyriai\nGraži tu savo dangaus "
        "mėlyne, brangi, nes daug vargo patyrei",
        "cp1257",
    ),
    "Spanish": ("La mañana en que te fuiste, corazón, ¿dónde estás?", "cp1252"),
    "Hebrew": (
        "ירושלים של זהב\nאוויר הרים צלול כיין וריח אורנים\nנישא ברוח הערביים עם קול פעמונים",
        "cp1255",
    ),
    "Greek": (
        "Σ' αγαπώ γιατί είσαι ωραία\nσ' αγαπώ γιατί είσαι εσύ\nΤο παράθυρο κλεισμένο",
        "cp1253",
    ),
    "Russian": (
        "Тёплое место, но улицы ждут отпечатков наших ног\nЗвёздная пыль на сапогах",
        "cp1251",
    ),
    "Russian of DOS": (
        "Тёплое место, но улицы ждут отпечатков наших ног\nЗвёздная пыль на сапогах",
        "cp866",
    ),
    "Thai": (
        "รักเธอประเทศไทย\nแผ่นดินของเรา ที่เราเกิดมา\nลมหนาวพัดมาแล้วใจฉันก็คิดถึงเธอ",
        "cp874",
    ),
}
TIMES = "[ti:x]\n[00:01.00]"


@pytest.mark.parametrize("before", ["", TIMES], ids=["plain", "lrc"])
@pytest.mark.parametrize("text", TURKISH, ids=["few letters", "many letters", "table"])
def test_turkish_is_read_as_turkish(text, before):
    text = before + text.replace("\n", "\n[00:09.00]" if before else "\n")
    assert decode(text.encode("cp1254")) == (text, "cp1254")


@pytest.mark.parametrize("before", ["", TIMES], ids=["plain", "lrc"])
@pytest.mark.parametrize(("text", "encoding"), OTHERS.values(), ids=OTHERS)
def test_other_languages_keep_their_pages(text, encoding, before):
    assert decode((before + text).encode(encoding)) == (before + text, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Þú ert svo falleg, ég elska þig\nHvað ertu að gera í nótt, við ætlum að dansa", "cp1252"),
        ("Őszi rózsa, tűnő idő, árvíztűrő tükörfúrógép, hűvös erdő", "cp1250"),
        ("Mūžīgi mūžam, tēvs, es ceru un zināju ceļu", "cp1257"),
        ("mūžīgi mūžam dvēsele mana dzīvē un tēvs", "cp1257"),
        ("Pe umerii tăi, viaţa mea, îmi plâng şi cânt dorul", "cp1250"),
    ],
)
def test_no_other_language_with_such_letters_is_taken_for_turkish(text, encoding):
    assert decode(text.encode(encoding))[1] != "cp1254"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Το παράθυρο κλεισμένο, το παράθυρο κλειστό, και η θάλασσα πέρα", "cp737"),
        ("ירושלים של זהב ושל נחושת ושל אור, הלא לכל שירייך אני כינור", "cp862"),
    ],
)
def test_what_is_in_another_page_of_dos_is_no_russian(text, encoding):
    with pytest.raises(NotTextError, match="not recognised"):
        decode(text.encode(encoding))


def test_a_foreign_name_among_many_turkish_words_leaves_them_turkish():
    text = "\n".join([*TURKISH, "Halo,Beyoncé,Pop"])
    assert decode(text.encode("cp1254")) == (text, "cp1254")


def test_three_turkish_letters_in_a_row_are_a_word():
    assert decode_short(["Gülüşün, ışığım".encode("cp1254")]) == "cp1254"
    assert decode_short(["Группа крови".encode("cp1251")]) == "cp1251"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp932", "恋 花束\n夏"), ("gb18030", "旧时光 东风破"),
        ("gb18030", "青花瓷\nSong one\n我们"),
        ("big5", "青花瓷 夜曲"), ("cp949", "좋은 날"), ("cp949", "너랑 나\nlove me"),
    ],
)  # fmt: skip
def test_a_few_words_of_east_asia_are_read(encoding, text):
    assert decode(text.encode(encoding)) == (text, encoding)


WESTERN = {
    "Spanish": "title,artist\nSeñal,Béla\nCorazón,María\nMañana será,Peña\n",
    "French": "titre;artiste\nL'été à Nîmes;Zoé\nÇa va déjà mieux;Cœur brisé\n",
    "German": "Titel;Interpret\nGegenüber;Grün\nSchöne Straße;Jürgen\nHäuser;Ärzte\n",
    "Danish": "titel,kunstner\nSmørrebrød,Søren\nÆbler på træet,Åse\n",
}


@pytest.mark.parametrize("text", WESTERN)
@pytest.mark.parametrize("page", ["mac_roman", "cp850"])
def test_western_text_of_a_mac_and_of_dos_is_read_as_that(text, page):
    data = WESTERN[text].replace("œ", "oe").replace("\n", "\r").encode(page)
    assert decode(data) == (WESTERN[text].replace("œ", "oe").replace("\n", "\r"), page)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Don’t Stop – I don’t know", "cp1252"),
        ("Žižek,Šiška,Košice", "cp1250"),
        ("Škoda žal,Ničesar več ne išči", "cp1250"),
        ("Größe 100 €,„Männer“", "cp1252"),
    ],
)
def test_text_of_today_is_not_taken_for_that_of_a_mac(text, page):
    assert decode(text.encode(page))[0] == text
