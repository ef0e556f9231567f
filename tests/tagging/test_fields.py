"""What a file is that nobody wrote as it should be: left as it is, with a reason."""

import struct

import pytest

from songatlas.errors import TaggingError
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
