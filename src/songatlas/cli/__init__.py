"""The command line: the only part that prints and sets exit codes.

Nothing heavy is imported before a command needs it, so that help comes at once.
"""

from __future__ import annotations

import contextlib
import copy
import errno
import os
import sys
from collections.abc import Callable, Sequence

import typer

from songatlas.cli.assign import assign_command
from songatlas.cli.cache import cache_app
from songatlas.cli.compare import compare_command
from songatlas.cli.config import config_app
from songatlas.cli.demo import demo_command
from songatlas.cli.doctor import doctor_command
from songatlas.cli.ears import ears_app
from songatlas.cli.encoding import restart_in_utf8
from songatlas.cli.explain import explain_command
from songatlas.cli.extract import extract_command
from songatlas.cli.interrupts import listen
from songatlas.cli.judge import judge_command
from songatlas.cli.label import label_command
from songatlas.cli.map import map_command
from songatlas.cli.models import models_app
from songatlas.cli.playlists import playlists_command
from songatlas.cli.push import push_command
from songatlas.cli.run import run_command
from songatlas.cli.search import search_command
from songatlas.cli.similar import path_command, similar_command
from songatlas.cli.tag import tag_command
from songatlas.cli.update import update_command
from songatlas.errors import EXIT_INTERRUPTED, EXIT_STORAGE, SongatlasError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # of standard output and error

app = typer.Typer(
    name="songatlas",
    no_args_is_help=True,
    rich_markup_mode=None,  # help in plain text, brackets included
    pretty_exceptions_enable=False,  # a defect shows Python's own traceback
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From a folder of music and what is written about it to honest clusters.",
    epilog="Example:  songatlas run ~/Music --out results",
)
# Command -> what it does, and the arguments of an example.
_COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "run": (run_command, "~/Music --metadata songs.csv --out results"),
    "demo": (demo_command, "--out results-demo"),
    "extract": (extract_command, "~/Music --workers 4"),
    "assign": (assign_command, "results ~/Music/new --out new.csv"),
    "map": (map_command, "results --embed-previews 10 --out share.html"),
    "similar": (similar_command, "results 'Artist - Title' -n 20"),
    "search": (search_command, "results 'calm solo piano' -n 20"),
    "path": (path_command, "results 'First title' 'Last title'"),
    "playlists": (playlists_command, "results --size 50"),
    "update": (update_command, "results ~/Music"),
    "label": (label_command, "results --rename '3=Late night'"),
    "tag": (tag_command, "results --field SONGATLAS_CLUSTER --write"),
    "compare": (compare_command, "results-may results-june"),
    "explain": (explain_command, "results 'Artist - Title'"),
    "push": (push_command, "results --to mpd://localhost:6600 --write"),
    "judge": (judge_command, "vectors.npy clusters.csv:label --out verdict"),
    "doctor": (doctor_command, ""),
}
for _name, (_command, _example) in _COMMANDS.items():
    app.command(_name, epilog=f"Example:  songatlas {_name} {_example}".rstrip())(_command)
app.add_typer(models_app, name="models")
app.add_typer(ears_app, name="ears")
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


def _asked(words: Sequence[str]) -> typer.Typer:
    """The app with the one command that is asked for, as describing all takes 40 ms."""
    known = [command for command in app.registered_commands if [command.name] == words[:1]]
    if not known:
        return app
    one = copy.copy(app)
    one.registered_commands, one.registered_groups = known, []
    return one


def main() -> None:
    """Run the command line; errors that a user can cause are one sentence and an exit code."""
    restart_in_utf8()
    listen()
    try:
        _asked(sys.argv[1:])()
    except SongatlasError as error:
        typer.echo(f"songatlas: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is not None or error.errno not in _FULL:
            raise
        with contextlib.suppress(OSError):  # standard error may be what is full
            typer.echo(
                f"songatlas: What is to be said cannot be written: {error.strerror}. Free space "
                "there, or send it elsewhere.",
                err=True,
            )
        _drop_unwritten()
        sys.exit(EXIT_STORAGE)
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(EXIT_INTERRUPTED)
    except SystemExit as ended:
        if ended.code == EXIT_INTERRUPTED:  # what typer makes of a KeyboardInterrupt
            _say_interrupted()
        raise


def _drop_unwritten() -> None:
    """Let go of what Python would try to write again as it ends, with an exit code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say_interrupted() -> None:
    typer.echo("songatlas: interrupted. Run the same command again to go on from here.", err=True)
    # An interrupt within an `exec`, as libraries do, makes `python -m` end by the signal whatever
    # is done about it, until another one has ended well.
    exec("")
