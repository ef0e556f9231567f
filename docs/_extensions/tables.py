"""Tables of docutils nodes, whose cells are text and never markup."""

from collections.abc import Iterable, Sequence

from docutils import nodes


def code(text: str) -> nodes.Node:
    """`text` as code."""
    return nodes.literal(text, text)


def plain(text: str) -> nodes.Node:
    """`text` as it is."""
    return nodes.Text(text)


def table(
    header: Sequence[str], rows: Iterable[Sequence[nodes.Node]], *, widths: Sequence[int]
) -> nodes.table:
    """A table with one node a cell."""
    group = nodes.tgroup(cols=len(header))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", _row([plain(name) for name in header]))
    group += nodes.tbody("", *(_row(cells) for cells in rows))
    return nodes.table("", group)


def _row(cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))
