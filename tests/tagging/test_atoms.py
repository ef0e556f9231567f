"""Atoms of MP4 tags stay as they were."""

import struct

import pytest

from songatlas.library.tags import read_tags
from songatlas.tagging.atoms import field_of
from songatlas.tagging.fields import write_field

mp4 = pytest.importorskip("mutagen.mp4")
GENRE = struct.pack(">I4sI4sIIH", 26, b"gnre", 18, b"data", 0, 0, 18)


@pytest.fixture
def path(tmp_path, write_audio):
    """An M4A with a genre by number, and atoms in an order that no library would write."""
    path = write_audio(tmp_path / "x.m4a")
    tags = mp4.MP4(path)
    tags["\xa9gen"] = "12"  # an atom as long as that of a number
    tags["\xa9nam"], tags["zzzz"], tags["trkn"] = "Title", "of nobody", [(1, 2)]
    tags["----:com.apple.iTunes:OTHER"] = [b"bar", b"baz"]
    tags["\xa9lyr"] = "la " * 200
    tags.save()
    data = path.read_bytes()
    at = data.index(b"\xa9gen") - 4
    path.write_bytes(data[:at] + GENRE + data[at + 26 :])
    return path


def atoms(path):
    data = path.read_bytes()
    start = data.index(b"ilst") + 4
    end = start - 8 + int.from_bytes(data[start - 8 : start - 4], "big")
    found = []
    while start < end:
        size = int.from_bytes(data[start : start + 4], "big")
        found.append(data[start : start + size])
        start += size
    return found


@pytest.mark.parametrize("field", ["GROUPING", "MY_FIELD", "OTHER"])
@pytest.mark.parametrize("words", ["Late night", "夜" * 400])
def test_every_other_atom_stays_to_the_byte(path, field, words):
    before, said = atoms(path), read_tags(path)
    assert GENRE in before
    for text in ("first", words):
        write_field(path, field, text)
    name = b"\xa9grp" if field == "GROUPING" else field.encode()
    *kept, new = atoms(path)
    assert kept == [atom for atom in before if field_of(atom) != name]
    assert field_of(new) == name
    assert words.encode() in new
    assert read_tags(path) == said
    assert said.genre == "Rock"
    assert mp4.MP4(path).tags["\xa9nam"] == ["Title"]


def test_a_file_without_a_tag_gets_one(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.m4a")
    write_field(path, "GROUPING", "Late night")
    assert mp4.MP4(path).tags["\xa9grp"] == ["Late night"]
