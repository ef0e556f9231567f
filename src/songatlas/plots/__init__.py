"""Pictures of a run: one file a picture, each a function that returns a matplotlib Figure."""

from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from songatlas.plots.cluster_selection import plot_cluster_selection
from songatlas.plots.confusion_matrix import plot_confusion_matrix
from songatlas.plots.distributions import plot_distributions
from songatlas.plots.metrics_overview import MethodScores, plot_metrics_overview
from songatlas.plots.projection import plot_projection
from songatlas.plots.reconstruction_examples import Reconstruction, plot_reconstruction_examples
from songatlas.plots.style import save
from songatlas.plots.training_curves import plot_training_curves

PLOTS: Mapping[str, Callable[..., Figure]] = {
    "training_curves.png": plot_training_curves,
    "reconstruction_examples.png": plot_reconstruction_examples,
    "cluster_selection.png": plot_cluster_selection,
    "confusion_matrix.png": plot_confusion_matrix,
    "distributions.png": plot_distributions,
    "latent_visualization/tsne_visualization.png": plot_projection,
    "latent_visualization/umap_visualization.png": plot_projection,
    "metrics_overview.png": plot_metrics_overview,
}

__all__ = [
    "PLOTS",
    "MethodScores",
    "Reconstruction",
    "plot_cluster_selection",
    "plot_confusion_matrix",
    "plot_distributions",
    "plot_metrics_overview",
    "plot_projection",
    "plot_reconstruction_examples",
    "plot_training_curves",
    "save",
]
