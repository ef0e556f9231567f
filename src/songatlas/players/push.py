"""Playlists of a finished run, taken to a server where people listen."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from songatlas.atlas.find import find_node
from songatlas.errors import ConfigError, PlayerError
from songatlas.library.recording_id import read_recording_id
from songatlas.listening.choice import PlaylistOptions
from songatlas.listening.lists import lists_of
from songatlas.listening.playlists import chosen_options, playlist_rows
from songatlas.machine import Machine
from songatlas.players.address import parse_address
from songatlas.players.connect import connect
from songatlas.players.matching import Match, match_tracks
from songatlas.players.names import unique_names
from songatlas.players.password import find_password
from songatlas.players.plan import WRITES, Playlist, Remembered, Step, digest, plan, still_ours
from songatlas.players.player import Player
from songatlas.players.record import read_record, write_record
from songatlas.players.subsonic import AUTHENTICATIONS
from songatlas.progress import Progress
from songatlas.results.read import read_atlas
from songatlas.store.lock import locked
from songatlas.types import Track
from songatlas.types.atlas import AtlasData

_LOCK = ".songatlas-push.lock"
PREFIX = "songatlas: "


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """What a push did, or would do.

    Parameters
    ----------
    server
        Its address, without the password.
    n_remote
        How many tracks are there.
    steps
        One a playlist.
    matches
        One for every track of a playlist, in the order of the atlas.
    tracks
        Of the atlas.
    written
        Whether anything was done.
    """

    server: str
    n_remote: int
    steps: tuple[Step, ...]
    matches: tuple[Match, ...]
    tracks: tuple[Track, ...]
    written: bool

    @property
    def unmatched(self) -> list[tuple[str, str]]:
        """Path of every track that is not there, and the reason."""
        return [(self.tracks[m.row].path, m.reason) for m in self.matches if not m.track_id]

    @property
    def whole(self) -> bool:
        """Whether every track has its place there and every playlist is as it should be."""
        return not self.unmatched and {s.action for s in self.steps} <= {*WRITES, "same"}


def push(
    results: str | Path,
    to: str,
    *,
    write: bool = False,
    detail: str = "",
    nodes: Sequence[str] = (),
    size: int | None = None,
    prefix: str = PREFIX,
    authentication: str = "token",
    replace_edited: bool = False,
    environment: Mapping[str, str] = os.environ,
    machine: Machine | None = None,
) -> Pushed:
    """Make or bring up to date a playlist of every list; without `write`, say what it would do.

    The lists, their tracks and order are those of the files in ``playlists`` of the results folder.
    Only playlists that an earlier push from the same folder made are changed or removed, and
    only while nobody else has changed them since; ``push.json`` in the folder remembers them.

    Parameters
    ----------
    results
        Folder of a finished run.
    to
        Address of the server; see :func:`songatlas.players.address.parse_address`.
    write
        Without it nothing is sent, and the result is what would be.
    detail, nodes
        As for ``songatlas playlists``: down to which level of the tree, and which parts of it by
        id or name, whatever else was pushed before; without, as for the files in ``playlists``.
    size
        At most this many tracks a playlist; None takes what the files in ``playlists`` have.
    prefix
        What the name of every playlist starts with.
    authentication, replace_edited
        See :func:`~songatlas.players.connect.connect` and :func:`~songatlas.players.plan.plan`.
    environment
        Where the password is looked for first; see
        :func:`songatlas.players.password.find_password`.
    machine
        Where progress is shown.

    Raises
    ------
    ConfigError
        When an argument is wrong, or a password is missing.
    PlayerError
        When the server cannot be reached, refuses, or holds none of the tracks.
    StorageError
        When `results` is no finished run or cannot be written.
    """
    if authentication not in AUTHENTICATIONS:
        allowed = " or ".join(AUTHENTICATIONS)
        raise ConfigError(f"--auth must be {allowed}. Got {authentication!r}.")
    progress = (machine or Machine()).progress
    address = parse_address(to)
    atlas = read_atlas(results)
    options = chosen_options(atlas)
    found = tuple(find_node(atlas, node).id for node in nodes)
    options = replace(
        options,
        detail=detail or options.detail,
        nodes=found or options.nodes,
        size=options.size if size is None else size,
    )
    playlists = _playlists(atlas, options, prefix)
    password = find_password(address, environment)
    player = connect(address, password=password, authentication=authentication)
    with contextlib.closing(player), contextlib.ExitStack() as holding:
        if write:
            holding.enter_context(locked(atlas.folder / _LOCK, atlas.folder))
        record = read_record(atlas.folder)
        with progress.stage(f"Asking {player.identity}", total=1, unit="catalogue"):
            remote = player.tracks()
        rows = sorted({row for playlist in playlists for row in playlist.rows})
        matches = match_tracks(rows, atlas.tracks, atlas.seconds, remote, _recording_id)
        _require_some(matches, atlas, player.identity, len(remote))
        there = player.playlists()
        ours = still_ours(record.get(player.identity, ()), there, player.entries)
        names = unique_names([playlist.name for playlist in playlists], player.name)
        steps = plan(
            [replace(p, name=name) for p, name in zip(playlists, names, strict=True)],
            matches,
            playlists=there,
            ours=ours,
            contents={it.id: player.entries(it.id) for it in ours},
            replace_edited=replace_edited,
        )
        if nodes:  # all other playlists stay as they are
            steps = tuple(step for step in steps if step.n_wanted)
        if write:
            _write(player, steps, ours, atlas.folder, record, progress)
    return Pushed(
        server=player.identity,
        n_remote=len(remote),
        steps=steps,
        matches=tuple(matches.values()),
        tracks=atlas.tracks,
        written=write,
    )


def _recording_id(track: Track) -> str:
    return "" if track.part else read_recording_id(track.source)  # of all of the file


def _playlists(atlas: AtlasData, options: PlaylistOptions, prefix: str) -> list[Playlist]:
    if not atlas.clusters:
        raise ConfigError(f"{atlas.folder} must have clusters. It has none: nothing to push.")
    lists = lists_of(atlas, options)
    rows = playlist_rows(atlas, lists, options)
    if not any(map(len, rows)):
        raise ConfigError(
            f"A list of {atlas.folder} must hold a track. None does: 'songatlas playlists' with "
            "another --size or --duration makes others."
        )
    return [
        Playlist(name=f"{prefix}{it.full_name}", rows=tuple(of))
        for it, of in zip(lists, rows, strict=True)
    ]


def _require_some(
    matches: Mapping[int, Match], atlas: AtlasData, server: str, n_remote: int
) -> None:
    """Refuse a server that holds none of the music, before any playlist of it is emptied."""
    if any(match.track_id for match in matches.values()):
        return
    first = next(iter(matches.values()))
    raise PlayerError(
        f"{server} must hold some of the {len(matches):,} tracks. It has {n_remote:,} tracks and "
        f"none of them: for {atlas.tracks[first.row].path!r}, {first.reason}. Let it read the "
        "music, and mount the folder if it is elsewhere."
    )


def _write(
    player: Player,
    steps: tuple[Step, ...],
    ours: tuple[Remembered, ...],
    folder: Path,
    record: dict[str, tuple[Remembered, ...]],
    progress: Progress,
) -> None:
    """Do the steps, remembering after each what is there, so that it can stop anywhere."""
    known = {it.id: it for it in ours}

    def remember(playlist_id: str, name: str, fingerprint: str) -> None:
        known[playlist_id] = Remembered(id=playlist_id, name=name, digest=fingerprint)
        write_record(folder, record | {player.identity: tuple(known.values())})

    with progress.stage("Sending", total=len(steps), unit="playlists") as bar:
        for step in steps:
            playlist_id = step.playlist_id
            if step.action == "remove":
                player.remove(playlist_id)
                del known[playlist_id]
                write_record(folder, record | {player.identity: tuple(known.values())})
            if step.action in ("new", "update"):
                if step.action == "new":
                    remember("", step.name, digest(step.track_ids[:1]))
                    playlist_id = player.create(step.name, step.track_ids[0])
                    del known[""]
                remember(playlist_id, step.name, "")
                player.replace(playlist_id, step.track_ids)
                _check(player, playlist_id, step)
            if step.action in ("new", "update", "same"):
                remember(playlist_id, step.name, digest(step.track_ids))
            bar.advance()


def _check(player: Player, playlist_id: str, step: Step) -> None:
    """Look at what arrived: a server may shorten or refuse without a word."""
    arrived = player.entries(playlist_id)
    if arrived != step.track_ids:
        raise PlayerError(
            f"{player.identity} must hold {len(step.track_ids):,} tracks in {step.name!r} now. It "
            f"holds {len(arrived):,}, or in another order: see its log and its limits, and run "
            "the same command again."
        )
