"""Group I, texts: tags, lyrics of any form, what lies beside, tables, bins, credits."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping

from batteries import whatever_tags
from batteries.whatever import TABLE, Build, Case
from batteries.whatever_tags import flac, mp3, one, tagged
from library.tag_bytes import id3, lyrics, sung, text

# ---- lyrics

_LINES = ("The ferry left at half past nine", "You didn't wave, the lamps were low")
SUNG = "\n".join(_LINES)
_TTML = "<tt xmlns='http://www.w3.org/ns/ttml'><body><div>{}</div></body></tt>"
_FORMS: Mapping[str, tuple[str, str]] = {
    "times": ("lrc", "".join(f"[00:0{i}.20]{line}\n" for i, line in enumerate(_LINES))),
    "header": ("lrc", f"[ti:x]\n[ar:y]\n[by:z]\n[00:01.00]{_LINES[0]}\n[00:02.00]{_LINES[1]}"),
    "words": ("lrc", "\n".join(
        f"[00:0{i}.00]" + " ".join(f"<00:0{i}.10>{word}" for word in line.split())
        for i, line in enumerate(_LINES))),
    "captions": ("srt", "\n\n".join(
        f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\n{line}" for i, line in enumerate(_LINES, 1))),
    "web captions": ("vtt", "WEBVTT\n\n" + "\n\n".join(
        f"00:0{i}.000 --> 00:0{i}.900\n<v A>{line}" for i, line in enumerate(_LINES))),
    "timed text": ("ttml", _TTML.format("".join(f"<p begin='1s'>{line}</p>" for line in _LINES))),
    "subtitles": ("ass", "[Script Info]\n\n[Events]\n" + "\n".join(
        f"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{line}" for line in _LINES)),
    "entities": ("txt", html.escape(SUNG)),
    "tags of HTML": ("txt", "<br/>".join(_LINES)),
    "typed line ends": ("txt", SUNG.replace("\n", r"\n")),
    "a list of Python": ("txt", repr([*_LINES])),
    "JSON": ("txt", json.dumps({"lyrics": {"lines": [{"words": line} for line in _LINES]}})),
    "sections": ("txt", f"[Verse 1: A & B]\n{_LINES[0]}\n[Припев]\n{_LINES[1]}\n[Outro]"),
    "a site": ("txt", f"12 ContributorsFerry Lyrics{SUNG}7Embed"),
    "licence": ("txt", f"{SUNG}\n\n*** This Lyrics is NOT for Commercial use ***"),
    "credits": ("txt", f"作词 : 甲\n作曲 : 乙\n{SUNG}\nWriter(s): A, B"),
    "soft hyphens": ("txt", SUNG.replace("ferry", "fer\u00adry").replace("lamps", "la\u2060mps")),
}  # fmt: skip
_ABSENT = (
    "Lyrics not found", "[Instrumental]", "nan", "♪ ♪ ♪", "纯音乐，请欣赏", "[au: instrumental]",
    "Paroles non disponibles", "Текст песни не найден", "この曲はインストゥルメンタルです",
    "<p>No lyrics found.</p>", '{"instrumental": true, "plainLyrics": null}', "&nbsp;",
)  # fmt: skip
_SCRIPTS = {  # format characters in words, which stay whole without them
    "Bangla": ("র\u200d্যাব গান", ("র্যাব", "গান")),
    "Persian": ("می\u200cخواهم بروم", ("میخواهم", "بروم")),
    "German": ("Schiff\u00adfahrt heim", ("schifffahrt", "heim")),
    "marks of direction": ("\u200eferry\u200f home", ("ferry", "home")),
}
_SUNG_TAGS = {
    "USLT": id3(3, lyrics(SUNG)),
    "syllables": id3(3, sung(*(
        "\n" * (word == line.split()[0] and not half) + (word[2:] + " " if half else word[:2])
        for line in _LINES for word in line.split() for half in (False, True)))),
    "SYLT and USLT": id3(3, sung("x", "y"), lyrics(SUNG)),
    "a translation first": id3(3, text(3, b"TLAN", "eng"), lyrics("le bac " * 20, b"fra"),
                               lyrics(SUNG, b"eng")),
    "TXXX": id3(4, text(4, b"TXXX", f"LYRICS\0{SUNG}")),
}  # fmt: skip


def _lyrics() -> Iterator[Case]:
    for name, (extension, words) in _FORMS.items():
        for codec in ("utf-8", "utf-16"):
            files = {"a.flac": flac, f"a.{extension}": lambda w=words, c=codec: w.encode(c)}
            clean = {"words": SUNG_WORDS}
            yield Case("lyrics", f"{name}, {codec}", files, {"a.flac": clean})
    for name, tag in _SUNG_TAGS.items():
        yield one("lyrics", name, tagged(tag), words=SUNG_WORDS)
    for words in _ABSENT:
        files = {"a.flac": flac, "a.txt": words.encode}
        yield Case("no lyrics", words, files, {"a.flac": {"lyrics": ""}}, {}, ("1 track",))
    for name, (words, expected) in _SCRIPTS.items():
        files = {"a.flac": flac, "a.txt": words.encode}
        yield Case("words", name, files, {"a.flac": {"words": [*expected]}})


SUNG_WORDS = [
    *("the", "ferry", "left", "at", "half", "past", "nine"),
    *("you", "didn't", "wave", "the", "lamps", "were", "low"),
]

# ---- what lies beside

_BESIDE = (
    "a.LRC", "A.lrc", "a.flac.lrc", "a.en.lrc", "a.txt", "a.flac.txt", "a - Lyrics.txt",
    "Lyrics/a.lrc", "lyrics/A.txt", "LRC/a.flac.lrc", "Songtexte/a.txt", "a.srt", "a.pt-BR.vtt",
)  # fmt: skip
_NOT_BESIDE = {
    "a.txt": (b"Exact Audio Copy V1.6\n\nEAC extraction logfile from 3. May 2021", "a list"),
    "a.lrc": (b"\0\1\2\3" * 200, "not used as lyrics"),
    "other.lrc": (b"[00:01.00]la", "no audio file has its name"),
    "a.krc": (b"krc1" + bytes(40), "no audio file has its name"),
}
_STANDS_FOR = {
    ".a.flac.icloud": "cloud", "b.mp3.nextcloud": "cloud", "b.flac.part": "download",
    "b.mp3.crdownload": "download", "b.ogg~": "download",
}  # fmt: skip
_BINS = (
    "#recycle/x", "@Recycle", "$RECYCLE.BIN/S-1-5-21", "Album/@eaDir/a.flac", ".Trash-1000/files",
    "lost+found", "System Volume Information", "#snapshot/2024", ".stversions",
)  # fmt: skip


def _folders() -> Iterator[Case]:
    for name in _BESIDE:
        files: dict[str, Build] = {"a.flac": flac, name: SUNG.encode}
        yield Case("beside", name, files, {"a.flac": {"words": SUNG_WORDS}})
    for name, (data, said) in _NOT_BESIDE.items():
        files = {"a.flac": flac, name: lambda data=data: data}
        yield Case("beside", f"not {name}", files, {"a.flac": {"lyrics": ""}}, {}, (said,))
    for name, said in _STANDS_FOR.items():
        files = {"a.flac": flac, name: lambda: flac(1)}
        yield Case("beside", name, files, {"a.flac": {}}, {}, (said,))
    empty: dict[str, Build] = {"a.flac": flac, "b.mp3": bytes, "c.mp3": bytes}
    codes = {"b.mp3": "E-EMPTY", "c.mp3": "E-EMPTY"}
    yield Case("beside", "without a byte", empty, {"a.flac": {}}, codes, ("without a byte",))
    for folder in _BINS:
        files = {"a.flac": flac, f"{folder}/b.flac": lambda: flac(1)}
        yield Case("bins", folder, files, {"a.flac": {}}, {}, ("of a bin or service",))


# ---- who made a track

_CREDITS = {
    "feat.": ("Orla Fenn", "Orla Fenn feat. Bo Wick", "Bo Wick", (0, 0, 1)),
    "values": ("Orla Fenn", "Orla Fenn; Bo Wick", "Cy Holt", (0, 0, 1)),
    "ampersand": ("Orla Fenn", "Orla Fenn & Bo Wick", "Cy Holt", (0, 0, 1)),
    "whole": ("Fenn & Wick", "Fenn and Wick", "Holt", (0, 0, 1)),
    "article": ("The Lamps", "Lamps, The", "Lampas", (0, 0, 1)),
    "nobody": ("Various Artists", "Unknown Artist", "Orla Fenn", (-1, -1, 0)),
}


def _credits() -> Iterator[Case]:
    for name, (*artists, numbers) in _CREDITS.items():
        files: dict[str, Build] = {}
        for i, artist in enumerate(artists):
            tag = id3(4, text(4, b"TPE1", artist, encoding=3))
            files[f"{i}.mp3"] = lambda tag=tag, i=i: tag + mp3(i)
        known = {f"{i}.mp3": {"maker": number} for i, number in enumerate(numbers)}
        yield Case("credits", name, files, known)


# ---- tables

_ROWS = {"Dock/01 Harbour.flac": 0, "Anna/Tide.flac": 1}
_TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Windows paths": ("Location;Genre\nD:\\Music\\Dock\\01 Harbour.MP3;jazz\n"
                      "D:\\Music\\Anna\\Tide.mp3;dub\n", ()),
    "URLs": ("path,genre\nfile:///home/x/Dock/01%20Harbour.m4a,jazz\n"
             "file:///home/x/Anna/Tide.m4a,dub\n", ()),
    "Exportify": ("Track URI,Track Name,Album Name,Artist Name(s),Genres\n"
                  "spotify:track:1,Harbour,P,Dock,jazz\nspotify:track:2,Tide,Q,Anna,dub\n", ()),
    "Kaggle": (",track_id,artists,album_name,track_name,track_genre\n0,x,Dock,P,Harbour,jazz\n"
               "1,y,Anna,Q,Tide,dub\n", ()),
    "spaces": ('title, artist, genre\nHarbour, "Dock", jazz\nTide, Anna, dub\n', ()),
    "levels": (",artist,track,track\n,name,title,genre_top\ntrack_id,,,\n"
               "2,Dock,Harbour,jazz\n3,Anna,Tide,dub\n", ()),
    "a merge": ("title,artist,genre_x,genre_y\nHarbour,Dock,,jazz\nTide,Anna,dub,\n", ("genre",)),
    "rows too short": ("title,genre\nHarbour,jazz\nBroken\nTide,dub\n", ("1 fields where",)),
    "rows of others": ("title,genre\nHarbour,jazz\nTide,dub\nGone,x\n",
                       ("no audio file is called",)),
    "a code page": ("title,genre,mood\nHarbour,jazz,Größe\nTide,dub,schön\n", ("cp1252",)),
}  # fmt: skip
_NOTHING: Mapping[str, str] = {
    "other music": "title,genre\nElsewhere,x\nNowhere,y\n",
    "another singer": "title,artist,genre\nTide,Somebody Else,x\nElsewhere,Anna,y\n",
    "two meanings": "title,genre\nTide,x\nTide,y\n",
}


def _tables() -> Iterator[Case]:
    for name, (words, said) in _TABLES.items():
        for codec in ("cp1252",) if name == "a code page" else ("utf-8", "utf-16"):
            files = _music() | {TABLE: lambda words=words, codec=codec: words.encode(codec)}
            genres = zip(_ROWS, ("jazz", "dub"), strict=True)
            known = {path: {"genre": genre} for path, genre in genres}
            yield Case("tables", f"{name}, {codec}", files, known, {}, said)
    for name, words in _NOTHING.items():
        files = _music() | {TABLE: words.encode}
        known = {path: {"genre": ""} for path in _ROWS}
        yield Case("tables", name, files, known, {}, ("rows name a file that was found",))


def _music() -> dict[str, Build]:
    return {path: lambda i=i: flac(i) for path, i in _ROWS.items()}


CASES = (
    *whatever_tags.CASES, *_lyrics(), *_folders(), *_credits(), *_tables(),
)  # fmt: skip
