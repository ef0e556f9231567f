"""Everything that is made for listening, from a finished run alone."""

from __future__ import annotations

from songatlas.atlas import Atlas
from songatlas.pipeline.playlists import PLAYLISTS_FOLDER, write_playlists
from songatlas.pipeline.progress import Progress


def write_listening(atlas: Atlas, progress: Progress) -> list[str]:
    """Write what a listener uses into ``atlas.folder``.

    Returns
    -------
    Names of the files, relative to the folder.
    """
    with progress.stage("Writing playlists", total=len(atlas.clusters), unit="clusters") as bar:
        playlists = write_playlists(atlas)
        bar.advance(len(atlas.clusters))
    return [f"{PLAYLISTS_FOLDER}/{name}" for name in playlists]
