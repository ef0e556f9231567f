"""The folder of a finished run on a small synthetic collection: files, rows, statements."""

import hashlib
import json
import re

import numpy as np
import pytest
import torch
from folders import contents, table

import songatlas
from songatlas.models.persistence import load_model
from songatlas.plots.reconstruction_examples import Reconstruction
from songatlas.report.examples import reconstruction_examples
from songatlas.report.markdown import escape

FILES = {
    "README.md", "clustering_metrics.csv", "training_history.csv", "training_curves.png",
    "reconstruction_examples.png", "cluster_selection.png", "confusion_matrix.png",
    "distributions.png", "latent_visualization/tsne_visualization.png",
    "latent_visualization/umap_visualization.png", "model_final.pth", "best_model.pth",
    "latent_features.npy", "cluster_labels_kmeans.npy", "genre_labels.npy", "tsne_2d.npy",
    "cluster_selection.csv", "umap_2d.npy", "tracks.csv", "skipped.csv", "run.json",
    "trust.json", "tree.json", "clusters.json", "reasons.csv", "coordinates.npy", "atlas.html",
    "descriptors.csv", "tree.png",
    *(f"views/{view}/{name}.npy" for view in ("audio", "lyrics")
      for name in ("coordinates", "tsne_2d", "umap_2d")),
}  # fmt: skip
METHODS = [
    "VAE + K-Means", "VAE + Agglomerative", "VAE + DBSCAN", "VAE + GMM", "PCA + K-Means",
    "Raw features + K-Means", "Linear PLDA + K-Means", "Autoencoder + K-Means",
    "Audio VAE + K-Means", "Text VAE + K-Means",
]  # fmt: skip


def test_the_folder_is_complete_and_nothing_else(finished: songatlas.RunResult) -> None:
    found = set(contents(finished.out)) - {"notes.txt"}
    playlists = {name for name in found if name.startswith("playlists/")}
    assert found - playlists == FILES
    kinds = [
        {x.removesuffix(end) for x in playlists if x.endswith(end)} for end in (".m3u8", ".xspf")
    ]
    assert kinds[0] == kinds[1]
    assert len(kinds[0]) == len(finished.tree.nodes) - 1  # a list of every region and of every part
    assert len(playlists) == 2 * len(kinds[0]) + 1  # and what was written


def test_row_i_is_track_i_everywhere(finished: songatlas.RunResult) -> None:
    tracks = table(finished.out / "tracks.csv")
    assert [row["path"] for row in tracks] == [track.path for track in finished.tracks]
    labels = np.load(finished.out / "cluster_labels_kmeans.npy")
    assert [int(row["VAE + K-Means"]) for row in tracks] == labels.tolist()
    tree = json.loads((finished.out / "tree.json").read_text(encoding="utf-8"))["nodes"]
    assert [node["parent"] for node in tree].count(None) == 1
    of_id = {node["id"]: node for node in tree}
    for i, row in enumerate(tracks):
        assert i in of_id[row["tree_list"]]["tracks"]
        assert of_id[row["tree_region"]]["parent"] in (None, tree[0]["id"])
    assert len(finished.tree) == len(tree)
    genres = np.load(finished.out / "genre_labels.npy")
    names = sorted({row["genre"] for row in tracks if row["genre"]}, key=str.casefold)
    assert [names[g] if g >= 0 else "" for g in genres] == [row["genre"] for row in tracks]
    assert {row["has_lyrics"] for row in tracks} == {"true", "false"}
    for name in ("latent_features", "tsne_2d", "umap_2d"):
        array = np.load(finished.out / f"{name}.npy")
        assert len(array) == len(tracks)
        assert np.isfinite(array).all()


def test_every_method_has_a_row_that_repeats_from_its_labels(
    finished: songatlas.RunResult,
) -> None:
    from sklearn.metrics import adjusted_rand_score

    metrics = table(finished.out / "clustering_metrics.csv")
    assert [row["Method"] for row in metrics] == METHODS
    tracks = table(finished.out / "tracks.csv")
    labelled = [row for row in tracks if row["genre"]]
    for row in metrics:
        assert int(row["Tracks"]) == len(tracks)
        assert int(row["Scored tracks"]) == len(labelled)
        expected = adjusted_rand_score(
            [t["genre"] for t in labelled], [t[row["Method"]] for t in labelled]
        )
        assert float(row["ARI"]) == pytest.approx(expected, abs=1e-12)


def test_tracks_without_text_are_noise_for_the_text_model_only(
    finished: songatlas.RunResult,
) -> None:
    for row in table(finished.out / "tracks.csv"):
        assert (row["Text VAE + K-Means"] == "-1") == (row["has_lyrics"] == "false")
        assert row["VAE + K-Means"] != "-1"


