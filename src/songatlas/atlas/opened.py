"""A finished run, open: what a person asks of it, and what is made of it to listen by."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from songatlas.atlas.answers import Answers
from songatlas.atlas.explain import explain_cluster, explain_node, explain_track, find_subject
from songatlas.atlas.find import find_node, find_track
from songatlas.atlas.search import Found, find_by_words
from songatlas.atlas.similar import Listed, find_path, find_similar
from songatlas.listening import map as pages
from songatlas.listening import playlists
from songatlas.listening.choice import PlaylistOptions
from songatlas.machine import Machine
from songatlas.progress import Progress
from songatlas.results.read import read_atlas
from songatlas.results.staging import changing
from songatlas.types.atlas import AtlasData

Results = str | Path | AtlasData


@dataclasses.dataclass(frozen=True, kw_only=True)
class Atlas(AtlasData):
    """A finished run: where its tracks are, in which clusters, and why.

    Row *i* of everything is ``tracks[i]``. A track is asked for by its path, its title, ``artist -
    title``, or what is part of one of these in one track only, whatever the case and accents.
    """

    @functools.cached_property
    def _answers(self) -> Answers:
        return Answers(self)

    def find(self, track: str) -> int:
        """Row of a track.

        Raises
        ------
        ConfigError
            When none or several fit, with those that do or come close.
        """
        return find_track(self, track, lambda: self._answers.names)

    def similar(self, track: str, n: int = 20, *, view: str | None = None) -> Listed:
        """The `n` tracks most like one, nearest first.

        Parameters
        ----------
        n
            At least 1.
        view
            ``"joint"``, ``"audio"`` or ``"lyrics"``, where the run has it; None: the clustered one.

        Raises
        ------
        ConfigError
            When the track is not found or has no place in the view, or the run no such view.
        """
        row = self.find(track)
        return find_similar(self, row, n, view=view, scale=self._answers.scale_for_one(view))

    def path(
        self, start: str, end: str, length: int | None = None, *, view: str | None = None
    ) -> Listed:
        """A journey from one track to another, each step a small one.

        Parameters
        ----------
        length
            Tracks, both ends included, at least 2; None takes as many as it needs.
        view
            As for :meth:`similar`.

        Raises
        ------
        ConfigError
            As for :meth:`similar`, and when both are one track or there is no such journey.
        """
        ends = self.find(start), self.find(end)
        return find_path(self, *ends, length, view=view, scale=self._answers.scale(view))

    def search(
        self, words: str, n: int = 20, *, by: str | None = None, machine: Machine | None = None
    ) -> Found:
        """The `n` tracks that sound most as some words say, the best first.

        Where the ear of the run has a text tower, by the cosine of what it makes of the words with
        the mean of what the ear made of a track. Otherwise by the tags that the ear heard: words
        are matched with tags, and a score is the mean of their log-odds, standardised over the
        collection.

        Parameters
        ----------
        words
            In English for tags; what a text tower knows for that.
        n
            At least 1; there are fewer when fewer tracks were heard.
        by
            ``"text"`` or ``"tags"``; None is the text tower where there is one.
        machine
            Limits of the process that reads a text tower.

        Raises
        ------
        ConfigError
            When no word can be used, or the run has no ear, no tags or no text tower.
        ModelError
            When the text tower, its tokenizer or the package for it is not there or cannot be used.
        StorageError
            When the folder has changed.
        """
        limits = None if machine is None else machine.limits
        return find_by_words(self, words, n, by=by, limits=limits)

    def explain(self, subject: str | None = None) -> Any:
        """What a cluster or a node of the tree is, or why a track is in it.

        Parameters
        ----------
        subject
            Number or name of a cluster, id or name of a node, or a track; None is all clusters.

        Returns
        -------
        A mapping of plain values, as ``songatlas explain --json`` prints it; a list of them for all
        clusters.

        Raises
        ------
        ConfigError
            When no cluster, node or track fits.
        """
        if subject is None:
            return [explain_cluster(self, cluster.number) for cluster in self.clusters]
        kind, number = find_subject(self, subject)
        explained = {"cluster": explain_cluster, "node": explain_node, "track": explain_track}
        return explained[kind](self, number)


def open_atlas(results: str | Path) -> Atlas:
    """Open a finished run.

    Parameters
    ----------
    results
        Its folder.

    Raises
    ------
    StorageError
        When it is no finished run, or its files do not fit together.
    """
    return _opened(read_atlas(results))


def similar(results: Results, track: str, n: int = 20, *, view: str | None = None) -> Listed:
    """The tracks most like one; see :meth:`songatlas.Atlas.similar`.

    Parameters
    ----------
    results
        Folder of a finished run, or what :func:`songatlas.open` made of it.
    """
    return _opened(results).similar(track, n, view=view)


def search(
    results: Results,
    words: str,
    n: int = 20,
    *,
    by: str | None = None,
    machine: Machine | None = None,
) -> Found:
    """The tracks that sound most as some words say; see :meth:`songatlas.Atlas.search`.

    Parameters
    ----------
    results
        As for :func:`songatlas.similar`.
    """
    return _opened(results).search(words, n, by=by, machine=machine)


def path(
    results: Results, start: str, end: str, length: int | None = None, *, view: str | None = None
) -> Listed:
    """A journey from one track to another; see :meth:`songatlas.Atlas.path`.

    Parameters
    ----------
    results
        As for :func:`songatlas.similar`.
    """
    return _opened(results).path(start, end, length, view=view)


def explain(results: Results, subject: str | None = None) -> Any:
    """What a cluster is, or why a track is in it; see :meth:`songatlas.Atlas.explain`.

    Parameters
    ----------
    results
        As for :func:`songatlas.similar`.
    """
    return _opened(results).explain(subject)


def write_map(
    results: Results,
    *,
    out: str | Path | None = None,
    preview_seconds: float = 0.0,
    machine: Machine | None = None,
) -> Path:
    """Write the map as one page, which opens in any browser without network.

    Parameters
    ----------
    results
        As for :func:`songatlas.similar`.
    out
        The page; None is ``atlas.html`` in the results folder. Links to the files lead from that
        folder, so a page elsewhere plays previews only.
    preview_seconds
        Length of the pieces of every track inside the page; 0 links to the files instead.
    machine
        Where progress is shown.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    StorageError
        When `results` is no finished run, the page cannot be written, or another command writes.
    """
    progress = (machine or Machine()).progress
    where = None if out is None else Path(out)
    with _writing(results, out, progress) as atlas:
        return pages.write_map(atlas, progress, preview_seconds=preview_seconds, out=where)


def write_playlists(
    results: Results, options: PlaylistOptions | None = None, *, out: str | Path | None = None
) -> list[Path]:
    """Write a playlist for every region of the tree and its parts, in an order that flows.

    Playlists of other people in the folder, and those of ours that were changed, are left alone.

    Parameters
    ----------
    results
        As for :func:`songatlas.similar`.
    options
        None takes those of the last time here, else the defaults. Nodes may be ids or names.
    out
        Folder; None is ``playlists`` in the results folder.

    Returns
    -------
    list of Path
        The playlists.

    Raises
    ------
    ConfigError
        When an option cannot be used, or no node is called so.
    StorageError
        When `results` is no finished run, the folder cannot be written, or another command writes.
    """
    with _writing(results, out, Machine().progress) as atlas:
        if options is not None:
            nodes = tuple(find_node(atlas, node).id for node in options.nodes)
            options = dataclasses.replace(options, nodes=nodes)
        folder = atlas.folder / playlists.PLAYLISTS_FOLDER if out is None else Path(out)
        names = playlists.write_playlists(atlas, options, folder)
    return [folder / name for name in names if name != playlists.RECORD]


@contextlib.contextmanager
def _writing(results: Results, out: str | Path | None, progress: Progress) -> Iterator[Atlas]:
    """The run; no other command writes to its folder while files of that are written."""
    folder = results.folder if isinstance(results, AtlasData) else results
    with changing(folder, progress, keep=True) if out is None else contextlib.nullcontext():
        yield _opened(results)


def _opened(results: Results) -> Atlas:
    if isinstance(results, Atlas):
        return results
    data = results if isinstance(results, AtlasData) else read_atlas(results)
    return Atlas(**vars(data))
