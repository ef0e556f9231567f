"""A results folder read back is the run that wrote it; names find tracks and clusters."""

import csv
import dataclasses
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from songatlas.atlas import answers, find
from songatlas.atlas.find import find_groups, find_track
from songatlas.atlas.opened import open_atlas
from songatlas.atlas.similar import find_similar
from songatlas.errors import ConfigError, StorageError
from songatlas.progress import Silent
from songatlas.results.read import read_atlas
from songatlas.results.staging import changing, staged
from songatlas.stages.result import atlas_of
from songatlas.types.atlas import AtlasData


@pytest.fixture(scope="module")
def atlas(finished) -> AtlasData:
    return read_atlas(finished.out)


def test_what_is_read_back_is_what_was_found(finished, atlas):
    made = atlas_of(finished)
    for field in dataclasses.fields(AtlasData):
        read, wrote = getattr(atlas, field.name), getattr(made, field.name)
        if field.name == "views":
            assert list(read) == list(wrote) == ["joint", "audio", "lyrics"]
            for name, view in wrote.items():
                np.testing.assert_array_equal(read[name].coordinates, view.coordinates)
                for kind in ("tsne", "umap"):
                    np.testing.assert_array_equal(read[name].maps[kind], view.maps[kind])
        elif isinstance(wrote, np.ndarray):
            np.testing.assert_array_equal(read, wrote)
        else:
            assert read == wrote, field.name


def test_the_views_place_what_they_hear(atlas):
    has_lyrics = np.isfinite(atlas.views["lyrics"].coordinates).all(axis=1)
    assert 0 < (~has_lyrics).sum() < len(has_lyrics)  # the collection has songs without words
    assert np.isfinite(atlas.views["audio"].coordinates).all()
    assert np.isnan(atlas.views["lyrics"].maps["umap"][~has_lyrics]).all()


def test_the_music_is_found_from_the_folder(atlas, music):
    assert atlas.root == music
    assert all(track.source.is_file() for track in atlas.tracks)
    assert (atlas.seconds > 3).all()


def test_clusters_hold_every_track_once(atlas):
    rows = sorted(row for cluster in atlas.clusters for row in cluster.rows)
    assert rows == list(range(len(atlas.tracks)))
    for cluster in atlas.clusters:
        assert set(atlas.labels[list(cluster.rows)]) == {cluster.number}


def test_what_an_interrupted_update_left_names_the_command_that_finishes_it(
    finished, atlas, tmp_path, monkeypatch
):
    folder, replace = tmp_path / "half", Path.replace
    shutil.copytree(finished.out, folder)

    def stop(path: Path, target: Path) -> Path:
        if target.name == "tracks.csv":
            raise KeyboardInterrupt
        return replace(path, target)

    def change() -> None:
        with staged(folder) as files:
            (files / "reasons.csv").write_text("path,second\n")  # of no track any more
            shutil.copy(folder / "tracks.csv", files)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            change()
    with pytest.raises(StorageError, match=re.escape(f"'songatlas update {folder}' finishes it")):
        read_atlas(folder)
    with changing(folder, Silent()):
        pass
    with pytest.raises(StorageError, match="Run songatlas again"):
        read_atlas(folder)  # that one was no update


def sort_rows(path: Path, column: str) -> None:
    """As a spreadsheet does, and saves."""
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = head.strip().split(",").index(column)
    ordered = sorted(rows, key=lambda row: next(csv.reader([row]))[at])
    assert ordered != rows
    path.write_text(head + "".join(ordered), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("run.json", lambda path: path.unlink()),
        ("run.json", lambda path: path.write_text("{")),
        ("clusters.json", lambda path: path.write_text('{"clusters": [{"number": 0}]}')),
        ("tracks.csv", lambda path: path.write_text(path.read_text() + "one,cell\n")),
        ("reasons.csv", lambda path: path.unlink()),
        ("tracks.csv", lambda path: sort_rows(path, "title")),
        ("reasons.csv", lambda path: sort_rows(path, "second_confidence")),
        ("coordinates.npy", lambda path: np.save(path, np.zeros((3, 2), np.float32))),
    ],
)
def test_a_folder_that_is_not_whole_is_refused(finished, tmp_path, name, damage):
    folder = tmp_path / "results"
    shutil.copytree(finished.out, folder)
    damage(folder / name)
    with pytest.raises(StorageError, match=r"songatlas"):
        read_atlas(folder)


