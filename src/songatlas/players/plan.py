"""What would be done on a server, before anything is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from songatlas.players.matching import Match
from songatlas.players.player import RemotePlaylist
from songatlas.text import fold

# What may become of a playlist, and what a person reads about it.
ACTIONS = {
    "new": "not there yet",
    "update": "ours, with other tracks or in another order",
    "same": "as it should be",
    "remove": "ours, and not among the lists any more",
    "edited": "left alone: somebody has changed it there since",
    "taken": "left alone: a playlist of that name is there, and not from this results folder",
    "unmatched": "left alone: none of its tracks is there",
}
WRITES = ("new", "update", "remove")


@dataclass(frozen=True, kw_only=True)
class Playlist:
    """Tracks under a name, in the order in which they are to be heard."""

    name: str
    rows: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A playlist that songatlas made on a server.

    Parameters
    ----------
    id, name
        On the server; the id is empty while it is being made.
    digest
        Of its tracks when it was last sent whole; empty while it is being sent, and of its first
        track alone while it is being made.
    """

    id: str
    name: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is to be done with one playlist.

    Parameters
    ----------
    action
        A key of :data:`ACTIONS`.
    name
        On the server.
    playlist_id
        Empty where it is not there yet, or is not ours.
    track_ids
        What it is to hold.
    n_wanted
        How many tracks of the atlas it should hold.
    """

    action: str
    name: str
    playlist_id: str = ""
    track_ids: tuple[str, ...] = ()
    n_wanted: int = 0


def digest(track_ids: Sequence[str]) -> str:
    """Fingerprint of a list of ids, the order included.

    Examples
    --------
    >>> digest(["a", "b"]) == digest(["a", "b"]), digest(["a", "b"]) == digest(["ab"])
    (True, False)
    """
    hashed = hashlib.blake2b(digest_size=16)
    for text in track_ids:
        data = text.encode(errors="surrogateescape")
        hashed.update(len(data).to_bytes(8, "little") + data)
    return hashed.hexdigest()


def still_ours(
    remembered: Sequence[Remembered],
    playlists: Sequence[RemotePlaylist],
    entries: Callable[[str], Sequence[str]],
) -> tuple[Remembered, ...]:
    """Those that are there still, under their name: a person who renames one keeps it.

    Of one that was being made when a push stopped, nobody knows whether it is there: it is ours if
    it holds what it was made of, which `entries` tells by the id.
    """
    there = {(playlist.id, playlist.name) for playlist in playlists}
    ours = {it.id: it for it in remembered if (it.id, it.name) in there}
    for begun in (it for it in remembered if not it.id):
        for key in (key for key, name in there if name == begun.name and key not in ours):
            if digest(entries(key)) == begun.digest:
                ours[key] = Remembered(id=key, name=begun.name, digest="")
    return tuple(ours.values())


def plan(
    wanted: Sequence[Playlist],
    matches: Mapping[int, Match],
    *,
    playlists: Sequence[RemotePlaylist],
    ours: Sequence[Remembered],
    contents: Mapping[str, Sequence[str]],
    replace_edited: bool = False,
) -> tuple[Step, ...]:
    """A step for every playlist that is wanted or was made before.

    Parameters
    ----------
    wanted
        With names that the server can store, no two alike.
    matches
        Of every row in `wanted`.
    playlists
        Everything that is on the server.
    ours
        From :func:`still_ours`.
    contents
        Ids of the tracks in each of `ours` now, by its id.
    replace_edited
        Write over (or remove) playlists of ours that somebody has changed since.

    Examples
    --------
    >>> wanted = [Playlist(name="Slow", rows=(0, 1))]
    >>> matches = {0: Match(row=0, track_id="a", by="path"), 1: Match(row=1, reason="not there")}
    >>> plan(wanted, matches, playlists=[], ours=[], contents={})
    (Step(action='new', name='Slow', playlist_id='', track_ids=('a',), n_wanted=2),)
    >>> foreign = [RemotePlaylist(id="1", name="Slow")]
    >>> plan(wanted, matches, playlists=foreign, ours=[], contents={})[0].action
    'taken'
    """
    edited = {
        it.id
        for it in ours
        if it.digest and not replace_edited and digest(contents[it.id]) != it.digest
    }
    known = {fold(it.name): it for it in ours}
    foreign = {fold(it.name) for it in playlists if it.id not in {own.id for own in ours}}
    steps = []
    for playlist in wanted:
        found = [matches[row].track_id for row in playlist.rows]
        ids = tuple(track_id for track_id in found if track_id)
        own = known.pop(fold(playlist.name), None)
        if own is None:
            action = "taken" if fold(playlist.name) in foreign else "new"
        elif ids == tuple(contents[own.id]) and own.digest:  # else it was being sent
            action = "same"
        else:
            action = "edited" if own.id in edited else "update"
        if not ids and action in WRITES:
            action = "unmatched"
        steps.append(
            Step(
                action=action,
                name=playlist.name if own is None else own.name,
                playlist_id="" if own is None else own.id,
                track_ids=ids,
                n_wanted=len(playlist.rows),
            )
        )
    for own in known.values():
        action = "edited" if own.id in edited else "remove"
        steps.append(Step(action=action, name=own.name, playlist_id=own.id))
    return tuple(steps)
