"""The benchmark's own arithmetic: splits, spaces, levels and the page."""

import json
import sys
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from batteries.partitions import Planted, spoilt

from benchmarks.quality import chosen, measure, page, space
from benchmarks.quality.cases import Case, second_half
from benchmarks.quality.levels import tree_levels
from benchmarks.quality.measure import Exam, Found, differences, scores
from benchmarks.quality.methods import Fitted
from benchmarks.quality.spaces import Space, simple_spaces
from songatlas.config import Config, load_config
from songatlas.features.inputs import Inputs
from songatlas.features.whitening import TRAINED, Whitening
from songatlas.library.labels import Labels
from songatlas.types import FeatureSet, Observations


def test_every_artist_is_in_one_half_and_the_halves_are_alike():
    rng = np.random.default_rng(0)
    of_artist = rng.integers(1, 9, 80)
    artists = [f"artist {i}" for i, n in enumerate(of_artist) for _ in range(n)]
    genre = [f"genre {i % 4}" for i, n in enumerate(of_artist) for _ in range(n)]
    language = [rng.choice(["en", "de", ""]) for _ in artists]
    in_b = second_half(artists, [genre, language])
    assert not set(np.array(artists)[in_b]) & set(np.array(artists)[~in_b])
    for column in (genre, language):
        for name in set(column) - {""}:
            here = np.array(column) == name
            assert abs((here & in_b).sum() - (here & ~in_b).sum()) <= 0.1 * here.sum() + 8
    order = rng.permutation(len(artists))
    again = second_half(
        [artists[i] for i in order], [[column[i] for i in order] for column in (genre, language)]
    )
    assert (again == in_b[order]).all()
    nobody = second_half([""] * 10, [["x"] * 10])
    assert nobody.sum() == 5  # unknown is no artist of all of them


def inputs_of(n_tracks: int) -> tuple[Inputs, list[np.ndarray]]:
    """Two modalities of ten observations a track, and one of one; what the second is made from."""
    rng = np.random.default_rng(0)
    modalities, blocks, state = {}, {}, {}
    for name in ("audio", "embedding"):
        noise = 0.06 * rng.normal(size=(n_tracks, 10, 1)) + 0.03 * rng.normal(
            size=(n_tracks, 10, 4)
        )
        middle = rng.normal(size=(n_tracks, 1, 4))
        tracks = list((middle + noise) * [1, 10, 100, 1000] + 5)
        whitening = Whitening.fit(tracks, TRAINED if name == "embedding" else 1.0)
        modalities[name] = whitening.transform(tracks)
        blocks[name], state[name] = whitening.flat(tracks), whitening.state()
    text = rng.normal(size=(n_tracks, 3)) * [1, 2, 3]
    mask = np.arange(n_tracks)[:, None] > 0  # the first has no lyrics
    modalities["text"] = Observations(values=text[:, None].astype(np.float32), mask=mask)
    ids = tuple(map(str, range(n_tracks)))
    features = FeatureSet(track_ids=ids, modalities=modalities)
    blocks |= {"text": text}
    return Inputs(features=features, blocks=blocks, state=state, audio=None), tracks


