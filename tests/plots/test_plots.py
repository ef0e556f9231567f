"""The contract that every picture keeps."""

import pkgutil
import subprocess
import sys

import numpy as np
import pytest
from planted_tree import node

import songatlas.plots
from songatlas.plots.cluster_selection import plot_cluster_selection
from songatlas.plots.confusion_matrix import plot_confusion_matrix
from songatlas.plots.distributions import plot_distributions
from songatlas.plots.projection import plot_projection
from songatlas.plots.reconstruction_examples import Reconstruction, plot_reconstruction_examples
from songatlas.plots.style import save
from songatlas.plots.training_curves import plot_training_curves
from songatlas.plots.tree import plot_tree
from songatlas.types.tree import Tree

CLUSTERS = np.arange(40) % 4
GENRES = ["日本のポップス", "রবীন্দ্রসঙ্গীত", "أغاني $5", "\U0001faf6"] * 10
PICTURE = np.random.default_rng(0).normal(size=(39, 130))
REGIONS = Tree(
    nodes=tuple(
        node(key, range(40), found=found)
        for key, found in {"all": False, "A": True, "B": True, "A.1": False, "A.2": False}.items()
    )
)
EXAMPLES = {
    plot_training_curves: lambda: plot_training_curves(
        [{"epoch": e, "loss": 9 / e, "audio": 8 / e, "kl": 1.0, "beta": e / 9} for e in range(1, 9)]
    ),
    plot_reconstruction_examples: lambda: plot_reconstruction_examples(
        [Reconstruction(title=GENRES[1], original=PICTURE, reconstructed=PICTURE)],
        column_seconds=0.02,
    ),
    plot_cluster_selection: lambda: plot_cluster_selection(
        [2, 3], [0.1, 0.2], [9.0, 8.0], [1.0, 2.0], chosen=3
    ),
    plot_confusion_matrix: lambda: plot_confusion_matrix(CLUSTERS, GENRES),
    plot_distributions: lambda: plot_distributions(CLUSTERS, GENRES, GENRES),
    plot_projection: lambda: plot_projection(
        np.random.default_rng(0).normal(size=(40, 2)), CLUSTERS, GENRES, title="t-SNE"
    ),
    plot_tree: lambda: plot_tree(REGIONS),
}


@pytest.mark.parametrize("make", EXAMPLES.values(), ids=[make.__name__ for make in EXAMPLES])
def test_every_picture_is_the_same_to_the_last_byte(tmp_path, make):
    figure = make()
    save(figure, tmp_path / "a.png")
    save(make(), tmp_path / "b.png")
    first = (tmp_path / "a.png").read_bytes()
    assert first == (tmp_path / "b.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert len(first) > 10_000
    texts = figure.findobj(lambda artist: hasattr(artist, "get_parse_math"))
    assert not any(text.get_parse_math() for text in texts if text.get_text())


def test_the_contract_covers_every_picture():
    modules = {module.name for module in pkgutil.iter_modules(songatlas.plots.__path__)}
    kept = {make.__module__.rpartition(".")[2] for make in EXAMPLES}
    assert modules == kept | {"categories", "fonts", "style"}


def test_nothing_touches_pyplot():
    code = "import sys, songatlas.report.pictures; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
