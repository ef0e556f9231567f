"""Of a text what is sung: nothing where it says so, and nothing of who wrote or kept it."""

import html
import json
import time
from collections.abc import Callable

import numpy as np
import pytest

from songatlas.features.text.clean import clean_lyrics
from songatlas.features.text.tokens import unicode_tokens
from songatlas.library.sung import sung

SONG = "We sail to the quiet harbour\nAnd the rain has found no one\nDon't turn the lights out"
LINES = SONG.split("\n")


ABSENT = """\
Lyrics not found | NOT FOUND | no lyrics found. | Lyrics Not Available | N/A | None | null | NaN
<NA> | - | — | ... | ? | ♪ | ♪♪♪ | ♪ ♫ ♪ | TBA | [] | {} | "" | #N/A | undefined | [Instrumental]
(Instrumental) | {Instrumental} | INSTRUMENTAL!!! | Instrumental. | ♪ Instrumental ♪
This song is an instrumental | This Song Has No Lyrics | Instrumental track | instrumental only
Instrumentalstück | Dieses Lied ist ein Instrumental | Kein Text vorhanden | Keine Lyrics gefunden
instrumental en español | Letra no disponible | Esta canción es instrumental | Sin letra
Paroles non disponibles | Aucune parole trouvée | Morceau instrumental | Pas de paroles
Testo non disponibile | Brano strumentale | Letra não encontrada | Música instrumental
Инструментал | Текст песни не найден | Для этой песни нет текста | Brak tekstu
Utwór instrumentalny | Şarkı sözleri bulunamadı | Enstrümantal | Ingen text hittades
Geen songtekst beschikbaar | 纯音乐，请欣赏 | 純音樂，請欣賞 | 此歌曲为没有填词的纯音乐，请您欣赏
暂无歌词 | 该歌曲暂无歌词 | 未找到歌词
抱歉，没有找到相关歌词 | 暫無歌詞，敬請期待 | インストゥルメンタル
この曲はインストゥルメンタルです | 歌詞はありません | 가사가 없습니다 | 연주곡
ไม่มีเนื้อเพลง | গানের কথা পাওয়া যায়নি | बोल उपलब्ध नहीं हैं | بدون کلام | אין מילים
Looks like we don't have the lyrics for this song
You caught us, we're still working on getting lyrics for this one.
We are not authorized to display these lyrics.
Unfortunately, we are not licensed to display the full lyrics for this song at the moment.
Lyrics for this song have yet to be released. Please check back once the song has been released.
We do not have the lyrics for Quiet Harbour yet. | These lyrics aren't available in your region
Lyrics coming soon | Be the first to add lyrics! | 404 Not Found | Error: Lyrics not found (404)
[au: instrumental] | [00:00.00]♪ | [00:00.00]纯音乐，请欣赏 | [Guitar Solo]
{"id": 3, "instrumental": true, "plainLyrics": null} | <p><i>Instrumental</i></p> | &nbsp;
['nan'] | "Instrumental"
"""
WITH_LINES = [
    "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not Found</h1>"
    "<p>The requested URL was not found on this server.</p></body></html>",
    "[ar: A]\n[ti: B]\n[00:00.50][Instrumental]",
    "[Intro]\n\n[Instrumental]\n\n[Outro]",
    "作词 : 无\n作曲 : A\n纯音乐，请欣赏",
    "1\n00:00:00,000 --> 00:03:00,000\n[Music]",
    "WEBVTT\n\n00:00.000 --> 03:00.000\n♪\n",
]


@pytest.mark.parametrize(
    "text",
    [*(text for line in ABSENT.splitlines() for text in line.split(" | ")), *WITH_LINES],
)
def test_what_says_that_there_are_none_says_nothing(text: str) -> None:
    assert sung(text) == ""
    louder = text if text[0] in "{&" else text.upper()
    assert sung(f"\n  {louder}\t\r\n") == ""


