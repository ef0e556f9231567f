"""The picture of the tree."""

import itertools

import pytest

from songatlas.plots.fonts import readable
from songatlas.plots.tree import MAX_ROWS, plot_tree
from songatlas.types.tree import Node, Tree

NAMES = ("Metal", "শান্ত গান", "静かな音楽 · 速い", "around Nina Hagen and Ideal", "$x_1$ & <b>")


def tree_of(*widths: int, leaf: int = 12) -> Tree:
    """So many parts on every level; every second sibling was found."""
    nodes = [("all", None)]
    level = ["all"]
    for width in widths:
        below = [
            (f"{parent}.{n}".removeprefix("all."), parent) for parent in level for n in range(width)
        ]
        nodes += below
        level = [key for key, _ in below]
    tracks = {key: range(leaf * i, leaf * (i + 1)) for i, key in enumerate(level)}
    return Tree(
        nodes=tuple(
            Node(
                id=key,
                parent=parent,
                name=f"{NAMES[i % len(NAMES)]} {i}",
                found=i % 2 == 1,
                tracks=tuple(
                    row
                    for end, rows in tracks.items()
                    if key == "all" or f"{end}.".startswith(f"{key}.")
                    for row in rows
                ),
            )
            for i, (key, parent) in enumerate(nodes)
        )
    )


def texts(tree: Tree) -> dict[str, object]:
    figure = plot_tree(tree)
    return {text.get_text(): text for text in figure.axes[0].texts}


def test_every_node_has_its_name_and_number_in_a_weight_that_says_whether_it_was_found():
    tree = tree_of(2, 2)
    found = texts(tree)
    assert sorted(found) == sorted(f"{readable(it.name)}  {len(it.tracks)}" for it in [*tree][1:])
    for node in [*tree][1:]:
        text = found[f"{readable(node.name)}  {len(node.tracks)}"]  # boxes without the fonts
        assert (text.get_weight(), text.get_style()) == (
            ("bold", "normal") if node.found else ("normal", "italic")
        )
    figure = plot_tree(tree)
    lines = {line.get_gid(): line for line in figure.axes[0].lines if line.get_gid()}
    assert lines["0"].get_linewidth() > 2 * lines["1"].get_linewidth()
    assert lines["0"].get_color() == lines["0.1"].get_color() != lines["1"].get_color()
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == ["really there", "a neighbourhood"]
    assert "48 tracks" in figure.get_suptitle()


@pytest.mark.parametrize("widths", [(4,), (5, 7), (9, 6), (3, 4, 5), (5, 5, 6), (70,), (90, 3)])
def test_as_many_levels_as_fit_are_drawn_and_what_is_left_out_is_said(widths):
    tree = tree_of(*widths)
    figure = plot_tree(tree)
    figure.canvas.draw()
    axes = figure.axes[0]
    ends = [text for text in axes.texts if text.get_position()[0] > len(widths) - 1]
    assert len(axes.texts) <= len(tree) - 1
    whole = len(tree.leaves()) <= MAX_ROWS
    assert (axes.get_title(loc="right") == "") == (len(axes.texts) == len(tree) - 1) == whole
    if not whole:
        assert axes.get_title(loc="right").startswith(f"{len(tree) - 1 - len(axes.texts)} smaller")
    for a, b in itertools.combinations([text.get_window_extent() for text in axes.texts], 2):
        assert not a.overlaps(b)
    for text in ends:
        assert text.get_window_extent().x1 <= figure.bbox.x1
    assert figure.get_size_inches()[1] <= 20


def test_a_name_has_all_the_room_beside_it():
    name = "Around The Crooked Odometers and Gasoline Vestry"
    flat = [("all", None), ("A", "all"), ("B", "all")]
    deep = [*flat, ("A.1", "A"), ("A.2", "A"), ("A.1.1", "A.1"), ("A.1.2", "A.1")]
    for nodes, cut in ((flat, set()), (deep, {"A", "A.1"})):
        tree = Tree(
            nodes=tuple(
                Node(id=key, parent=parent, name=f"{name} {key}", found=True, tracks=(0,) * 1000)
                for key, parent in nodes
            )
        )
        figure = plot_tree(tree)
        said = [text.get_text() for text in figure.axes[0].texts]
        whole = {key for key, _ in nodes[1:] if f"{name} {key}  1,000" in said}
        assert whole == {key for key, _ in nodes[1:]} - cut
        boxes = [text.get_window_extent() for text in figure.axes[0].texts]
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
        assert max(box.x1 for box in boxes) <= figure.bbox.x1


def test_a_level_that_is_not_drawn_stands_as_a_number():
    assert "  60 in 5 parts" in "".join(texts(tree_of(5, 5, 5)))


@pytest.mark.parametrize("tree", [Tree(), tree_of()])
def test_nothing_divided_is_no_picture(tree):
    assert plot_tree(tree) is None


def test_a_region_of_one_track_and_one_of_a_million_are_both_seen():
    nodes = [("all", None, 10**6 + 1), ("A", "all", 10**6), ("B", "all", 1)]
    tree = Tree(
        nodes=tuple(
            Node(id=key, parent=parent, name=key, found=False, tracks=(0,) * n)
            for key, parent, n in nodes
        )
    )
    assert list(texts(tree)) == ["A  1,000,000", "B  1"]
    assert min(dot.get_sizes()[0] for dot in plot_tree(tree).axes[0].collections) >= 8
