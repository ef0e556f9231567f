"""What the commands say and do about the tree, on a results folder made by hand."""

import dataclasses
import json
import sys

import numpy as np
import pytest
from batteries.listening import make_music, make_results
from planted_tree import node

from songatlas.atlas import compare as compare_module
from songatlas.cli import main
from songatlas.report.markdown import escape
from songatlas.results.descriptions import write_clusters
from songatlas.results.read import read_atlas
from songatlas.results.tree import read_tree, write_tree
from songatlas.tagging.tag import tag
from songatlas.types.atlas import Trait
from songatlas.types.tree import Tree
from songatlas.words.opening import opening_of
from songatlas.words.sentence import sentence


@pytest.fixture
def results(tmp_path):
    """Six tracks; a region that is really there in two lists, and a list beside it."""
    make_music(tmp_path / "music")
    folder = make_results(tmp_path / "results", tmp_path / "music", {"Dawn": [0, 1, 2, 3, 4, 5]})
    (folder / "README.md").write_text("# Report\n", encoding="utf-8")
    write_tree(
        folder,
        Tree(
            nodes=(
                node("all", range(6)),
                node("A", range(4), found=True, name="夜の歌"),
                node("B", range(4, 6), found=True, name="Dawn"),
                node("A.1", range(2), name="calm"),
                node("A.2", range(2, 4), name="around Anna"),
            )
        ),
    )
    return folder