@pytest.mark.parametrize(
    "text",
    [
        "You were instrumental in my escape",
        "Nothing found, nothing lost, and we sail on",
        "No lyrics for a love like this, my darling",
        "Text me when you are home",
        "This song is not for you",
        "Null and void, that is what we are",
        "None of us came home",
        "Na na na na",
        "No",
        "The words have not been found tonight",
        "Soon",
        "We might also like the sea\nYou might also like the way I sing",
        "Hello\nI embed my heart in you",
        "They wrote: come home\nI wrote: never",
        "I read more than I write",
        "请欣赏这片海",
        "没有你的歌词我怎么唱",
        "Print it on the wall\nShare the bread with me",
        "I <3 you & a < b (10,000 times)",
        "I cannot find the words\nI cannot find the words for you",
        "No music\nNo singing",
        "Paroles, paroles, paroles\nPas de paroles",
        "I found the missing piece\nI found my country",
        "Error 404, my heart was not found",
        "Bass: how low can you go\nMusic: the only thing that I need",
        "Label: dangerous, handle with care\nText: I miss you, come home",
        "Share\nyour bread with me\nAbout\nnothing at all",
        "Add a few lyrics to the beat\nFix your lyrics, son\nAll lyrics are mine",
        "From a genius to a fool\nPowered by the sun, we go",
        "Songwriters come and go\nWritten by Fate\nSung by Angels in the sky",
        "Lyrics provided by the streets\nYou can purchase my soul",
        "100 Contributors to my pain\nTranslate to love",
        "You might also like Mary\nEnviada por Deus\nPara me amar",
        "Text <brother>",
        "Follow us on down the road\nVisit us at home and hear the sea",
        "Track ripped my heart out\nRipped by the thorns, encoded in my blood",
        "Downloaded from heaven to the street\nLove dot com and money.com, and nobody cared",
        "Do you hear me.you are on my mind\n@ home",
    ],
)
def test_what_is_sung_stays(text: str) -> None:
    assert sung(text) == text


def _caption(start: str, end: str, text: str) -> str:
    return f"{start} --> {end}\n{text}\n"


