"""A person's corrections of the tree: what they make, and that doing them twice changes nothing."""

import dataclasses

import pytest
from listening.conftest import make_atlas
from planted_tree import NAMES, node, rows_by_id, with_tree

from songatlas.atlas.find import find_groups, find_node
from songatlas.atlas.regrow import correct_tree, name_nodes, require_mergeable
from songatlas.errors import ConfigError
from songatlas.listening.choice import PlaylistOptions
from songatlas.listening.lists import lists_of
from songatlas.results.corrections import Corrections
from songatlas.types.tree import Tree


@pytest.fixture
def atlas(tmp_path):
    """Twelve tracks on a line; A: 0–7, of A.1: 0–4 and A.2: 5–7; B: 8–11."""
    return with_tree(make_atlas(tmp_path, tmp_path / "music", 12, 3))


def key(atlas, name, *rows):
    return name, tuple(atlas.tracks[row].path for row in rows)


def corrected(atlas, **given):
    X, wishes = atlas.views["joint"].coordinates, Corrections(**given)
    found = correct_tree(atlas.tree, X, atlas.tracks, wishes)
    assert correct_tree(found, X, atlas.tracks, wishes) == found
    return found


def test_two_lists_are_one(atlas):
    found = corrected(atlas, merge_nodes=((key(atlas, "A.1", 0, 1), key(atlas, "A.2", 5, 6)),))
    rows = [*range(8)]
    assert rows_by_id(found) == {"all": [*range(12)], "A": rows, "A.1": rows, "B": [8, 9, 10, 11]}
    assert [it.name for it in found if not it.name] == [found["A.1"].name]  # to be named anew
    assert found["A"].found
    assert found["B"].found


def test_a_list_goes_to_another_region(atlas):
    """A.2 is one with B, which is a leaf: the regions above follow."""
    found = corrected(atlas, merge_nodes=((key(atlas, "B", 8, 9), key(atlas, "A.2", 5, 6)),))
    assert rows_by_id(found) == {
        "all": [*range(12)], "A": [*range(5)], "A.1": [*range(5)], "B": [*range(5, 12)],
    }  # fmt: skip
    moved = dataclasses.replace(atlas, tree=found, detail="fine")
    assert [it.id for it in lists_of(moved, PlaylistOptions())] == ["A", "B"]  # not A twice


def test_two_regions_are_one_with_the_lists_of_both(atlas):
    grown = Tree(
        nodes=(*atlas.tree, node("B.1", [8, 9], name="x"), node("B.2", [10, 11], name="y"))
    )
    wide = dataclasses.replace(atlas, tree=grown)
    found = corrected(wide, merge_nodes=((key(atlas, "A", 0, 1, 5), key(atlas, "B", 8, 9, 10)),))
    assert rows_by_id(found) == {
        "all": [*range(12)], "A": [*range(12)], "A.1": [*range(5)], "A.2": [5, 6, 7],
        "A.3": [8, 9], "A.4": [10, 11],
    }  # fmt: skip
    assert [found[key].name for key in ("A.1", "A.3")] == [NAMES["A.1"], "x"]


def test_what_is_merged_has_a_border_only_beside_others_and_names_that_differ(atlas):
    """Two regions of the same lists made one: all of the collection, in lists of other names."""
    parts = [node("B.1", [8, 9], name=NAMES["A.1"].upper()), node("B.2", [10, 11], name="y")]
    grown = Tree(nodes=(*atlas.tree, *parts))
    wide = dataclasses.replace(atlas, tree=grown)
    found = corrected(wide, merge_nodes=((key(atlas, "A", 0, 1, 5), key(atlas, "B", 8, 9, 10)),))
    assert not found["A"].found
    names = [found[key].name for key in ("A.1", "A.2", "A.3", "A.4")]
    assert names == [NAMES["A.1"], NAMES["A.2"], "", "y"]  # what is empty is named anew


