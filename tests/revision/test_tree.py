"""Corrections of the tree through an update: made once, named anew, kept."""

import dataclasses
import shutil

import numpy as np
import pytest
from planted_tree import node, rows_by_id

from songatlas.atlas.changes import Changes
from songatlas.machine import Machine
from songatlas.results.read import read_atlas
from songatlas.results.tree import read_tree, write_tree
from songatlas.revision.label import Wishes, label
from songatlas.revision.tree import tree_of_now
from songatlas.revision.update import update
from songatlas.types.atlas import View
from songatlas.types.tree import Tree


@pytest.fixture
def results(finished, tmp_path):
    """A finished run whose tree is another: two regions of its 24 tracks, one of them in two."""
    folder = tmp_path / "results"
    shutil.copytree(finished.out, folder)
    write_tree(
        folder,
        Tree(
            nodes=(
                node("all", range(24)),
                node("A", range(14), found=True, name="first"),
                node("B", range(14, 24), found=True, name="second"),
                node("A.1", range(7), name="calm"),
                node("A.2", range(7, 14), name="wild"),
            )
        ),
    )
    return folder


def test_corrections_of_the_tree_are_made_with_the_next_update_and_once(results, cache):
    label(results, Wishes(rename=[("A", "Mine")], merge=[["A.1", "A.2"]], split=["B"]))
    machine = Machine(cache=cache, workers=1)
    update(results, machine=machine)
    found = read_tree(results)
    rows = rows_by_id(found)
    assert rows["A"] == rows["A.1"] == [*range(14)]
    assert sorted(rows["B"] + rows["C"]) == [*range(14, 24)]
    assert {*rows} == {"all", "A", "A.1", "B", "C"}
    assert (found["A"].name, found["A"].named_by) == ("Mine", "person")
    names = [found[key].name for key in "ABC"]
    assert all(names)
    assert len({*names}) == 3
    assert {"second", "calm"}.isdisjoint(it.name for it in found)  # named anew
    lists = {p.stem for p in (results / "playlists").rglob("*.m3u8")}
    assert lists == {"Mine", *names[1:]}
    update(results, machine=machine)
    assert read_tree(results) == found
    label(results, Wishes(clear=True))
    update(results, machine=machine)
    assert read_tree(results) == found  # as of clusters: until the next refit


def test_a_new_track_stands_where_it_is_typical():
    """Behind those nearer to their mean, whose order stays; without a place in the view, last."""
    then = np.array([[0.0, 0.0], [1.0, 0.0], [-2.0, 0.0], [50.0, 0.0], [51.0, 0.0]])
    now = np.vstack([then, [[0.5, 0.0], [52.0, 0.0], [-9.0, 0.0], [48.0, 0.0]]])
    sound = now + 0.0
    sound[8] = np.nan
    before = Tree(
        nodes=(
            node("all", [0, 1, 2, 3, 4]),
            dataclasses.replace(node("A", [0, 1, 2]), view="audio"),
            dataclasses.replace(node("B", [4, 3]), view="audio"),
        )
    )
    changes = Changes(before=(0, 1, 2, 3, 4, -1, -1, -1, -1), replaced=(-1,) * 9, gone=())
    views = [
        {name: View(coordinates=X, maps={}) for name, X in found.items()}
        for found in ({"joint": then, "audio": then}, {"joint": now, "audio": sound})
    ]
    found = tree_of_now(before, views[0], changes, views[1])
    assert found["A"].tracks == (0, 5, 1, 2, 7)
    assert found["B"].tracks == (4, 3, 6, 8)


def test_an_update_without_corrections_leaves_every_node(results, cache):
    before = read_atlas(results)
    update(results, machine=Machine(cache=cache, workers=1))
    assert read_atlas(results).tree == before.tree


@pytest.mark.battery
def test_a_run_into_the_folder_respects_them(results, finished, music, cache, fast):
    import songatlas

    own = read_atlas(finished.out)
    paths = [track.path for track in own.tracks]
    label(results, Wishes(rename=[("A.2", "Wild ones")], together=[(paths[0], paths[23])]))
    small = dataclasses.replace(fast, tree=dataclasses.replace(fast.tree, leaf_min=3, leaf_max=9))
    machine = Machine(cache=cache, workers=1)
    songatlas.run(music, out=results, config=small, overwrite=True, machine=machine)
    tree = read_tree(results)
    rows_by_id(tree)
    assert tree.depth
    leaves = {row: leaf.id for leaf in tree.leaves() for row in leaf.tracks}
    assert leaves[0] == leaves[23]
