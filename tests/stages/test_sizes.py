"""Limits that many tracks meet are said, and nothing is said of few."""

import sys

import numpy as np
import pytest
import torch

from songatlas.clustering.kmeans import kmeans
from songatlas.clustering.points import canonical_labels
from songatlas.config import load_config
from songatlas.distances import blocks
from songatlas.evaluation.silhouette import silhouette_averages, silhouette_score
from songatlas.evaluation.trust.artists import Artists
from songatlas.evaluation.trust.case import Case
from songatlas.models.base import Batch
from songatlas.models.decision import decide
from songatlas.models.placement import place
from songatlas.models.posteriors import PIECE
from songatlas.models.track_vae import TrackVAE
from songatlas.models.training import rows_of_epoch
from songatlas.projection.place_among import place_among
from songatlas.projection.tsne import tsne
from songatlas.projection.umap import umap
from songatlas.stages.sizes import size_notes


def test_every_limit_is_said_from_the_first_track_beyond_it() -> None:
    config = load_config()
    limits = [*[5_000] * 3, 6_400, 8_000, *[20_000] * 5, 30_000, 30_000, 50_000, 50_000]
    limits += [100_000] * 4  # six more, two less
    for limit in sorted(set(limits)):
        assert len(size_notes(limit, config)) == sum(x < limit for x in limits), limit
        assert len(size_notes(limit + 1, config)) == sum(x <= limit for x in limits), limit
    said, beyond = (" ".join(size_notes(n, config)) for n in (100_000, 100_001))
    for words in (
        "atlas.html draws 50,000",
        "the pictures of the maps draw about 100,000",
        "clusters are those of 100,000",
        "trusted was checked on 100,000",
        "UMAP arranged a random 20,000",
    ):
        assert words in beyond
        assert words not in said
    assert "atlas.html are approximate" not in beyond  # among 50,000 they are exact
    for words in ("sampled", "micro-clusters", "DBSCAN row is left out", "approximate"):
        assert words in said


def test_a_sampled_silhouette_says_so_and_is_near_the_exact_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(900) % 3
    X = rng.normal(size=(900, 4)) + 3 * np.eye(3, 4)[labels]
    exact = silhouette_score(X, labels)
    monkeypatch.setattr("songatlas.evaluation.silhouette.SAMPLE", 200)
    monkeypatch.setattr("songatlas.evaluation.silhouette.MAX_EXACT", 900)
    (all_tracks,) = silhouette_averages(X, [labels])
    monkeypatch.setattr("songatlas.evaluation.silhouette.MAX_EXACT", 899)
    (sampled,) = silhouette_averages(X, [labels])
    assert (all_tracks.n_rows, sampled.n_rows) == (900, 200)
    assert all_tracks.result() == exact
    assert sampled.result() == pytest.approx(exact, abs=0.05)
    assert sampled.result() != exact


def test_a_silhouette_compared_with_a_sample_is_near_that_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(3, size=900)
    X = rng.normal(size=(900, 4)) + 3 * np.eye(3, 4)[labels]
    exact = silhouette_score(X, labels)
    monkeypatch.setattr("songatlas.evaluation.silhouette.MAX_COMPARED", 301)
    found = silhouette_score(X, labels)
    assert found == pytest.approx(exact, abs=0.03)
    assert found != exact


def test_means_of_a_sample_divide_all_tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    planted = rng.integers(3, size=700)
    X = rng.normal(size=(700, 4)) + 9 * np.eye(3, 4)[planted]
    everyone = kmeans(X, 3, random_state=0)
    monkeypatch.setattr(sys.modules["songatlas.clustering.kmeans"], "MAX_FIT", 100)
    monkeypatch.setattr(sys.modules["songatlas.clustering.kmeans"], "_BLOCK", 64)
    assert kmeans(X, 3, random_state=0).tolist() == everyone.tolist()


def test_umap_of_a_sample_keeps_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    planted = rng.integers(3, size=240)
    X = rng.normal(size=(240, 4)) + 30 * np.eye(3, 4)[planted]
    monkeypatch.setattr(sys.modules["songatlas.projection.umap"], "MAX_TRACKS", 239)
    monkeypatch.setattr(sys.modules["songatlas.projection.umap"], "SAMPLE", 80)
    xy = umap(X, random_state=0)
    assert kmeans(xy, 3, random_state=0).tolist() == canonical_labels(planted).tolist()


