"""The command line: the only part that prints and sets exit codes.

Nothing heavy is imported before a command needs it, so that help comes at once.
"""

from __future__ import annotations

import sys

import typer

from songatlas.cli.assign import assign_command
from songatlas.cli.cache import cache_app
from songatlas.cli.compare import compare_command
from songatlas.cli.config import config_app
from songatlas.cli.demo import demo_command
from songatlas.cli.doctor import doctor_command
from songatlas.cli.encoding import restart_in_utf8
from songatlas.cli.explain import explain_command
from songatlas.cli.extract import extract_command
from songatlas.cli.interrupts import listen
from songatlas.cli.label import label_command
from songatlas.cli.map import map_command
from songatlas.cli.models import models_app
from songatlas.cli.playlists import playlists_command
from songatlas.cli.push import push_command
from songatlas.cli.run import run_command
from songatlas.cli.similar import path_command, similar_command
from songatlas.cli.tag import tag_command
from songatlas.cli.update import update_command
from songatlas.errors import EXIT_INTERRUPTED, SongatlasError

app = typer.Typer(
    name="songatlas",
    no_args_is_help=True,
    rich_markup_mode=None,  # help in plain text, brackets included
    pretty_exceptions_enable=False,  # a defect shows Python's own traceback
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From a folder of music and what is written about it to honest clusters.",
    epilog="Example:  songatlas run ~/Music --out results",
)
app.command("run", epilog="Example:  songatlas run ~/Music --metadata songs.csv --out results")(
    run_command
)
app.command("demo", epilog="Example:  songatlas demo --out results-demo")(demo_command)
app.command("extract", epilog="Example:  songatlas extract ~/Music --workers 4")(extract_command)
app.command("assign", epilog="Example:  songatlas assign results ~/Music/new --out new.csv")(
    assign_command
)
app.command("map", epilog="Example:  songatlas map results --embed-previews 10 --out share.html")(
    map_command
)
app.command("similar", epilog="Example:  songatlas similar results 'Artist - Title' -n 20")(
    similar_command
)
app.command("path", epilog="Example:  songatlas path results 'First title' 'Last title'")(
    path_command
)
app.command("playlists", epilog="Example:  songatlas playlists results --size 50")(
    playlists_command
)
app.command("update", epilog="Example:  songatlas update results ~/Music")(update_command)
app.command("label", epilog="Example:  songatlas label results --rename '3=Late night'")(
    label_command
)
app.command("tag", epilog="Example:  songatlas tag results --field SONGATLAS_CLUSTER --write")(
    tag_command
)
app.command("compare", epilog="Example:  songatlas compare results-may results-june")(
    compare_command
)
app.command("explain", epilog="Example:  songatlas explain results 'Artist - Title'")(
    explain_command
)
app.command("push", epilog="Example:  songatlas push results --to mpd://localhost:6600 --write")(
    push_command
)
app.command("doctor", epilog="Example:  songatlas doctor")(doctor_command)
app.add_typer(models_app, name="models")
app.add_typer(cache_app, name="cache")
app.add_typer(config_app, name="config")


def _print_version(wanted: bool) -> None:
    if wanted:
        from songatlas.version import __version__  # reads the metadata of the package

        typer.echo(f"songatlas {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Options of every command."""


def main() -> None:
    """Run the command line; errors that a user can cause are one sentence and an exit code."""
    restart_in_utf8()
    listen()
    try:
        app()
    except SongatlasError as error:
        typer.echo(f"songatlas: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(EXIT_INTERRUPTED)
    except SystemExit as ended:
        if ended.code == EXIT_INTERRUPTED:  # what typer makes of a KeyboardInterrupt
            _say_interrupted()
        raise


def _say_interrupted() -> None:
    typer.echo("songatlas: interrupted. Run the same command again to go on from here.", err=True)
