"""How tracks were recorded, which is no matter of the music: what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from songatlas.evaluation.trust.bandwidths import Bandwidths
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.noises import Noises
from songatlas.features.inputs import Extracted
from songatlas.text import some
from songatlas.types import FloatArray, Track
from songatlas.types.tree import ROOT, Tree

MUCH = 0.2  # AMI: less than the checks of clusters ask, as noise is not found in every recording


def notes_on_recordings(tracks: Sequence[Track], extracted: Extracted) -> Iterator[str]:
    """A sentence on recordings without their upper bands, and one on those with noise."""
    n = f"of {len(tracks):,} tracks"
    known = zip(tracks, extracted.bandwidths, strict=True)
    cut = [f"{t.path!r} ({top / 1000:.1f} kHz)" for t, top in known if np.isfinite(top)]
    if cut:
        yield (
            f"{len(cut):,} {n} hold nothing above a frequency, as files of low bit rates and old "
            f"recordings do: {some(cut)}."
        )
    heard = zip(tracks, extracted.noises, strict=True)
    noisy = [f"{t.path!r} ({floor:.0f} dB below)" for t, floor in heard if np.isfinite(floor)]
    if noisy:
        yield (
            f"{len(noisy):,} {n} have steady noise in their upper bands, as copies of tapes and "
            f"records and files of 8 bits do: {some(noisy)}."
        )


def notes_on_regions(
    tree: Tree, bandwidths: FloatArray | None, noises: FloatArray | None
) -> Iterator[str]:
    """A sentence where the regions that are really there are kinds of recordings.

    Parameters
    ----------
    bandwidths, noises
        Shape (n_tracks,), as in :class:`~songatlas.stages.prepare.Prepared`.
    """
    regions = [node for node in tree.children(ROOT) if node.found] if len(tree) else []
    if bandwidths is None or noises is None or not regions:
        return
    labels = tree.labels(tree.children(ROOT), len(bandwidths))
    case = Case(X=bandwidths[:, None], labels=labels, bandwidths=bandwidths, noises=noises)
    kinds = (
        (Bandwidths.measure(case), "how far up the recordings go", "bandwidth"),
        (Noises.measure(case), "noise under the recordings", "noise"),
    )
    for found, what, condition in kinds:
        if found is not None and found.ami >= MUCH:
            yield (
                f"The regions follow {what}, which is no matter of the music (AMI "
                f"{found.ami:.2f}, by chance 0); --condition {condition} takes it out."
            )
