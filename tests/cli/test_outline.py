"""The tree on a terminal."""

from planted_tree import NAMES, node

from songatlas.cli.outline import outline
from songatlas.text import columns
from songatlas.types.tree import Tree


def grown(*nodes):
    return Tree(nodes=(node("all", range(400)), *nodes))


def test_names_sizes_and_what_is_really_there():
    tree = grown(
        node("A", range(200), found=True),
        node("B", range(200, 201)),
        node("A.1", range(150), name="x" * 300),
        node("A.2", range(150, 200), name="夜の歌" * 30),
    )
    lines = outline(tree, "fine")
    assert [line.split()[0] for line in lines[1:3]] == ["x" * 49 + "…", "夜の歌" * 8 + "…"]
    assert lines[0].startswith(f"  {NAMES['A']}  ")
    assert lines[0].endswith(" 200 tracks  really there")
    assert lines[3].endswith("   1 track")
    assert lines[4].startswith("The others are neighbourhoods")
    assert max(map(columns, lines)) == 80
    ends = {columns(line.partition("really")[0].rstrip()) for line in lines[:4]}
    assert len(ends) == 1  # sizes stand below each other in any script


def test_a_level_only_and_what_is_below_it():
    parts = [node(f"{x}.{n}", range(20), name=f"part {x}{n}") for x in "ABCD" for n in range(9)]
    regions = [node(x, range(100), found=x == "A", name=f"region {x}") for x in "ABCD"]
    tree = grown(*regions, *parts)
    assert len(outline(tree, "coarse")) == 5
    lines = outline(tree, "fine")  # 40 lines are more than a person reads
    assert [line.split()[0] for line in lines[:4]] == ["region"] * 4
    assert lines[0].endswith("100 tracks  really there, 9 lists")
    assert lines[3].endswith("100 tracks  9 lists")


def test_nothing_is_said_of_what_is_not_there():
    assert outline(Tree(), "auto") == outline(grown(), "auto") == []
    real = grown(*(node(x, range(200), found=True) for x in "AB"))
    assert len(outline(real, "auto")) == 2
