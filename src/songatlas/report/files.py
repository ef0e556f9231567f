"""What each file of the results folder is, in the order in which a reader wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from songatlas.projection import PROJECTIONS


def _coordinates(folder: str, of: str) -> dict[str, str]:
    return {
        f"{folder}{name}_2d.npy": f"{method.title} coordinates{of}"
        for name, method in PROJECTIONS.items()
    }


_BEFORE_PICTURES: Mapping[str, str] = {
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
}
# Numbers that a picture of the same name draws: they stand before it.
_DRAWN: Mapping[str, str] = {"cluster_selection.csv": "internal scores over K"}
_AFTER_PICTURES: Mapping[str, str] = {
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
    "views/lyrics/coordinates.npy": "the same three arrays by lyrics alone",
    **_coordinates("views/lyrics/", " by lyrics alone"),
    "notes.txt": "everything that was noticed while reading the metadata",
    "run.json": "versions, settings, seed, hashes of input and files; written last",
}


def describe_files() -> dict[str, str]:
    """Every file that a run can leave, and what it is.

    Examples
    --------
    >>> describe_files()["README.md"]
    'this page'
    """
    return {**_BEFORE_PICTURES, **dict(_pictures()), **_AFTER_PICTURES}


def _pictures() -> Iterator[tuple[str, str]]:
    from songatlas.report.pictures import PICTURES  # what draws is loaded where something is drawn

    for name, picture in PICTURES.items():
        numbers = name.replace(".png", ".csv")
        if numbers in _DRAWN:
            yield numbers, _DRAWN[numbers]
        yield name, picture.shows
