"""What each file of the results folder is, in the order in which a reader wants them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from songatlas.projection import PROJECTIONS

_DRAWN = itertools.chain(["the latents, by cluster and label"], itertools.repeat("the same"))


def _coordinates(folder: str, of: str) -> dict[str, str]:
    return {
        f"{folder}{name}_2d.npy": f"{method.title} coordinates{of}"
        for name, method in PROJECTIONS.items()
    }


DESCRIPTIONS: Mapping[str, str] = {
    "README.md": "this page",
    "trust.json": "the verdict with every number that it rests on, and near-duplicate tracks",
    "clustering_metrics.csv": "every method's scores in full precision",
    "tracks.csv": "row *i* of every array: path, title, artist, labels, cluster by every method",
    "clusters.json": "every cluster in words: name, reason, exemplars, traits, its tracks",
    "reasons.csv": "why every track is in its cluster, and which would be next",
    "atlas.html": "the map: open it in a browser to see, search and hear the collection",
    "playlists/": "a playlist of every cluster, in an order that flows (M3U8 and XSPF)",
    "descriptors.csv": "what every track sounds like: tempo, loudness, brightness … (and tags)",
    "skipped.csv": "files that were found and not analysed, each with code and reason",
    "training_history.csv": "loss and its terms by epoch",
    "training_curves.png": "the same as curves: total, audio, text, KL",
    "reconstruction_examples.png": "features of a few tracks, original beside reconstructed",
    "cluster_selection.csv": "internal scores over K",
    "cluster_selection.png": "the same as curves, and the K that was taken",
    "confusion_matrix.png": "clusters against labels, counts and row shares",
    "distributions.png": "sizes of clusters, labels and languages",
    **{
        f"latent_visualization/{name}_visualization.png": f"{method.title} of {what}"
        for (name, method), what in zip(PROJECTIONS.items(), _DRAWN, strict=False)
    },
    "best_model.pth": "model with the best loss, and its fitted inputs; loads with "
    "`torch.load(…, weights_only=True)`",
    "model_final.pth": "the same after the last epoch",
    "latent_features.npy": "posterior means, n_tracks × latent dimensions",
    "cluster_labels_kmeans.npy": "cluster of every track, from 0 by decreasing size",
    "genre_labels.npy": "label of every track as an integer, −1 = none",
    "coordinates.npy": "the points that were clustered, n_tracks × coordinates",
    **_coordinates("", ""),
    "views/audio/coordinates.npy": "the same three arrays by sound alone",
    **_coordinates("views/audio/", " by sound alone"),
    "views/lyrics/coordinates.npy": "the same three arrays by words alone",
    **_coordinates("views/lyrics/", " by words alone"),
    "notes.txt": "everything that was noticed while reading the metadata",
    "run.json": "versions, settings, seed, hashes of input and files; written last",
}
