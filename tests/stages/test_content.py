"""What is said of tracks that are no songs."""

from pathlib import Path

import numpy as np

from songatlas.features.audio.descriptors import Descriptors
from songatlas.stages.content import notes_on_content, with_notes_on_new
from songatlas.types import Library, Track


def notes(spoken: list[int], seconds: list[float], before: tuple[int, ...] = ()) -> list[str]:
    n = len(seconds)
    tracks = [Track(path=f"{i}.ogg", source=Path(f"{i}.ogg"), content_hash="") for i in range(n)]
    names, tags = ("rock",), np.full((n, 1), 0.5)
    if spoken:
        names, tags = ("rock", "speech"), np.column_stack([tags, np.isin(range(n), spoken)])
    heard = Descriptors(sound=np.zeros((n, 9)), tag_names=names, tags=tags)
    if before:
        library = Library(root=Path(), tracks=tuple(tracks), skipped=())
        return [*with_notes_on_new(library, before, heard, np.array(seconds)).notes]
    return list(notes_on_content(tracks, heard, np.array(seconds)))


def test_speech_and_what_is_over_in_seconds_are_named_with_a_remedy() -> None:
    speech, short = notes([1, 2], [200.0, 3600.0, 9.9, np.nan])
    assert speech.startswith("2 of 4 tracks sound like speech without music,")
    assert "'1.ogg', '2.ogg'" in speech
    assert short.startswith("1 of 4 tracks is shorter than 10 s,")
    assert "'2.ogg' (9.9 s)" in short
    assert all("--exclude" in note for note in (speech, short))


def test_nothing_is_said_of_songs() -> None:
    assert notes([], [200.0, 10.0, np.nan]) == []


def test_nothing_is_said_of_a_library_of_clips() -> None:
    assert notes([], [5.0, 5.0, 200.0]) == []


def test_an_update_names_them_among_the_new_tracks_alone() -> None:
    speech, short = notes([0, 2], [5.0, 200.0, 60.0, 2.0, 90.0], before=(0, 1, -1, -1, -1))
    assert speech.startswith("1 of 3 new tracks sounds like speech")
    assert "'2.ogg'" in speech
    assert short.startswith("1 of 3 new tracks is shorter")
    assert notes([0], [5.0, 200.0], before=(0, 1)) == []
    assert len(notes([2], [200.0, 200.0, 5.0], before=(0, 1, -1))) == 2  # of the library it is few


def test_a_library_of_speech_is_not_told_to_leave_it_out() -> None:
    (said,) = notes([0, 1, 2], [200.0] * 4)
    assert said.startswith("3 of 4 tracks")
    assert "--exclude" not in said