def test_the_artist_check_of_many_tracks_is_of_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("songatlas.evaluation.trust.artists.MAX_TRACKS", 60)
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    X = rng.normal(size=(200, 2)) + 9 * labels[:, None]
    artists = np.arange(200) // 4 * 2 + labels
    found = Artists.measure(Case(X=X, labels=labels, labels_true=labels, artists=artists))
    assert found is not None
    assert found.neighbors is not None
    assert found.neighbors.n_tracks == 60
    assert found.neighbors.value == 1


def test_an_epoch_draws_other_tracks_each_time_and_each_once() -> None:
    rows = torch.arange(100, 200)
    generator = torch.Generator().manual_seed(0)
    first, second = (rows_of_epoch(rows, 8, generator, max_steps=5).tolist() for _ in range(2))
    assert len(set(first)) == len(first) == 40
    assert set(first) != set(second)
    assert set(first) | set(second) <= set(rows.tolist())
    before = generator.get_state()
    assert rows_of_epoch(rows, 8, generator, max_steps=13) is rows
    assert torch.equal(generator.get_state(), before)  # nothing drawn: the same bytes as ever


def test_a_space_fitted_to_a_sample_places_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    heard = torch.from_numpy(rng.random((100, 1)) < 0.9)
    values = torch.from_numpy(rng.normal(size=(100, 1, 7)).astype(np.float32))
    data = Batch(values={"audio": values}, mask={"audio": heard}, condition=torch.zeros(100, 0))
    network = TrackVAE({"audio": (1, 7)}, n_latent=3, hidden=8)
    monkeypatch.setattr("songatlas.models.placement.MAX_FIT", 40)
    found = place(network, data, {"audio": 1.0}, "decoded")
    assert found.coordinates.shape == (100, 3)

    known = np.flatnonzero(heard.numpy()[:, 0])
    sample = known[np.linspace(0, len(known) - 1, 40).astype(int)]
    alone = place(network, data.of(sample), {"audio": 1.0}, "decoded")
    assert {k: x.tobytes() for k, x in alone.space.state.items()} == {
        k: x.tobytes() for k, x in found.space.state.items()
    }
    np.testing.assert_allclose(
        found.coordinates[sample], alone.coordinates, atol=1e-4
    )  # of other blocks


def test_a_place_depends_on_no_other_track_and_on_no_number_of_threads() -> None:
    rng = np.random.default_rng(1)
    values = torch.from_numpy(rng.normal(size=(600, 4, 40)).astype(np.float32))
    mask = torch.ones(600, 4, dtype=torch.bool)
    data = Batch(values={"audio": values}, mask={"audio": mask}, condition=torch.zeros(600, 0))
    network = TrackVAE({"audio": (4, 40)}, n_latent=8)
    weights = {"audio": 1.0}

    def digest(rows: slice, threads: int) -> bytes:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            places = place(network, data.of(rows), weights, whole.space)
            labels, decision = decide(places, whole.coordinates[:3], None, seed=1)
        finally:
            torch.set_num_threads(before)
        return labels.tobytes() + decision.confidence.tobytes() + places.coordinates.tobytes()

    whole = place(network, data, weights, "decoded")
    assert digest(slice(256, 512), 1) == digest(slice(256, 512), 4)
    parts = [place(network, data.of(part), weights, whole.space) for part in blocks(600, PIECE)]
    joined = np.concatenate([part.coordinates for part in parts])
    assert joined.tobytes() == whole.coordinates.tobytes()


def test_tracks_beside_the_map_lie_with_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(160) % 2
    X = rng.normal(size=(160, 3)) + 30 * labels[:, None]
    monkeypatch.setattr(sys.modules["songatlas.projection.tsne"], "MAX_TRACKS", 100)
    found = tsne(X, random_state=0, perplexity=5)
    assert found.shape == (160, 2)
    centres = np.stack([found[labels == k].mean(axis=0) for k in (0, 1)])
    nearest = np.linalg.norm(found[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == labels).all()


def test_a_track_on_the_map_stays_and_its_double_joins_it() -> None:
    X = np.array([[0.0, 0], [5, 0], [0, 5], [5, 0]])
    arranged = np.array([[1.0, 2], [3, 4], [5, 6]], np.float32)
    placed = place_among(X, np.arange(3), arranged)
    assert np.array_equal(placed[:3], arranged)
    np.testing.assert_allclose(placed[3], arranged[1], atol=1e-3)
