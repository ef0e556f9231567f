"""Lyrics beside the audio: found by any usual name, read in any form, told of where not used."""

import os
from pathlib import Path

import pytest

from songatlas.library.lrc import strip_times
from songatlas.library.read import read_library
from songatlas.library.sidecars import Sidecars
from songatlas.library.sung import sung

LRC = (
    "[ti:Title]\n[ar: Artist]\n[offset:+100]\n[00:01.00]First line\n[00:02.50][01:02.50]Twice\n"
    "[00:03:10]<00:03.10>Word <00:03.50>by <00:04>word\n\n[100:04]Late\n[Chorus]\n[00:05.00]\n"
)
PLAIN = "First line\nTwice\nWord by word\n\nLate\n[Chorus]"


def read(folder: Path, *names: str, of: str = "x.mp3", language: str = "") -> tuple[str, list[str]]:
    """Lyrics of one of the audio files `names` (else of it alone), and the notes."""
    sidecars = Sidecars([folder / name for name in names or (of,)])
    texts = sidecars.lyrics(folder / of, language=language)
    found = next((words for text in texts if (words := sung(text))), "")
    listed = sorted(path for path in folder.rglob("*") if path.is_file())
    return found, list(sidecars.notes(listed))


def put(folder: Path, *names: str) -> None:
    """Sidecars, each of which says its own name."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"we sail {name}", encoding="utf-8")


def test_times_and_header_go_and_sections_stay():
    assert strip_times(LRC) == PLAIN
    assert strip_times(LRC.replace("\n", "\r\n")) == PLAIN


@pytest.mark.parametrize("text", ["[Verse 1: Somebody]\nla", "at 12:30", "(10,000) of us", ""])
def test_text_without_times_is_left_alone(text):
    assert strip_times(text) == text


SUNG = ["海辺で歌う", "波の音", "夜空", "We are one", "風が吹く", "la la", "夜が来る"]
SAID = ["在海边歌唱", "海浪的声音", "夜空", "我们是一体", "风在吹", "", "夜晚来临"]
IN_LATIN = [
    "umibe de utau",
    "nami no oto",
    "yozora",
    "We are one",
    "kaze ga fuku",
    "",
    "yoru ga kuru",
]


def timed(*texts: list[str], together: bool = True) -> str:
    pairs = [(i, line) for text in texts for i, line in enumerate(text) if line]
    every = [f"[00:0{i}.00]{line}" for i, line in pairs]
    return "\n".join(sorted(every, key=lambda line: line[:10]) if together else every)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("others", [(SAID,), (IN_LATIN, SAID), (IN_LATIN,)])
def test_translations_at_the_same_times_are_not_sung(others, together):
    assert strip_times(timed(SUNG, *others, together=together)).split("\n") == SUNG


def test_lines_of_one_script_or_of_no_time_of_their_own_are_all_sung():
    two_voices = timed(SUNG, [f"{line}よ" for line in SUNG])
    assert len(strip_times(two_voices).split("\n")) == 2 * len(SUNG)
    no_times = "\n".join(f"[00:00.00]{line}" for line in SUNG + IN_LATIN)
    assert strip_times(no_times).split("\n") == SUNG + IN_LATIN


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.lrc", LRC.encode()),
        ("x.LRC", LRC.encode("utf-8-sig")),
        ("x.txt", LRC.encode("utf-16")),
        ("x.Txt", LRC.encode("utf-16-be").join([b"\xfe\xff", b""])),
    ],
    ids=["lrc", "LRC", "txt", "Txt"],
)
def test_every_spelling_and_encoding(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path) == (PLAIN, [])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Où vas-tu, mon cœur, où étais-tu l’été dernier ?\nJ’ai rêvé d’une forêt.", "cp1252"),
        ("Привет, как дела?\nЯ иду домой, а ты поёшь песню.", "cp1251"),
        ("沈むように溶けてゆくように\n二人だけの空が広がる夜に", "shift_jis"),
    ],
)
def test_other_encodings_are_recognised(text, encoding, tmp_path):
    (tmp_path / "x.txt").write_bytes(text.encode(encoding))
    assert read(tmp_path) == (text, [])


@pytest.mark.parametrize(
    "name",
    [
        *("x.LRC", "X.lrc", "x.mp3.lrc", "X.MP3.LRC", "x.en.lrc", "x.pt-BR.lrc", "x.mp3.eng.lrc"),
        *("x.txt", "x.de.txt", "x.mp3.txt", "x - Lyrics.txt", "x_lyrics.txt", "x (lyrics).lrc"),
        *("x.srt", "x.en.vtt", "X.ttml", "x.mp3.srt", "x.ass", "x.elrc", "x.synced.lrc"),
        *("x - Songtext.txt", "x.letra.txt", "x (Paroles).txt", "x 歌词.lrc", "x.plain.txt"),
        *(
            "Lyrics/x.lrc",
            "Liedtexte/x.txt",
            "тексты/x.txt",
            "lyrics/x.txt",
            "LYRICS/X.en.lrc",
            "lrc/x.mp3.lrc",
            "Lyrics/x.vtt",
        ),
    ],
)
def test_every_usual_name_is_found(name, tmp_path):
    put(tmp_path, name)
    assert read(tmp_path) == (f"we sail {name}", [])


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("x.lrc", "x.txt"),
        ("x.lrc", "X.lrc"),
        ("x.lrc", "x.mp3.lrc"),
        ("x.mp3.lrc", "x.en.lrc"),
        ("x.srt", "x.txt"),
        ("x.lrc", "Lyrics/x.lrc"),
        ("Lyrics/x.lrc", "x.txt"),
        ("x.de.lrc", "x.en.lrc"),  # the language of the track
    ],
)
def test_the_order_is_that_of_the_manual(better, worse, tmp_path):
    put(tmp_path, worse, better)
    assert read(tmp_path, language="de") == (f"we sail {better}", [])


def test_a_sidecar_that_says_nothing_gives_way_to_the_next(tmp_path):
    (tmp_path / "x.lrc").write_text("[00:00.00]♪ Instrumental ♪")
    put(tmp_path, "x.txt")
    assert read(tmp_path)[0] == "we sail x.txt"


@pytest.mark.parametrize(
    ("sidecar", "owner", "other"),
    [
        ("X.txt", "X.mp3", "x.mp3"),
        ("x.flac.lrc", "x.flac", "x.mp3"),
        ("Song.en.lrc", "Song.en.mp3", "Song.mp3"),
        ("Cafe\N{COMBINING ACUTE ACCENT}.txt", "Café.mp3", "Cafe.mp3"),
        ("Love me.txt", "Love me.ogg", "Love.ogg"),
    ],
)
def test_it_belongs_to_the_audio_that_it_fits_best(sidecar, owner, other, tmp_path):
    put(tmp_path, sidecar)
    assert read(tmp_path, owner, other, of=owner)[0] == f"we sail {sidecar}"
    assert read(tmp_path, owner, other, of=other)[0] == ""


def test_what_lies_beside_and_belongs_to_nothing_is_told_of_once(tmp_path):
    put(tmp_path, "xy.lrc", "Love me.lrc", "sub/Lyrics/z.txt", "x.krc", "notes.txt", "a.ttml")
    put(tmp_path, "Lyrics/Dock/x.txt", "x.yrc")
    found, (note,) = read(tmp_path, "x.mp3", "Love.mp3")
    assert found == ""
    assert "Love me.lrc and 6 more are not used as lyrics" in note


@pytest.mark.parametrize(
    ("content", "said"),
    [(bytes(range(256)) * 4, "zero bytes"), (b"a" * (1 << 20) + b"b", "larger than 1 MB")],
    ids=["binary", "large"],
)
def test_what_is_no_lyrics_is_reported(content, said, tmp_path):
    (tmp_path / "x.txt").write_bytes(content)
    found, (note,) = read(tmp_path)
    assert found == ""
    assert "x.txt is not used as lyrics" in note
    assert said in note


PAPERWORK = [
    "Exact Audio Copy V1.6 from 23. October 2020\n\nEAC extraction logfile from 3. May 2021, 9:07",
    "X Lossless Decoder version 20210101 (153.3)\n\nXLD extraction logfile from 2021-05-03",
    "dBpoweramp Release 17.3 Digital Audio Extraction Log\n\nRipping Summary\nDrive & Settings",
    "[CUETools log; Date: 03.05.2021 09:07:01; Version: 2.1.9]\n[CTDB TOCID: abc] found.",
    'REM GENRE Rock\nTITLE "B"\nFILE "B.flac" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00',
    "#EXTM3U\n#EXTINF:213,A - B\n01 B.mp3\n#EXTINF:200,A - C\n02 C.mp3",
    "\n".join(f"{n:032x} *{n:02d} Song.flac" for n in range(1, 9)),
    "; Generated by cksfv\n01 a.mp3 1A2B3C4D\n02 b.mp3 0A0B0C0D\n03 c.mp3 FFEEDDCC",
    "▄▄▄▄████▀▀▀▀ presents\n\nArtist....: A\nAlbum.....: B\nRelease...: 2004\n",
    "Artist: A\nAlbum: B\nLabel: C\nRelease date: 2004-05-01\nBitrate: 320 kbps\nSource: CD\n",
    "A, Live at B\nSource: SBD > DAT\nLineage: DAT > WAV\nTaper: C\n01. Intro\n02. Sail\n03. End",
    "1. Harbour 3:45\n2. Sail away (4:01)\n3. Rain 2:59\n4. Home [5:10]\n",
    "01 Harbour\n02 Sail\n03 Rain",
    "CD1\n1) Harbour\n2) Sail\nCD2\n1) Rain\n2) Home",
    "README\n\nThank you for downloading this album. Visit us on the web.",
]


@pytest.mark.parametrize("text", PAPERWORK, ids=range(len(PAPERWORK)))
def test_papers_of_an_album_are_no_lyrics(text, tmp_path):
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    found, (note,) = read(tmp_path)
    assert found == ""
    assert "x.txt is not used as lyrics" in note
    assert "a list" in note


@pytest.mark.parametrize(
    "text",
    [
        "One for the money\nTwo for the show\nThree to get ready",
        "1, 2, 3, 4\nwe count the waves\n5, 6, 7, 8\nand then we wait",
        "He logs the hours on the line\nShe reads the disc of the moon\nAll rights are wrong",
        "Source of the river: you\nI read the label on the wine\nand sing",
        "99 bottles of beer on the wall\n99 bottles of beer\n98 bottles of beer on the wall",
        "12 drummers drumming\n11 pipers piping\n10 lords a leaping",
        "Ave Caesar\nmorituri te salutant\nin my Cadillac 64",
        "We sail\n═══════\nto the harbour\nand all rights reserved",
        "24 hours from home\n24 hours\nonly 24 hours",
        "[Verse 1]\n01 was the road\n02 was the bridge\nwe drove on\nand never came home",
    ],
)
def test_songs_about_such_things_are_lyrics(text, tmp_path):
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    assert read(tmp_path) == (text, [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.txt")
    found, notes = read(tmp_path)
    assert found == ""
    assert len(notes) == 1


def test_many_of_one_reason_are_one_note(tmp_path, write_audio):
    for n in range(4):
        write_audio(tmp_path / f"{n}.wav", seed=n)
        (tmp_path / f"{n}.txt").write_text("EAC extraction logfile")
        (tmp_path / f"other{n}.lrc").write_text("[00:01.00]la")
    notes = read_library([tmp_path]).notes
    assert ["0.txt and 3 more are" in notes[0], "other0.lrc and 3 more are" in notes[1]] == [
        True
    ] * 2
    assert len(notes) == 2