FORMS: dict[str, Callable[[], str]] = {
    "entities": lambda: html.escape(SONG),
    "entities twice": lambda: html.escape(html.escape(SONG)),
    "numbers": lambda: "".join(f"&#{ord(c)};" for c in SONG),
    "hexadecimal": lambda: SONG.replace("'", "&#x27;").replace("\n", "&#10;"),
    "br": lambda: SONG.replace("\n", "<br>"),
    "BR /": lambda: SONG.replace("\n", "<BR />\r\n"),
    "br escaped": lambda: html.escape(SONG.replace("\n", "<br/>")),
    "p": lambda: "".join(f'<p class="line">{line}</p>' for line in LINES),
    "div and links": lambda: "".join(f'<div><a href="/1">{line}</a></div>' for line in LINES),
    "script": lambda: f"<style>p {{}}</style><script>var a = 'x';</script>{SONG}<!-- usage -->",
    "ruby": lambda: SONG.replace("sail", "<ruby>sail<rp>(</rp><rt>seɪl</rt><rp>)</rp></ruby>"),
    "bbcode": lambda: f"[b]{LINES[0]}[/b]\n[i]{LINES[1]}[/i]\n{LINES[2]}",
    "literal n": lambda: SONG.replace("\n", "\\n"),
    "literal rn": lambda: SONG.replace("\n", "\\r\\n"),
    "escaped twice": lambda: SONG.replace("\n", "\\\\n").replace("'", "\\\\'"),
    "codes": lambda: SONG.replace("e", "\\u0065").replace("\n", "\\n"),
    "bytes": lambda: repr(SONG.encode()),
    "json string": lambda: json.dumps(SONG),
    "list": lambda: repr(LINES),
    "list of two kinds of quotes": lambda: str([line + " 'n' \"so\"" for line in LINES]),
    "numpy": lambda: "\n ".join(repr(LINES).split(", ")),
    "python 2": lambda: "[" + ", ".join(f"u{line!r}" for line in LINES) + "]",
    "tuple": lambda: repr(tuple(LINES)),
    "stanzas": lambda: repr([LINES[:2], LINES[2:]]),
    "cut off": lambda: repr(LINES)[:-1] + ", ...",
    "R": lambda: f"c({', '.join(json.dumps(line) for line in LINES)})",
    "json list": lambda: json.dumps(LINES),
    "json of lines": lambda: json.dumps([{"startTimeMs": "1", "words": line} for line in LINES]),
    "spotify": lambda: json.dumps(
        {
            "lyrics": {
                "syncType": "LINE_SYNCED",
                "lines": [
                    {"startTimeMs": "960", "words": line, "syllables": [], "endTimeMs": "0"}
                    for line in LINES
                ],
                "provider": "MusixMatch",
            },
            "colors": {"background": -1},
        }
    ),
    "lrclib": lambda: json.dumps(
        {"trackName": "T", "plainLyrics": SONG, "syncedLyrics": "[00:01.00]x"}
    ),
    "synced alone": lambda: json.dumps({"plainLyrics": None, "syncedLyrics": _lrc()}),
    "musixmatch": lambda: json.dumps(
        {"message": {"header": {}, "body": {"lyrics": {"lyrics_body": SONG}}}}
    ),
    "richsync": lambda: json.dumps(
        [
            {"ts": 1.0, "te": 2.0, "l": [{"c": c, "o": 0.1} for c in line], "x": line}
            for line in LINES
        ]
    ),
    "letters": lambda: json.dumps([{"l": [{"c": c} for c in line]} for line in LINES]),
    "words": lambda: json.dumps(
        {
            "lines": [
                {"words": [{"word": word, "time": 1} for word in line.split()]} for line in LINES
            ]
        }
    ),
    "subsonic": lambda: json.dumps(
        [{"lang": "en", "synced": True, "line": [{"start": 1, "value": line} for line in LINES]}]
    ),
    "netease": lambda: json.dumps(
        {"lrc": {"version": 3, "lyric": _lrc()}, "tlyric": {"lyric": "x"}}
    ),
    "whisper": lambda: json.dumps({"text": SONG, "segments": [{"id": 0, "text": "x"}]}),
    "python dict": lambda: repr([{"startTimeMs": 1, "words": line} for line in LINES]),
    "lrc": lambda: _lrc(),
    "lrc with header": lambda: f"[ar:A]\n[ti:B]\n[au:C]\n[length: 03:20]\n[by:D]\n[re:x]\n{_lrc()}",
    "lrc of words": lambda: "\n".join(
        f"[00:0{i}.00]" + " ".join(f"<00:0{i}.10>{w}" for w in line.split())
        for i, line in enumerate(LINES)
    ),
    "lrc of words with ends": lambda: "\n".join(
        f"[00:0{i}.00]v1: " + " ".join(f"<00:0{i}.10>{w}<00:0{i}.20>" for w in line.split())
        for i, line in enumerate(LINES)
    ),
    "lrc of times within lines": lambda: "\n".join(
        "".join(f"[00:0{i}.{n:02d}]{w} " for n, w in enumerate(line.split()))
        for i, line in enumerate(LINES)
    ),
    "krc": lambda: (
        "[id:$00000000]\n"
        + "\n".join(
            "[1000,500]" + "".join(f"<0,100,0>{w} " for w in line.split()).rstrip()
            for line in LINES
        )
    ),
    "srt": lambda: "\r\n".join(
        f"{i}\r\n00:00:0{i},000 --> 00:00:0{i},900\r\n{{\\an8}}<i>{line}</i>\r\n"
        for i, line in enumerate(LINES, 1)
    ),
    "webvtt": lambda: (
        "WEBVTT - x\nKind: captions\n\nNOTE by A\nand B\n\nSTYLE\n::cue { color: red }\n\n"
        + "\n".join(
            f"verse-{i}\n"
            + _caption(f"00:0{i}.000", f"00:0{i}.900 align:start", f"<v A><c.red>{line}</c>")
            for i, line in enumerate(LINES)
        )
    ),
    "ttml": lambda: (
        '<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml"><head><metadata>'
        '<ttm:agent xml:id="v1"><ttm:name>A</ttm:name></ttm:agent></metadata></head>\n<body><div>'
        + "\n".join(
            f'<p begin="{i}s" end="{i}.9s">'
            + " \n ".join(f'<span begin="1s">{w}</span>' for w in line.split())
            + "</p>"
            for i, line in enumerate(LINES)
        )
        + "</div></body></tt>"
    ),
    "ass": lambda: (
        "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start\n"
        + "\n".join(
            f"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{{\\k20}}{line}" for line in LINES
        )
    ),
    "marks": lambda: "\ufeff" + SONG.replace("quiet", "qui\u00adet").replace("We", "\u200eWe"),
}