def renamed(atlas: AtlasData, **titles: str) -> AtlasData:
    tracks = [
        dataclasses.replace(track, path=f"{i:02d}.wav", title=f"Song {i}", artist="Somebody")
        for i, track in enumerate(atlas.tracks)
    ]
    for row, title in titles.items():
        i = int(row.removeprefix("row"))
        tracks[i] = dataclasses.replace(tracks[i], title=title, artist="Beyoncé")
    return dataclasses.replace(atlas, tracks=tuple(tracks))


@pytest.mark.parametrize(
    ("query", "row"),
    [("03.wav", 3), ("halo", 5), ("beyonce - HALO", 5), ("Song 7", 7), ("lose", 6)],
)
def test_a_track_by_what_a_person_calls_it(atlas, query, row):
    assert find_track(renamed(atlas, row5="Halo", row6="Closer"), query) == row


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "Twin",
            r"fits 2: 'Beyoncé - Twin' \(05.wav\), 'Beyoncé - Twin' \(06.wav\)\. Give the path",
        ),
        ("Song", r"fits 22: .* and 17 more"),
        ("nothing at all", r"must name a track of .*tracks\.csv"),
        ("Tvin", r"Did you mean 'Beyoncé - Twin' \(05.wav\)"),
    ],
)
def test_a_track_that_nobody_could_tell_is_refused(atlas, query, said):
    tracks = renamed(atlas, row5="Twin", row6="Twin")
    with pytest.raises(ConfigError, match=said):
        find_track(tracks, query)


def test_a_cluster_by_number_or_name(atlas):
    for query in ("1", atlas.clusters[1].name.upper()):
        assert find_groups(atlas, query)[0] == atlas.clusters[1]
    first = re.escape(f"There are 0 '{atlas.clusters[0].name}'")
    for query in ("99", "cluster", ""):
        with pytest.raises(ConfigError, match=first):
            find_groups(atlas, query)


def test_a_root_that_is_gone_is_no_reason_to_forget(finished, tmp_path):
    folder = tmp_path / "results"
    shutil.copytree(finished.out, folder)
    run = (folder / "run.json").read_text(encoding="utf-8")
    gone = run.replace(str(finished.prepared.library.root), "/nowhere/at all")
    (folder / "run.json").write_text(gone, encoding="utf-8")
    assert read_atlas(folder).tracks[0].source.is_relative_to(Path("/nowhere/at all"))


def test_names_and_scales_are_found_once_for_all_questions_about_an_opened_run(
    finished, monkeypatch
):
    atlas = open_atlas(finished.out)
    first = atlas.tracks[0].path
    read, scaled = [], []

    def counting(counts, true):
        def call(*arguments):
            counts.append(arguments)
            return true(*arguments)

        return call

    monkeypatch.setattr(find, "_names", counting(read, find._names))
    monkeypatch.setattr(answers, "local_scale", counting(scaled, answers.local_scale))
    expected = find_similar(atlas, 1, 5)
    assert (atlas.find(first), read) == (0, [])
    for _ in range(3):
        assert atlas.similar(atlas.tracks[1].title, 5) == expected
        atlas.similar(first, 5, view="audio")
    assert (len(read), len(scaled)) == (len(atlas.tracks), 2)
    again = open_atlas(finished.out)
    journeys = {again.path(first, again.tracks[1].path).rows for _ in range(2)}
    assert (len(journeys), again.similar(first, 5)) == (1, find_similar(atlas, 0, 5))
    assert len(scaled) == 3  # a journey needs those of all, and leaves them to what follows
    for ask in (answers.Answers(atlas).scale, answers.Answers(atlas).scale_for_one):
        with pytest.raises(ConfigError, match="--view must be one of"):
            ask("smell")
