"""``songatlas push``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from songatlas.cli.options import ListDetail, NodeOption, Quiet, Results
from songatlas.errors import EXIT_COMPLETE, EXIT_SKIPPED

if TYPE_CHECKING:
    from songatlas.players.push import Pushed
    from songatlas.progress import Progress


def push_command(
    results: Results,
    to: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="mpd://HOST[:PORT], subsonic+http(s)://USER@HOST/PATH or "
            "jellyfin+http(s)://USER@HOST/PATH. The password comes from the environment variable "
            "SONGATLAS_PASSWORD or the keyring.",
        ),
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Do it. Without this it only says what it would do.")
    ] = False,
    detail: ListDetail = "",
    node: NodeOption = None,
    size: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Most tracks a playlist.  [as in RESULTS/playlists]"),
    ] = None,
    prefix: Annotated[
        str, typer.Option(metavar="TEXT", help="What every playlist's name starts with.")
    ] = "songatlas: ",
    auth: Annotated[
        str,
        typer.Option(
            metavar="token|password",
            help="How Subsonic is told the password: as a salted digest, or itself, for servers "
            "that cannot check a digest.",
        ),
    ] = "token",
    replace_edited: Annotated[
        bool,
        typer.Option(
            "--replace-edited",
            help="Write over playlists of ours that somebody has changed there since.",
        ),
    ] = False,
    unmatched: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Table of the tracks that are not on the server."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Take the lists of a run as playlists to a server.

    MPD, Subsonic or Jellyfin (untested).
    """
    given = locals()
    from songatlas.cli.settings import machine_of
    from songatlas.players.push import push
    from songatlas.store.tables import write_csv

    machine = machine_of(given)
    pushed = push(
        results,
        to,
        write=write,
        detail=detail,
        nodes=node or (),
        size=size,
        prefix=prefix,
        authentication=auth,
        replace_edited=replace_edited,
        machine=machine,
    )
    if unmatched is not None:
        write_csv(unmatched, ("path", "reason"), pushed.unmatched)
    _print(pushed, machine.progress, unmatched)
    raise typer.Exit(EXIT_COMPLETE if pushed.whole else EXIT_SKIPPED)


def _print(pushed: Pushed, progress: Progress, table: Path | None) -> None:
    from songatlas.cli.summary import print_some
    from songatlas.players.plan import ACTIONS, WRITES

    for step in pushed.steps:
        share = f"{len(step.track_ids):,} of {step.n_wanted:,} tracks" if step.n_wanted else ""
        progress.say(f"  {step.action:<9}  {step.name}  {share}".rstrip())
    for action in dict.fromkeys(step.action for step in pushed.steps):
        n = sum(step.action == action for step in pushed.steps)
        progress.say(f"{n:,} {action}: {ACTIONS[action]}.")
    found = [match.by for match in pushed.matches if match.track_id]
    how = ", ".join(f"{found.count(by):,} by {by}" for by in dict.fromkeys(found))
    progress.say(
        f"{len(found):,} of {len(pushed.matches):,} tracks are among the {pushed.n_remote:,} on "
        f"{pushed.server} ({how})."
    )
    lines = [f"{path!r}: {reason}" for path, reason in pushed.unmatched]
    rest = f"all are in {table}" if table else "--unmatched CSV writes all"
    print_some("Not matched", lines, rest, progress)
    if pushed.written:
        n_removed = sum(step.action == "remove" for step in pushed.steps)
        n_sent = sum(step.action in WRITES for step in pushed.steps) - n_removed
        progress.say(f"Sent {n_sent:,} playlists, removed {n_removed:,}.")
    elif any(step.action in WRITES for step in pushed.steps):
        progress.say("Nothing was sent: that was a trial. Add --write to do it.")
