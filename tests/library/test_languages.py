"""A language is one, however tags, tables and names of files call it."""

import mutagen
import pytest
from py3langid import rank

from songatlas.features.text.language import with_languages
from songatlas.library.read import read_library
from songatlas.library.sidecars import Sidecars
from songatlas.text.languages import LANGUAGES, language_code, language_name

SUNG = "Ich gehe heute Abend nach Hause und singe ein altes Lied für dich"


@pytest.mark.parametrize(
    ("code", "called"),
    [
        ("de", ("de", "DE", " ger", "deu", "German", "Deutsch", "de-AT", "de_CH")),
        ("fr", ("fre", "fra", "français", "FRANC\N{COMBINING CEDILLA}AIS", "Francais", "fr-CA")),
        ("fa", ("fas", "Persian", "Farsi")),
        ("zh", ("zho", "Chinese", "Mandarin", "zh-Hant")),
        ("no", ("no", "nor", "Norwegian", "norsk")),
        ("", ("", "und", "XXX", "zxx", "Unknown", "N/A")),
    ],
)
def test_a_code_is_that_of_everything_that_is_called_so(code, called):
    assert {language_code(text) for text in called} == {code}


@pytest.mark.parametrize("code", LANGUAGES)
def test_codes_are_their_own_and_names_name_what_they_are_of(code):
    assert language_code(code) == code
    assert language_name(language_code(language_name(code))) == language_name(code)


def test_what_is_detected_has_a_name():
    detected = {code for code, _ in rank("any text")}
    assert {code for code in detected if len(code) == 2} <= {*LANGUAGES}


def test_what_is_no_known_language_stays_as_it_is():
    assert [language_code(text) for text in ("Klingon", "x-y", "de; en")] == [
        "Klingon",
        "x-y",
        "de; en",
    ]


def test_table_tags_and_lyrics_say_one_language_in_one_way(tmp_path, write_audio):
    table = tmp_path / "t.csv"
    table.write_text(f"file,language,lyrics\na.flac,German,\nc.flac,,{SUNG}\nd.flac,und,\n")
    for seed, name in enumerate("abcd"):
        write_audio(tmp_path / f"{name}.flac", seed=seed)
    for name, language in (("b", "ger"), ("c", "XXX"), ("d", "DEU")):
        tags = mutagen.File(tmp_path / f"{name}.flac")
        tags["language"] = language
        tags.save()
    library = read_library([tmp_path], metadata=table)
    assert [track.language for track in library.tracks] == ["de", "de", "", "de"]
    assert [track.language for track in with_languages(library.tracks)[0]] == ["de"] * 4


@pytest.mark.parametrize("of_track", ["de", "ger", "German"])
@pytest.mark.parametrize("of_file", ["de", "ger", "deu"])
def test_a_sidecar_in_the_language_of_the_track_is_read(of_track, of_file, tmp_path):
    audio = tmp_path / "x.mp3"
    (tmp_path / "x.en.lrc").write_text("we sail")
    (tmp_path / f"x.{of_file}.lrc").write_text("wir segeln")
    assert next(Sidecars([audio]).lyrics(audio, language=of_track)) == "wir segeln"
