"""The facts about a run that its report states, apart from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from songatlas.types import Trust


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """Counts and settings of a run.

    Parameters
    ----------
    modalities
        (tracks that have it, observations a track at most, features an observation), by name.
    held_out
        Whether the best loss is of held-out tracks.
    k_chosen_by
        How the number of clusters came about.
    view, weights, n_unplaced
        What the places are made from, how much each modality counts, and the number of tracks of
        which nothing was heard.
    """

    version: str
    preset: str
    seed: int
    n_discovered: int
    n_tracks: int
    n_skipped: int
    n_duplicates: int
    n_with_lyrics: int
    n_labelled: int
    label_column: str
    label_names: tuple[str, ...]
    modalities: Mapping[str, tuple[int, int, int]]
    model_name: str
    n_latent: int
    n_parameters: int
    beta: float
    effective_beta: float
    best_epoch: int
    n_epochs: int
    best_loss: float
    held_out: bool
    n_clusters: int
    k_chosen_by: str
    k_range: tuple[int, int]
    view: str
    weights: Mapping[str, float]
    n_unplaced: int
    clusters: tuple[tuple[str, int, str], ...]
    trust: Trust
    notes: tuple[str, ...]
