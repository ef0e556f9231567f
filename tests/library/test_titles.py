"""Lengths of clips in file names, and artists in credits."""

import pytest

from songatlas.credits import names_in
from songatlas.library.titles import Part, artists_contradict, readings, without_besides
from songatlas.text import title_key


@pytest.mark.parametrize(
    ("stem", "key"),
    [
        ("24k_magic_30s", "24kmagic"),
        ("夜に駆ける_30s", "夜に駆ける"),
        ("Title-10S", "title"),
        ("Title (30s)", "title"),
        ("Title 30 sec", "title"),
        ("Title_30", ""),
        ("title30s", ""),
        ("the 1990s", ""),
        ("Title", ""),
        ("_30s", ""),
    ],
)
def test_clip_lengths(stem, key):
    clips = [title_key(reading.title) for reading in readings(stem) if reading.part is Part.CLIP]
    assert "".join(clips) == key


AGREE = [
    ("Beyoncé", "BEYONCE\N{COMBINING ACUTE ACCENT}"),
    ("The Beatles", "Beatles"),
    ("Beatles, The", "The Beatles"),
    ("AC/DC", "AC-DC"),
    ("A feat. B", "A"),
    ("A (feat. B)", "B"),
    ("A ft B", "A featuring C"),
    ("Simon & Garfunkel", "Simon and Garfunkel"),
    ("Prince", "Prince & The Revolution"),
    ("A; B", "B, C"),
    ("米津玄師", "米津玄師 feat. 初音ミク"),
]
CONTRADICT = [("Adele", "Beyoncé"), ("Prince", "Prince Royce"), ("夜", "昼"), ("Band", "The")]


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_agreeing_artists(one, other):
    assert names_in(one) & names_in(other)
    assert not artists_contradict(one, other)


@pytest.mark.parametrize(("one", "other"), CONTRADICT[:3])
def test_contradicting_artists(one, other):
    assert artists_contradict(one, other)
    assert artists_contradict(other, one)
    assert not names_in(one) & names_in(other)


@pytest.mark.parametrize("nobody", ["", "  ", "!!!", "?"])
def test_nobody_neither_agrees_nor_contradicts(nobody):
    assert not names_in(nobody)
    assert not artists_contradict(nobody, "Adele")


@pytest.mark.parametrize("which", ["Karaoke-Mix", "Bonus-Track", "unplugged-1", "Alternative"])
def test_a_version_of_eleven_letters_is_no_id_of_a_video(which):
    assert without_besides(f"Tide [{which}]") == f"Tide [{which}]"


@pytest.mark.parametrize("video", ["dQw4w9WgXcQ", "_Yhyp-_hX2s", "9bZkp7q19f0", "kJQP7kiw5Fk"])
def test_an_id_of_a_video_is_no_part_of_the_title(video):
    assert without_besides(f"Tide [{video}]") == "Tide"


def test_feet_are_no_guests():
    assert without_besides("6 ft. Under") == "6 ft. Under"
    assert without_besides("Under ft. Anna") == "Under"
