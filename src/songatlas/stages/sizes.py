"""What is sampled, approximated or left out because there are many tracks, in words."""

from __future__ import annotations

from collections.abc import Iterator

from songatlas.clustering import REFUSALS
from songatlas.clustering.agglomerative import MAX_TRACKS as MAX_WARD
from songatlas.clustering.agglomerative import N_MICRO
from songatlas.clustering.gaussian_mixture import MAX_FIT as MAX_MIXTURE
from songatlas.clustering.kmeans import MAX_FIT as MAX_KMEANS
from songatlas.config import Config
from songatlas.evaluation.near_duplicates import MAX_TRACKS as MAX_DUPLICATES
from songatlas.evaluation.scores import MAX_DEALT
from songatlas.evaluation.silhouette import MAX_COMPARED
from songatlas.evaluation.silhouette import MAX_EXACT as MAX_SILHOUETTE
from songatlas.evaluation.silhouette import SAMPLE as SILHOUETTE_SAMPLE
from songatlas.evaluation.trust.artists import MAX_TRACKS as MAX_ARTISTS
from songatlas.evaluation.trust.case import MAX_TRACKS as MAX_TRUST
from songatlas.listening.sample import MAX_TRACKS as MAX_DRAWN
from songatlas.listening.sample import SAMPLE as DRAWN
from songatlas.models.holdout import MAX_TRACKS as MAX_JUDGING
from songatlas.models.placement import MAX_FIT as MAX_SPACE
from songatlas.models.training import MAX_STEPS
from songatlas.neighbours.nearest import MAX_EXACT as MAX_NEIGHBOURS
from songatlas.plots import MAX_POINTS
from songatlas.projection.tsne import MAX_FINE as FINE_TSNE
from songatlas.projection.tsne import MAX_TRACKS as MAX_TSNE
from songatlas.projection.tsne import SAMPLE as TSNE_SAMPLE
from songatlas.projection.umap import MAX_EXACT as MAX_UMAP
from songatlas.projection.umap import MAX_TRACKS as MAX_UMAP_ALL
from songatlas.projection.umap import SAMPLE as UMAP_SAMPLE
from songatlas.stages.halves import MAX_TRACKS as MAX_HALVED


def size_notes(n_tracks: int, config: Config) -> tuple[str, ...]:
    """One sentence for each thing that is not done with all the tracks, or not exactly.

    Examples
    --------
    >>> from songatlas.config import Config
    >>> size_notes(2000, Config())
    ()
    >>> len(size_notes(100_000, Config()))
    14
    """
    return tuple(f"{n_tracks:,} tracks: {said}." for said in _said(n_tracks, config))


def _said(n: int, config: Config) -> Iterator[str]:
    in_epoch = MAX_STEPS * config.training.batch_size
    if n > MAX_JUDGING:
        yield f"every epoch of training is judged by the same {MAX_JUDGING:,} of them, random ones"
    if n > MAX_ARTISTS:
        yield f"the artist check compares a random {MAX_ARTISTS:,} of them"
    if n > FINE_TSNE:
        yield "t-SNE takes far ones together in larger groups"
    if n > in_epoch:
        yield f"an epoch of training draws {in_epoch:,} of them, others each time"
    if n > MAX_DUPLICATES:
        yield "only exact copies were looked for as duplicates"
    if n > MAX_SPACE:
        yield f"the space of the clusters was fitted to {MAX_SPACE:,} evenly spaced ones"
    if n > MAX_WARD:
        yield (
            f"the Agglomerative row merges {N_MICRO} micro-clusters of K-Means by Ward's "
            "criterion, not single tracks"
        )
    if n > MAX_HALVED:
        yield f"halves of tracks were compared for {MAX_HALVED:,} evenly spaced ones"
    if n > MAX_MIXTURE:
        yield f"the GMM row is a mixture fitted to a random {MAX_MIXTURE:,} of them"
    if n > MAX_TSNE:
        yield (
            f"t-SNE arranged a random {TSNE_SAMPLE:,} of them, and placed the others among their "
            "nearest of those"
        )
    if n > MAX_SILHOUETTE:
        compared = "all" if n <= MAX_COMPARED else f"{MAX_COMPARED:,} of them, evenly spaced"
        yield (
            f"silhouettes are sampled: the mean over {SILHOUETTE_SAMPLE:,} evenly spaced tracks, "
            f"each compared with {compared} (standard error about 0.003)"
        )
    for name, refusal in REFUSALS.items():
        if reason := refusal(n):
            yield f"the {name} row is left out. {reason.removesuffix('.')}"
    if MAX_NEIGHBOURS < n <= MAX_DRAWN:
        yield "the nearest tracks in atlas.html are approximate: up to two in 100 are missed"
    if n > MAX_DRAWN:
        yield (
            f"atlas.html draws {DRAWN:,} of them, some of every cluster, and lists the nearest of "
            "those; its search finds all"
        )
    if n > MAX_POINTS:
        yield f"the pictures of the maps draw about {MAX_POINTS:,} of them, some of every category"
    if n > MAX_TRUST:
        yield f"clusters are those of {MAX_KMEANS:,} evenly spaced tracks, for all"
        yield f"what scores are by chance was found on {MAX_DEALT:,} evenly spaced ones"
        yield f"what can be trusted was checked on {MAX_TRUST:,} evenly spaced ones"
    if MAX_UMAP < n <= MAX_UMAP_ALL:
        yield "UMAP's neighbours are approximate"
    if n > MAX_UMAP_ALL:
        yield f"UMAP arranged a random {UMAP_SAMPLE:,} of them, and placed the others like t-SNE"
