"""Lyrics as players, services, karaoke programs and guitarists keep them: what is sung stays."""

import base64
import html
import json
import urllib.parse
from collections.abc import Callable

import pytest

from songatlas.features.text.clean import clean_lyrics
from songatlas.library.sung import sung

LINES = [
    "We sail to the quiet harbour",
    "And the rain has found no one",
    "Don't turn the lights out",
    "Till the morning comes again",
]
SONG = "\n".join(LINES)
HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def each(before: str, after: str = "", *, end: str = "\n") -> str:
    return end.join(before.format(i=i) + line + after.format(i=i) for i, line in enumerate(LINES))


def words(form: str, before: str = "") -> str:
    """Every word in a form of its own, each line behind `before`."""
    return "\n".join(
        before.format(i=i) + "".join(form.format(word=word, i=i) for word in line.split())
        for i, line in enumerate(LINES)
    )


def rolling() -> str:
    text, last = "WEBVTT\nKind: captions\nLanguage: en\n\n", " "
    for i, line in enumerate(LINES):
        first, *rest = line.split()
        timed = first + "".join(f"<00:00:0{i}.100><c> {word}</c>" for word in rest)
        text += f"00:00:0{i}.000 --> 00:00:0{i}.900 align:start\n{last}\n{timed}\n\n"
        text += f"00:00:0{i}.900 --> 00:00:0{i}.910 align:start\n{line}\n \n\n"
        last = line
    return text


def ultrastar() -> str:
    notes = (
        "\n".join(f": {i} 3 60 {' ' * (i > 0)}{word}" for i, word in enumerate(line.split()))
        for line in LINES
    )
    return "#TITLE:Home\n#ARTIST:Ann\n#MP3:home.mp3\n#BPM:300\n" + "\n- 40\n".join(notes) + "\nE\n"


