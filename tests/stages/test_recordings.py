"""What is said of regions that are kinds of recordings."""

import numpy as np
import pytest

from songatlas.stages.recordings import notes_on_regions
from songatlas.types.tree import ROOT, Node, Tree

N = 60
WHOLE = np.full(N, np.inf)


def halves(*, found: bool = True) -> Tree:
    """The first half of the tracks is a region, and the second."""
    rows = np.arange(N).reshape(2, -1).tolist()
    nodes = [Node(id=ROOT, parent=None, name="All", found=False, tracks=tuple(range(N)))]
    for name, own in zip("AB", rows, strict=True):
        nodes.append(Node(id=name, parent=ROOT, name=name, found=found, tracks=tuple(own)))
    return Tree(nodes=tuple(nodes))


@pytest.mark.parametrize("kind", ["bandwidth", "noise"])
def test_regions_of_recordings_are_called_that(kind: str) -> None:
    values = np.where(np.arange(N) < 28, 50.0, np.inf)
    known = (values, WHOLE) if kind == "bandwidth" else (WHOLE, values)
    (said,) = notes_on_regions(halves(), *known)
    assert said.startswith("The regions follow ")
    assert f"--condition {kind}" in said


def test_of_other_regions_nothing_is_said() -> None:
    values = np.where(np.arange(N) % 2, 50.0, np.inf)
    assert not [*notes_on_regions(halves(), values, values)]
    first = np.where(np.arange(N) < 28, 50.0, np.inf)
    assert not [*notes_on_regions(halves(found=False), first, first)]
    assert not [*notes_on_regions(Tree(), first, first)]
    assert not [*notes_on_regions(halves(), None, None)]
