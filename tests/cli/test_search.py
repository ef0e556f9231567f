"""`songatlas search` by the tags of an ear, on a results folder made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from batteries.listening import SONGS, make_music, make_results
from commands import run_command

import songatlas
from songatlas.errors import ConfigError, StorageError
from songatlas.features.audio.descriptors import Descriptors
from songatlas.results.descriptors import write_descriptors

TAGS = ("violin", "piano", "mellow", "quiet", "Female Vocalists", "sitar")
EAR = {"name": "musicnn", "version": "2", "sha256": "0", "fingerprint": "f"}
PROBABILITIES = np.array(
    [
        # violin, piano, mellow, quiet, female vocalists, sitar
        [0.02, 0.03, 0.30, 0.20, 0.10, 0.004],
        [0.90, 0.04, 0.20, 0.10, 0.05, 0.02],
        [0.40, 0.60, 0.10, 0.05, 0.70, 0.03],
        [0.03, 0.80, 0.02, 0.01, 0.20, 0.02],
        [np.nan] * 6,
        [0.05, 0.70, 0.60, 0.40, 0.02, 0.01],
    ]
)


def heard(tags=TAGS, probabilities=PROBABILITIES, embeddings=None) -> Descriptors:
    n_tracks = len(probabilities)
    return Descriptors(
        sound=np.full((n_tracks, 9), np.nan),
        tag_names=tuple(tags),
        tags=probabilities,
        embeddings=embeddings,
    )


def record(folder: Path, **changes: object) -> None:
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Six tracks that an ear heard as planted, but for the fifth, which it did not hear."""
    make_music(tmp_path / "music")
    folder = make_results(
        tmp_path / "results", tmp_path / "music", {"Dawn": [0, 1, 2], "Dusk": [3, 4, 5]}
    )
    tracks = songatlas.open(folder).tracks
    write_descriptors(folder, tracks, heard())
    record(folder, embedding=EAR)
    return folder


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("violin", [1, 2, 5, 3, 0]),
        ("Violins!", [1, 2, 5, 3, 0]),
        ("piano", [3, 5, 2, 1, 0]),
        ("calm piano", [5]),
        ("piano with violin", [2]),
        ("piano, no violin", [3, 5]),
        ("female vocals", [2, 3, 0, 1, 5]),
        ("a woman", [2, 3, 0, 1, 5]),
    ],
)
def test_tracks_that_were_planted_come_in_their_order(results, words, rows):
    found = songatlas.open(results).search(words)
    assert list(found.rows[: len(rows)]) == rows
    assert len(found.rows) == 5
    assert list(found.scores) == sorted(found.scores, reverse=True)
    assert found.tracks[0].path == SONGS[rows[0]].path
    assert found.notes[-1] == "1 of 6 tracks were not heard, and cannot be found."


def test_the_function_does_what_the_method_does(results):
    found = songatlas.search(results, "violin", n=2)
    assert found == songatlas.open(results).search("violin", 2)
    assert found.heard == ({"violin": 0.9}, {"violin": 0.4})
    assert found.by == "tags of musicnn: “violin”"


def test_speech_is_not_said_to_be_heard_by_the_ear(results):
    probabilities = np.column_stack([PROBABILITIES, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]])
    write_descriptors(
        results, songatlas.open(results).tracks, heard((*TAGS, "speech"), probabilities)
    )
    found = songatlas.search(results, "speech", n=1)
    assert (found.rows, found.by) == ((1,), "what is measured: “speech”")
    both = songatlas.search(results, "speech, no violin").by
    assert both == "tags of musicnn and what is measured: “speech”, not “violin”"


def test_speech_is_found_without_an_ear_and_nothing_else_is(results):
    tracks = songatlas.open(results).tracks
    write_descriptors(results, tracks, heard(("speech",), np.array([[0.0, 1, 0, 0, 1, 0]]).T))
    record(results, embedding=None)
    found = songatlas.search(results, "speech", n=2)
    assert (found.rows, found.by) == ((1, 4), "what is measured: “speech”")
    for words, by in (("piano", None), ("speech", "text")):
        with pytest.raises(ConfigError, match="needs a pretrained network"):
            songatlas.search(results, words, by=by)


def test_the_table_says_how_the_words_were_understood(results, capsys):
    code, out, err = run_command(capsys, "search", results, "calm piano, no violin", "-n", 2)
    assert (code, err) == (0, "")
    first, note, empty, head, best, second = out.splitlines()
    assert first == "By tags of musicnn: calm (“mellow”, “quiet”), “piano”, not “violin”."
    assert "1 of 6" in note
    assert not empty
    assert head.split() == ["score", "heard", "as", "artist", "title", "cluster"]
    assert "mellow 60 %, piano 70 %, violin 5 %" in best
    assert "<b>&amp;" in best
    assert "Dusk" in best
    assert second.startswith("2")


