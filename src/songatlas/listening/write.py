"""Everything that is made for listening, from a finished run alone."""

from __future__ import annotations

from collections.abc import Mapping

from songatlas.listening.map import PAGE, write_map
from songatlas.listening.page import preview_seconds_of
from songatlas.listening.playlists import PLAYLISTS_FOLDER, write_playlists
from songatlas.neighbours.listed import Listed
from songatlas.progress import Progress
from songatlas.types.atlas import AtlasData


def write_listening(
    atlas: AtlasData,
    progress: Progress,
    *,
    preview_seconds: float | None = 0.0,
    nearest: Mapping[str, Listed] | None = None,
) -> list[str]:
    """Write what a listener uses into ``atlas.folder``.

    Parameters
    ----------
    preview_seconds
        Of previews inside the page; 0 links to the files, None is as in the page that is there.
    nearest
        As for :func:`~songatlas.listening.map.write_map`.

    Returns
    -------
    Names of the files, relative to the folder.
    """
    with progress.stage("Writing playlists", total=1, unit="folder") as bar:
        playlists = write_playlists(atlas)
        bar.advance()
    if preview_seconds is None:
        preview_seconds = preview_seconds_of(atlas.folder / PAGE)
    write_map(atlas, progress, preview_seconds=preview_seconds, nearest=nearest)
    return [*(f"{PLAYLISTS_FOLDER}/{name}" for name in playlists), PAGE]
