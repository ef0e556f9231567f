"""What many answers about one run need, found once."""

from __future__ import annotations

import functools

from songatlas.atlas.find import Names, plain_names
from songatlas.atlas.similar import view_of
from songatlas.neighbours.nearest import local_scale
from songatlas.types import FloatArray
from songatlas.types.atlas import AtlasData


class Answers:
    """Names and scales of the tracks of a run, as soon as they are asked for.

    Parameters
    ----------
    atlas
        The run; what its arrays hold must not change any more.
    """

    def __init__(self, atlas: AtlasData) -> None:
        self._atlas = atlas
        self._scales: dict[str, FloatArray | None] = {}
        self._asked: set[str] = set()

    @functools.cached_property
    def names(self) -> Names:
        """Of every track, as :func:`songatlas.atlas.find.plain_names` says."""
        return plain_names(self._atlas.tracks)

    def scale(self, view: str | None) -> FloatArray | None:
        """Of every track in a view, as :func:`songatlas.neighbours.nearest.local_scale` says.

        None for the first that asks: of the tracks that one needs it is found sooner than of all.

        Raises
        ------
        ConfigError
            When the run has no such view.
        """
        coordinates = view_of(self._atlas, view).coordinates
        name = self._atlas.main_view if view is None else view
        if name not in self._asked:
            self._asked.add(name)
            return None
        if name not in self._scales:
            self._scales[name] = local_scale(coordinates)
        return self._scales[name]
