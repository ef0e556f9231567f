"""Flaws of the recordings, which are no matter of the music: what is said of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from songatlas.evaluation.mutual_information import adjusted_mutual_info_score
from songatlas.evaluation.trust.recordings import Followed
from songatlas.text import some
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.flaws import FLAWS, remedy
from songatlas.types.tree import ROOT, Tree

MUCH = 0.2  # AMI: less than the checks of clusters ask, as noise is not found in every recording


def notes_on_recordings(
    tracks: Sequence[Track], flaws: Mapping[str, Sequence[float]]
) -> Iterator[str]:
    """A sentence a flaw that some tracks have.

    Parameters
    ----------
    flaws
        A measure a track by the name of the flaw, infinity for none.
    """
    for name, values in flaws.items():
        flaw = FLAWS[name]
        with_it = [
            f"{track.path!r} ({flaw.unit(value)})"
            for track, value in zip(tracks, values, strict=True)
            if np.isfinite(value)
        ]
        if with_it:
            yield (
                f"{len(with_it):,} of {len(tracks):,} tracks {flaw.have}, as {flaw.like} do: "
                f"{some(with_it)}."
            )


def with_flaws(tree: Tree, flaws: Mapping[str, FloatArray], labels_true: IntArray) -> Tree:
    """The tree with the flaws that its regions follow among their evidence.

    Parameters
    ----------
    flaws
        Shape (n_tracks,) each: measure by the name of the flaw, infinity for none.
    labels_true
        Shape (n_tracks,): label of every track, negative where not known. Regions that follow it
        more than a flaw are not held to be about that.
    """
    regions = tree.children(ROOT) if len(tree) else ()
    if not any(node.found for node in regions):
        return tree
    labels = tree.labels(regions, len(labels_true))
    placed = labels >= 0
    told = adjusted_mutual_info_score(labels_true[placed], labels[placed]) or 0.0
    each = {name: Followed.measure(name, values, labels) for name, values in flaws.items()}
    follow = {
        name: found.ami
        for name, found in each.items()
        if found is not None and found.ami >= MUCH and found.ami > told
    }
    ids = {node.id for node in regions if node.found and follow}
    nodes = [
        dataclasses.replace(node, evidence={**node.evidence, **follow}) if node.id in ids else node
        for node in tree
    ]
    return Tree(nodes=tuple(nodes))


def notes_on_regions(tree: Tree, condition: str = "") -> Iterator[str]:
    """A sentence a flaw that regions which are really there follow.

    Parameters
    ----------
    tree
        As :func:`with_flaws` gives it.
    condition
        Name of what the model was given of every track beside what it heard, if anything.
    """
    evidence = [node.evidence for node in (tree.children(ROOT) if len(tree) else ())]
    for name, flaw in FLAWS.items():
        ami = max((numbers.get(name, 0.0) for numbers in evidence), default=0.0)
        if ami:
            yield (
                f"The regions follow {flaw.what}, which is no matter of the music (AMI {ami:.2f}, "
                f"by chance 0); {remedy(name, condition)}."
            )
