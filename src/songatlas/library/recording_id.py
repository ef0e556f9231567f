"""The id that MusicBrainz gave the recording in an audio file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from songatlas.library.tags import read_other

_OWNER = "http://musicbrainz.org\0"
# Vorbis comments and ID3's own texts; MP4. An ID3 tag keeps it in a UFID frame of that owner.
_NAMES = ("musicbrainz_trackid", "musicbrainz track id")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_recording_id(path: Path) -> str:
    """The id, in lower case; empty where the tags have none, or there is no such file.

    Examples
    --------
    >>> read_recording_id(Path("nowhere.mp3"))
    ''
    """
    return recording_id_of(read_other(path))


def recording_id_of(other: Mapping[str, list[str]]) -> str:
    """The first well-formed id among the further tags of a file.

    Examples
    --------
    >>> recording_id_of({"musicbrainz_trackid": ["B1A9C0E9-D987-4042-AE91-78D6A3267D69"]})
    'b1a9c0e9-d987-4042-ae91-78d6a3267d69'
    >>> recording_id_of({"musicbrainz_trackid": ["none"]})
    ''
    """
    owned = [text for text in other.get("ufid", []) if text.startswith(_OWNER)]
    texts = [text.removeprefix(_OWNER) for text in owned]
    texts += [text for name in _NAMES for text in other.get(name, [])]
    ids = [text.strip().lower() for text in texts]
    return next((text for text in ids if _ID.fullmatch(text)), "")
