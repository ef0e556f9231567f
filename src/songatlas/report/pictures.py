"""Every picture of a run, by the name that it has in the results folder."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from itertools import compress
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from songatlas.plots.cluster_selection import plot_cluster_selection
from songatlas.plots.confusion_matrix import plot_confusion_matrix
from songatlas.plots.distributions import plot_distributions
from songatlas.plots.projection import plot_projection
from songatlas.plots.reconstruction_examples import plot_reconstruction_examples
from songatlas.plots.training_curves import plot_training_curves
from songatlas.plots.tree import plot_tree
from songatlas.projection import PROJECTIONS
from songatlas.report.examples import column_seconds, reconstruction_examples
from songatlas.stages.result import RunResult
from songatlas.text.languages import language_name


class Picture(NamedTuple):
    """What it shows, as the report says it, and its figure; None where nothing can be shown."""

    shows: str
    draw: Callable[[RunResult], Figure | None]


def _training_curves(result: RunResult) -> Figure:
    fit = result.model.fit
    whole = result.placement.network.effective_beta(1.0) == 1.0
    unit = "nats per track" if whole else "as averaged"
    return plot_training_curves(fit.history, best_epoch=fit.best_epoch, unit=unit)


def _reconstruction_examples(result: RunResult) -> Figure | None:
    if not result.placement.weights.get("audio"):
        return None
    examples = reconstruction_examples(result)
    return plot_reconstruction_examples(
        examples,
        column_seconds=column_seconds(result),
        third_name="from the whole track" if examples[0].third is not None else "",
    )


def _cluster_selection(result: RunResult) -> Figure:
    selection = result.selection
    scores = (selection.silhouette, selection.calinski_harabasz, selection.davies_bouldin)
    return plot_cluster_selection(
        selection.ks,
        *np.array(scores, float).tolist(),  # None, where a score is not defined, is NaN
        chosen=result.n_clusters,
        chosen_by=result.choice.chosen_by,
        smallest=selection.smallest_cluster,
    )


def _confusion_matrix(result: RunResult) -> Figure | None:
    labels = result.prepared.labels.judging
    if not labels.n_labelled:
        return None
    column = result.config.evaluation.label_column
    return plot_confusion_matrix(result.labels, labels.values, label_name=column)


def _distributions(result: RunResult) -> Figure:
    return plot_distributions(
        result.labels,
        result.prepared.labels.judging.values,
        [language_name(track.language) for track in result.tracks],
        label_name=result.config.evaluation.label_column,
    )


def _map(name: str, title: str) -> Callable[[RunResult], Figure]:
    def draw(result: RunResult) -> Figure:
        rows = result.placement.rows
        return plot_projection(
            result.view.maps[name][rows],
            result.labels[rows],
            list(compress(result.prepared.labels.judging.values, rows)),
            [language_name(track.language) for track in compress(result.tracks, rows)],
            title=f"{title} of the latent space",
            label_name=result.config.evaluation.label_column,
        )

    return draw


def _maps() -> Iterator[tuple[str, Picture]]:
    shown = itertools.chain(["the latents, by cluster and label"], itertools.repeat("the same"))
    for (name, method), what in zip(PROJECTIONS.items(), shown, strict=False):
        picture = Picture(f"{method.title} of {what}", _map(name, method.title))
        yield f"latent_visualization/{name}_visualization.png", picture


# By its place in the results folder; every run draws each, and a new picture adds one row.
PICTURES: Mapping[str, Picture] = {
    "tree.png": Picture(
        "regions, their parts and lists, and which are really there",
        lambda result: plot_tree(result.tree),
    ),
    "training_curves.png": Picture("the same as curves: total and every term", _training_curves),
    "reconstruction_examples.png": Picture(
        "features of a few tracks, original beside reconstructed", _reconstruction_examples
    ),
    "cluster_selection.png": Picture(
        "the same as curves, and the K that was taken", _cluster_selection
    ),
    "confusion_matrix.png": Picture(
        "clusters against labels, counts and row shares", _confusion_matrix
    ),
    "distributions.png": Picture("sizes of clusters, labels and languages", _distributions),
    **dict(_maps()),
}
