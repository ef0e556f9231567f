"""Names of regions that only a part of them would bear out."""

import dataclasses

import numpy as np
import pytest

from songatlas.types.atlas import Trait
from songatlas.words.evidence import Evidence, read_vocabulary
from songatlas.words.mostly import borne_out, spoken
from songatlas.words.names import name_clusters
from songatlas.words.parts import heard_shares

TAGS = ("electronic", "techno", "jazz", "rock", "metal", "alternative rock", "piano", "mellow")


def heard(*shares: dict[str, float], n: int = 10) -> Evidence:
    """`n` tracks a group, of which these shares are heard as each tag."""
    tags = np.zeros((n * len(shares), len(TAGS)))
    for group, of_group in enumerate(shares):
        for tag, share in of_group.items():
            tags[group * n : group * n + round(share * n), TAGS.index(tag)] = 0.9
    everyone = ("",) * len(tags)
    return Evidence(
        scales=(),
        sound=np.zeros((len(tags), 0)),
        tag_names=TAGS,
        tags=tags,
        vocabulary=read_vocabulary([[]] * len(tags)),
        languages=everyone,
        genres=everyone,
        artists=everyone,
    )


def tag(name: str, here: float) -> Trait:
    return Trait(
        kind="tag", name=name, measure="tag", here=here, elsewhere=0.0, unit="share", effect=here,
        p=0.0,
    )  # fmt: skip


def named(traits: list[Trait], *shares: dict[str, float]) -> str:
    evidence = heard(*shares)
    told = borne_out(traits, evidence, np.arange(10), heard_shares(evidence))
    return name_clusters([told], [["Ideal"]])[0]


ROCK = {"rock": 1.0}


def test_a_genre_of_a_part_stands_behind_that_of_most() -> None:
    """Other electronic music has less jazz, so that this alone is beyond chance."""
    some_jazz = {"electronic": 1.0, "techno": 0.6, "jazz": 0.4, "rock": 0.5}
    assert named([tag("jazz", 0.4)], some_jazz, ROCK) == "Electronic & jazz"
    # the collection has less of techno
    electronic = {"electronic": 1.0}
    assert named([tag("jazz", 0.4)], some_jazz, electronic, electronic) == "Techno & jazz"


@pytest.mark.parametrize(
    ("traits", "name"),
    [
        ([tag("jazz", 0.5)], "Jazz"),  # half of them is most
        ([tag("jazz", 0.4), tag("techno", 0.6)], "Techno & jazz"),
        ([tag("jazz", 0.4), tag("piano", 0.4), tag("mellow", 0.6)], "Jazz · mellow"),
        ([tag("alternative rock", 0.4)], "Alternative rock"),  # rock is what it is, too
        ([tag("piano", 0.4)], "Piano"),  # and may be of any genre
        ([tag("mellow", 0.4)], "Mellow"),
        ([], "Around Ideal"),
    ],
)
def test_otherwise_names_stay(traits: list[Trait], name: str) -> None:
    shares = {trait.name: trait.here for trait in traits}
    assert named(traits, {"rock": 0.6} | shares, {"electronic": 1.0}) == name


def test_where_nothing_is_heard_in_most_the_part_names_them() -> None:
    assert named([tag("jazz", 0.4)], {"electronic": 0.4, "jazz": 0.4}, ROCK) == "Jazz"


def test_a_genre_that_sets_them_further_apart_comes_first() -> None:
    """Death metal is heard as techno, too, which its siblings of metal are not."""
    techno, house = {"techno": 0.5}, {"techno": 0.4}
    assert named([tag("techno", 0.7)], {"metal": 1.0, "techno": 0.7}, techno, house, ROCK) == (
        "Metal & techno"
    )
    assert named([tag("techno", 0.7)], {"metal": 0.8, "techno": 0.7}, ROCK) == "Techno"


@pytest.mark.parametrize(
    ("n_known", "name"), [(10, "German"), (8, "German"), (7, "German & without lyrics")]
)
def test_a_language_is_not_said_of_music_without_lyrics(n_known: int, name: str) -> None:
    evidence = dataclasses.replace(heard({}), languages=("de",) * n_known + ("",) * (10 - n_known))
    german = dataclasses.replace(tag("de", 1.0), kind="language")
    rows = np.arange(10)
    assert name_clusters([spoken([german], evidence, rows, rows)]) == (name,)


@pytest.mark.parametrize(
    ("n_silent", "n_beside", "name"),
    [(10, 0, "Without lyrics"), (8, 4, "Without lyrics"), (8, 5, "Jazz"), (7, 0, "Jazz")],
)
def test_what_has_no_lyrics_beside_songs_is_called_that(
    n_silent: int, n_beside: int, name: str
) -> None:
    """Electronic and classical music beside English and German songs was “Quieter”."""
    sung = [i >= n_silent for i in range(10)] + [i >= n_beside for i in range(10)]
    evidence = dataclasses.replace(
        heard({"jazz": 1.0}, {}),
        languages=tuple("de" if has else "" for has in sung),
        vocabulary=read_vocabulary([["meer"] if has else [] for has in sung]),
    )
    told = spoken([tag("jazz", 1.0)], evidence, np.arange(10), np.arange(20))
    assert name_clusters([told])[0].split(" · ")[0] == name
    german = dataclasses.replace(tag("de", 1.0), kind="language")
    if name != "Jazz":
        assert name_clusters([told, [german]]) == ("Without lyrics", "German")
