"""``songatlas config``."""

from __future__ import annotations

import typer

from songatlas.cli.options import ConfigFile, Preset, Set

config_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Settings that change numbers.",
    epilog="Example:  songatlas config show --preset original",
)


@config_app.callback()
def _config() -> None:
    """Settings that change numbers."""


@config_app.command("show", epilog="Example:  songatlas config show > songatlas.toml")
def show_command(preset: Preset = None, config: ConfigFile = None, settings: Set = None) -> None:
    """Print the resolved settings as TOML, ready for --config."""
    from songatlas.cli.settings import resolve_config
    from songatlas.config import to_toml

    resolved = resolve_config(path=config, preset=preset, settings=settings)
    typer.echo(to_toml(resolved), nl=False)
