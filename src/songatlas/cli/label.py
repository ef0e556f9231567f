"""``songatlas label``."""

from __future__ import annotations

from typing import Annotated

import typer

from songatlas.cli.options import Quiet, Results


def label_command(
    results: Results,
    rename: Annotated[
        list[str] | None,
        typer.Option(metavar="CLUSTER|NODE=NAME", help="Another name, at once. Repeatable."),
    ] = None,
    merge: Annotated[
        list[str] | None,
        typer.Option(metavar="1,4|A.1,A.2", help="These are one. Repeatable."),
    ] = None,
    split: Annotated[
        list[str] | None, typer.Option(metavar="CLUSTER|NODE", help="This is two. Repeatable.")
    ] = None,
    together: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="TRACK TRACK", help="These belong together."),
    ] = None,
    apart: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="TRACK TRACK", help="These do not."),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Forget all corrections so far, first.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the corrections.")] = False,
    quiet: Quiet = False,
) -> None:
    """Correct clusters and the tree by hand.

    Corrections are kept in corrections.toml in the results folder. Names change at once; everything
    else with the next 'songatlas update' or run into the folder. A cluster is named by its number
    or name, a node of the tree by its id or name, a track by path, title or 'artist - title'.
    """
    given = locals()
    from songatlas.cli.settings import machine_of
    from songatlas.errors import ConfigError
    from songatlas.results.corrections import CORRECTIONS_FILE
    from songatlas.revision.label import Wishes, label

    renames = []
    for text in rename or ():
        cluster, equals, name = text.partition("=")
        if not equals:
            raise ConfigError(f"--rename needs CLUSTER=NAME. Got {text!r}.")
        renames.append((cluster.strip(), name.strip()))
    wishes = Wishes(
        rename=renames,
        merge=[[part.strip() for part in text.split(",")] for text in merge or ()],
        split=split or (),
        together=() if together is None else (together,),
        apart=() if apart is None else (apart,),
        clear=clear,
    )
    wished = wishes != Wishes(rename=[], merge=[])
    if not wished and not show:
        raise ConfigError(
            "songatlas label needs what to correct: --rename, --merge, --split, --together, "
            "--apart or --clear; or --show. Got none."
        )
    machine = machine_of(given)
    found = label(results, wishes, machine=machine)
    for cluster, name in renames:
        machine.progress.say(f"{cluster} is now {name!r}.")
    if show:
        typer.echo((results / CORRECTIONS_FILE).read_text(encoding="utf-8"), nl=False)
    if wished and (found.changes_partition or found.changes_tree):
        machine.progress.say(f"Run 'songatlas update {results}' to have all of it corrected.")
