"""``commands``: every command of the command line, as its own ``--help`` describes it."""

from collections.abc import Iterator
from typing import Any

import typer.main
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from tables import code, plain, table

from songatlas.cli import app as command_line


class Commands(SphinxDirective):
    """One section a command."""

    def run(self) -> list[nodes.Node]:
        """Build the sections."""
        root = typer.main.get_command(command_line)
        return [_section(name, context) for name, context in walk(root, "songatlas", None)]


def walk(command: Any, name: str, parent: Any) -> Iterator[tuple[str, Any]]:
    """Every command below and with `command`: its full name and a context of it."""
    context = command.make_context(name.split()[-1], [], parent=parent, resilient_parsing=True)
    yield name, context
    for child in getattr(command, "commands", {}).values():
        yield from walk(child, f"{name} {child.name}", context)


def _section(name: str, context: Any) -> nodes.section:
    command = context.command
    identifier = nodes.make_id(name)
    section = nodes.section("", nodes.title("", "", code(name)), ids=[identifier], names=[name])
    for paragraph in (command.help or "").split("\n\n"):
        section += nodes.paragraph("", " ".join(paragraph.split()))
    usage = " ".join(context.get_usage().split()).removeprefix("Usage: ")
    section += nodes.literal_block(usage, usage, language="text")
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    section += table(
        ("Argument or option", "Meaning"),
        [(code(option), plain(" ".join(text.split()))) for option, text in filter(None, records)],
        widths=(35, 65),
    )
    example = (command.epilog or "").removeprefix("Example:").strip()
    if example:
        section += nodes.literal_block(example, example, language="text")
    return section


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
