"""The map of a finished run as one page."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from songatlas.errors import AudioError
from songatlas.features.audio.preview import encode_preview
from songatlas.listening.page import MapView, page_html, payload, payload_of_sample
from songatlas.listening.sample import drawn_rows, part_of
from songatlas.neighbours.faithfulness import map_faithfulness
from songatlas.neighbours.listed import N_NEAREST, Listed, list_nearest
from songatlas.progress import Progress
from songatlas.store.atomic import write_text
from songatlas.types.atlas import AtlasData

PAGE = "atlas.html"
SENTENCE = (
    "Drawn: {:,} of {:,} tracks, evenly spaced within every cluster, the exemplars among them. "
    "The nearest tracks are the nearest of those, and lists that are saved hold those; the search "
    "finds the others too."
)


def write_map(
    atlas: AtlasData,
    progress: Progress,
    *,
    preview_seconds: float = 0.0,
    out: Path | None = None,
    nearest: Mapping[str, Listed] | None = None,
) -> Path:
    """Write ``atlas.html``; of very many tracks it draws a sample, and says so.

    Parameters
    ----------
    preview_seconds
        Length of the previews inside the page; 0 links to the files instead.
    out
        The page; None is ``atlas.html`` in the results folder. Links lead from the results folder,
        so a page elsewhere plays only previews.
    nearest
        Nearest tracks of every track by view, where they are known; of a sample they are others.

    Raises
    ------
    StorageError
        When it cannot be written.
    """
    path = out or atlas.folder / PAGE
    rows = drawn_rows(atlas)
    whole = len(rows) == len(atlas.tracks)
    drawn = atlas if whole else part_of(atlas, rows)
    known = (nearest or {}) if whole else {}
    views = {}
    with progress.stage("Drawing the map", total=len(drawn.views), unit="views") as bar:
        for name, view in drawn.views.items():
            near = known[name] if name in known else list_nearest(view.coordinates)
            views[name] = MapView(
                near=near.scaled,
                faithful={
                    kind: map_faithfulness(near.plain, xy, k=N_NEAREST)
                    for kind, xy in view.maps.items()
                },
            )
            bar.advance()
    previews = _previews(drawn, preview_seconds, progress) if preview_seconds else None
    data = payload(drawn, views, previews)
    if not whole:
        said = SENTENCE.format(len(rows), len(atlas.tracks))
        data = payload_of_sample(atlas, rows, data, said)
    write_text(path, page_html(data, preview_seconds=preview_seconds))
    return path


def _previews(atlas: AtlasData, seconds: float, progress: Progress) -> list[str]:
    """A data URI a track, from the middle of each; empty for a file that cannot be read.

    How many have none, and why the first, is said at the end.
    """
    previews, failed = [], []
    with progress.stage("Making previews", total=len(atlas.tracks), unit="tracks") as bar:
        for track in atlas.tracks:
            try:
                data = encode_preview(track.source, seconds, track.part)
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
