"""Two-dimensional pictures of the latent space."""

from __future__ import annotations

from songatlas.config import Config
from songatlas.pipeline.progress import Progress
from songatlas.projection.tsne import tsne
from songatlas.projection.umap import umap
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray


def project(X: FloatArray, config: Config, progress: Progress) -> dict[str, FloatArray]:
    """t-SNE and UMAP of `X`, each (n_tracks, 2)."""
    settings = config.projection
    with progress.stage("Projecting", total=2, unit="maps") as bar:
        seed = stage_seed(config.seed, "projection")
        maps = {"tsne": tsne(X, perplexity=settings.tsne_perplexity, random_state=seed)}
        bar.advance()
        maps["umap"] = umap(
            X,
            n_neighbors=settings.umap_neighbors,
            min_dist=settings.umap_min_dist,
            random_state=seed,
        )
        bar.advance()
    return maps
