"""What the name of a file says that stands for audio: it is elsewhere, or not whole yet."""

from __future__ import annotations

import re

from songatlas.store.formats import claims_audio

# What stands for audio that is not here: in a cloud folder, or a download that never ended.
_CLOUD = re.compile(
    r"\.?(.+)\.(?:icloud|cloud|nextcloud|owncloud|rslsp|onedrive|dropbox|gdrive)", re.IGNORECASE
)
_HALF = re.compile(
    r"(.+?)(?:\.[0-9a-f]{8})?\.(?:part\d*|part-frag\d+|partial|crdownload|download|downloading|opdownload"
    r"|fdmdownload|dtapart|filepart|unfinished|aria2|aria2__temp|!qb|!ut|!bt|!sync|bc!|jc!|xltd|td|tmp"
    r"|temp|incomplete|ytdl)"
    r"|(?:\.?~syncthing~|\.syncthing\.)(.+?)(?:\.tmp)?|(.+)~|INCOMPLETE(?:~|[0-9a-f]{32})(.+)",
    re.IGNORECASE,
)
_NAMELESS = re.compile(r"unconfirmed \d+\.crdownload", re.IGNORECASE)  # of Chrome
CONTROL = ".aria2"  # of a download: the file of the name before it is not whole
_SHORTCUT = re.compile(r"(.+)\.(?:lnk|url|webloc|desktop)", re.IGNORECASE)
UNFINISHED = "unfinished"
_KINDS = {"cloud": _CLOUD, UNFINISHED: _HALF, "shortcut": _SHORTCUT}
# What is said of the files of each kind.
WHAT = {
    "cloud": "not read: music in a cloud folder that is not here; download it",
    UNFINISHED: "not read: no whole file (a download, or temporary)",
    "shortcut": "not followed: a shortcut to music; name its folder, too",
}


def elsewhere(name: str) -> str:
    """Key of :data:`WHAT` for a name that takes the place of audio; empty for any other.

    Examples
    --------
    >>> elsewhere(".Tide.mp3.icloud"), elsewhere("Tide.mp3.part"), elsewhere("Tide.mp3")
    ('cloud', 'unfinished', '')
    """
    if _NAMELESS.fullmatch(name):
        return UNFINISHED
    for kind, pattern in _KINDS.items():
        named = pattern.fullmatch(name)
        if named and claims_audio(next(filter(None, named.groups()))):
            return kind
    return ""