def test_json_is_all_that_is_on_standard_output(results, capsys):
    code, out, err = run_command(
        capsys, "search", results, "violin zither", "-n", 2, "--format", "json"
    )
    found = json.loads(out)
    assert code == 0
    assert [entry["path"] for entry in found] == [SONGS[1].path, SONGS[2].path]
    assert found[0]["heard"] == {"violin": 0.9}
    assert found[0]["by"] == "tags of musicnn: “violin”"
    assert found[0]["score"] > found[1]["score"]
    assert found[0]["cluster"] == "Dawn"
    assert "No tag of musicnn is 'zither'. There are female voice, mellow, piano, quiet," in err


@pytest.mark.parametrize("form", ["m3u8", "xspf"])
def test_a_playlist_holds_the_tracks_in_their_order(results, form, capsys, tmp_path):
    out = tmp_path / f"list.{form}"
    words = "violin\n\x1b[31m"
    code, said, _ = run_command(
        capsys, "search", results, words, "-n", 2, "--format", form, "--out", out
    )
    text = out.read_text(encoding="utf-8")
    assert (code, said) == (0, f"2 tracks: {out}\n")
    assert text.index("02%20Two" if form == "xspf" else "02 Two") < text.index("x.ogg")
    assert "\x1b" not in text
    assert "violin" in text


def test_a_tag_that_is_hardly_heard_is_not_said_to_be_absent(results, capsys):
    _, out, _ = run_command(capsys, "search", results, "sitar")
    assert "sitar under 1 %" in out
    assert "sitar 0 %" not in out


def test_a_tag_that_nothing_is_plainly_heard_as_is_said(results):
    notes = songatlas.open(results).search("sitar").notes
    assert notes[0] == "Nothing is plainly heard as “sitar”: the surest has 3 %."
    assert "plainly" not in "".join(songatlas.open(results).search("violin, no sitar").notes)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "WORDS must say something"),
        (" \t\n ", "WORDS must say something"),
        ("\x00\x1b\u202e", "WORDS must say something"),
        ("\udcff", "WORDS must say something"),
        ("zither", "must have one of the tags of musicnn. Got 'zither'. There are female voice,"),
        ("violon", "Did you mean 'violin'? There are"),
        ("夜に駆ける", "one of the tags"),
        ("скрипка", "one of the tags"),
        ("the music of a song", "one of the tags"),
        ("not", "one of the tags"),
        ("x" * 10_000, "xxx…"),
        ("zither harp " * 834, "one of the tags"),
        ("<script>alert(1)</script>", "one of the tags"),
        ("%s %d {0} {x}", "one of the tags"),
    ],
)
def test_words_that_ask_for_nothing_are_one_short_sentence(results, words, said, capsys):
    code, out, err = run_command(capsys, "search", results, words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert len(err) < 400
    assert "\x1b" not in err


def test_ten_thousand_characters_with_a_tag_among_them(results, capsys):
    code, out, _ = run_command(capsys, "search", results, "zither " * 1427 + "violin", "-n", 1)
    assert code == 0
    assert len(out) < 1000
    assert "Two" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("violin", "--by", "tag"),
            "--by must be one of text, tags. Got 'tag'. Did you mean 'tags'",
        ),
        (
            ("violin", "--by", "text"),
            "made when musicnn had no text tower. Describe one under [text]",
        ),
        (("violin", "--format", "tabel"), "Did you mean 'table'"),
        (("violin", "-n", "0"), "greater than or equal to 1"),
        (("violin", "--memory", "-1"), "--memory must be a number above 0"),
    ],
)
def test_options_that_cannot_be(results, arguments, said, capsys):
    code, out, err = run_command(capsys, "search", results, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_run_without_an_ear_says_what_to_do(results, capsys):
    record(results, embedding=None)
    code, _, err = run_command(capsys, "search", results, "violin")
    assert code == 2
    assert "Search by words needs a pretrained network" in err
    assert "songatlas run MUSIC --embedding musicnn" in err


def test_an_ear_without_tags_says_what_to_do(results):
    tracks = songatlas.open(results).tracks
    write_descriptors(results, tracks, heard((), np.zeros((6, 0))))
    with pytest.raises(ConfigError, match=r"neither tags nor a text tower\. .* songatlas update"):
        songatlas.search(results, "violin")


def test_a_folder_that_lost_a_file_or_has_changed_is_said(results):
    atlas = songatlas.open(results)
    with pytest.raises(ConfigError, match="n must be at least 1"):
        atlas.search("violin", 0)
    write_descriptors(results, atlas.tracks[:5], heard(probabilities=PROBABILITIES[:5]))
    with pytest.raises(StorageError, match="must hold 6 tracks, as when it was opened"):
        atlas.search("violin")
    (results / "descriptors.csv").unlink()
    with pytest.raises(StorageError, match=r"descriptors\.csv"):
        atlas.search("violin")
