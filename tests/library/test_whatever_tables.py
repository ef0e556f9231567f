"""Tables as other machines write them: whose file a row means."""

import pytest
from library.joined import genres

# A row names a file in more than one way ---------------------------------------------------------

NAMED = [
    # what the table says, which file is meant, another that is not
    (r"C:\Users\me\Music\Dock\Harbour.mp3", "Dock/Harbour.mp3", "Anna/Harbour.mp3"),
    (r"\\NAS\share\Dock\one.flac", "Dock/one.flac", "Anna/one.flac"),
    ("/Volumes/Extern/Music/Dock/one.MP3", "Dock/one.mp3", "Anna/two.mp3"),
    ("file:///Users/me/Dock/Sm%C3%B8rrebr%C3%B8d%20%231.m4a", "Dock/Smørrebrød #1.flac", "x.mp3"),
    ("file://localhost/C:/Music/100%25%20Love.mp3", "100% Love.mp3", "Love.mp3"),
    ("Macintosh HD:Users:me:Music:Dock:03 Tide.m4a", "Dock/03 Tide.m4a", "Anna/03 Tide.m4a"),
    ("7", "audio/000007.mp3", "audio/000070.mp3"),
    ("000007", "audio/7.mp3", "audio/77.mp3"),
    ("7.0", "audio/000/000007.mp3", "audio/000/000008.mp3"),
    ("TRABC128F", "A/TRABC128F.mp3", "A/TRABC128E.mp3"),
    ("Mr. Tide", "Mr. Tide.ogg", "Mr.ogg"),
    ("old/DOCK/Señal.WAV", "Dock/señal.flac", "x/Señal.mp3"),
    ("gegenüber_30s.wav", "gegen_ber_30s.wav", "gegen_30s.wav"),
    ("Café Noir.mp3", "Cafe Noir.mp3", "Noir.mp3"),
    ("Łódź.mp3", "Lodz.mp3", "dz.mp3"),
    ("https://host/x/Dock/01%20Harbour.mp3?dl=1", "Dock/01 Harbour.mp3", "Anna/01 Harbour.mp3"),
    ("b'/music/Dock/one.mp3'", "Dock/one.flac", "Anna/one.flac"),
    ("'Dock/one.mp3'", "Dock/one.mp3", "Anna/one.mp3"),
    ("dQw4w9WgX-Q", "Tide [dQw4w9WgX-Q].opus", "Tide [dQw4w9WgX-q2].opus"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant", "other"), NAMED, ids=lambda text: text)
def test_a_path_or_id_of_another_machine(said, meant, other, read):
    assert genres(read(f'file,genre\n"{said}",pop\n', other, meant)) == {meant: "pop"}


@pytest.mark.parametrize(
    ("said", "files"),
    [
        ("/old/one.mp3", ["a/one.mp3", "b/one.mp3"]),
        ("/old/c/one.mp3", ["a/one.mp3", "b/one.mp3"]),
        ("one", ["one.mp3", "one.flac"]),
        ("7", ["a/07.mp3", "b/007.mp3"]),
        ("D:\\x\\Stra%C3%9Fe.mp3", ["a/Straße.mp3", "b/Straße.mp3"]),
    ],
)
def test_an_end_of_several_files_is_said(said, files, read):
    fields, notes, unjoined = read(f'file,genre\n"{said}",pop\n', *files)
    assert fields == {}
    assert "could be 2 files" in notes[1]
    assert unjoined.startswith("t.csv: 0 of 1 rows name a file that was found")


def test_two_rows_with_one_end_describe_nothing_and_the_longer_end_wins(read):
    two = "file,genre\n/old/A/01.mp3,pop\n/old/B/01.mp3,rock\n"
    fields, notes, _ = read(two, "Z/01.mp3")
    assert fields == {}
    assert "lines 2 and 3" in notes[1]
    assert genres(read(two, "B/01.mp3")) == {"B/01.mp3": "rock"}
    assert genres(read(two, "B/01.mp3", "A/01.mp3")) == {"A/01.mp3": "pop", "B/01.mp3": "rock"}


def test_the_end_of_a_path_joins_neither_another_artist_nor_another_title(read):
    text = "file,artist,title,genre\n/old/track01.mp3,{},{},pop\n"
    file = ("new/track01.mp3", "Harbour", "Dock")
    assert genres(read(text.format("Dock", "Harbour (live)"), file)) == {file[0]: "pop"}
    assert read(text.format("Anna", "Harbour"), file)[0] == {}
    assert read(text.format("Dock", "Winter"), file)[0] == {}


TITLES = [
    ("gegenüber", "gegen_ber_30s.wav"),
    ("Für Elise", "f_r_elise_30s.wav"),
    ("Déjà Vu", "d_j__vu_30s.wav"),
    ("Über", "_ber_30s.wav"),
    ("Für Elise", "Fuer Elise.mp3"),
    ("Ænima", "AEnima.mp3"),
    ("Señorita", "senorita_30s.wav"),
    ("Señorita", "Sen\N{COMBINING TILDE}orita.mp3"),
    ("naïveté", "navet_30s.wav"),
    ("Harbour", "01 - Harbour.mp3"),
    ("Harbour", "1-03 Harbour.flac"),
    ("Harbour", "B2. Harbour.flac"),
    ("Harbour", "[07] Harbour_30s.wav"),
    ("Harbour", "CD2 - 11 - Harbour.mp3"),
    ("Harbour", "(12) Harbour.mp3"),
    ("Harbour", "03_Harbour.mp3"),
    ("Harbour", "Dock - Harbour.mp3"),
    ("Harbour", "Dock - Album - 04 - Harbour.mp3"),
    ("Harbour", "2-07 Dock - Harbour.mp3"),
    ("Harbour - Live", "Dock - Harbour - Live.mp3"),
    ("99 Problems", "05 99 Problems.mp3"),
    ("Señal", "03 - se_al.mp3"),
]


@pytest.mark.parametrize(("title", "name"), TITLES)
@pytest.mark.parametrize("artist", ["", "Dock"])
def test_a_title_in_what_the_file_is_called(title, name, artist, read):
    found = read(f"title,artist,genre\n{title},{artist},pop\n", name, "Another - Tide.mp3")
    assert genres(found) == {name: "pop"}


@pytest.mark.parametrize(
    ("title", "artist", "file"),
    [
        ("Tide (feat. Zed)", "Dock", ("1.mp3", "Tide", "Dock")),
        ("Tide", "Dock, Zed", ("1.mp3", "Tide (with Zed)", "Dock")),
        ("Tide - Remastered 2011", "Dock", ("1.mp3", "Tide", "Dock")),
        ("Tide - 2011 Remaster", "Dock", ("1.mp3", "Tide (Remastered)", "Dock")),
        ("Tide ft. Zed", "", ("Tide.mp3",)),
        ("Tide", "Dock", ("Dock - Tide (Official Video) [dQw4w9WgXcQ].m4a",)),
        ("Dock - Tide (Official Audio)", "Dock", ("1.mp3", "Tide", "Dock")),
        ("Dock - Tide", "", ("1.mp3", "Tide", "Dock")),
        ("Tide", "Probe, Anna", ("1.mp3", "Tide", "Anna Probe")),
        ("Tide", "Air (2)", ("1.mp3", "Tide", "Air")),
    ],
)
def test_guests_remasters_and_videos_are_no_other_song(title, artist, file, read):
    found = read(f'title,artist,genre\n{title},"{artist}",pop\n', file, "Another - Harbour.mp3")
    assert genres(found) == {file[0]: "pop"}


@pytest.mark.parametrize(
    ("title", "file"),
    [
        ("Tide - Live", ("1.mp3", "Tide", "Dock")),
        ("Tide (Zed Remix)", ("1.mp3", "Tide", "Dock")),
        ("Tide (feat. Zed)", ("1.mp3", "Tide", "Anna")),
        ("Anna - Tide", ("1.mp3", "Tide", "Dock")),
        ("Remaster", ("1.mp3", "Tide", "Dock")),
    ],
)
def test_another_version_or_artist_is_another_song(title, file, read):
    assert read(f"title,artist,genre\n{title},Dock,pop\n", file)[0] == {}


def test_a_song_with_and_without_a_guest_stay_two(read):
    files = ("1.mp3", "Tide", "Dock"), ("2.mp3", "Tide (feat. Zed)", "Dock")
    text = "title,artist,genre\n{},Dock,pop\n{},Dock,dub\n"
    found = read(text.format("Tide", "Tide (feat. Zed)"), *files)
    assert genres(found) == {"1.mp3": "pop", "2.mp3": "dub"}
    assert read(text.format("Tide ft. Bo", "Wave"), *files)[0] == {}


@pytest.mark.parametrize(
    ("title", "artist", "name"),
    [
        ("Halo", "Beyoncé", "Beyonce - Halo.mp3"),
        ("Halo", "Beyoncé", "Beyonc_ - Halo.mp3"),
        ("Halo", "Beyoncé", "04 beyonc__halo.mp3"),
        ("Jóga", "Björk", "Bjork - Joga.mp3"),
        ("Jóga", "Björk", "bj_rk_j_ga_30s.wav"),
    ],
)
def test_an_artist_without_accents_is_the_same(title, artist, name, read):
    found = read(f"title,artist,genre\n{title},{artist},pop\n", name, "Another - Halo Tide.mp3")
    assert genres(found) == {name: "pop"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Привет 2", "Москва 2.mp3"),
        ("夜に駆ける", "_.mp3"),
        ("Ré", "r.mp3"),
        ("Harbour", "Harbours.mp3"),
        ("24K Magic", "K Magic.mp3"),
    ],
)
def test_what_is_not_the_same_is_not_joined(title, name, read):
    assert read(f"title,genre\n{title},pop\n", name)[0] == {}


def test_two_titles_of_which_the_same_is_left_describe_nothing(read):
    fields, notes, _ = read("title,genre\nFür Elise,1\nFár Elise,2\n", "f_r_elise.mp3", "x.mp3")
    assert fields == {}
    assert any("lines 2 and 3" in note for note in notes)


@pytest.mark.parametrize(
    "file",
    [
        ("03 Stay.mp3", "Stay", "Dock"),
        ("Dock - Stay.mp3",),
        ("03 - Dock - Stay.mp3",),
        ("2-03 Dock - Stay_30s.mp3",),
        ("Stay.mp3", "", "Dock"),
    ],
)
@pytest.mark.parametrize("credit", ["Somebody Else", "Docks", "['Rihanna', 'Mikky Ekko']"])
def test_a_title_never_joins_another_artist(file, credit, read):
    fields, notes, _ = read(f'Track Name,Artist Name(s),Genres\nStay,"{credit}",pop\n', file)
    assert fields == {}
    assert "but by another artist" in notes[1]


def test_rows_of_several_artists_leave_a_file_without_artist_alone(read):
    text = "title,artist,genre\nStay,{},pop\nStay,{},soul\n"
    fields, notes, _ = read(text.format("Rihanna", "Zedd"), "Stay.mp3")
    assert fields == {}
    assert "lines 2 and 3" in notes[1]
    assert genres(read(text.format("Zedd", "Zedd feat. Alessia Cara"), "Stay.mp3")) == {
        "Stay.mp3": ""
    }


def test_a_folder_tells_two_of_one_title_apart(read):
    files = "Dock/Album/01 Intro.mp3", "Anna Probe/01 Intro.mp3"
    found = read("title,artist,genre\nIntro,Anna Probe,pop\nIntro,Dock,jazz\n", *files)
    assert genres(found) == {files[0]: "jazz", files[1]: "pop"}


@pytest.mark.parametrize("shape", ["{}/{}", "Music/{}/{}", "{}/Album/{}", "x/{}/Album 2/{}"])
def test_folders_that_are_called_like_artists_are_their_artists(shape, read):
    text = "title,artist,genre\nHello,Somebody Else,pop\nTide,Dock,jazz\nWave,Anna Probe,soul\n"
    pairs = ("The Testers", "01 Hello.mp3"), ("Dock", "02 Tide.mp3"), ("Anna Probe", "Wave.mp3")
    hello, tide, wave = (shape.format(*pair) for pair in pairs)
    assert genres(read(text, hello, tide, wave)) == {tide: "jazz", wave: "soul"}
    genre_folders = "Pop/01 Hello.mp3", "Jazz/02 Tide.mp3", "Various Artists/Wave.mp3"
    assert len(read(text, *genre_folders)[0]) == 3


@pytest.mark.parametrize(
    ("file", "joined"),
    [
        ("Lionel Richie/Can't Slow Down/08 Hello.mp3", False),
        ("Pop/Lionel Richie/Best/CD2/08 - Hello.mp3", False),
        ("Lionel Richie/Hello.mp3", True),  # nothing says that this folder is an artist
        ("Music/25/01 Hello.mp3", True),
        ("Hip-Hop/25/01 Hello.mp3", True),
        ("2015/Best of/01 Hello.mp3", True),
        ("Various Artists/Now 90/01 Hello.mp3", True),
        ("Mine/Adele - 25/01 Hello.mp3", True),
        ("Adele/25/CD 1/01 Hello.mp3", True),
    ],
)
def test_the_folder_of_a_lone_artist_is_minded(file, joined, read):
    found = read("title,artist,genre\nHello,Adele,pop\n", file)[0]
    assert [*found] == [file] * joined
