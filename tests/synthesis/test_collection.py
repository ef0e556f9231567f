"""What lies in the folder: files, tags, lyrics, and the same bytes every time."""

from collections import Counter
from pathlib import Path

import mutagen.id3
import mutagen.oggvorbis
import numpy as np
import pytest
import soundfile
import tinytag
from folders import contents

from songatlas.errors import StorageError
from songatlas.synthesis.audio_file import SERIAL, with_serial
from songatlas.synthesis.collection import write_collection
from songatlas.synthesis.plan import PlannedTrack, plan_collection
from songatlas.synthesis.styles import STYLES

SECONDS = 4.0  # as in conftest.py
STYLE_NAMES = [style.lower() for style in STYLES]


def test_styles_languages_and_gaps_are_balanced(plan: tuple[PlannedTrack, ...]) -> None:
    assert len(plan) >= 48
    assert Counter(track.style for track in plan) == dict.fromkeys(STYLES, 15)
    assert Counter(track.language for track in plan) == {"en": 26, "de": 26, "": 8}
    for style in STYLES:
        languages = Counter(track.language for track in plan if track.style == style)
        assert min(languages["en"], languages["de"]) >= 4
        assert languages[""] == 2
        assert len({track.pressing.format for track in plan if track.style == style}) == 4
        assert len({track.artist.name for track in plan if track.style == style}) >= 4
    assert len({track.lyrics.title.casefold() for track in plan}) == len(plan)
    silent = [track for track in plan if track.tags is None]
    assert [track.language for track in silent] == [""]


def test_a_shorter_collection_begins_a_longer_one(plan: tuple[PlannedTrack, ...]) -> None:
    assert plan_collection(13) == plan[:13]
    assert plan_collection(13, seed=1) != plan[:13]


def test_every_file_of_the_plan_is_there_and_nothing_else(
    collection: Path, plan: tuple[PlannedTrack, ...]
) -> None:
    files = contents(collection)
    audio = {track.path.as_posix() for track in plan}
    sung = {track.path.with_suffix("").as_posix() for track in plan if track.language}
    sidecars = set(files) - audio - {"README.txt"}
    assert audio <= set(files)
    assert {name.rsplit(".", 1)[0] for name in sidecars} == sung
    assert len(sidecars) == len(sung)
    assert "synthetic" in files["README.txt"].decode()


def test_both_kinds_of_sidecar_and_headers_are_in_every_style(
    collection: Path, plan: tuple[PlannedTrack, ...]
) -> None:
    kinds, headers = Counter[tuple[str, str]](), Counter[tuple[str, bool]]()
    for track in plan:
        for suffix in (".txt", ".lrc"):
            path = collection / track.path.with_suffix(suffix)
            if path.exists():
                text = path.read_text(encoding="utf-8")
                kinds[track.style, suffix] += 1
                headers[track.style, "[Chorus]" in text or "[Refrain]" in text] += 1
    assert len(kinds) == len(headers) == 2 * len(STYLES)
    assert min(headers.values()) >= 2


def test_tags_are_readable_in_every_tagged_file(
    collection: Path, plan: tuple[PlannedTrack, ...]
) -> None:
    for track in plan:
        tag = tinytag.TinyTag.get(collection / track.path)
        if track.tags is None:
            assert (tag.title, tag.artist, tag.album, tag.genre) == (None,) * 4
            continue
        read = (tag.title, tag.artist, tag.album, tag.genre, str(tag.year), str(tag.track))
        assert read == tuple(vars(track.tags).values())
        assert track.tags.genre == track.style


def test_the_tags_of_mp3_agree_with_mutagen(
    collection: Path, plan: tuple[PlannedTrack, ...]
) -> None:
    track = next(track for track in plan if track.pressing.format == "mp3")
    assert track.tags is not None
    id3 = mutagen.id3.ID3(collection / track.path)
    assert id3.version == (2, 4, 0)
    assert [id3[name].text[0] for name in ("TIT2", "TPE1", "TCON")] == [
        track.tags.title,
        track.tags.artist,
        track.tags.genre,
    ]
    assert str(id3["TDRC"].text[0]) == track.tags.date


def test_ogg_files_have_the_fixed_serial_and_valid_checksums(
    collection: Path, plan: tuple[PlannedTrack, ...]
) -> None:
    path = collection / next(track.path for track in plan if track.pressing.format == "ogg")
    assert mutagen.oggvorbis.OggVorbis(path).tags["genre"]
    data = path.read_bytes()
    assert int.from_bytes(data[14:18], "little") == SERIAL
    assert with_serial(data, SERIAL) == data
    # libogg drops pages whose checksum is wrong, so all samples are there only if none is
    n_samples = soundfile.info(path).frames
    assert 0.89 * SECONDS < n_samples / soundfile.info(path).samplerate < 1.11 * SECONDS


def test_the_names_of_the_styles_are_in_tags_only(collection: Path) -> None:
    for name, data in contents(collection).items():
        assert not any(style in name.lower() for style in STYLE_NAMES)
        if name.endswith((".txt", ".lrc")):
            text = data.decode("utf-8").lower()
            assert not any(style in text for style in STYLE_NAMES)


def test_levels_are_those_of_ordinary_records(
    collection: Path, plan: tuple[PlannedTrack, ...]
) -> None:
    for track in plan:
        sound, sr = soundfile.read(collection / track.path, always_2d=True)
        assert (sr, sound.shape[1]) == (track.pressing.sr, track.pressing.n_channels)
        assert 0.88 * SECONDS < len(sound) / sr < 1.12 * SECONDS
        assert np.abs(sound).max() < 10 ** (-1 / 20)
        assert -22 < 10 * np.log10(np.mean(sound**2)) < -15
        assert np.abs(sound.mean(axis=0)).max() < 0.005
        if sound.shape[1] == 2:  # never so wide that a mono fold-down cancels
            assert np.mean(sound.mean(axis=1) ** 2) > 0.6 * np.mean(sound**2)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_collection(tmp_path / name, n_tracks=8, seconds=1.0, seed=seed)
    a, b, c = (contents(tmp_path / name) for name in "abc")
    assert a == b
    audio = {data[:4] for name, data in a.items() if not name.endswith((".txt", ".lrc"))}
    assert audio == {b"RIFF", b"fLaC", b"OggS", b"ID3\x04"}
    assert not set(a.values()) & set(c.values())


def test_it_may_be_written_over_but_not_among_other_files(tmp_path: Path) -> None:
    folder = tmp_path / "music"
    paths = write_collection(folder, n_tracks=3, seconds=1.0)
    before = contents(folder)
    paths[0].unlink()  # as if interrupted
    (folder / ".hidden").touch()
    assert write_collection(folder, n_tracks=3, seconds=1.0) == paths
    assert {**before, ".hidden": b""} == contents(folder)
    (folder / "mine.flac").write_bytes(b"my own")
    with pytest.raises(StorageError, match=r"holds 'mine\.flac'; name another folder"):
        write_collection(folder, n_tracks=3, seconds=1.0)
    assert (folder / "mine.flac").read_bytes() == b"my own"


def test_progress_is_told_after_every_track(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    paths = write_collection(
        tmp_path, n_tracks=3, seconds=1.0, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert list(paths) == sorted(paths)


def test_impossible_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"n_tracks must be in \[1, 1000\]\. Got 0\."):
        write_collection(tmp_path, n_tracks=0)
    with pytest.raises(ValueError, match=r"seconds must be at least 1\. Got 0\.5\."):
        write_collection(tmp_path, seconds=0.5)
