"""What is said of recordings with flaws, and of regions that follow these."""

from pathlib import Path

import numpy as np
import pytest

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import frame_table
from songatlas.features.audio.flaws import flaws_of
from songatlas.stages.recordings import notes_on_recordings, notes_on_regions, with_flaws
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.flaws import FLAWS
from songatlas.types.tree import ROOT, Node, Tree
from songatlas.words.opening import opening_of

N = 60
FIRST = np.where(np.arange(N) < 28, 5000.0, np.inf)  # all but the first region, nearly
ODD = np.where(np.arange(N) % 2, 5000.0, np.inf)
UNKNOWN = np.full(N, -1)


def halves(*, found: bool = True) -> Tree:
    """The first half of the tracks is a region, and the second."""
    rows = np.arange(N).reshape(2, -1).tolist()
    nodes = [Node(id=ROOT, parent=None, name="All", found=False, tracks=tuple(range(N)))]
    for name, own in zip("AB", rows, strict=True):
        nodes.append(Node(id=name, parent=ROOT, name=name, found=found, tracks=tuple(own)))
    return Tree(nodes=tuple(nodes))


def told(
    tree: Tree, values: FloatArray, labels_true: IntArray = UNKNOWN, flaw: str = "noise"
) -> tuple[list[str], str]:
    """Notes and the opening, where the tracks have a flaw."""
    tree = with_flaws(tree, {flaw: values}, labels_true)
    return [*notes_on_regions(tree)], opening_of(tree, "weak", ())


@pytest.mark.parametrize("flaw", FLAWS)
def test_regions_of_recordings_are_called_that(flaw: str) -> None:
    (said,), opening = told(halves(), FIRST, flaw=flaw)
    assert said.startswith(f"The regions follow {FLAWS[flaw].what}")
    assert f"--condition {flaw}" in said
    assert f"But they follow {FLAWS[flaw].what}" in opening
    (again,) = notes_on_regions(with_flaws(halves(), {flaw: FIRST}, UNKNOWN), flaw)
    assert f"--condition {flaw} did not take it out" in again


@pytest.mark.parametrize(
    ("tree", "values", "labels_true"),
    [
        (halves(), ODD, UNKNOWN),
        (halves(found=False), FIRST, UNKNOWN),
        (Tree(), FIRST, UNKNOWN),
        (halves(), FIRST, np.arange(N) // 30),  # the first region is what the label says
    ],
)
def test_of_other_regions_nothing_is_said(
    tree: Tree, values: FloatArray, labels_true: IntArray
) -> None:
    notes, opening = told(tree, values, labels_true)
    assert not notes
    assert "follow" not in opening


def test_tracks_with_a_flaw_are_named() -> None:
    tracks = [Track(path=f"{n}.mp3", source=Path(f"{n}.mp3"), content_hash="") for n in range(3)]
    flaws = {"bandwidth": [np.inf, 7125.0, np.inf], "noise": [np.inf] * 3}
    (said,) = notes_on_recordings(tracks, flaws)
    assert said.startswith("1 of 3 tracks lack their upper bands")
    assert "'1.mp3' (up to 7.1 kHz)" in said


def test_every_flaw_has_its_measure_in_the_order_of_the_table() -> None:
    rng, sr = np.random.default_rng(0), AudioConfig().sr
    t = np.arange(10 * sr) / sr
    tune = np.sin(2 * np.pi * 330 * t) * np.exp(-3 * (t % 1)) / 5
    hiss = tune + rng.normal(size=len(t)) * 10 ** (-45 / 20)
    table = frame_table([hiss.astype(np.float32)], AudioConfig())
    found = dict(zip(FLAWS, flaws_of(table, AudioConfig()), strict=True))
    assert {name: bool(np.isfinite(value)) for name, value in found.items()} == {
        "bandwidth": False,
        "noise": True,
    }