def _lrc() -> str:
    return "\n".join(f"[00:0{i}.50]{line}" for i, line in enumerate(LINES))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same_words(form: str) -> None:
    song = "\n".join(line + " 'n' \"so\"" for line in LINES) if "kinds" in form else SONG
    assert clean_lyrics(sung(FORMS[form]())) == song


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("[we sail, to the harbour, and on]", "[we sail, to the harbour, and on]"),
        ("[we] sail [to the harbour]", "[we] sail [to the harbour]"),
        ("[hook me up]\n[bridge over the river]", "[hook me up]\n[bridge over the river]"),
        ("[" + "la la, " * 27 + "la]", "[" + "la la, " * 27 + "la]"),
        ("[Verse 1: A & B]\nla", "la"),
        ("[Pre-Chorus - A]\nla\n[Hook x2]\n[Post-Chorus]", "la"),
        ("[Strophe II]\nla\n[Vorrefrain]\n[Gitarrensolo]", "la"),
        ("[Couplet 1 : A]\nla\n[Pont]\n[Refrain]", "la"),
        ("[Estribillo]\nla\n[Verso 2]\n[Puente]\n[Refrão]\n[Ponte]", "la"),
        ("[Куплет 1]\nla\n[Припев: A]\n[Перед припевом]", "la"),
        ("[副歌]\nla\n[主歌2]\n【サビ】\n[후렴]", "la"),
        ("[Nakarat]\nla\n[Bölüm 1]\n[Zwrotka 2]\n[Ritornello]", "la"),
        ("[অন্তরা]\nla\n[मुखड़ा]\n[ترجیع\u200cبند]\n[פזמון]", "la"),
        ("[A:]\nla\n[Rich B & C]\nla [x2]", "la\nla"),
        ("[Dolla]\nla\n\n[Mary Jane]\nla", "la\nla"),
        ("[Oh Lord]\nla\n\n[Hallelujah]\n[Come Back]", "[Oh Lord]\nla\n[Hallelujah]\n[Come Back]"),
        ("la\n[Dolla]\nla", "la\n[Dolla]\nla"),
        ('[Songtext zu „A“]\nla\n[Letra de "B"]', "la"),
    ],
)
def test_headers_go_and_what_is_sung_in_brackets_stays(text: str, cleaned: str) -> None:
    assert clean_lyrics(sung(text)) == cleaned


DIRT: dict[str, Callable[[str, int], str]] = {
    "genius": lambda s, n: f"{n} ContributorsTranslationsDeutschEspañolSong {n} Lyrics{s}{n}Embed",
    "genius, line by line": lambda s, n: (
        f"{n} Contributors\nTranslations\nEspañol\nDeutsch\nSong {n} Lyrics\n{s}\nEmbed"
    ),
    "genius, in the text": lambda s, n: (
        f"{n} ContributorSong Lyrics\n{_middle(s, 'You might also like')}Embed"
    ),
    "genius, about": lambda s, n: (
        f"{n} ContributorsSong Lyrics“Song” is the lead single of A… Read More\xa0\n{s}"
    ),
    "genius, tickets": lambda s, n: _middle(
        s, f"See A LiveGet tickets as low as ${n}You might also like"
    ),
    "genius, others": lambda s, n: _middle(
        s, "You might also likeHelloAdeleSomeone Like YouAdeleStayRihanna[Chorus]"
    ),
    "sections": lambda s, n: json.dumps({"Verse 1": s.split("\n"), "Chorus": "", "Year": str(n)}),
    "written by": lambda s, n: f"{s}\nWritten by J. Smith & Mary O'Hara\nMusic: Traditional\nPrint",
    "title": lambda s, n: f"Song {n} Lyrics\n{s}",
    "musixmatch": lambda s, n: (
        f"{s}\n\n******* This Lyrics is NOT for Commercial use *******\n(14096{n:08d})"
    ),
    "azlyrics": lambda s, n: (
        f"{s}\n\nSubmit Corrections\n\nWriter(s): A B, C\nThanks to A for correcting these lyrics."
    ),
    "lyricfind": lambda s, n: (
        f"{s}\nSongwriters: A / B\nSong lyrics © Sony/ATV\nLyrics licensed & provided by LyricFind"
    ),
    "powered": lambda s, n: f"{s}\nLyrics powered by www.musixmatch.com",
    "french": lambda s, n: f"{s}\nParoliers : A / B\nParoles de Song © Universal Music Publishing",
    "netease": lambda s, n: f"作词 : 甲\n作曲 : 乙\n编曲：丙\n{s}\n未经著作权人许可 不得翻唱",
    "portuguese": lambda s, n: (
        f"{s}\nComposição: A / B. Essa informação está errada? Nos avise.\nEnviada por C"
    ),
    "mojim": lambda s, n: f"{s}\n更多更詳盡歌詞 在 ※ Mojim.com　魔鏡歌詞網",
    "link": lambda s, n: f"{s}\nSource: https://lyrics.example/song/{n}",
    "credits": lambda s, n: f"Written by: A\nProducer: B\nComposer: C\n{s}\nCopyright: D",
    "credits of several": lambda s, n: f"作词/作曲：甲\nLyrics & Music: A\nWritten by A. B\n{s}",
    "genius, within a line": lambda s, n: s.replace(" ", "You might also like ", 1),
    "genius, between lines": lambda s, n: s.replace("\n", "You might also like", 1),
    "link alone": lambda s, n: f"{s}\nhttps://lyrics.example/song/{n}",
    "link alone, short": lambda s, n: f"{s}\nwww.lyrics.example",
    "invitations": lambda s, n: (
        f"Downloaded from x{n}.com\n{s}\nVisit us at facebook.com/a.b for more\n"
        "*** t.me/songs ***\nFollow us on Instagram @songs\nmail: me@songs.example"
    ),
    "ripper": lambda s, n: f"Track ripped with EAC\n{s}\n(Encoded by LAME 3.{n})",
    "lines": lambda s, n: f"{s}\nRead More\nShare\nPrint\nAdvertisement",
}


