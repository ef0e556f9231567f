"""The last lines of a run."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest
from planted_tree import NAMES, node

import songatlas
from songatlas.cli.summary import print_skipped, print_summary
from songatlas.errors import ConfigError
from songatlas.library.read import read_library
from songatlas.machine import Machine
from songatlas.types import Library, Skip, Track
from songatlas.types.tree import Tree

UNFOUND = "song_id,valence\nZ1,0.5\nZ2,0.7\n"


def last_line(library: Library) -> str:
    return lines_of(library)[-1]


def lines_of(library: Library, tree: Tree | None = None, clusters=(), ami=None) -> list[str]:
    said: list[str] = []
    result = SimpleNamespace(
        prepared=SimpleNamespace(library=library, notes=library.notes),
        opening="Nothing in this music stands apart.",
        trust=SimpleNamespace(verdict="weak", reasons=()),
        clusters=clusters,
        n_clusters=2,
        evaluations=[SimpleNamespace(ami=ami, external={"AMI": SimpleNamespace(interval=None)})],
        tracks=library.tracks,
        tree=tree or Tree(),
        config=SimpleNamespace(
            tree=SimpleNamespace(detail="auto"), evaluation=SimpleNamespace(label_column="genre")
        ),
        seconds={},
        out=Path("results"),
    )
    print_summary(result, SimpleNamespace(say=said.append))  # type: ignore[arg-type]
    return said


def test_the_last_lines_are_the_tree_and_where_its_lists_are():
    regions = (node("A", range(6), found=True), node("B", range(6, 12)))
    library = Library(root=Path(), tracks=())
    lines = lines_of(library, Tree(nodes=(node("all", range(12)), *regions)))
    *_, first, second, key, where, report = lines
    assert first.split() == [*NAMES["A"].split(), "6", "tracks", "really", "there"]
    assert second.split() == [*NAMES["B"].split(), "6", "tracks"]
    assert key.startswith("The others are neighbourhoods")
    assert (where, report) == ("Playlists: results/playlists", "Results: results/README.md")
    assert not any("playlists" in line for line in lines_of(library))


@pytest.mark.parametrize(
    ("rest", "last"),
    [("a run tells all", "  Skipped: 2 more; a run tells all."), ("", "  Skipped: 'g': E, x")],
)
def test_skipped_files_are_said_to_be_where_they_are(rest, last):
    said: list[str] = []
    lost = tuple(Skip(path=p, stage="scan", code="E", reason="x") for p in "abcdefg")
    library = Library(root=Path(), tracks=(), skipped=lost)
    print_skipped(library, SimpleNamespace(say=said.append), rest)  # type: ignore[arg-type]
    assert said[-1] == last


def test_a_negative_agreement_has_the_sign_of_the_report():
    lines = lines_of(Library(root=Path(), tracks=()), ami=-0.0614)
    assert "0 tracks in 0 clusters. Agreement with genre: AMI −0.061." in lines


def test_tracks_in_no_cluster_are_not_counted_among_those_in_one():
    tracks = tuple(Track(path=x, source=Path(x), content_hash=x) for x in "abcde")
    library = Library(root=Path(), tracks=tracks)
    for rows, said in (((0, 1, 2), "5 tracks, 3 of them in 1 cluster."), (range(5), "5 tracks in")):
        clusters = [SimpleNamespace(name="Calm", rows=rows)]
        assert any(line.startswith(said) for line in lines_of(library, clusters=clusters))


def test_a_skipped_file_is_named_in_its_own_letters_without_what_steers_a_terminal():
    paths = ["Die Ärzte/夜 – Größe.mp3", "a\x1b[31m\u202eb\ud800.mp3"]
    lost = tuple(Skip(path=p, stage="scan", code="E-EMPTY", reason="no bytes") for p in paths)
    lines = lines_of(Library(root=Path(), tracks=(), skipped=lost))
    assert "2 audio files found = 0 analysed + 2 skipped + 0 duplicates." in lines
    one = lines_of(Library(root=Path(), tracks=(), skipped=lost[:1]))
    assert "1 audio file found = 0 analysed + 1 skipped + 0 duplicates." in one
    assert "  Skipped: 'Die Ärzte/夜 – Größe.mp3': E-EMPTY, no bytes" in lines
    assert r"  Skipped: 'a\x1b[31m\u202eb\ud800.mp3': E-EMPTY, no bytes" in lines


def test_clusters_are_counted_that_there_are_not_that_were_asked_for():
    one = SimpleNamespace(name="Calm", rows=())
    lines = lines_of(Library(root=Path(), tracks=()), clusters=[one])
    assert "0 tracks in 1 cluster." in lines


def test_a_table_that_describes_nothing_is_said_first_in_the_notes_and_last_of_all(
    write_audio, tmp_path
):
    write_audio(tmp_path / "one.wav")
    (tmp_path / "t.csv").write_text(UNFOUND)
    library = read_library([tmp_path], metadata=tmp_path / "t.csv")
    assert library.notes[0].startswith("t.csv: 0 of 2 rows name a file that was found")
    assert library.notes[0] in last_line(library)
    (tmp_path / "t.csv").write_text(UNFOUND.replace("Z1", "one"))
    assert last_line(read_library([tmp_path], metadata=tmp_path / "t.csv")).startswith("Results:")


@pytest.mark.parametrize(
    ("stage", "setting"), [("evaluation", "label_column"), ("model", "condition")]
)
def test_a_column_of_such_a_table_is_missed_for_its_true_cause(
    stage, setting, music, cache, fast, tmp_path
):
    (tmp_path / "t.csv").write_text(UNFOUND)
    changed = dataclasses.replace(getattr(fast, stage), **{setting: "valence"})
    with pytest.raises(ConfigError, match=r"No track has 'valence'.* 0 of 2 rows.*says 'Z1'"):
        songatlas.run(
            music,
            metadata=tmp_path / "t.csv",
            out=tmp_path / "out",
            config=dataclasses.replace(fast, **{stage: changed}),
            machine=Machine(cache=cache, workers=1),
        )