def test_the_simple_baselines_are_every_subset_z_scored_or_whitened():
    inputs, heard = inputs_of(40)
    places = SimpleNamespace(heard=("audio", "embedding", "text"), rows=np.ones(40, bool))
    spaces = {space.name: space for space in simple_spaces(inputs, places, Config())}
    alone = {"audio", "audio whitened", "embedding", "embedding whitened", "text"}
    alone |= {"text z-scored"}  # the others are so already
    assert alone < set(spaces)
    assert "audio + embedding whitened" in spaces
    assert "audio whitened + embedding + text" in spaces
    assert len(spaces) == 6 + (4 + 2 + 2) + 4 + 3
    np.testing.assert_allclose(spaces["audio"].X.std(axis=0), 1)
    np.testing.assert_allclose(spaces["embedding"].X.std(axis=0), 1)
    half = Whitening.fit(heard, 0.5).transform(heard).values.mean(axis=1)
    np.testing.assert_allclose(spaces["embedding whitened"].X, half - half.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(np.nanstd(spaces["text z-scored"].X, axis=0), 1)
    assert np.nanstd(spaces["text"].X, axis=0).max() > 2
    assert np.isnan(spaces["text"].X).any(axis=1).tolist() == [True] + [False] * 39
    both = spaces["audio + text"].X  # blocks of the same total variance
    assert (both[0, 4:] == 0).all()
    assert both[1:, 4:].var(axis=0).sum() == pytest.approx(both[:, :4].var(axis=0).sum(), rel=0.1)
    first, second, rows = spaces["audio + embedding"].halves
    assert rows.tolist() == list(range(40))
    np.testing.assert_allclose(first, second, atol=0.1)  # windows hardly vary within a track
    np.testing.assert_allclose(first, spaces["audio + embedding"].X, atol=0.1)
    assert spaces["audio + embedding"].agreement(np.arange(40)).own == 1.0
    assert spaces["text"].halves is None


def test_a_tree_has_a_partition_a_level():
    def node(number, parent, tracks):
        return SimpleNamespace(id=number, parent=parent, tracks=tracks)

    nodes = [node("r", None, range(6)), node("a", "r", [0, 1]), node("b", "r", [2, 3, 4, 5])]
    nodes += [node("c", "b", [2, 3]), node("d", "b", [4, 5])]
    levels = {name: labels.tolist() for name, labels in tree_levels(nodes, 7).items()}
    assert levels == {"level 1": [0, 0, 1, 1, 1, 1, -1], "level 2": [0, 0, 1, 1, 2, 2, -1]}
    assert tree_levels(nodes[:1], 6) == {}


def record(truth: Planted, artists: Planted, half: str = "") -> dict:
    """What is measured of a default that is right more often than the baseline, on two seeds."""
    labels = Labels(codes=truth, names=("a", "b", "c"))
    exam = Exam(truth={"genre": labels}, groups=artists, wanted={}, config=Config())
    found = []
    for seed in (1, 2):
        for method, kind, share in (("VAE", "default", 0.1), ("audio", "baseline", 0.8)):
            partition = spoilt(truth, share, seed)
            found.append(
                Found(
                    method=method,
                    kind=kind,
                    seed=seed,
                    hits={"genre": partition == truth},
                    labels={"true genre": partition, "4": partition, "level 1": partition},
                )
            )
        levels = {"level 1": truth}
        found.append(Found(method="tree", kind="tree", seed=seed, labels=levels))
    return {
        "collection": f"albums{half}",
        "inputs": "frames",
        "size": "120 clips by 30 artists",
        "classes": {"genre": 3},
        "chosen": [2, 5],
        "scores": [row for one in found for row in scores(one, exam.truth)],
        "halves": [{"method": "VAE", "kind": "default", "seed": 1, "own": 0.5, "overlap": 0.25}],
        "differences": list(differences(found, exam)),
        "minutes": 1.0,
        "command": "python -m benchmarks.quality",
        "versions": "songatlas",
    }


def test_the_page_says_first_who_is_above(truth, artists):
    records = json.loads(json.dumps([record(truth, artists, half) for half in ("", "/A", "/B")]))
    assert page.summary(records) == (
        "kNN: 3 above, 0 level, 0 below of 3 rows. AMI: 3 above, 0 level, 0 below of 3 rows."
    )
    row = page.verdicts(records).splitlines()[2].split(" | ")
    assert row[0:3] == ["| albums", "frames", "genre"]
    assert row[4].endswith(" audio")
    assert row[5].startswith("+0.")
    assert row[5].endswith("above")
    text = page.page(records)
    order = ["3 above", "| albums | frames | genre", "## The baseline", "## The levels", "## Every"]
    assert sorted(order, key=text.index) == order
    assert "at 2, 5 (chosen)" in text
    assert "| albums/B | frames | genre | kNN |" in text
    assert "kNN: 1 above, 0 level, 0 below. AMI: 1 above, 0 level, 0 below." in text
    assert "3 above, 0 level, 0 below | +0." in text.split("| every modality z-scored | +0.")[1]


def read(collection: str, baseline: str, ours: float, theirs: float) -> dict[str, object]:
    """A difference of half-width 0.1."""
    value = ours - theirs
    return {
        **{"target": "genre", "method": "VAE", "baseline": baseline, "ours": ours},
        **{"theirs": theirs, "difference": value, "low": value - 0.1, "high": value + 0.1},
        **{"verdict": "level", "yardstick": "kNN", "collection": collection},
    }


def test_the_baseline_of_one_half_is_read_on_the_other_and_both_are_one():
    scores = {"albums/A": {"PCA": 0.6, "audio": 0.2}, "albums/B": {"PCA": 0.1, "audio": 0.5}}
    records = [
        {
            "collection": name,
            "inputs": "frames",
            "classes": {"genre": 4},
            "differences": [read(name, baseline, 0.4, x) for baseline, x in by_name.items()],
        }
        for name, by_name in scores.items()
    ]
    lines = chosen.on_the_other_half(records).splitlines()[2:]
    assert [line.split(" | ")[5] for line in lines] == ["0.100 PCA", "0.200 audio"]
    both = chosen.both_halves(records)
    # 0.3 and 0.2, each ± 0.1: the half-width of the mean is 0.1 / √2
    assert both.splitlines()[0].startswith("kNN: 1 above, 0 level, 0 below.")
    assert both.endswith("| 0.400 | 0.150 | +0.250 [+0.179, +0.321] above |")
    assert "| every modality z-scored | +0.050 |" in chosen.one_recipe(records)
    original = {"collection": "albums", "inputs": "original", "differences": []}  # no baselines
    assert chosen.one_recipe([*records, original]) == chosen.one_recipe(records)


def test_the_tree_is_compared_with_as_many_flat_clusters(truth, artists):
    levels = [d for d in record(truth, artists)["differences"] if d["yardstick"] == "level 1"]
    assert [d["baseline"] for d in levels] == ["VAE", "audio"]
    assert all(d["ours"] == pytest.approx(1) for d in levels)
    assert all(d["verdict"] == "above" for d in levels)


def test_any_vectors_are_judged_beside_each_other(truth, artists, tmp_path, monkeypatch, capsys):
    rng = np.random.default_rng(0)
    good = np.eye(3)[truth] + 0.1 * rng.normal(size=(120, 3))
    for name, X in {"good": good, "noise": rng.normal(size=(120, 3))}.items():
        np.save(tmp_path / f"{name}.npy", X)
    rows = [f"{a},{k}" for a, k in zip(artists, truth, strict=True)]
    (tmp_path / "tracks.csv").write_text("\n".join(["artist,genre", *rows]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["space", "good.npy", "noise.npy", "tracks.csv"])
    space.main()
    _, _, first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("| good.npy | 1.000 | 1.000 | 1.000 |")
    assert second.startswith("| noise.npy | 0.")
    assert second.count("above") == 2
    np.save(tmp_path / "noise.npy", good[1:])
    with pytest.raises(SystemExit, match=r"noise.npy must have 120 rows"):
        space.main()


@dataclass(frozen=True)
class FakePrepared:
    """What the benchmark reads of a prepared run."""

    config: Config
    inputs: Inputs
    library: SimpleNamespace


def test_a_case_is_measured_on_every_seed(monkeypatch, tmp_path):
    """The default sees the classes; baselines stay the same from seed to seed but for K-Means."""
    truth, by = np.arange(40) % 2, np.arange(40) // 4
    tracks = [SimpleNamespace(artist=str(artist)) for artist in by]
    read = []

    def fake_read(case, seed, music, shop):
        read.append(seed)
        config = load_config(overrides={"clustering": {"n_init": 1}})
        return FakePrepared(config, inputs_of(40)[0], SimpleNamespace(tracks=tracks))

    def fake_fit(prepared, name, plain):
        assert (plain is None) == (prepared.config.seed == 7)
        X = np.eye(2)[truth] + 0.01 * np.random.default_rng(prepared.config.seed).normal(
            size=(40, 2)
        )
        places = SimpleNamespace(heard=("audio", "embedding"), rows=np.ones(40, bool))
        levels = {"level 1": truth}
        return Fitted(places=places, spaces=[Space(name=name, X=X)], chosen_k=3, levels=levels)

    monkeypatch.setattr(measure, "read", fake_read)
    monkeypatch.setattr(measure, "fit", fake_fit)
    monkeypatch.setattr(measure, "artists", lambda prepared: by)
    labels = {"genre": Labels(codes=truth, names=("a", "b"))}
    monkeypatch.setattr(measure, "targets", lambda case, prepared: labels)
    case = Case(collection="albums", inputs="ear", modalities=("audio", "embedding"))
    record = json.loads(json.dumps(measure.measure(case, (7, 8), tmp_path, None, ())))
    assert read == [7]  # nothing but lyrics has a seed
    rows = record["scores"]
    assert {row["seed"] for row in rows} == {7, 8}
    default = [row for row in rows if row["kind"] == "default"]
    assert [row["kNN"] for row in default] == [1.0, 1.0]
    assert default[0]["AMI"]["true"] == default[0]["AMI"]["level 1"] == pytest.approx(1)
    assert default[0]["K"] == {"true": 2, "4": 4, "8": 8, "16": 16, "chosen": 3, "level 1": 2}
    audio = [row for row in rows if row["method"] == "audio"]
    assert audio[0]["kNN"] == audio[1]["kNN"]
    assert {row["method"] for row in record["differences"]} == {"VAE", "tree"}
    found = [row for row in record["differences"] if row["yardstick"] == "kNN"]
    assert all(row["verdict"] == "above" for row in found)
    assert record["chosen"] == [3, 3]
