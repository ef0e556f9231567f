"""Files of a library that tables are joined to, and what they say then."""

from pathlib import Path

from songatlas.library.grounds import AudioFile

ROOT = Path("/music/library")


def audio(path, title="", artist=""):
    return AudioFile(path=path, sources=(ROOT / path,), title=title, artist=artist)


def genres(found):
    return {path: fields["genre"] for path, fields in found[0].items()}
