"""The number of clusters: silhouette, stability and size together, or none that is clear."""

from __future__ import annotations

import numpy as np

from songatlas.clustering.selection import KSelection
from songatlas.types import Float64, KChoice

STABLE_AGREEMENT = 0.7
MOST_VOTES = 0.5
SMALLEST_SHARE = 0.02
SMALLEST_TRACKS = 3
_WORST = -1.0  # the silhouette of what has none


def choose_k(
    selection: KSelection,
    agreement: Float64,
    silhouettes: Float64,
    *,
    given: int = 0,
    rule: str = "joint",
) -> KChoice:
    """Weigh what was found for every number of clusters.

    A number qualifies when its smallest cluster has at least 3 tracks and 2 % of all, and disjoint
    half-samples agree about it (adjusted Rand index ≥ 0.7). Of those that qualify the greatest
    product of silhouette and agreement wins. It is *clear* when it also wins in more than half of
    the half-samples, each with its own silhouettes.
    Otherwise there is no clear number: the greatest silhouette among the numbers without splinters
    is taken for convenience.

    Parameters
    ----------
    selection
        Scores of K-Means over all tracks, or one of each recording.
    agreement
        Shape (n_ks,) for the first numbers of `selection`: adjusted Rand index of half-samples.
    silhouettes
        Shape (n_halves, n_ks): silhouette in every half-sample, NaN where not defined.
    given
        A number that was asked for; 0 chooses.
    rule
        ``"joint"`` as above, or ``"silhouette"``: the greatest silhouette is taken, whatever is
        clear.
    """
    n_ks, n_tracks = len(selection.ks), len(selection.labels[0])
    agreement = np.append(agreement, np.zeros(n_ks - len(agreement)))
    missing = np.full((len(silhouettes), n_ks - silhouettes.shape[1]), _WORST)
    halves = np.hstack([np.nan_to_num(silhouettes, nan=_WORST), missing])
    silhouette = np.array([_WORST if x is None else x for x in selection.silhouette])
    whole = np.array(selection.smallest_cluster) >= max(SMALLEST_TRACKS, SMALLEST_SHARE * n_tracks)
    stable = whole & (agreement >= STABLE_AGREEMENT) & (silhouette > _WORST)
    votes = np.zeros(n_ks)
    clear_k = None
    if stable.any():
        favourite = np.where(stable, halves * agreement, -np.inf).argmax(axis=1)
        votes = np.bincount(favourite, minlength=n_ks) / max(len(halves), 1)
        best = int(np.where(stable, silhouette * agreement, -np.inf).argmax())
        clear_k = selection.ks[best] if votes[best] > MOST_VOTES else None
    if given:
        k, chosen_by = given, "given"
    elif rule == "silhouette":
        k, chosen_by = selection.best_k, "silhouette"
    elif clear_k is not None:
        k, chosen_by = clear_k, "silhouette, stability and size"
    else:
        usable = whole if whole.any() else np.ones(n_ks, dtype=bool)
        k = selection.ks[int(np.where(usable, silhouette, -np.inf).argmax())]
        chosen_by = "convenience"
    return KChoice(
        k=k,
        chosen_by=chosen_by,
        clear_k=clear_k,
        ks=selection.ks,
        silhouette=selection.silhouette,
        agreement=tuple(float(x) for x in agreement),
        smallest_cluster=selection.smallest_cluster,
        votes=tuple(float(x) for x in votes),
    )
