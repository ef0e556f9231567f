"""Lyrics of a track: of its row, else of what lies beside it."""

import pytest

from songatlas.config import load_config
from songatlas.errors import ConfigError
from songatlas.library.labels import read_labels
from songatlas.library.read import read_library
from songatlas.store.tables import write_csv


def test_a_sidecar_beside_a_copy_counts(tmp_path, write_audio):
    write_audio(tmp_path / "a.wav", seed=1)
    write_audio(tmp_path / "b.wav", seed=1)
    (tmp_path / "b.lrc").write_text("[00:01.00]la")
    assert read_library([tmp_path]).tracks[0].lyrics == "la"


def test_texts_that_say_there_are_no_lyrics_give_way_and_are_counted(tmp_path, write_audio):
    said = ["Lyrics not found", "nan", "We sail", "♪", ""]
    for seed in range(5):
        write_audio(tmp_path / f"{seed}.wav", seed=seed)
    (tmp_path / "1.lrc").write_text("[00:01.00]To the harbour")
    (tmp_path / "4.txt").write_text("Instrumental")
    rows = [[f"{n}.wav", text] for n, text in enumerate(said)]
    write_csv(tmp_path / "t.csv", ["file", "lyrics"], rows)
    library = read_library([tmp_path], metadata=tmp_path / "t.csv")
    assert [track.lyrics for track in library.tracks] == ["", "To the harbour", "We sail", "", ""]
    (note,) = library.notes
    assert note.startswith("3 tracks have a text instead of lyrics that says there are none")
    assert "'Lyrics not found' of '0.wav'" in note


def test_lyrics_of_any_form_are_no_label(tmp_path, write_audio):
    for seed in range(3):
        write_audio(tmp_path / f"{seed}.wav", seed=seed)
    rows = [[f"{n}.wav", f"We sail {n}<br>to the harbour"] for n in range(3)]
    write_csv(tmp_path / "t.csv", ["file", "words"], rows)
    library = read_library([tmp_path], metadata=tmp_path / "t.csv", columns={"lyrics": "words"})
    assert library.tracks[0].lyrics == "We sail 0\nto the harbour"
    config = load_config(overrides={"evaluation": {"label_column": "words"}})
    with pytest.raises(ConfigError, match="judged against their own input"):
        read_labels(library.tracks, config)
