"""Names of nodes that their own large parts would contradict."""

import pytest

from songatlas.types.atlas import Trait
from songatlas.words.names import name_clusters
from songatlas.words.parts import Part, agreed


def tag(name: str, kind: str = "tag") -> Trait:
    return Trait(
        kind=kind, name=name, measure=kind, here=0.6, elsewhere=0.1, unit="share", effect=0.5, p=0.0
    )


def named(traits: list[Trait], parts: list[Part]) -> str:
    return name_clusters([agreed(traits, parts)], [["Ideal"]])[0]


ELECTRONIC, INSTRUMENTAL, JAZZ = tag("electronic"), tag("instrumental"), tag("jazz")
TECHNO = Part(traits=[tag("beats"), tag("techno")], heard={"electronic": 0.97, "instrumental": 0.2})
STRINGS = Part(
    traits=[tag("strings"), tag("classical")], heard={"electronic": 0.02, "instrumental": 0.9}
)


def test_a_genre_that_a_large_part_is_not_is_said_beside_that_of_the_part() -> None:
    assert named([ELECTRONIC, INSTRUMENTAL], []) == "Electronic · instrumental"
    assert named([ELECTRONIC, INSTRUMENTAL], [TECHNO]) == "Electronic"
    assert named([ELECTRONIC, INSTRUMENTAL], [TECHNO, STRINGS]) == "Electronic & classical"
    quiet = Part(traits=[tag("quiet", "sound")], heard=STRINGS.heard)
    assert named([ELECTRONIC, INSTRUMENTAL], [TECHNO, quiet]) == "Electronic"


def test_what_every_part_has_comes_instead_where_there_is_such_a_genre() -> None:
    assert named([ELECTRONIC, JAZZ], [TECHNO, STRINGS]) == "Jazz"


@pytest.mark.parametrize("kind", ["sound", "language", "lyrics"])
def test_only_what_the_ear_hears_is_asked_for_in_the_parts(kind: str) -> None:
    told = tag("electronic", kind)
    assert agreed([told], [STRINGS]) == (told,)
