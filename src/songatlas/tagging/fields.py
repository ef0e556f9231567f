"""One text in the tags of a file, where each format keeps it.

GROUPING is ``TIT1`` in ID3 (MP3, WAV, AIFF), ``GROUPING`` in Vorbis comments (FLAC, Ogg, Opus),
``©grp`` in MP4 and ``WM/ContentGroupDescription`` in ASF (WMA). Any other field is ``TXXX:NAME``,
``NAME``, ``----:com.apple.iTunes:NAME`` and ``NAME``; ``Grouping`` or ``NAME`` in APEv2. ID3 and
APEv2 tags that are there are changed by :mod:`.splice`, which leaves all else as it is.
"""

from __future__ import annotations

import importlib.util
import re
import struct
from itertools import starmap
from pathlib import Path
from typing import Any

from songatlas.errors import ConfigError, TaggingError
from songatlas.library.tags import read_tags
from songatlas.tagging.atoms import field_of, keep_atoms
from songatlas.tagging.splice import GROUPING, spliced

NEEDS_EXTRA = (
    "Writing tags needs mutagen, which is not installed: python -m pip install 'songatlas[tag]'"
)
_NO_COMMENT = (
    "some of its comments are no UTF-8, or have no proper name, and would not stay as they are; "
    "mend them with a tag editor, nothing was changed"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_FRAMES = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "genre": "TCON", "composer": "TCOM"}
_TAKEN = {
    *("title", "artist", "artists", "album", "albumartist", "composer", "compilation", "genre"),
    *("date", "year", "language", "comment", "lyrics", "tracknumber", "discnumber"),
}
# What readers of files fall over that are not as they should be.
_DAMAGED = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, RuntimeError),
    *(TypeError, ValueError, struct.error),
)


def check_field(field: str) -> None:
    """Refuse a name that some format cannot hold, or that players use for something else.

    Raises
    ------
    ConfigError
        For anything but GROUPING or a free name of letters, digits and ``_``.
    """
    if not _NAME.fullmatch(field) or field.lower() in _TAKEN:
        raise ConfigError(
            "--field must be GROUPING or a name of your own, of letters, digits and _ and not one "
            f"that players use. Got {field!r}. Take SONGATLAS_CLUSTER."
        )


def has_mutagen() -> bool:
    """Whether the library that writes tags is installed."""
    return importlib.util.find_spec("mutagen") is not None


def write_field(path: Path, field: str, text: str) -> None:
    """Put `text` into the tags of a file, in place of what that field held.

    Raises
    ------
    TaggingError
        When the file has no tags that can be written, or is damaged. Part of it may be written
        then: only a copy should be given.
    """
    before = path.read_bytes()
    try:
        changed = spliced(before, field, text)
        if changed is None:
            _write_with_mutagen(path, before, field, text)
        else:
            path.write_bytes(changed)
    except _DAMAGED as error:
        raise TaggingError(
            f"its tags cannot be written, since it is damaged or unusual ({error}); nothing was "
            "changed"
        ) from error


def _is_kept(name: str, text: str) -> bool:
    """Whether a Vorbis comment is written as it was read, which one that is no UTF-8 is not."""
    return "\ufffd" not in text and "?" not in name and not name.startswith("unknown")


def _write_with_mutagen(path: Path, before: bytes, field: str, text: str) -> None:
    import mutagen.id3
    from mutagen.apev2 import APEv2
    from mutagen.asf import ASFTags
    from mutagen.flac import FLAC
    from mutagen.mp4 import MP4Tags
    from mutagen.ogg import OggFileType

    id3: Any = mutagen.id3  # its methods have no types
    try:
        file: Any = mutagen.File(path)
        if file is None:
            raise TaggingError("it is of a format whose tags cannot be written")
        is_new = file.tags is None
        if is_new:
            file.add_tags()
        tags: Any = file.tags
        if isinstance(file, (FLAC, OggFileType)) and not all(starmap(_is_kept, tags)):
            raise TaggingError(_NO_COMMENT)
        grouping = field == GROUPING
        if isinstance(tags, id3.ID3):  # a new one, of the version that every player reads
            frame = id3.TIT1(text=[text]) if grouping else id3.TXXX(text=[text], desc=field)
            tags.add(frame)
            for key, said in vars(read_tags(path)).items() if is_new else ():
                if key in _FRAMES and said:  # of RIFF and AIFF: players look at one or the other
                    tags.add(getattr(id3, _FRAMES[key])(text=[said]))
        elif isinstance(tags, MP4Tags) and grouping:
            tags["\xa9grp"] = [text]
        elif isinstance(tags, MP4Tags):
            tags[f"----:com.apple.iTunes:{field}"] = [text.encode("utf-8")]
        elif isinstance(tags, ASFTags) and grouping:
            tags["WM/ContentGroupDescription"] = [text]
        else:
            tags["Grouping" if grouping and isinstance(tags, APEv2) else field] = [text]
        file.save(**({"v2_version": 3} if isinstance(tags, id3.ID3) else {}))
        if isinstance(tags, MP4Tags):
            name = b"\xa9grp" if grouping else field.encode()
            path.write_bytes(
                keep_atoms(before, path.read_bytes(), lambda atom: field_of(atom) == name)
            )
    except mutagen.MutagenError as error:
        raise TaggingError(f"its tags cannot be written: {error}") from error
