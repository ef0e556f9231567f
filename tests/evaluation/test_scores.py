import dataclasses
import math

import numpy as np
import pytest

from songatlas.evaluation.bootstrap import bootstrap_interval
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.permutation import permutation_test
from songatlas.evaluation.scores import evaluate, evaluate_all
from songatlas.store.tables import read_csv, write_csv
from songatlas.types import Clustering

LABELS = np.array([0, 0, 0, 0, 1, 1, 1, -1, -1, 0])
TRUE = np.array([0, 0, 0, 1, 1, 1, -1, 1, 0, -1])
X = np.random.default_rng(0).normal(size=(10, 3))


def clustering(labels=LABELS, method="VAE + DBSCAN", X=X):
    return Clustering(method=method, labels=labels, X=X, space="latent means")


def judge(labels=LABELS, true=TRUE, groups=None, **options):
    options = {"n_bootstrap": 50, "n_permutations": 99} | options
    return evaluate(clustering(labels), true, groups, rng=np.random.default_rng(0), **options)


def test_columns_are_those_of_the_experiment_and_ours_after_them():
    columns = tuple(judge().row())
    assert columns[:8] == (
        "Method",
        "Clusters",
        "Silhouette",
        "Calinski-Harabasz",
        "Davies-Bouldin",
        "ARI",
        "NMI",
        "Purity",
    )
    assert columns[8:] == (
        "AMI",
        *(f"{m} 95% {end}" for m in ("ARI", "NMI", "Purity", "AMI") for end in ("low", "high")),
        *(f"{m} p-value" for m in ("ARI", "NMI", "Purity", "AMI")),
        "Purity by chance",
        "NMI by chance",
        "Largest cluster share",
        "Noise tracks",
        "Scored tracks",
        "Tracks",
        "Silhouette tracks",
        "Bootstrap unit",
        "Space",
        "Shared silhouette",
        "Shared space",
    )


def test_a_row_holds_each_score_under_its_name():
    found = judge()
    row = found.row()
    assert row["Method"] == "VAE + DBSCAN"
    assert row["Clusters"] == 2
    assert row["Silhouette"] == found.silhouette
    assert row["Calinski-Harabasz"] == found.calinski_harabasz
    assert row["Davies-Bouldin"] == found.davies_bouldin
    assert [row[name] for name in ("ARI", "NMI", "AMI", "Purity")] == [
        found.ari,
        found.nmi,
        found.ami,
        found.purity,
    ]
    for name, score in found.external.items():
        assert row[name] == score.value
        assert (row[f"{name} 95% low"], row[f"{name} 95% high"]) == score.interval
        assert row[f"{name} p-value"] == score.chance.p_value
    assert row["Purity by chance"] == found.external["Purity"].chance.mean
    assert row["NMI by chance"] == found.external["NMI"].chance.mean
    assert row["Largest cluster share"] == 0.5
    assert row["Noise tracks"] == 2
    assert row["Scored tracks"] == 8
    assert row["Tracks"] == 10
    assert row["Silhouette tracks"] == 8
    assert row["Bootstrap unit"] == "track"
    assert row["Space"] == "latent means"


def test_values_are_those_of_the_pure_functions():
    found = judge(n_bootstrap=200, n_permutations=199)
    rng = np.random.default_rng(0)
    intervals = bootstrap_interval(TRUE, LABELS, n_bootstrap=200, rng=rng)
    chances = permutation_test(TRUE, LABELS, n_permutations=199, rng=rng)
    for name, metric in EXTERNAL.items():
        score = found.external[name]
        assert score.value == metric.score(TRUE, LABELS)
        assert (score.interval, score.chance) == (intervals[name], chances[name])


def test_a_table_in_full_precision_without_nan(tmp_path):
    rows = [judge().row(), judge(labels=np.full(10, -1)).row(), judge(true=None).row()]
    write_csv(tmp_path / "clustering_metrics.csv", [*rows[0]], [[*row.values()] for row in rows])
    text = (tmp_path / "clustering_metrics.csv").read_text()
    assert "nan" not in text.lower().replace("nance", "")
    back = read_csv(tmp_path / "clustering_metrics.csv")
    assert float(back[0]["Silhouette"]) == judge().silhouette
    assert back[1]["Silhouette"] == back[2]["ARI"] == back[2]["Purity by chance"] == ""


def test_cells_are_plain_python_values():
    cells = judge().row()
    assert {type(cell) for cell in cells.values()} <= {str, int, float, type(None)}
    assert all(math.isfinite(cell) for cell in cells if isinstance(cell, float))


def test_nothing_but_noise():
    found = judge(labels=np.full(10, -1))
    assert (found.n_clusters, found.n_noise, found.largest_share) == (0, 10, 0)
    assert (found.silhouette, found.calinski_harabasz, found.davies_bouldin) == (None,) * 3
    assert (found.ari, found.nmi, found.ami, found.purity) == (0, 0, 0, 0.5)


@pytest.mark.parametrize("true", [None, np.full(10, -1), np.where(TRUE < 0, -1, 2)])
def test_without_labels_the_internal_scores_remain(true):
    found = judge(true=true)
    assert found.silhouette is not None
    assert found.n_scored == (0 if true is None else (true >= 0).sum())
    for score in found.external.values():
        assert dataclasses.astuple(score) == (None, None, None)


def test_the_unit_is_the_artist_only_where_artists_have_several_scored_tracks():
    alone = np.array([0, 1, 2, 3, 4, 5, 5, 6, 7, 7])  # the doubles have no label
    assert judge(groups=alone).unit == judge(groups=np.full(10, -1)).unit == "track"
    assert judge(groups=alone) == judge()
    pairs = np.arange(10) // 2
    assert judge(groups=pairs).unit == "artist"
    assert judge(groups=pairs).external["ARI"].interval != judge().external["ARI"].interval


def test_one_clustering_more_changes_nothing_for_the_others():
    options = {"n_bootstrap": 20, "n_permutations": 19, "random_state": 4}
    groups = np.arange(10) // 2
    first, second = clustering(method="a"), clustering(labels=np.arange(10) % 3, method="b")
    other_space = clustering(method="c", X=X[:, :1])
    both = evaluate_all([first, other_space, second], TRUE, groups, **options)
    assert [found.method for found in both] == ["a", "c", "b"]
    (alone,) = evaluate_all([first], TRUE, groups, **options)
    assert alone.silhouette == pytest.approx(both[0].silhouette, rel=1e-12)
    assert dataclasses.replace(alone, internal=both[0].internal) == both[0]
    assert both[0].silhouette != both[1].silhouette
    assert both[0].external == both[1].external
    assert evaluate_all([], TRUE, groups, **options) == []


def test_a_shared_space_gives_every_method_a_silhouette_that_compares():
    from songatlas.evaluation.scores import evaluate_all
    from songatlas.evaluation.silhouette import silhouette_score

    own = [np.random.default_rng(seed).normal(size=(10, 3)) for seed in (1, 2)]
    shared = np.random.default_rng(3).normal(size=(10, 2))
    clusterings = [
        Clustering(method=str(i), labels=LABELS, X=X, space=f"space {i}") for i, X in enumerate(own)
    ]
    found = evaluate_all(clusterings, TRUE, random_state=0, shared=(shared, "PCA 2"))
    expected = silhouette_score(shared, LABELS)
    assert [e.shared_silhouette for e in found] == [expected, expected]
    assert found[0].silhouette != found[1].silhouette
    assert [*found[0].row().values()][-2:] == [expected, "PCA 2"]
