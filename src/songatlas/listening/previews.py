"""Short pieces of the tracks, to be heard where the files are not."""

from __future__ import annotations

import base64

from songatlas.errors import AudioError
from songatlas.features.audio.preview import encode_preview
from songatlas.progress import Progress
from songatlas.types.atlas import Atlas


def make_previews(atlas: Atlas, seconds: float, progress: Progress) -> list[str]:
    """A data URI a track, from the middle of each; empty for a file that cannot be read.

    How many have none, and why the first, is said at the end.
    """
    previews, failed = [], []
    with progress.stage("Making previews", total=len(atlas.tracks), unit="tracks") as bar:
        for track in atlas.tracks:
            try:
                data = encode_preview(track.source, seconds)
            except AudioError as error:
                failed.append(f"{track.path}: {error}")
                previews.append("")
            else:
                text = base64.b64encode(data).decode("ascii")
                previews.append(f"data:audio/mpeg;base64,{text}")
            bar.advance(failures=len(failed))
    if failed:
        progress.say(f"{len(failed)} of {len(atlas.tracks)} tracks have no preview: {failed[0]}")
    return previews
