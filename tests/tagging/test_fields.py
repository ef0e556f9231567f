"""What a file is that nobody wrote as it should be: left as it is, with a reason."""

import struct

import pytest
from batteries.good_audio import encode_libav, music
from library.tag_bytes import v1

from songatlas.errors import TaggingError
from songatlas.features.audio.fingerprint import sound_digest
from songatlas.library.tags import read_other, read_tags
from songatlas.tagging import fields


@pytest.mark.parametrize(
    "error",
    [
        struct.error("ushort format"),
        OverflowError("int too big to convert"),
        IndexError("index out of range"),
        KeyError(17),
        ValueError("not enough values"),
        TypeError("NoneType"),
        RecursionError("maximum depth"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("place", ["spliced", "read_tags"])
def test_whatever_a_reader_falls_over_is_a_reason(tmp_path, write_audio, monkeypatch, error, place):
    pytest.importorskip("mutagen")

    def fall(*_args):
        raise error

    path = write_audio(tmp_path / "x.wav")
    before = path.read_bytes()
    monkeypatch.setattr(fields, place, fall)
    with pytest.raises(TaggingError) as found:
        fields.write_field(path, "GROUPING", "Late night")
    assert "damaged or unusual" in str(found.value)
    assert str(error) in str(found.value)
    assert path.read_bytes() == before


def test_a_stream_of_unknown_length_is_refused(tmp_path, write_audio):
    pytest.importorskip("mutagen")
    path = write_audio(tmp_path / "x.wav")
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = b"\xff" * 4
    path.write_bytes(data)
    with pytest.raises(TaggingError, match="cannot be written"):
        fields.write_field(path, "GROUPING", "Late night")


@pytest.mark.parametrize("kind", ["flac", "ogg"])
@pytest.mark.parametrize("comment", ["Кино".encode("cp1251"), b"\xff\xfe\xfd\xfc"])
def test_comments_that_would_be_written_otherwise_are_left(tmp_path, write_audio, kind, comment):
    """A library takes them for what they are not, and would write that for good."""
    mutagen = pytest.importorskip("mutagen")
    path = write_audio(tmp_path / f"x.{kind}")
    tags = mutagen.File(path)
    tags["title"] = "quay"
    tags.save()
    before = path.read_bytes().replace(b"quay", comment)
    path.write_bytes(before)
    with pytest.raises(TaggingError, match="comments are no UTF-8"):
        fields.write_field(path, "GROUPING", "Late night")
    assert path.read_bytes() == before


def test_a_comment_without_a_proper_name_is_left(tmp_path, write_audio):
    mutagen = pytest.importorskip("mutagen")
    path = write_audio(tmp_path / "x.flac")
    tags = mutagen.File(path)
    tags["xyz"] = "quay"
    tags.save()
    before = path.read_bytes().replace(b"xyz=quay", b"xyz:quay").replace(b"XYZ=quay", b"xyz:quay")
    path.write_bytes(before)
    with pytest.raises(TaggingError, match="have no proper name"):
        fields.write_field(path, "GROUPING", "Late night")
    assert path.read_bytes() == before


def test_wavpack_with_id3v1_alone_gets_apev2_before_it(tmp_path):
    """An ID3v2 tag in front would keep its decoder from finding the sound."""
    path = tmp_path / "x.wv"
    sound = encode_libav(music(1.0, 44100, 1), 44100, "wv", "wavpack")
    tag = v1(b"Grey Heron", b"Ann Oakley", genre=80)
    path.write_bytes(sound + tag)
    before, digest = read_tags(path), sound_digest(path)
    fields.write_field(path, "GROUPING", "Späte Nacht")
    data = path.read_bytes()
    assert data.startswith(sound)
    assert data.endswith(tag)
    assert (read_tags(path), sound_digest(path)) == (before, digest)
    assert read_other(path)["grouping"] == ["Späte Nacht"]
