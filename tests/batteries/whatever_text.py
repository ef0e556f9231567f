"""Group I, texts: tags, code pages, lyrics of any form, what lies beside, tables, bins, credits."""

from __future__ import annotations

import html
import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from batteries.good_audio import encode, encode_libav, music
from batteries.whatever import TABLE, Build, Case
from library.tag_bytes import ape, frame, id3, info, lyrics, packed, sung, text, v1

_RATE = 22050


def flac(seed: int = 0, *, seconds: float = 1.5) -> bytes:
    return encode(music(seconds, _RATE, 1, seed=seed), _RATE, form="FLAC", subtype="PCM_16")


def mp3(seed: int = 0) -> bytes:
    samples = music(1.5, _RATE, 1, seed=seed)
    return encode(samples, _RATE, form="MP3", subtype="MPEG_LAYER_III")


def tagged(tag: bytes, *, behind: bytes = b"") -> Build:
    return lambda: tag + mp3() + behind


def _one(kind: str, name: str, build: Build, *said: str, of: str = "a.mp3", **known: Any) -> Case:
    return Case(kind, name, {of: build}, {of: known}, {}, said)


# ---- tags of every container, written by libav

_WORDS = {"title": "Kite Season", "artist": "Orla Fenn", "album": "Low Tide", "genre": "Folk"}
# container: muxer, encoder, options; and what of the words it has no place for
_WRITERS: Mapping[str, tuple[str, str, Mapping[str, str], str]] = {
    "a.mp3": ("mp3", "libmp3lame", {}, ""),
    "3.mp3": ("mp3", "libmp3lame", {"id3v2_version": "3"}, ""),
    "a.flac": ("flac", "flac", {}, ""),
    "a.oga": ("ogg", "flac", {}, ""),
    "a.opus": ("ogg", "libopus", {}, ""),
    "a.m4a": ("ipod", "aac", {}, ""),
    "a.mp4": ("mp4", "alac", {}, ""),
    "a.mov": ("mov", "pcm_s16le", {}, ""),
    "a.3gp": ("3gp", "aac", {}, ""),
    "a.3g2": ("3g2", "aac", {}, ""),
    "a.wma": ("asf", "wmav2", {}, ""),
    "a.mka": ("matroska", "flac", {}, ""),
    "a.webm": ("webm", "libopus", {}, ""),
    "a.wv": ("wv", "wavpack", {}, ""),
    "a.tta": ("tta", "tta", {}, ""),
    "a.wav": ("wav", "pcm_s16le", {}, ""),
    "a.rf64": ("wav", "pcm_s16le", {"rf64": "always"}, ""),
    "a.aiff": ("aiff", "pcm_s16be", {"write_id3v2": "1"}, ""),
    "b.aiff": ("aiff", "pcm_s16be", {}, "artist album genre"),
    "a.caf": ("caf", "pcm_s16be", {}, ""),
    "a.au": ("au", "pcm_s16be", {}, ""),
    "a.aac": ("adts", "aac", {"write_id3v2": "1"}, ""),
}


def _containers() -> Iterator[Case]:
    for name, (muxer, codec, options, lacking) in _WRITERS.items():
        rate = 48000 if codec == "libopus" else 44100
        known = {field: words for field, words in _WORDS.items() if field not in lacking}

        def build(muxer=muxer, codec=codec, options=options, rate=rate) -> bytes:
            return encode_libav(music(1.5, rate, 1), rate, muxer, codec, _WORDS, **options)

        yield _one("tags by libav", name, build, of=name, **known)


# ---- tags byte by byte


def _frames(version: int, **options: Any) -> bytes:
    ids = (b"TT2", b"TP1", b"TAL", b"TCO") if version == 2 else (b"TIT2", b"TPE1", b"TALB", b"TCON")
    pairs = zip(ids, _WORDS.values(), strict=True)
    return b"".join(text(version, name, words, **options) for name, words in pairs)


