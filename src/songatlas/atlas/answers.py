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

        Raises
        ------
        ConfigError
            When the run has no such view.
        """
        name, coordinates = self._view(view)
        if name not in self._scales:
            self._scales[name] = local_scale(coordinates)
        return self._scales[name]

    def scale_for_one(self, view: str | None) -> FloatArray | None:
        """The same, but None for the first that asks: of what one track needs it is found sooner.

        Raises
        ------
        ConfigError
            As for :meth:`scale`.
        """
        name, _ = self._view(view)
        if name in self._scales or name in self._asked:
            return self.scale(view)
        self._asked.add(name)
        return None

    def _view(self, view: str | None) -> tuple[str, FloatArray]:
        name = self._atlas.main_view if view is None else view
        return name, view_of(self._atlas, view).coordinates
