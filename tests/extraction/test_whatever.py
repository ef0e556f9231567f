"""Group I of the batteries: what people have, a folder at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from batteries import whatever_sound, whatever_text
from batteries.whatever import TABLE, Case

from songatlas.config.stages import AudioConfig
from songatlas.credits import by_maker
from songatlas.errors import AudioError
from songatlas.extraction.gather import remarks
from songatlas.features.audio.frames import extract_table
from songatlas.features.audio.recordings import Print, print_of, same_recordings
from songatlas.features.text.clean import clean_lyrics
from songatlas.features.text.tokens import unicode_tokens
from songatlas.library.read import read_library

CASES = (*whatever_sound.CASES, *whatever_text.CASES)
TOLERANCE = {"seconds": 0.16, "silent": 0.4, "unread": 20_000}


class Facts:
    """What the sound of every file in a row came to; stands in for the cache."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, float]] = {}

    def meta(self, content_hash: str, key: str) -> dict[str, float] | None:
        return self.of.get(content_hash)


def check(case: Case, folder: Path) -> None:
    """Read the folder of `case` as a run does, and hold it to what is expected."""
    case.write(folder)
    metadata = folder / TABLE if TABLE in case.files else None
    library = read_library([folder], metadata=metadata)
    skipped = {skip.path: skip.code for skip in library.skipped}
    facts, prints, tracks = Facts(), list[Print](), []
    reasons = [skip.reason for skip in library.skipped]
    for track in library.tracks:
        try:
            table, known = extract_table(track.source, AudioConfig())
        except AudioError as error:
            skipped[track.path] = error.code
            reasons.append(error.reason)
        else:
            facts.of[track.content_hash] = known
            prints.append(print_of(table, known["seconds"], AudioConfig()))
            tracks.append(track)
    assert skipped == case.skipped
    assert all(len(reason) > 10 for reason in reasons), "which a person understands"
    assert {track.path for track in tracks} == set(case.tracks)
    makers, same = by_maker(tracks), same_recordings(prints)
    for i, track in enumerate(tracks):
        derived = {
            **facts.of[track.content_hash],
            "words": unicode_tokens(clean_lyrics(track.lyrics)),
            "maker": int(makers[i]),
            "copy_of": tracks[int(same[i])].path,
        }
        for name, expected in case.tracks[track.path].items():
            found = derived.get(name, 0) if name in {*derived, *TOLERANCE} else None
            if name in TOLERANCE:
                assert found == pytest.approx(expected, abs=TOLERANCE[name]), (track.path, name)
            else:
                found = getattr(track, name) if found is None else found
                assert found == expected, (track.path, name)
    job: Any = type("Job", (), {"key": ""})
    notes = (*library.notes, *remarks(tracks, job, facts))  # type: ignore[arg-type]
    for part in case.said:
        assert any(part in note for note in notes), (part, notes)
    assert case.said or not notes


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({(case.kind, case.name) for case in CASES}) == len(CASES) > 290


@pytest.mark.parametrize("case", CASES[::11], ids=lambda case: case.id)
def test_a_sample(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@pytest.mark.battery
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
