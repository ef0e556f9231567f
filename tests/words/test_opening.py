"""The first sentences that a person reads."""

import dataclasses
import re

import pytest

from songatlas.clustering.groups import MAX_BORDER, MAX_P
from songatlas.types.atlas import Cluster
from songatlas.types.tree import Node, Tree
from songatlas.types.trust import COLLAPSED, FEW, Finding
from songatlas.words.opening import (
    CLOSE,
    CLOSE_BORDER,
    opening,
    opening_of,
    opening_of_clusters,
)

NAMES = ["German", "English", "Metal & punk", "সুর", "夜", "Around Кино", "Piano", "Jazz", "Folk"]


def test_languages_are_said_as_such() -> None:
    assert opening(["German", "English"]) == (
        "Two regions are really there: songs in German and in English. Inside them no border is "
        "sure: the lists below are neighbourhoods, not categories."
    )
    assert "“German” and “Metal & punk”" in opening(["German", "Metal & punk"])
    assert "“forgive, learns” and “English · front”." in opening(  # not three
        ["“forgive”, “learns”", "English · “front”"]
    )


def test_where_nothing_is_found_no_region_is_promised() -> None:
    for said in (opening([]), opening(["German"]), opening_of_clusters("not a clustering", NAMES)):
        assert said.startswith("Nothing in this music is found to stand apart")
        assert said.lower().endswith("the lists below are neighbourhoods, not categories.")
    assert "smaller groups that do" in opening([], inside=True)


def test_a_view_speaks_of_itself_and_a_model_that_sees_nothing_too() -> None:
    nodes = (node("all", None), node("A", "all", "Slow"), node("B", "all", "Fast"))
    tree = Tree(nodes=nodes)
    said = {view: opening_of(tree, "weak", (), view) for view in ("joint", "audio", "lyrics")}
    assert [text.partition(" is found")[0] for text in said.values()] == [
        "Nothing in this music",
        "Nothing in the sound of this music",
        "Nothing in the lyrics of this music",
    ]
    whole = dataclasses.replace(nodes[0], tracks=tuple(range(FEW)))
    large = Tree(nodes=(whole, *nodes[1:]))
    collapsed = Finding(code=COLLAPSED, verdict="not a clustering", sentence="")
    assert opening_of(large, "not a clustering", (), "audio", [collapsed]) == (
        "This model tells nothing apart in the sound of this music. The lists below are "
        "neighbourhoods, not categories."
    )
    gradual = dataclasses.replace(collapsed, code="no valley anywhere")
    assert opening_of(large, "not a clustering", (), "audio", [gradual]) == (
        "Nothing in the sound of this music is found to stand apart. The lists below are "
        "neighbourhoods, not categories."
    )
    whole = dataclasses.replace(whole, tracks=whole.tracks[1:])
    assert opening_of(Tree(nodes=(whole, *nodes[1:])), "not a clustering", (), "audio") == (
        "49 tracks are too few to show what stands apart in the sound of this music. The lists "
        "below are neighbourhoods, not categories."
    )
    found = Tree(nodes=(nodes[0], *(dataclasses.replace(it, found=True) for it in nodes[1:])))
    said = opening_of(found, "not a clustering", ())
    assert said.startswith("Two regions are really there")
    of_others = " The verdict is on the clusters of the table, not on these regions."
    assert said == opening_of(found, "weak", ()) + of_others


@pytest.mark.parametrize("p", [1.0, MAX_P * 2])
def test_clusters_to_be_trusted_are_not_denied_where_no_region_is_found(p: float) -> None:
    parts = [node("A", "all", "Slow"), node("B", "all", "Fast")]
    parts = [dataclasses.replace(part, evidence={"p_value": p}) for part in parts]
    clusters = [cluster(0, "English", 1), cluster(1, "German", 2)]
    said = opening_of(Tree(nodes=(node("all", None), *parts)), "trustworthy", clusters)
    just = " (though it is close)" if p < 1 else ""
    assert said == (
        "Clusters of this music would show again: songs in German and in English. But no border "
        f"is sure enough for a region{just}: the lists below are neighbourhoods, not categories."
    )


def cluster(number: int, name: str, size: int) -> Cluster:
    return Cluster(
        number=number,
        name=name,
        named_by="songatlas",
        reason="",
        rows=tuple(range(size)),
        exemplars=(),
        traits=(),
        confidence=1.0,
        silhouette=0.5,
    )


@pytest.mark.parametrize("found", [False, True])
def test_a_first_division_near_the_limit_of_certainty_is_said_to_be(found: bool) -> None:
    def said(p: float, border: float = 0.3) -> str:
        parts = [node("A", "all", "Slow"), node("B", "all", "Fast")]
        evidence = {"p_value": p, "border": border}
        parts = [dataclasses.replace(x, found=found, evidence=evidence) for x in parts]
        return opening_of(Tree(nodes=(node("all", None), *parts)), "weak", ())

    assert CLOSE[0] * CLOSE[1] == pytest.approx(MAX_P**2)  # a factor of ten to either side
    assert CLOSE_BORDER == MAX_BORDER
    close = (
        "really there, if only just:" if found else "is found to stand apart (though it is close)."
    )
    assert "close)" not in said(0.5 * MAX_P, border=0.9)  # it is no valley
    assert "just" not in said(0.5 * MAX_P, border=0.9)
    assert close in said(0.5 * MAX_P if found else 2 * MAX_P)
    assert close not in said(0.01 * MAX_P if found else 100 * MAX_P)


def node(key: str, parent: str | None, name: str = "") -> Node:
    return Node(id=key, parent=parent, name=name, found=False, tracks=(0,))


def test_flat_clusters_are_really_there_only_by_a_good_verdict() -> None:
    two = ["Slow", "Fast"]
    assert opening_of_clusters("trustworthy", two) == opening(two)
    weak = opening_of_clusters("weak", two)
    assert "really" not in weak
    assert "no sharp borders" in weak
    assert "“Slow” and “Fast”" in weak


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("n", range(12))
def test_no_opening_has_statistics_in_it(n: int, inside: bool) -> None:
    found = [NAMES[i % len(NAMES)] for i in range(n)]
    said = opening(found, inside=inside)
    assert not re.search(r"κ|\b(?:z|p|ARI|AMI|NMI|K)\b", said)
    assert said.count(". ") == 1
    assert ("really there" in said) == (n > 1)
    if n > 7:
        assert f"and {n - 6} more" in said
