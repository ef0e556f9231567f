"""Ids that last, names that differ and are no numbers, and a tree that takes in new tracks."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from songatlas.atlas.changes import find_changes
from songatlas.clustering.tree import Branch
from songatlas.results.tree import read_tree, write_tree
from songatlas.revision.tree import tree_of_now
from songatlas.stages.tree import _ids, _kept, name_tree
from songatlas.types import Track
from songatlas.types.atlas import View
from songatlas.types.tree import Node, Tree
from songatlas.words.evidence import Evidence, read_vocabulary


def tracks(n: int, artists: str = "abc") -> tuple[Track, ...]:
    return tuple(
        Track(
            path=f"{i}.ogg",
            source=Path(f"{i}.ogg"),
            content_hash=f"{i:032x}",
            title=f"Song {i}",
            artist=artists and artists[i % len(artists)],
        )
        for i in range(n)
    )


def node(id: str, parent: str | None, *rows: int, found: bool = False) -> Node:  # noqa: A002
    return Node(id=id, parent=parent, name=id, found=found, view="joint", tracks=rows)


@pytest.fixture
def tree() -> Tree:
    return Tree(
        nodes=(
            node("all", None, *range(8)),
            node("A", "all", 0, 1, 2, 3, found=True),
            node("B", "all", 4, 5, 6, 7, found=True),
            node("A.1", "A", 0, 1),
            node("A.2", "A", 2, 3),
        )
    )


def test_levels_hold_every_track_once(tree) -> None:
    assert [[x.id for x in tree.level(n)] for n in range(4)] == [
        ["all"],
        ["A", "B"],
        ["A.1", "A.2", "B"],
        ["A.1", "A.2", "B"],
    ]
    assert tree.ids(2, 9) == ["A.1"] * 2 + ["A.2"] * 2 + ["B"] * 4 + [""]
    assert [x.id for x in tree.found()] == ["A", "B"]
    assert [x.id for x in tree.parents("A.2")] == ["all", "A"]
    assert [x.id for x in tree.detail("coarse")] == ["A", "B"]
    assert tree.detail("fine") == tree.detail() == tree.leaves()
    assert (tree.nearest_level(2), tree.nearest_level(30)) == (1, 2)


def test_what_is_no_tree_is_refused(tree) -> None:
    for nodes in (tree.nodes[1:], tree.nodes[::-1], (*tree.nodes, tree.nodes[0])):
        with pytest.raises(ValueError, match="parents first"):
            Tree(nodes=nodes)


def test_a_tree_comes_back_as_it_was_written(tree, tmp_path) -> None:
    assert read_tree(tmp_path) == Tree()  # from before there were trees
    evidence = {"border": 0.1, "p_value": 1e-9}
    tree = Tree(nodes=(tree.nodes[0], dataclasses.replace(tree.nodes[1], evidence=evidence)))
    assert write_tree(tmp_path, tree) == "tree.json"
    assert read_tree(tmp_path) == tree


def test_new_tracks_go_down_the_tree_and_gone_ones_leave_it(tree) -> None:
    X = np.array([[0, 0], [0, 1], [0, 9], [0, 8], [50, 0], [50, 1], [50, 2], [50, 3.0]])
    before = tracks(8)
    fresh = [dataclasses.replace(before[0], path=f"new{i}", content_hash=f"{i}") for i in range(3)]
    now = (fresh[0], *before[4:], before[0], before[1], fresh[1], fresh[2])  # 2 and 3 have gone
    new = np.array([[49, 2], [0, 0], [np.nan, np.nan]])
    places = np.vstack([new[:1], X[4:], X[:2], new[1:]])
    then, after = ({"joint": View(coordinates=x, maps={})} for x in (X, places))
    found = tree_of_now(tree, then, find_changes(before, now), after)
    assert {x.id: x.tracks for x in found} == {
        "all": (0, 5, 6, 1, 2, 3, 4, 7),  # the new one is nearer to the mean than the first
        "A": (5, 6, 7),
        "B": (0, 1, 2, 3, 4),
        "A.1": (5, 6, 7),
    }


def test_a_refit_keeps_the_ids_of_what_is_the_same(tree) -> None:
    class Previous:
        pass

    previous = Previous()
    previous.tracks, previous.tree = tracks(8), tree  # type: ignore[attr-defined]
    parts = [range(10), [4, 5, 6, 7, 8], [0, 1, 2, 3], [9], [2, 3], [0], [1]]
    parents = [-1, 0, 0, 0, 2, 2, 2]
    branches = [
        Branch(parent=parent, rows=np.array(rows))
        for parent, rows in zip(parents, parts, strict=True)
    ]
    ids = _ids(branches, tracks(10), previous)  # type: ignore[arg-type]
    assert ids == ["all", "B", "A", "C", "A.2", "A.1", "A.3"]
    assert _ids(branches, tracks(10), None) == ["all", "A", "B", "C", "B.1", "B.2", "B.3"]


def test_a_given_name_stays_with_most_of_its_tracks_not_with_an_id(tree) -> None:
    class Previous:
        pass

    mine = [dataclasses.replace(it, named_by="person") for it in tree]
    previous = Previous()
    previous.tracks, previous.tree = tracks(8), Tree(nodes=tuple(mine))  # type: ignore[attr-defined]
    now = Tree(
        nodes=(
            node("all", None, *range(9)),
            node("A", "all", 4, 5, 6, 8),  # what is another part now got a free id
            node("B", "all", 0, 1, 2, 3, 7),
            node("B.1", "B", 0, 1, 2, 3, 7),
        )
    )
    assert _kept(now, tracks(9), previous) == {}  # type: ignore[arg-type]
    grown = Tree(nodes=(node("all", None, *range(9)), node("A", "all", *range(9))))
    assert {*_kept(grown, tracks(9), previous)} == {"A"}  # type: ignore[arg-type]


def test_no_name_says_a_genre_that_a_large_part_of_the_node_is_not() -> None:
    """Of 40 tracks 20 are techno and 20 classical; 40 others sing."""
    names = ("electronic", "techno", "classical", "piano", "pop", "guitar", "male voice")
    parts = {"A.1": (0, 1, 5), "A.2": (2, 3, 6), "B": (4, 5, 6)}  # what is heard in each
    heard = np.full((80, len(names)), 0.01)
    heard[:20][:, parts["A.1"]] = heard[20:40][:, parts["A.2"]] = heard[40:][:, parts["B"]] = 0.9
    heard[:20, 0] = 0.99
    heard[heard < 0.1] = 0.0
    grown = Tree(
        nodes=(
            node("all", None, *range(80)),
            node("A", "all", *range(40)),
            node("B", "all", *range(40, 80)),
            node("A.1", "A", *range(20)),
            node("A.2", "A", *range(20, 40)),
        )
    )
    evidence = dataclasses.replace(_nothing(80), tag_names=names, tags=heard)
    named = name_tree(grown, evidence, tracks(80), None)
    assert [x.name for x in named][1:] == [
        "Electronic & classical",
        "Pop · guitar",
        "Electronic & techno",
        "Classical · piano",
    ]


def test_cousins_of_the_same_artists_are_told_apart_by_tracks(tree) -> None:
    more = (*tree, node("B.1", "B", 4, 5), node("B.2", "B", 6, 7))
    library = [
        dataclasses.replace(track, artist=artist)
        for track, artist in zip(tracks(8), "abccbadd", strict=True)
    ]
    named = {x.id: x.name for x in name_tree(Tree(nodes=more), _nothing(8), library, None)}
    assert named["A.1"] == "Around a and b"
    assert named["B.1"] == "Around a and b, “Song 4” and “Song 5”"
    assert named["B.2"] == "Around d"


def test_music_without_lyrics_is_named_so_beside_songs_and_not_beside_its_like(tree) -> None:
    """The parts of it are near somebody, and one whose tracks are gone has a name, too."""
    more = (*tree, node("B.1", "B", 4, 5, 6, 7), node("B.2", "B"))
    evidence = dataclasses.replace(
        _nothing(8),
        languages=("de",) * 4 + ("",) * 4,
        vocabulary=read_vocabulary([["meer"]] * 4 + [[]] * 4),
    )
    named = {x.id: x.name for x in name_tree(Tree(nodes=more), evidence, tracks(8), None)}
    assert named["B"] == "Without lyrics"
    assert named["B.1"].startswith("Around ")
    assert named["B.2"]


def _nothing(n: int) -> Evidence:
    """Evidence of nothing."""
    return Evidence(
        scales=(),
        sound=np.zeros((n, 0)),
        tag_names=(),
        tags=np.zeros((n, 0)),
        vocabulary=read_vocabulary([[]] * n),
        languages=("",) * n,
        genres=("",) * n,
        artists=("",) * n,
    )