def run(capsys, *arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["songatlas", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
    captured = capsys.readouterr()
    return int(stop.value.code or 0), captured.out, captured.err


def test_a_track_has_its_way_through_the_tree_in_words(results, capsys):
    out = run(capsys, "explain", results, "Two")[1]
    assert "In the tree: 夜の歌 (really there) › calm (a neighbourhood)\n" in out
    found = json.loads(run(capsys, "explain", results, "Two", "--json")[1])
    assert [(it["node"], it["found"]) for it in found["tree"]] == [("A", True), ("A.1", False)]


def test_a_node_is_explained_by_id_and_by_name(results, capsys):
    code, out, _ = run(capsys, "explain", results, "A")
    assert code == 0
    assert out.startswith("A  夜の歌 (4 tracks)\nIt is really there: ")
    assert "A.2   around Anna  2 tracks  a neighbourhood" in out
    by_name = run(capsys, "explain", results, "around Anna")[1]
    assert "It is a neighbourhood: " in by_name
    assert "Part of 夜の歌 (really there).\n" in by_name
    assert run(capsys, "explain", results, "Dawn")[1].startswith("0  Dawn (6 tracks)")
    everything = run(capsys, "explain", results)[1]
    assert (
        everything.index("0  Dawn") < everything.index("A  夜の歌") < everything.index("A.1  calm")
    )


def test_neighbours_say_which_list_they_are_in(results, capsys):
    found = json.loads(run(capsys, "similar", results, "Two", "--format", "json", "-n", "5")[1])
    assert {it["title"]: it["list"] for it in found}["One"] in ("夜の歌 › calm", "Dawn")
    assert {it["list"] for it in found} == {"夜の歌 › calm", "夜の歌 › around Anna", "Dawn"}
    assert "夜の歌 › around Anna\n" in run(capsys, "similar", results, "Two")[1]


def test_lists_of_a_level_or_a_part(results, capsys):
    out = run(capsys, "playlists", results, "--detail", "coarse", "--format", "m3u8")[1]
    folder = results / "playlists"
    assert out.splitlines() == [f"{folder}/夜の歌.m3u8", f"{folder}/Dawn.m3u8"]
    out = run(capsys, "playlists", results, "--node", "Anna", "--format", "m3u8")[1]
    assert out.splitlines() == [f"{folder}/around Anna.m3u8"]
    code, _, said = run(capsys, "playlists", results, "--node", "Nobody")
    assert (code, "A.2 '夜の歌 › around Anna'" in said) == (2, True)


def test_tags_are_names_of_the_closest_list(results):
    def texts(**options):
        return [it.text for it in tag(results, **options)]

    assert texts() == ["夜の歌 › calm"] * 2 + ["夜の歌 › around Anna"] * 2 + ["Dawn"] * 2
    assert texts(detail="coarse") == ["夜の歌"] * 4 + ["Dawn"] * 2
    assert texts(detail="clusters") == ["Dawn"] * 6


def test_a_name_means_everything_that_bears_it_and_changes_at_once(results, capsys):
    assert run(capsys, "label", results, "--rename", "Dawn=Abend", "--rename", "A.1=ruhig")[0] == 0
    atlas = read_atlas(results)
    assert [c.name for c in atlas.clusters] == ["Abend"]
    named = {it.id: it.name for it in atlas.tree if it.named_by == "person"}
    assert named == {"B": "Abend", "A.1": "ruhig"}
    assert (results / "playlists" / "夜の歌" / "ruhig.m3u8").is_file()
    code, _, said = run(capsys, "label", results, "--rename", "A.2=Ruhig")
    assert (code, "Names of parts of one node must differ" in said) == (2, True)
    run(capsys, "label", results, "--clear", "--rename", "A.1=leise")
    assert read_tree(results)["A.1"].name == "leise"


def test_the_report_has_the_new_names_too(results, capsys):
    atlas = read_atlas(results)
    said = opening_of(atlas.tree, atlas.verdict, atlas.clusters)
    text = f"# Report\n\n{said}\n\n## Regions\n\n- **Dawn**: 2 tracks\n\n## Summary\n"
    (results / "README.md").write_text(text, encoding="utf-8")
    run(capsys, "label", results, "--rename", "B=Abend")
    report = (results / "README.md").read_text(encoding="utf-8")
    assert report.split("\n\n")[1] == said.replace("Dawn", "Abend") != said
    assert "- **Abend**: 2 tracks" in report
    assert "Dawn" not in report


def test_the_first_sentences_of_another_version_have_the_new_names_too(results, capsys):
    said = "Once upon a time there were “夜の歌” and “Dawn & dusk”."
    trust = json.loads((results / "trust.json").read_text(encoding="utf-8"))
    (results / "trust.json").write_text(json.dumps({**trust, "opening": said}), encoding="utf-8")
    text = f"# Report\n\n{escape(said)}\n\n## Regions\n\n- **Dawn**: 2 tracks\n\n## Summary\n"
    (results / "README.md").write_text(text, encoding="utf-8")
    run(capsys, "label", results, "--rename", "B=Abend")
    now = json.loads((results / "trust.json").read_text(encoding="utf-8"))
    atlas = read_atlas(results)
    expected = opening_of(atlas.tree, atlas.verdict, atlas.clusters, atlas.main_view)
    assert now == {**trust, "opening": expected}
    report = (results / "README.md").read_text(encoding="utf-8")
    assert report.split("\n\n")[1] == escape(expected)


def test_nodes_are_merged_and_split_later_and_what_cannot_be_is_refused(results, capsys):
    before = read_tree(results)
    said = run(capsys, "label", results, "--merge", "A.1,A.2", "--split", "A")[2]
    assert "songatlas update" in said
    assert read_tree(results) == before
    _, shown, said = run(capsys, "label", results, "--show")
    assert "songatlas update" not in said  # nobody knows here whether that was done
    assert "[[merge_nodes]]" in shown
    assert '["A.1", [' in shown
    assert "needs three tracks" in run(capsys, "label", results, "--split", "B")[2]
    for wish in ("A,A.1", "0,A", "all,B"):
        assert run(capsys, "label", results, "--merge", wish)[0] == 2
    assert run(capsys, "label", results, "--show")[1] == shown


def test_tracks_at_one_place_are_not_split_and_that_is_said(results, capsys):
    np.save(results / "coordinates.npy", np.zeros((6, 2), np.float32))
    for wish in ("0", "A"):
        code, _, said = run(capsys, "label", results, "--split", wish)
        assert (code, "--split needs tracks that differ" in said) == (2, True), said


def test_which_node_is_which_in_another_run(results, tmp_path, capsys):
    other = make_results(tmp_path / "other", tmp_path / "music", {"Dawn": [0, 1, 2, 3, 4, 5]})
    write_tree(
        other,
        Tree(
            nodes=(
                node("all", range(6)),
                node("A", range(4, 6), name="evening"),
                node("B", range(4), name="night"),
                node("B.1", range(3), name="quiet"),
                node("B.2", range(3, 4), name="loud"),
            )
        ),
    )
    found = json.loads(run(capsys, "compare", results, other, "--json")[1])
    assert found["nodes"] == [
        ["A  夜の歌", "B  night", 4, 1.0],
        ["A.1  calm", "B.1  quiet", 2, 2 / 3],
        ["A.2  around Anna", "B.2  loud", 1, 0.5],
        ["B  Dawn", "A  evening", 2, 1.0],
    ]
    out = run(capsys, "compare", results, other)[1]
    assert "A.1  calm" in out
    assert "67 %" in out


def test_a_region_that_the_other_run_was_not_given_is_not_gone(results):
    atlas = read_atlas(results)
    rows = np.array([[row, row] for row in (0, 1, 4)])  # all of A.1, half of A and of B
    found = compare_module.matched_nodes(atlas, atlas, rows)
    assert [name for name, *_ in found] == ["A  夜の歌", "A.1  calm", "B  Dawn"]


def test_what_rounds_to_zero_has_no_sign(results, capsys, monkeypatch):
    found = dataclasses.replace(compare_module.compare(results, results), ari=-0.0004, ami=-0.3)
    monkeypatch.setattr(compare_module, "compare", lambda *_: found)
    out = run(capsys, "compare", results, results)[1]
    assert "ARI 0.000, AMI −0.300 (" in out


def test_nearly_all_are_not_all(results, capsys):
    """One German song among 258 in English is no 100 %, nor is what it adds elsewhere 0 %."""
    english = Trait(
        kind="language", name="en", measure="language", here=257 / 258, elsewhere=1 / 244,
        unit="share", effect=0.99, p=0.0,
    )  # fmt: skip
    assert sentence([english], {}) == "English (over 99 %, elsewhere under 1 %)."
    atlas = read_atlas(results)
    clusters = [dataclasses.replace(cluster, traits=(english,)) for cluster in atlas.clusters]
    write_clusters(results, clusters, atlas.tracks)
    out = run(capsys, "explain", results, "0")[1]
    assert "over 99 %  under 1 %" in out
