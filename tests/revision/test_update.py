"""A finished run follows its music: what is new is placed, everything else stays where it was."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from commands import run_command
from folders import contents, table

import songatlas
from songatlas.atlas.compare import compare
from songatlas.errors import ConfigError, StorageError
from songatlas.extraction import descriptors
from songatlas.listening.map import write_map
from songatlas.listening.page import preview_seconds_of
from songatlas.machine import Machine
from songatlas.progress import Silent
from songatlas.results import staging
from songatlas.results.corrections import Corrections, read_corrections
from songatlas.results.descriptors import read_tags
from songatlas.results.read import read_atlas
from songatlas.results.record import digests, read_run
from songatlas.revision import update as job
from songatlas.revision.assign import assign
from songatlas.revision.label import Wishes, label
from songatlas.store.tables import write_csv
from songatlas.synthesis.collection import write_collection

pytestmark = pytest.mark.battery
WORDS = {".txt", ".lrc"}  # lie beside some tracks


@pytest.fixture(scope="module")
def home(tmp_path_factory, cache, fast):
    """A run on 18 of 24 tracks, which the folder ``later`` has the others of."""
    home = tmp_path_factory.mktemp("update")
    write_collection(home / "music", n_tracks=24, seconds=4.0)
    files = sorted(path for path in (home / "music").rglob("*") if path.is_file())
    audio = [path for path in files if path.suffix not in WORDS]
    taken = {path.with_suffix("") for path in audio[::4]}
    for path in files:
        if path.with_suffix("") not in taken:
            continue
        there = home / "later" / path.relative_to(home / "music")
        there.parent.mkdir(parents=True, exist_ok=True)
        path.rename(there)
    songatlas.run(
        home / "music", out=home / "results", config=fast, machine=Machine(cache=cache, workers=1)
    )
    return home


@pytest.fixture
def there(home, tmp_path):
    """A copy of it, of its own."""
    for name in ("music", "results", "later"):
        shutil.copytree(home / name, tmp_path / name, copy_function=shutil.copy2)
    record = (tmp_path / "results" / "run.json").read_text(encoding="utf-8")
    moved = record.replace(str(home / "music"), str(tmp_path / "music"))
    (tmp_path / "results" / "run.json").write_text(moved, encoding="utf-8")
    return tmp_path


def bring_back(there: Path) -> int:
    files = [path for path in (there / "later").rglob("*") if path.is_file()]
    for path in files:
        target = there / "music" / path.relative_to(there / "later")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    return sum(path.suffix not in WORDS for path in files)


def test_new_tracks_are_placed_and_the_others_stay_to_the_bit(there, cache):
    results, before = there / "results", read_atlas(there / "results")
    assigned = assign(results, there / "later", machine=Machine(cache=cache, workers=1))
    n_new = bring_back(there)
    report = job.update(results, machine=Machine(cache=cache, workers=1))
    assert (report.new, report.changed, report.moved, report.gone) == (n_new, 0, 0, 0)
    after = read_atlas(results)
    row = {track.content_hash: i for i, track in enumerate(after.tracks)}
    old = [row[track.content_hash] for track in before.tracks]
    for name, view in before.views.items():
        np.testing.assert_array_equal(after.views[name].coordinates[old], view.coordinates)
        for kind, xy in view.maps.items():
            np.testing.assert_array_equal(after.views[name].maps[kind][old], xy)
    np.testing.assert_array_equal(after.labels[old], before.labels)
    assert [c.name for c in after.clusters] == [c.name for c in before.clusters]
    assert sorted(after.tree.root.tracks) == sorted(np.flatnonzero(after.labels >= 0).tolist())
    new = [row[track.content_hash] for track in assigned.library.tracks]
    np.testing.assert_array_equal(after.labels[new], assigned.labels)
    mean = np.load(results / "latent_features.npy")
    np.testing.assert_allclose(mean[new], assigned.mean, atol=1e-5)
    assert np.isfinite(after.views["joint"].maps["tsne"]).all()
    assert "**Updated.**" in (results / "README.md").read_text(encoding="utf-8")
    lengths = {len(np.load(path)) for path in results.glob("*.npy")}
    assert lengths == {len(after.tracks)}
    again = {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}
    second = job.update(results, machine=Machine(cache=cache, workers=1))
    assert (second.new, second.gone) == (0, 0)
    changed = {path.name for path, data in again.items() if path.read_bytes() != data}
    assert changed <= {"README.md", "run.json"}  # the sentence


def test_changed_moved_unreadable_and_gone_files(there, cache, capsys):
    results, before = there / "results", read_atlas(there / "results")
    music = there / "music"
    first, second, third = (before.tracks[row].source for row in (0, 5, 9))
    later = sorted(path for path in (there / "later").rglob("*") if path.is_file())
    other = next(path for path in later if path.suffix not in WORDS)
    shutil.copyfile(other, first)
    second.rename(music / f"renamed{second.suffix}")
    third.unlink()
    (music / "noise.mp3").write_bytes(b"ID3 no music at all" * 50)
    report = job.update(results, machine=Machine(cache=cache, workers=1))
    assert (report.new, report.changed, report.gone, report.skipped) == (0, 1, 1, 1)
    assert "1 gone, 1 renamed, 1 skipped" in report.sentence()
    after = read_atlas(results)
    assert len(after.tracks) == len(before.tracks) - 1
    hashes = {track.content_hash: track.path for track in after.tracks}
    assert hashes[before.tracks[5].content_hash] == f"renamed{second.suffix}"
    assert before.tracks[0].content_hash not in hashes
    code, said, _ = run_command(capsys, "update", results, "--cache", cache, "--workers", 1)
    assert (code, said.count("1 skipped")) == (3, 1)
    assert "renamed" not in said
    (music / "noise.mp3").unlink()
    assert run_command(capsys, "update", results, "--cache", cache, "--workers", 1)[0] == 0


def test_a_cluster_whose_tracks_are_all_gone_stays_without_any(there, cache):
    results, before = there / "results", read_atlas(there / "results")
    emptied = min(before.clusters, key=lambda cluster: len(cluster.rows))
    for row in emptied.rows:
        before.tracks[row].source.unlink()
    assert job.update(results, machine=Machine(cache=cache, workers=1)).gone == len(emptied.rows)
    left = read_atlas(results).clusters[emptied.number]
    assert (left.name, left.rows, left.exemplars) == (emptied.name, (), ())


def test_a_disk_that_is_not_there_empties_nothing(there, cache):
    results = there / "results"
    before = {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}
    (there / "music").rename(there / "away")
    (there / "music").mkdir()
    with pytest.raises(StorageError, match="Connect the disk"):
        job.update(results, machine=Machine(cache=cache, workers=1))
    assert before == {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}


@pytest.mark.parametrize("moment", ["write_arrays", "finish", "write_listening"])
def test_a_stop_leaves_the_old_or_is_finished(there, cache, monkeypatch, moment):
    results, n_new = there / "results", bring_back(there)
    n_before = len(read_atlas(results).tracks)

    def stop(*_args, **_options):
        raise KeyboardInterrupt

    if moment == "finish":
        monkeypatch.setattr(staging, "finish_staged", stop)
    elif moment == "write_listening":
        monkeypatch.setattr(job, "write_listening", stop)
    else:
        monkeypatch.setattr("songatlas.revision.write.write_arrays", stop)
    with pytest.raises(KeyboardInterrupt):
        job.update(results, machine=Machine(cache=cache, workers=1))
    monkeypatch.undo()
    expected = n_before if moment != "write_listening" else n_before + n_new
    assert len(read_atlas(results).tracks) == expected
    job.update(results, machine=Machine(cache=cache, workers=1))
    assert len(read_atlas(results).tracks) == n_before + n_new
    assert not (results / staging.STAGING).exists()
    assert f"{n_before + n_new} tracks" in (results / "README.md").read_text(encoding="utf-8")


def test_a_label_that_was_stopped_reaches_what_is_for_listening(there, monkeypatch):
    results, wishes = there / "results", Wishes(rename=[("0", "Late night")])

    def stop(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("songatlas.revision.label.write_listening", stop)
        with pytest.raises(KeyboardInterrupt):
            label(results, wishes)
    label(results, wishes)
    assert "Late night" in (results / "atlas.html").read_text(encoding="utf-8")
    assert not (results / ".songatlas").exists()


@pytest.mark.parametrize("moment", ["_write_models", "write_trust", "write_readme", "write_run"])
def test_a_refit_that_is_stopped_leaves_the_run_that_there_was(there, cache, monkeypatch, moment):
    results, machine = there / "results", Machine(cache=cache, workers=1)
    label(results, Wishes(rename=[("0", "Late night")]))
    before, n_new = contents(results), bring_back(there)
    for row in read_atlas(results).clusters[0].exemplars:  # by which the name is known
        file = read_atlas(results).tracks[row].source
        file.rename(file.with_stem(f"{file.stem} renamed"))

    def stop(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"songatlas.report.write.{moment}", stop)
        with pytest.raises(KeyboardInterrupt):
            job.update(results, refit=True, machine=machine)
    lasting = {
        name: data
        for name, data in before.items()
        if name != "atlas.html" and not name.startswith("playlists/")
    }
    assert lasting.items() <= contents(results).items()
    assert not (results / staging.STAGING).exists()
    report = job.update(results, refit=True, machine=machine)
    assert report.new == n_new
    assert "Late night" in [cluster.name for cluster in read_atlas(results).clusters]
    assert not (results / ".songatlas").exists()


def test_corrections_are_made_with_the_next_update_and_once(there, cache):
    results = there / "results"
    before = read_atlas(results)
    label(results, Wishes(rename=[("0", "Late night"), ("1", "Morning")]))
    named = read_atlas(results)
    assert [c.name for c in named.clusters][:2] == ["Late night", "Morning"]
    assert not (results / "playlists" / "Late night.m3u8").exists()  # those are of the tree
    label(results, Wishes(merge=[["Late night", "Morning"]]))
    np.testing.assert_array_equal(read_atlas(results).labels, before.labels)  # not yet
    report = job.update(results, machine=Machine(cache=cache, workers=1))
    after = read_atlas(results)
    assert report.moved == (before.labels == 1).sum()
    assert report.renumbered == {k: k - 1 for k in range(2, len(before.clusters))}
    assert len(after.clusters) == len(before.clusters) - 1
    assert {c.name for c in after.clusters} & {"Late night", "Morning"}
    tracks = table(results / "tracks.csv")
    assert [int(row["VAE + K-Means"]) for row in tracks] == after.labels.tolist()
    again = job.update(results, machine=Machine(cache=cache, workers=1))
    assert again.moved == 0
    found = assign(results, there / "music", machine=Machine(cache=cache, workers=1))
    assert set(found.labels) <= set(range(len(after.clusters)))


def test_the_last_wish_counts(there, cache):
    """What was split and is merged again is one, and stays one."""
    results, machine = there / "results", Machine(cache=cache, workers=1)
    n_clusters = len(read_atlas(results).clusters)
    label(results, Wishes(split=["0"]))
    job.update(results, machine=machine)
    halves = {*read_corrections(results).split[0][0][:1], *read_corrections(results).split[0][1]}
    assert len(read_atlas(results).clusters) == n_clusters + 1
    label(results, Wishes(split=["1"]))
    atlas = read_atlas(results)
    two = {str(atlas.labels[row]) for row, it in enumerate(atlas.tracks) if it.path in halves}
    label(results, Wishes(merge=[sorted(two)]))
    assert len(read_corrections(results).split) == 1  # that of 1
    for _ in range(2):
        job.update(results, machine=machine)
        assert len(read_atlas(results).clusters) == n_clusters + 1


def test_a_cluster_that_has_lost_its_tracks_cannot_be_corrected(there, cache):
    results, machine = there / "results", Machine(cache=cache, workers=1)
    atlas = read_atlas(results)
    last = atlas.clusters[-1]
    for row in last.rows:
        atlas.tracks[row].source.unlink()
    job.update(results, accept_gone=True, machine=machine)
    for wishes in (
        Wishes(rename=[(str(last.number), "Foo")]),
        Wishes(merge=[["0", str(last.number)]]),
    ):
        with pytest.raises(ConfigError, match=r"has none any more|is no cluster"):
            label(results, wishes)
    assert read_corrections(results) == Corrections()


def test_a_label_renews_the_digests_of_what_it_writes(there):
    results = there / "results"
    label(results, Wishes(rename=[("0", "Late night"), ("A", "Nights")]))
    record = read_run(results)
    assert "README.md" in record.files
    assert dict(record.files) == digests(results, record.files)


def test_tracks_without_a_cluster_are_no_constraint(there):
    results = there / "results"
    labels = np.load(results / "cluster_labels_kmeans.npy")
    labels[3] = -1
    np.save(results / "cluster_labels_kmeans.npy", labels)
    rows = table(results / "tracks.csv")
    rows[3]["VAE + K-Means"], rows[3]["confidence"] = "-1", ""
    write_csv(results / "tracks.csv", list(rows[0]), [list(row.values()) for row in rows])
    paths = [row["path"] for row in rows]
    with pytest.raises(ConfigError, match="is in none"):
        label(results, Wishes(together=[(paths[3], paths[4])]))


def test_tracks_of_corrected_clusters_have_the_reasons_of_a_run(there, cache, fast):
    """The saved model weighs sound and lyrics for the new clusters, as if it had run into them."""
    results = there / "results"
    label(results, Wishes(split=["0"]))
    before = read_atlas(results)
    job.update(results, machine=Machine(cache=cache, workers=1))
    updated = read_atlas(results)
    assert len(updated.clusters) == len(before.clusters) + 1
    songatlas.run(
        there / "music",
        out=results,
        config=fast,
        overwrite=True,
        machine=Machine(cache=cache, workers=1),
    )
    ran = read_atlas(results)
    np.testing.assert_array_equal(updated.labels, ran.labels)
    nearest = 0
    for row, (one, other) in enumerate(zip(updated.reasons, ran.reasons, strict=True)):
        assert one.second == other.second != updated.labels[row]
        assert one.shares == pytest.approx(other.shares, abs=1e-3)
        assert one.second_confidence == pytest.approx(other.second_confidence, abs=0.05)
        assert bool(one.shares) != bool(updated.without_shares(row))
        nearest += bool(one.shares)
    assert nearest > len(before.tracks) / 2


@pytest.mark.parametrize("refit", [False, True])
def test_corrections_follow_files_that_were_moved(there, cache, refit):
    results = there / "results"
    n_clusters = len(read_atlas(results).clusters)
    label(results, Wishes(split=["0"]))
    (there / "music").rename(there / "elsewhere")
    (there / "music").mkdir()
    (there / "elsewhere").rename(there / "music" / "elsewhere")
    machine = Machine(cache=cache, workers=1)
    job.update(results, [there / "music"], refit=refit, machine=machine)
    after = read_atlas(results)
    assert len(after.clusters) == n_clusters + 1
    paths = {track.path for track in after.tracks}
    assert all(path.startswith("elsewhere/") for path in paths)
    ((one, other),) = read_corrections(results).split
    assert paths.issuperset((*one, *other))
    assert "corrections.toml" not in read_run(results).files  # it is the person's


def test_a_page_with_previews_keeps_them(there, cache):
    """Of a second or so, in a run, a label, an update and a refit; never a path of the files."""
    results, page = there / "results", there / "results" / "atlas.html"
    atlas = read_atlas(results)
    write_map(atlas, Silent(), preview_seconds=1.0)

    def n_previews() -> int:
        text = page.read_text(encoding="utf-8")
        assert atlas.tracks[0].path not in text
        assert preview_seconds_of(page) == 1.0
        return text.count('"data:audio/mpeg;base64,')

    assert n_previews() == len(atlas.tracks)
    label(results, Wishes(rename=[("0", "Late night")]))
    assert n_previews() == len(atlas.tracks)
    n_new = bring_back(there)
    job.update(results, machine=Machine(cache=cache, workers=1))
    assert n_previews() == len(atlas.tracks) + n_new
    job.update(results, refit=True, machine=Machine(cache=cache, workers=1))
    assert n_previews() == len(atlas.tracks) + n_new
    write_map(read_atlas(results), Silent())  # asked for anew: links again
    assert preview_seconds_of(page) == 0.0
    assert atlas.tracks[0].path in page.read_text(encoding="utf-8")


def test_a_refit_keeps_numbers_and_names(there, cache):
    results = there / "results"
    label(results, Wishes(rename=[("1", "Mine")]))
    assert "| 1 | Mine |" in (results / "README.md").read_text(encoding="utf-8")
    before = read_atlas(results)
    shutil.copytree(results, there / "before")
    bring_back(there)
    report = job.update(results, refit=True, machine=Machine(cache=cache, workers=1))
    after = read_atlas(results)
    assert report.new == len(after.tracks) - len(before.tracks)
    assert "Mine" in [cluster.name for cluster in after.clusters]
    found = compare(there / "before", results)
    assert found.shared == len(before.tracks)
    assert found.same_cluster >= sum(n for _, _, n in found.moves)
    assert json.loads(found.to_json())["only_second"] == report.new
    assert read_run(results).fitted is None  # all of them again


def test_a_name_that_was_taken_back_is_gone_with_the_next_refit(there, cache):
    results, machine = there / "results", Machine(cache=cache, workers=1)
    label(results, Wishes(rename=[("0", "Not mine"), ("1", "Mine"), ("A", "Region")]))
    label(results, Wishes(clear=True, rename=[("1", "Mine")]))
    assert "Not mine" in [cluster.name for cluster in read_atlas(results).clusters]
    job.update(results, refit=True, machine=machine)
    after = read_atlas(results)
    given = [it.name for it in (*after.clusters, *after.tree) if it.named_by == "person"]
    assert given == ["Mine"]
    assert {"Not mine", "Region", ""}.isdisjoint(it.name for it in (*after.clusters, *after.tree))


def test_speech_among_the_new_tracks_is_named(there, cache, monkeypatch):
    n_new = bring_back(there)
    monkeypatch.setattr(descriptors, "is_speech", lambda *_: True)
    report = job.update(there / "results", machine=Machine(cache=cache, workers=1))
    assert any(f"{n_new} of {n_new} new tracks sound like speech" in x for x in report.notes)
    names, tags = read_tags(there / "results")
    assert tags[:, names.index("speech")].all()  # nor had it been asked of those of before


def test_what_an_update_leaves_out_stays_out(there, cache):
    results, before = there / "results", read_atlas(there / "results")
    name = before.tracks[3].path
    machine = Machine(cache=cache, workers=1)
    report = job.update(results, exclude=[f"/{name}"], machine=machine)
    assert report.gone == 1
    assert f"--exclude left out 1 file or folder: {name!a}." in report.notes
    report = job.update(results, machine=machine)
    assert (report.new, report.gone) == (0, 0)
    assert name not in {track.path for track in read_atlas(results).tracks}
    assert read_run(results).config["library"] == {"exclude": [f"/{name}"]}