def test_a_list_is_two_and_a_region_is_two_of_whole_lists(atlas):
    halves = key(atlas, "A.1", 0, 1), key(atlas, "A.1", 3, 4)
    found = corrected(atlas, split_nodes=(halves,))
    rows = rows_by_id(found)
    assert {rows["A.1"][0], rows["A.3"][-1]} == {0, 4}
    assert sorted(rows["A.1"] + rows["A.3"]) == [*range(5)]
    assert rows["A.2"] == [5, 6, 7]
    assert (found["A.1"].name, found["A.3"].name, found["A.3"].found) == ("", "", False)
    found = corrected(atlas, split_nodes=((key(atlas, "A", 0, 1, 2), key(atlas, "A", 6, 7)),))
    assert rows_by_id(found) == {
        "all": [*range(12)], "A": [*range(5)], "A.1": [*range(5)], "B": [8, 9, 10, 11],
        "C": [5, 6, 7], "C.1": [5, 6, 7],
    }  # fmt: skip


def test_tracks_together_and_apart_in_the_lists(atlas):
    paths = [track.path for track in atlas.tracks]
    found = corrected(atlas, together=((paths[4], paths[5]),), apart=((paths[10], paths[11]),))
    leaves = {row: leaf.id for leaf in found.leaves() for row in leaf.tracks}
    assert leaves[4] == leaves[5]
    assert leaves[10] != leaves[11]
    assert [leaves[row] for row in (0, 7, 8, 9)] == ["A.1", "A.2", "B", "B"]
    rows_by_id(found)
    with pytest.raises(ConfigError, match="cannot all be met"):
        corrected(atlas, together=((paths[0], paths[1]),), apart=((paths[1], paths[0]),))


def test_what_has_gone_is_no_trouble(atlas):
    gone = ("A.9", ("gone",))
    assert corrected(atlas, merge_nodes=((gone, gone),), split_nodes=((gone, gone),)) == atlas.tree
    named = name_nodes(atlas.tree, atlas.tracks, Corrections(rename_nodes=((gone, "x"),)))
    assert named == atlas.tree


def test_names_follow_their_tracks_whatever_the_ids_are(atlas):
    wishes = Corrections(rename_nodes=((key(atlas, "A.1", 5, 6), "Loud"),))  # now A.2
    named = name_nodes(atlas.tree, atlas.tracks, wishes)
    assert [(it.id, it.name) for it in named if it.named_by == "person"] == [("A.2", "Loud")]
    wishes = Corrections(rename_nodes=((key(atlas, "A", 0, 1), NAMES["B"]),))
    named = name_nodes(atlas.tree, atlas.tracks, wishes)
    assert [named["A"].name, named["B"].name] == [NAMES["B"], f"{NAMES['B']} (B)"]
    both = (key(atlas, "A", 0, 1), "Same"), (key(atlas, "B", 8), "same")
    with pytest.raises(ConfigError, match="must differ"):
        name_nodes(atlas.tree, atlas.tracks, Corrections(rename_nodes=both))


def test_a_part_is_not_merged_with_what_it_is_a_part_of(atlas):
    for ids in (("A", "A.1"), ("all", "A")):
        with pytest.raises(ConfigError, match="none is a part of another"):
            require_mergeable(atlas.tree, [atlas.tree[key] for key in ids])


@pytest.mark.parametrize(
    ("query", "cluster", "found"),
    [("A.2", None, "A.2"), ("1", 1, None), ("nina", None, "A.1"), ("Fast 2", 2, None),
     ("ac/dc: LOUD?", None, "A.2"), (f"{NAMES['A']} › {NAMES['A.2']}", None, "A.2")],
)  # fmt: skip
def test_what_a_person_calls_a_node(atlas, query, cluster, found):
    named, held = find_groups(atlas, query)
    assert (named and named.number, held and held.id) == (cluster, found)


def test_a_name_of_both_means_both_and_of_several_none(atlas):
    nodes = [dataclasses.replace(it, name="Fast 1") if it.id == "B" else it for it in atlas.tree]
    same = dataclasses.replace(atlas, tree=Tree(nodes=tuple(nodes)))
    named, held = find_groups(same, "fast 1")
    assert (named.number, held.id) == (1, "B")
    nodes = [dataclasses.replace(it, name="x") if it.id in ("B", "A.1") else it for it in nodes]
    twice = dataclasses.replace(atlas, tree=Tree(nodes=tuple(nodes)))
    for query in ("x", "fast", "nothing"):
        with pytest.raises(ConfigError, match="one cluster or node"):
            find_groups(twice, query)
    assert find_node(twice, f"{NAMES['A']} › x").id == "A.1"
    with pytest.raises(ConfigError, match=r"--node must be the id.*There are all 'All tracks'"):
        find_node(atlas, "Fast 1")