_ITEMS = [(name.title(), words.encode(), 0) for name, words in _WORDS.items()]
_PICTURE = frame(4, b"APIC", b"\0image/png\0\3\0" + b"\xff\0\xff\xe0" * 90, plain=True)
_BYTES: Mapping[str, tuple[bytes, bytes, Mapping[str, Any]]] = {
    "2.2": (id3(2, _frames(2)), b"", _WORDS),
    "2.2, UTF-16": (id3(2, _frames(2, encoding=1)), b"", _WORDS),
    "2.3, no mark": (id3(3, _frames(3, encoding=1, codec="utf-16-le")), b"", _WORDS),
    "2.3, packed": (
        id3(3, *(packed(3, b"TIT2", b"\0Kite Season"), text(3, b"TPE1", "Orla Fenn"))), b"",
        {"title": "Kite Season", "artist": "Orla Fenn"},
    ),
    "2.4, sizes of iTunes": (id3(4, _PICTURE, _frames(4, encoding=3)), b"", _WORDS),
    "2.4, footer": (id3(4, _frames(4), footer=True, flags=0x10), b"", _WORDS),
    "APEv2": (b"", ape(_ITEMS), _WORDS),
    "APEv2 without header": (b"", ape(_ITEMS, header=False), _WORDS),
    "APEv2 before ID3v1": (b"", ape(_ITEMS) + v1(b"Kite Sea"), _WORDS),
    "ID3v1 alone": (
        b"", v1(b"Kite Season", b"Orla Fenn", b"Low Tide", genre=80),
        _WORDS | {"genre": "Folk"},
    ),
    "several genres": (
        id3(4, text(4, b"TCON", "Dub\0(17)\0Folk")), b"", {"genre": "Dub; Rock; Folk"},
    ),
    "several artists": (
        id3(4, text(4, b"TPE1", "Orla Fenn\0Bo Wick")), b"",
        {"artist": "Orla Fenn; Bo Wick", "artists": ("Orla Fenn", "Bo Wick")},
    ),
    "album artist, composer, disc, compilation": (
        id3(3, text(3, b"TPE2", "Various"), text(3, b"TCOM", "C. Holt"), text(3, b"TPOS", "2/2"),
            text(3, b"TCMP", "1")), b"",
        {"album_artist": "Various", "composer": "C. Holt", "disc": "2", "compilation": True},
    ),
}  # fmt: skip


def _tags() -> Iterator[Case]:
    for name, (tag, behind, known) in _BYTES.items():
        yield _one("tags", name, tagged(tag, behind=behind), **known)
    noise = frame(3, b"TIT2", b"\0" + bytes([0x81, 1, 0x9D, 2, 0xFF, 3, 0xFE, 0x8D, 5]) * 3)
    yield _one("tags", "no text", tagged(id3(3, noise)), "no known encoding", title="")
    block = b"\x04\0\0\x10" + b"\xff" * 16  # of comments, behind that of the stream
    broken = lambda: flac()[:42] + block + flac()[42:]  # noqa: E731
    yield _one("tags", "damaged", broken, "damaged", of="a.flac", title="")


_PAGES = {
    "cp1251": ("Ветер над рекой", "Северный Причал"),
    "koi8_r": ("Ночной поезд", "Тихая Гавань"),
    "cp866": ("Белые облака", "Старый Город"),
    "cp1250": ("Žluťoučký kůň", "Červená řeka"),
    "cp1253": ("Το καράβι φεύγει", "Γιάννης Θαλασσινός"),
    "cp1255": ("שיר של ים", "להקת הגשר"),
    "cp1256": ("أغنية البحر", "فرقة النهر"),
    "gb18030": ("海上的月光", "李青山"),
    "big5": ("海邊的風", "陳小雨"),
    "cp932": ("海辺のうた", "山田はるか"),
    "euc_jp": ("雨の日のうた", "鈴木あおい"),
    "cp949": ("바다의 노래", "김하늘"),
    "tis_620": ("เพลงของทะเล", "สายลม"),
    "utf-8": ("Señal nocturna", "Größe Łódź"),
}  # fmt: skip


def _code_pages() -> Iterator[Case]:
    for page, (title, artist) in _PAGES.items():
        coded = title.encode(page), artist.encode(page)
        known = {"title": title, "artist": artist}
        pairs = zip((b"TIT2", b"TPE1"), coded, strict=True)
        tag = id3(3, *(frame(3, name, b"\0" + words) for name, words in pairs))
        yield _one("code pages", f"{page}, ID3v2", tagged(tag), **known)
        yield _one("code pages", f"{page}, ID3v1", tagged(b"", behind=v1(*coded)), **known)
        riff = info(INAM=coded[0], IART=coded[1])

        def wav(riff: bytes = riff) -> bytes:
            data = encode(music(1.5, _RATE, 1), _RATE, subtype="PCM_16") + riff
            return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]

        yield _one("code pages", f"{page}, INFO", wav, of="a.wav", **known)


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
        yield _one("lyrics", name, tagged(tag), words=SUNG_WORDS)
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
    *_containers(), *_tags(), *_code_pages(), *_lyrics(), *_folders(), *_credits(), *_tables(),
)  # fmt: skip