def _middle(song: str, dirt: str) -> str:
    lines = song.split("\n")
    return "\n".join(lines[:2]) + dirt + "\n" + "\n".join(lines[2:])


@pytest.mark.parametrize("kind", DIRT)
def test_what_sites_add_goes_and_the_song_stays(kind: str) -> None:
    assert clean_lyrics(sung(DIRT[kind](SONG, 17))) == SONG


def test_neighbours_cannot_tell_which_texts_were_dirty() -> None:
    """Nearest by TF-IDF among 240 songs, of which a half at random comes from sites."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rng = np.random.default_rng(0)
    vocabulary = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in ("ra", "si", "to", "")]
    songs = ["\n".join(" ".join(rng.choice(vocabulary, 5)) for _ in range(8)) for _ in range(240)]
    dirty = rng.permutation(240) < 120
    kinds = list(DIRT.values())
    texts = [
        kinds[rng.integers(len(kinds))](song, i) if soiled else song
        for i, (song, soiled) in enumerate(zip(songs, dirty, strict=True))
    ]

    def agreement(texts: list[str]) -> float:
        weights = TfidfVectorizer(analyzer=unicode_tokens).fit_transform(texts)
        near = (weights @ weights.T).toarray()
        np.fill_diagonal(near, -1)
        return float(np.mean(dirty[near.argsort(1)[:, -5:]] == dirty[:, None]))

    deviation = 0.5 / np.sqrt(240)
    assert agreement(texts) > 0.5 + 4 * deviation
    assert abs(agreement([clean_lyrics(sung(text)) for text in texts]) - 0.5) < 3 * deviation


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "[",
            "['",
            "<",
            "<!--",
            "<span ",
            "&",
            "\\",
            "\\u",
            "{\\",
            "*",
            "(1",
            "1",
            " Lyrics",
            "\n",
        ),
        *(
            "[ti:",
            "[00:00.00]",
            "<1,2,",
            "Dialogue:,",
            " -->\n",
            "by/",
            "没有",
            '{"a":',
            "c(",
            "\u200d",
            " ",
            "-",
            "www.a.",
            "You might also likeaB",
        ),
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    """Quadratic work on such texts would take minutes."""
    start = time.process_time()
    ends = " a.b, www. ripped commercial use embed\n***\n---\nEmbed"
    sung("la\n" + piece * (50_000 // len(piece)) + ends)
    sung("la\n" + piece * (50_000 // len(piece)) + "Embed")
    assert time.process_time() - start < 5


def test_a_million_characters_of_names_of_sites_take_no_minute() -> None:
    start = time.process_time()
    sung("la\n" + "a." * 500_000 + "\nlo")
    assert time.process_time() - start < 10
