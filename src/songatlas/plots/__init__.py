"""Pictures of a run: one file a picture, each a function that returns a matplotlib Figure."""

from songatlas.plots.cluster_selection import plot_cluster_selection
from songatlas.plots.confusion_matrix import plot_confusion_matrix
from songatlas.plots.distributions import plot_distributions
from songatlas.plots.projection import plot_projection
from songatlas.plots.reconstruction_examples import Reconstruction, plot_reconstruction_examples
from songatlas.plots.style import save
from songatlas.plots.training_curves import plot_training_curves

__all__ = [
    "Reconstruction",
    "plot_cluster_selection",
    "plot_confusion_matrix",
    "plot_distributions",
    "plot_projection",
    "plot_reconstruction_examples",
    "plot_training_curves",
    "save",
]
