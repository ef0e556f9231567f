"""What pretrained ears hear of every track, those of several side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from songatlas.config import Config
from songatlas.errors import AudioError, ModelError
from songatlas.extraction.ear import Ear, embedding_job
from songatlas.extraction.gather import gather
from songatlas.extraction.workshop import Workshop
from songatlas.types import FloatArray, Track


def gather_embeddings(
    tracks: Sequence[Track], ear: Ear, config: Config, shop: Workshop
) -> tuple[list[FloatArray], tuple[str, ...]]:
    """Embedding of every track; one that cannot be made is absent and costs nothing else.

    Returns
    -------
    embeddings
        (n_patches, n_features) a track, without rows where it is absent.
    notes
        One sentence where embeddings are absent.

    Raises
    ------
    ModelError
        When a network gives more numbers, or fewer, for some track.
    """
    blocks: list[list[FloatArray]] = []
    notes: list[str] = []
    for each in ear.each:
        results, _ = gather(tracks, embedding_job(each, config), attrgetter("array"), shop)
        for track, result in zip(tracks, results, strict=True):
            if not isinstance(result, AudioError) and result.shape[1] != each.n_features:
                raise ModelError(
                    f"{each.name} must give as many numbers for every track. Got "
                    f"{result.shape[1]:,} for {track.path!r}, and {each.n_features:,} for noise."
                )
        nothing = np.zeros((0, each.n_features), np.float32)
        blocks.append([nothing if isinstance(result, AudioError) else result for result in results])
        codes = Counter(result.code for result in results if isinstance(result, AudioError))
        failed = [t.path for t, r in zip(tracks, results, strict=True) if isinstance(r, AudioError)]
        if failed:
            why = ", ".join(f"{code} {n}" for code, n in sorted(codes.items()))
            notes.append(
                f"{len(failed)} of {len(tracks)} tracks have no {each.name} embedding ({why}), the "
                f"first of them {failed[0]!r}; they are analysed without it."
            )
    return [side_by_side(of_track) for of_track in zip(*blocks, strict=True)], tuple(notes)


def side_by_side(blocks: Sequence[FloatArray]) -> FloatArray:
    """Embeddings of one track by several networks as one, (n_patches, n_features of all).

    As many patches as the network with most of them has; beside each stands that of the others at
    the same place of the track. None at all where one of the networks has none.

    Examples
    --------
    >>> side_by_side([np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([[7.0], [8.0]])]).tolist()
    [[1.0, 7.0], [2.0, 7.0], [3.0, 8.0], [4.0, 8.0]]
    """
    n_patches = max(map(len, blocks)) if all(map(len, blocks)) else 0
    middle = (np.arange(n_patches) + 0.5) / max(n_patches, 1)  # of every patch, in [0, 1]
    return np.concatenate([x[(middle * len(x)).astype(int)] for x in blocks], axis=1)
