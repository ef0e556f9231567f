"""Who made a track, from credits as people write them."""

from pathlib import Path

import pytest

from songatlas.credits import artist_key, by_maker, is_of_various, makers_of, names_in
from songatlas.types import Track


def track(artist: str = "", **fields: object) -> Track:
    return Track(path=artist, source=Path("x"), content_hash="", artist=artist, **fields)  # type: ignore[arg-type]


def groups(*artists: str) -> list[int]:
    return by_maker([track(artist) for artist in artists]).tolist()


@pytest.mark.parametrize(
    "credit",
    [
        "Moloko feat. Roisin",
        "Moloko Feat Roisin",
        "Moloko ft. Roisin",
        "MOLOKO featuring Roisin & Friends",
        "Moloko (feat. Roisin)",
        "Moloko [ft Roisin]",
        "Moloko (with Roisin)",
        "Moloko with Roisin",
        "Moloko duet with Roisin",
        "Moloko ft.Roisin",
        "Moloko f/ Roisin",
        "Moloko|Roisin",
        "Moloko\\\\Roisin",
        "Moloko Presents: Roisin",
        "Moloko при участии Roisin",
        "Moloko och Roisin",
        "Moloko; Roisin",
        "Moloko & Roisin",
        "Moloko, Roisin",
        "Moloko x Roisin",
        "Moloko vs. Roisin",
        "Moloko / Roisin",
        "Moloko/Roisin",
        "Roisin + Moloko",
        "The Moloko",
        "Moloko, The",
        "Mölöko",
        "moloko!",
        "Moloko（feat. Roisin）",
        "Moloko ｆｅａｔ．Roisin",
        "Moloko {feat. Roisin}",
        "Moloko part. Roisin",
        "Moloko (CV: Roisin)",
        "Moloko при уч. Roisin",
        "Moloko؛ Roisin",
        "Moloko، Roisin",
        "Moloko · Roisin",
        "Moloko - Roisin",
        "Moloko 和 Roisin",
        "Moloko و Roisin",
        "Moloko ve Roisin",
        "Moloko aka Roisin",
        "Moloko (2)",
        "Moloko (2) & Roisin (4)",
        "Moloko [UK]",
        "Moloko (band)",
        "Moloko - Topic",
        "MolokoVEVO",
        "Moloko (모로코)",
        "モロコ（Moloko）",
    ],
)
def test_a_credit_of_somebody_who_is_there_alone(credit: str) -> None:
    assert groups("Moloko", credit, "Another") == [0, 0, 1]


@pytest.mark.parametrize(
    "name",
    [
        "Simon & Garfunkel",
        "Earth, Wind & Fire",
        "AC/DC",
        "Tyler, the Creator",
        "Florence + the Machine",
        "Crosby, Stills, Nash & Young",
        "Nick Cave and the Bad Seeds",
        "Sonny y Cher",
        "6 ft. Under",
        "With Confidence",
        "Malcolm X",
        "!!!",
        "夜に駆ける・人",
        "The The",
        "An Horse",
        "f(x)",
        "(G)I-DLE",
        "Sunn O)))",
        "The Artist (Formerly Known)",
        "和楽器バンド",
        "Com Truise",
        "Part Chimp",
    ],
)
def test_a_name_stays_whole_where_no_part_of_it_is_an_artist(name: str) -> None:
    makers = makers_of([track(name), track(f"{name} feat. Somebody"), track("Else")])
    assert makers == [(artist_key(name),), (artist_key(name),), ("else",)]


def test_spellings_of_a_name_are_one_and_no_evidence_of_its_parts() -> None:
    names = ("Simon & Garfunkel", "Simon and Garfunkel", "SIMON + GARFUNKEL", "simon &garfunkel")
    assert groups(*names) == [0] * 4
    assert makers_of([track(names[0])]) == [("simonandgarfunkel",)]


def test_an_artist_who_never_stands_alone_is_known_by_three_credits() -> None:
    assert groups("A & B", "A & C", "D") == [0, 1, 2]
    assert groups("A & B", "A, C", "A x D", "E") == [0, 0, 0, 1]
    assert groups(*(f"Duke {i % 2}; Guest {i}" for i in range(6))) == [0, 1] * 3
    assert groups(*(f"Duke {i % 2} ft Guest {i}" for i in range(6))) == [0, 1] * 3


def test_a_known_name_within_a_longer_credit_is_not_cut() -> None:
    found = makers_of([track("Earth, Wind & Fire"), track("Earth, Wind & Fire & Emotions")])
    assert found[1] == ("earthwindandfire", "emotions")


def test_guests_make_no_part_and_makers_connect() -> None:
    assert groups("A feat. B", "B") == [0, 1]
    assert groups("A", "A & B", "B & C", "B", "C", "D") == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "nobody",
    [
        *(
            "",
            "Various Artists",
            "VARIOUS",
            "V.A.",
            "Verschiedene Interpreten",
            "群星",
            "<unknown>",
        ),
        *(
            "Eri Esittäjiä",
            "Różni artyści",
            "Varios Intérpretes",
            "Artista sconosciuto",
            "未知艺术家",
        ),
        *("Неизвестный исполнитель", "[no artist]", "Anonymous", "אמנים שונים", "?", "nan"),
        "www.mp3.example",
    ],
)
def test_nobody_is_no_artist(nobody: str) -> None:
    assert groups(nobody, "A", nobody) == [-1, 0, -1]
    assert makers_of([track("A", album_artist=nobody)]) == [("a",)]


