"""A finished run written again without a change has the bytes of the run."""

import csv
import json
import shutil

import pytest
from folders import contents, table

import songatlas
from songatlas.config import replace
from songatlas.machine import Machine
from songatlas.revision.update import update

pytestmark = pytest.mark.battery

MOODS = ("Calm", "calm ", "CALM", "calm", "wild  One", "Wild One", "Wild One", "")


@pytest.fixture(scope="module")
def twice(music, cache, fast, tmp_path_factory):
    """The folder of a run, and the same folder after an update that found nothing new.

    The collection has a file that cannot be decoded and a second copy; it is reached by a link, and
    judged by a column of its table whose values differ in case and spacing.
    """
    home = tmp_path_factory.mktemp("unchanged")
    shutil.copytree(music, home / "disk")
    (home / "music").symlink_to(home / "disk")
    (home / "disk" / "broken.mp3").write_bytes(b"ID3 no music at all" * 50)
    audio = sorted(p for p in (home / "disk").rglob("*") if p.suffix in (".wav", ".flac", ".ogg"))
    shutil.copy(audio[0], home / "disk" / f"zz copy{audio[0].suffix}")
    with (home / "table.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "mood"))
        for number, path in enumerate(audio):
            rows.writerow((path.relative_to(home / "disk"), MOODS[number % len(MOODS)]))
    config = replace(fast, {"evaluation": {"label_column": "mood"}})
    songatlas.run(
        home / "music",
        metadata=home / "table.csv",
        out=home / "results",
        config=config,
        machine=Machine(cache=cache, workers=1),
    )
    run = contents(home / "results")
    report = update(home / "results", machine=Machine(cache=cache, workers=1))
    assert (report.new, report.changed, report.moved, report.gone) == (0, 0, 0, 0)
    return home / "results", run, contents(home / "results")


def test_every_file_but_the_report_and_its_record_has_the_bytes_of_the_run(twice):
    folder, run, updated = twice
    assert {row["code"] for row in table(folder / "skipped.csv")} == {"DUPLICATE", "E-DECODE"}
    assert {row["mood"] for row in table(folder / "tracks.csv")} == {"calm", "Wild One", ""}
    assert run.keys() == updated.keys()
    assert {name for name in run if run[name] != updated[name]} == {"README.md", "run.json"}


def test_the_report_gains_a_note(twice):
    _, run, updated = twice
    head, _, rest = run["README.md"].decode().partition("\n")
    note = updated["README.md"].decode().removeprefix(head).removesuffix(rest)
    assert note.startswith("\n\n<!-- update -->\n**Updated.** 0 new, 0 changed, 0 moved, 0 gone")
    assert note.endswith("<!-- end of update -->\n")


def test_the_record_gains_what_the_model_was_fitted_to(twice):
    """And lays no claim to what is made for listening, which is written after it."""
    folder, run, updated = twice
    before, after = (json.loads(files["run.json"]) for files in (run, updated))
    fitted = after.pop("fitted")
    assert fitted == sorted(row["content_hash"] for row in table(folder / "tracks.csv"))
    files, kept = before.pop("files"), after.pop("files")
    assert list(before.items()) == list(after.items())  # in the same order
    assert {name.partition("/")[0] for name in files.keys() - kept.keys()} == {
        "atlas.html",
        "playlists",
    }
    assert {name for name in kept if kept[name] != files[name]} == {"README.md"}