def test_run_json_vouches_for_every_file(finished: songatlas.RunResult) -> None:
    record = json.loads((finished.out / "run.json").read_text(encoding="utf-8"))
    found = contents(finished.out)
    assert set(record["files"]) == set(found) - {"run.json"}
    for name, digest in record["files"].items():
        assert digest == "sha256:" + hashlib.sha256(found[name]).hexdigest()
    assert record["counts"]["discovered"] == 24
    assert record["config"]["model"]["n_latent"] == 8


def test_models_load_without_pickle_and_carry_the_fitted_inputs(
    finished: songatlas.RunResult,
) -> None:
    for name in ("best_model.pth", "model_final.pth"):
        payload = torch.load(finished.out / name, weights_only=True)
        assert set(payload["inputs"]) == {"audio", "percussion", "harmony", "text"}
        assert payload["inputs"]["text"]["tfidf"]["vocabulary"]
        state = finished.placement.network.state_dict()
        assert set(payload["model_state_dict"]) == set(state)
    best = load_model(finished.out / "best_model.pth")["model_state_dict"]
    for name, value in finished.placement.network.state_dict().items():
        assert torch.equal(best[name], value)


def test_the_report_states_what_the_tables_say(finished: songatlas.RunResult) -> None:
    text = (finished.out / "README.md").read_text(encoding="utf-8")
    metrics = table(finished.out / "clustering_metrics.csv")
    assert f"| Optimal K | {finished.n_clusters} (" in text
    assert f"{finished.placement.network.n_parameters:,}" in text
    for row in metrics:
        assert f"| {row['Method']} | {row['Clusters']} |" in text
    for name in (*FILES, "playlists/"):
        assert f"`{name}`" in text
    assert not re.search(r"(?<![\w.])-\d", text)  # minus signs are those of print


def test_methods_that_find_their_own_number_are_named(finished: songatlas.RunResult) -> None:
    rows = table(finished.out / "clustering_metrics.csv")
    others = {row["Method"] for row in rows if int(row["Clusters"]) != finished.n_clusters}
    assert others <= {"VAE + DBSCAN"}
    text = (finished.out / "README.md").read_text(encoding="utf-8")
    assert "all but DBSCAN at the same K" in text
    assert "every method clusters the same tracks at the same K" not in text


def test_the_verdict_is_the_same_everywhere(finished: songatlas.RunResult) -> None:
    record = json.loads((finished.out / "trust.json").read_text(encoding="utf-8"))
    text = (finished.out / "README.md").read_text(encoding="utf-8")
    assert record["verdict"] == finished.trust.verdict
    assert text.splitlines()[2] == escape(record["opening"]) == escape(finished.opening)
    assert text.splitlines()[4].startswith(f"**Verdict: {record['verdict']}**")
    assert [found["code"] for found in record["findings"]]
    measured = record["measurements"]
    for name in ("collapse", "separation", "stability", "halves", "certainty", "artists"):
        assert measured[name] is not None
    assert measured["halves"]["n_tracks"] == len(finished.tracks)
    assert len(record["numbers_of_clusters"]) == len(finished.choice.ks)


def test_silhouettes_compare_in_one_named_space(finished: songatlas.RunResult) -> None:
    metrics = {row["Method"]: row for row in table(finished.out / "clustering_metrics.csv")}
    assert {row["Shared space"] for row in metrics.values()} == {"PCA 8"}
    pca = metrics["PCA + K-Means"]
    assert pca["Space"] == "PCA 8"
    assert float(pca["Shared silhouette"]) == pytest.approx(float(pca["Silhouette"]), abs=1e-12)
    main = metrics["VAE + K-Means"]
    assert main["Shared silhouette"] != main["Silhouette"]


def test_examples_go_from_well_to_badly_reconstructed_by_what_their_captions_say(
    finished: songatlas.RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explained(example: Reconstruction) -> float:
        error = ((example.original - example.reconstructed) ** 2).sum()
        return float(1 - error / ((example.original - example.original.mean()) ** 2).sum())

    few = reconstruction_examples(finished)
    shown = [explained(example) for example in few]
    assert [example.caption for example in few] == [f"R² {value:.2f}" for value in shown]
    assert len(few) == 4
    assert shown == sorted(shown, reverse=True)
    monkeypatch.setattr("songatlas.report.examples._N_EXAMPLES", len(finished.tracks))
    more = [explained(example) for example in reconstruction_examples(finished)]
    assert len(set(more)) > 15
    assert (shown[0], shown[-1]) == (max(more), min(more))  # the same ranks at both ends