def test_the_album_says_which_of_several_made_it() -> None:
    a, b = track("A & B", album_artist="B"), track("A & B", album_artist="Various Artists")
    assert makers_of([a, b, track("A"), track("B")]) == [("b",), ("a", "b"), ("a",), ("b",)]
    assert makers_of([track("", album_artist="A")]) == [("a",)]
    assert makers_of([track("C", album_artist="A")]) == [("c", "a")]
    assert makers_of([track("C", album_artist="A", compilation=True)]) == [("c",)]
    assert is_of_various(track("C", compilation=True))
    assert not is_of_various(track("C"))


def test_what_the_tags_know_of_artists_one_by_one_is_evidence() -> None:
    assert makers_of([track("A & B", artists=("A", "B"))]) == [("a", "b")]


def test_the_composer_of_classical_music_is_a_maker_and_of_a_song_is_none() -> None:
    tracks = [
        track("Gould", genre="Classical", composer="Bach, Johann Sebastian (1685-1750)"),
        track("Argerich", genre="Klassik; Barock", composer="Johann Sebastian Bach"),
        track("Gould", genre="Classical", composer="Wolfgang Amadeus Mozart"),
        track("Muddy Waters", genre="Blues", composer="Willie Dixon"),
        track("Howlin' Wolf", genre="Blues", composer="Willie Dixon"),
    ]
    assert by_maker(tracks).tolist() == [0, 0, 0, 1, 2]
    assert makers_of(tracks)[1] == ("argerich", "johannsebastianbach")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("J.S. Bach", "Johann Sebastian Bach", True),
        ("Bach", "Bach, J. S.", True),
        ("Bach, Johann Sebastian, 1685-1750", "Johann Sebastian Bach (1685-1750)", True),
        ("Beethoven", "Beethoven, Ludwig van (1770–1827)", True),
        ("Tchaikovsky, P.I.", "Pyotr Ilyich Tchaikovsky", True),
        ("Johann Sebastian Bach, Ferruccio Busoni", "Johann Sebastian Bach", True),
        ("C.P.E. Bach", "Johann Sebastian Bach", False),
        ("Strauss, Richard", "Johann Strauss", False),
    ],
)
def test_a_composer_is_one_however_short(one: str, other: str, same: bool) -> None:
    said = [track(who, genre="Clásica", composer=name) for who, name in (("X", one), ("Y", other))]
    assert by_maker(said).tolist() == [0, 0 if same else 1]


def test_what_stands_behind_a_name_in_another_script_is_a_name_unless_it_is_a_country() -> None:
    assert groups("아이유 (IU)", "IU", "방탄소년단 (BTS)", "BTS") == [0, 0, 1, 1]
    assert groups("米津玄師 (JP)", "宇多田ヒカル (JP)", "Кино (SU)", "Мумий Тролль (SU)") == [
        0,
        1,
        2,
        3,
    ]


def test_a_short_name_of_several_composers_is_nobody_in_particular() -> None:
    names = ("Bach", "Johann Sebastian Bach", "Carl Philipp Emanuel Bach", "J.S. Bach")
    said = [track(f"X{i}", genre="Klassik", composer=name) for i, name in enumerate(names)]
    assert by_maker(said).tolist() == [0, 1, 2, 1]


def test_a_country_behind_names_is_nobody_that_they_share() -> None:
    assert groups("Air (UK)", "Death (UK)", "Air", "A Perfect Circle", "Perfect Circle, A") == [
        *(0, 1, 0, 2, 2)
    ]


def test_names_in_order_of_the_alphabet_share_no_article() -> None:
    names = (
        "The Who",
        "Who, The",
        "The Beatles",
        "Beatles, The",
        "Die Ärzte",
        "Ärzte, Die",
        "A, Die",
    )
    assert groups(*names) == [0, 0, 1, 1, 2, 2, 3]
    assert groups("Who, The; Beatles, The", "The Who", "Los Lobos", "Lobos, Los") == [0, 0, 1, 1]
    assert groups("Tyler, The Creator", "Tyler", "Garfunkel, Art", "Art") == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("A feat. B", "B", True), ("A (ft. B & C)", "C", True), ("Who, The", "the WHO", True),
        ("Mø", "MO", True), ("A\\\\B", "B; D", True), ("!!!", "!!!", False),
        ("Prince", "Prince Royce", False),
        ("Various Artists", "Various", False), ("ガガ", "カカ", False),
    ],
)  # fmt: skip
def test_names_in_two_credits(one: str, other: str, alike: bool) -> None:
    assert bool(names_in(one) & names_in(other)) == alike