FORMS: dict[str, Callable[[], str]] = {
    "UltraStar": ultrastar,
    "ChordPro": lambda: (
        "{title: Home}\n{start_of_verse}\n"
        + SONG.replace("sail", "[Am]sail").replace("bour", "[F#m7b5]bour")
        + "\n{eov}"
    ),
    "chords above": lambda: each("Am7    G/B  (x2)\n"),
    "a site for guitarists": lambda: each("[tab][ch]Am[/ch]   [ch]Gsus4[/ch]\n", "[/tab]"),
    "tablature": lambda: f"e|--0--2--|\nB|--1--3h5-|\n{SONG}\ne|-------|\n",
    "SubViewer": lambda: each("0:00:0{i}.000,0:00:0{i}.900\n", "\n"),
    "MicroDVD": lambda: each("{{{i}00}}{{{i}90}}"),
    "MPL2": lambda: each("[{i}00][{i}90]"),
    "SAMI": lambda: (
        "<SAMI><HEAD><STYLE><!-- P {} --></STYLE></HEAD><BODY>\n"
        + each("<SYNC Start={i}000><P Class=ENCC>", "\n<SYNC Start={i}900><P Class=ENCC>&nbsp;")
        + "\n</BODY></SAMI>"
    ),
    "srv1": lambda: (
        f"{HEAD}<transcript>"
        + "".join(f'<text start="{i}.5">{html.escape(x)}</text>' for i, x in enumerate(LINES))
        + "</transcript>"
    ),
    "srv3": lambda: (
        f'{HEAD}<timedtext format="3"><body>'
        + "".join(f'<p t="{i}"><s>{line}</s></p>' for i, line in enumerate(LINES))
        + "</body></timedtext>"
    ),
    "captions that roll up": rolling,
    "Audacity's labels": lambda: each("{i}.000000\t{i}.900000\t"),
    "a table of Whisper": lambda: "start\tend\ttext\n" + each("{i}000\t{i}900\t"),
    "times without brackets": lambda: each("0:0{i} - "),
    "times in round ones": lambda: each("(00:0{i}.50)"),
    "times and blanks": lambda: each("00:0{i} "),
    "who of two sings": lambda: each("[00:0{i}.50]F: "),
    "words of Lyricify": lambda: words("{word} ({i},100)", "[4]"),
    "QRC in XML": lambda: (
        f'{HEAD}\n<QrcInfos><Lyric_1 LyricType="1" LyricContent="'
        + html.escape(words("{word} ({i},100)", "[{i}00,900]")).replace("\n", "&#10;")
        + '"/></QrcInfos>'
    ),
    "rich text": lambda: (
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}\\f0\\fs24 "
        + SONG.replace("'", "\\'27").replace("\n", "\\par\n")
        + "\\par}"
    ),
    "an address": lambda: urllib.parse.quote(SONG),
    "a form": lambda: urllib.parse.quote_plus(SONG),
    "base64": lambda: base64.b64encode(each("[00:0{i}.50]").encode()).decode(),
    "lines of JSON": lambda: "\n".join(json.dumps({"time": 1, "text": line}) for line in LINES),
    "Genius": lambda: json.dumps({"response": {"song": {"lyrics": {"plain": SONG}}}}),
    "Musixmatch": lambda: json.dumps(
        {"message": {"body": {"subtitle": {"subtitle_body": each("[00:0{i}.50]")}}}}
    ),
    "JSON in JSON": lambda: json.dumps(
        {"subtitle_body": json.dumps([{"text": line, "time": {"total": 1}} for line in LINES])}
    ),
    "Deezer": lambda: json.dumps({"LYRICS_ID": "1", "LYRICS_TEXT": SONG, "LYRICS_COPYRIGHTS": "x"}),
    "Jellyfin": lambda: json.dumps({"Lyrics": [{"Text": line, "Start": 1} for line in LINES]}),
    "names of nobody": lambda: json.dumps({"id": "x", "songWords": {"page": SONG}}),
    "tags of other sites": lambda: f"<article><lyrics>{SONG}<ins></ins></lyrics></article>",
    "places to break": lambda: SONG.replace("harbour", "har<wbr>bour").replace("et", "<wbr/>et"),
    "vertical tabs": lambda: SONG.replace("\n", "\v"),
    "next lines": lambda: SONG.replace("\n", "\x85"),
    "read as Windows-1252": lambda: SONG.replace("'", "’").encode().decode("cp1252"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same_words(form: str) -> None:
    assert clean_lyrics(sung(FORMS[form]())).replace("’", "'") == SONG


def test_bytes_are_read_as_what_they_are() -> None:
    assert sung(repr("Été à la mer\nquelque part".encode())) == "Été à la mer\nquelque part"


def test_rich_text_in_an_older_code_page() -> None:
    words = (
        "{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2\\par \\u1084?\\u1080?\\u1088?}"
    )
    assert sung(words) == "Привет\nмир"


@pytest.mark.parametrize(
    "text",
    [
        "A B C D E F G\nH I J K L M N O P\nA B C\nnow I know",
        "Emma\nEmma\nAmma\nCome home",
        "AM\nFM\non the radio\nAM\nFM",
        "A\nE\nI\nO\nU\nborderline",
        "12:30 and you are not here\nI wait\nI wait\nI wait",
        "10:04 left the station\nand I stayed\nwith nothing\nto say",
        "Dad\nAdd it up\nBad\nFade\nBee\nEd",
        "{we are} one",
        "100% of me and 20%20",
        "[A] we sail [home]",
        "#TITLE: of the book\nwe never wrote",
        "supercalifragilisticexpialidociousandsoonandsoon",
    ],
)
def test_what_looks_like_it_and_is_sung_stays(text: str) -> None:
    assert sung(text) == text


@pytest.mark.parametrize(
    "piece",
    ["[Am]", "Am7 ", "(", "A(", "e|--", "{t:", "{\\rtf1", "{\\*", "0:00 ", "1\t1\t", "{1}{1}",
     "%20", "Ã©", "âÃ", "QUJD", '{"a": "b"}\n', ": 0 0 0 a\n", "\\'e9", "\\u1-"],
)  # fmt: skip
def test_what_stands_behind_much_of_it_is_read(piece: str) -> None:
    """More than linear work on such texts would take minutes."""
    for before in ("la\n", "{\\rtf1 la ", "{\\rtf1{\\fonttbl{a}} la "):
        assert "la" in sung(before + piece * (20_000 // len(piece)) + "\nend")
