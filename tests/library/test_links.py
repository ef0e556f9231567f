"""Links are followed, once, and never in a circle."""

import os
import tempfile
from pathlib import Path

import pytest
from batteries.scanned import NOBODY, look

from songatlas.library.walk import walk


def test_broken_links_and_links_to_themselves_are_reported(tmp_path):
    (tmp_path / "broken.mp3").symlink_to("nowhere.mp3")
    (tmp_path / "self.mp3").symlink_to("self.mp3")
    (tmp_path / "broken").symlink_to("nowhere")
    assert look(tmp_path) == (
        [],
        {"broken.mp3": "E-NOTREGULAR", "self.mp3": "E-NOTREGULAR"},
    )


def test_a_link_named_like_a_download_that_leads_to_itself_is_told_of(tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    (tmp_path / "song.mp3.part").symlink_to("song.mp3.part")
    (tmp_path / "tide.mp3.icloud").symlink_to("tide.mp3.icloud")
    assert look(tmp_path) == (["x.wav"], {})
    elsewhere, unfinished = walk([tmp_path]).notes
    assert "tide.mp3.icloud is not read: music in a cloud folder" in elsewhere
    assert "song.mp3.part is not read: no whole file" in unfinished


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_a_link_named_like_a_download_that_leads_into_a_closed_folder_is_told_of():
    with tempfile.TemporaryDirectory() as name:
        root, closed = Path(name) / "root", Path(name) / "closed"
        for folder in (root, closed):
            folder.mkdir()
        Path(name).chmod(0o755)
        closed.chmod(0o700)
        (closed / "x.mp3").write_bytes(b"sound")
        (root / "song.mp3.part").symlink_to(closed / "x.mp3")
        os.seteuid(NOBODY)
        try:
            (note,) = walk([root]).notes
        finally:
            os.seteuid(0)
    assert "song.mp3.part is not read: no whole file" in note


def test_links_to_files_are_followed_also_outside(tmp_path, write_audio):
    outside = write_audio(tmp_path / "outside/x.wav")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.wav").symlink_to(outside)
    assert look(root) == (["link.wav"], {})


def test_folder_links_never_lead_in_a_circle(tmp_path, write_audio):
    root = tmp_path / "root"
    write_audio(root / "a/b/x.wav")
    write_audio(tmp_path / "not named.wav", seed=1)
    (root / "a/b/up").symlink_to(root / "a")
    (root / "a/b/root").symlink_to(root)
    (root / "a/b/above").symlink_to(tmp_path)
    (root / "0 first").symlink_to(root / "a/b")
    assert look(root) == (["a/b/x.wav"], {})


def test_folder_links_to_elsewhere_are_followed_once(tmp_path, write_audio):
    write_audio(tmp_path / "else/x.wav")
    (tmp_path / "else/back").symlink_to(tmp_path / "else")
    root = tmp_path / "root"
    root.mkdir()
    (root / "one").symlink_to(tmp_path / "else")
    (root / "two").symlink_to(tmp_path / "else")
    assert look(root) == (["one/x.wav"], {})
