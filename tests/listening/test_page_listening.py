"""Tracks are heard on the page, from the music or from previews."""

import os
import shutil

import numpy as np
import pytest
import soundfile
from opened_page import Opened, changed, map_of

from songatlas.listening.map import write_map
from songatlas.progress import Silent

battery = pytest.mark.battery


NAMES = ["plain.wav", "#1 50 % ?.wav", "夜 ü.wav", "http:x.wav", os.fsdecode(b"caf\xe9.wav")]


def advances(one: Opened) -> None:
    one.page.wait_for_function(
        "() => document.getElementById('audio').currentTime > 0.2", timeout=10_000
    )


@battery
@pytest.mark.parametrize("name", NAMES)
def test_a_track_is_heard_whatever_its_file_is_called(atlas, opened, name):
    atlas.root.mkdir()
    with (atlas.root / name).open("wb") as file:
        tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(44100) / 22050)
        soundfile.write(file, tone, 22050, format="WAV")
    one = opened(map_of(changed(atlas, 6, source=atlas.root / name, title="This one")))
    one.search("this one")
    one.keys("Enter", "Enter")
    advances(one)
    one.keys("Enter")
    assert one.page.evaluate("document.getElementById('audio').paused")
    played = [url for url in one.requests if url != one.url]
    assert played
    assert all(url.startswith("file:") and url.endswith(".wav") for url in played)
    one.requests = [one.url]


@battery
def test_a_file_that_has_gone_is_said(atlas, opened):
    one = opened(map_of(atlas))
    one.keys("ArrowRight", "Enter")
    one.page.wait_for_selector("#track .warn:visible")
    assert "could not be played" in one.text("#track")
    one.troubles = [said for said in one.troubles if "ERR_FILE_NOT_FOUND" not in said]
    one.requests = [one.url]


@battery
def test_previews_are_heard_where_the_music_is_not(atlas, opened, tmp_path):
    (atlas.root / "a").mkdir(parents=True)
    for i in range(11):  # the last one has gone
        noise = np.random.default_rng(i).normal(0, 0.1, 66150)
        soundfile.write(atlas.tracks[i].source, noise, 22050)
    page = write_map(atlas, Silent(), preview_seconds=1.5, out=tmp_path / "elsewhere" / "s.html")
    shutil.rmtree(atlas.root)
    assert str(tmp_path) not in page.read_text(encoding="utf-8")
    one = opened(page)
    one.search("song 4")
    one.keys("Enter", "Enter")
    advances(one)
    assert 1.4 < one.page.evaluate("document.getElementById('audio').duration") < 1.7
    assert one.page.locator("#save-m3u8").count() == 0
    one.search("song 11")
    one.keys("Enter")
    assert "no preview" in one.text("#track")
