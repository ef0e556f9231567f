"""``songatlas config``."""

from __future__ import annotations

import typer

from songatlas.cli.options import ConfigFile, Preset, Set

config_app = typer.Typer(
    no_args_is_help=True,
    help="Settings that change numbers.",
    epilog="Example:  songatlas config show --preset original",
)


@config_app.command("show", epilog="Example:  songatlas config show > songatlas.toml")
def show_command(preset: Preset = None, config: ConfigFile = None, settings: Set = None) -> None:
    """Print the resolved settings as TOML, ready for --config."""
    given = locals()
    from songatlas.cli.settings import resolve_config
    from songatlas.config import to_toml

    typer.echo(to_toml(resolve_config(given)), nl=False)
