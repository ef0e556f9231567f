"""``songatlas search``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from songatlas.cli.listing import Format, Out, check_format, show
from songatlas.cli.options import Memory, Results, Timeout
from songatlas.numerals import percent

if TYPE_CHECKING:
    from songatlas.atlas.search import Found


def search_command(
    results: Results,
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="What it should sound like: 'calm solo piano'.")
    ],
    n: Annotated[int, typer.Option("-n", min=1, metavar="N", help="How many.")] = 20,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="text|tags",
            help="The text tower of the pretrained network, or its tags.  [text where it has one]",
        ),
    ] = None,
    form: Format = "table",
    out: Out = None,
    timeout: Timeout = None,
    memory: Memory = None,
) -> None:
    """List the tracks that sound most as some words say.

    A score is the cosine of words and sound by a text tower; by tags it is how many standard
    deviations of the collection a track is above its mean.
    """
    check_format(form)
    from songatlas.atlas.opened import open_atlas
    from songatlas.machine import Machine, file_limits
    from songatlas.numerals import minus
    from songatlas.text import printable, shorten

    limits = None if (timeout, memory) == (None, None) else file_limits(timeout, memory)
    atlas = open_atlas(results)
    found = atlas.search(words, n, by=by, machine=Machine(limits=limits))
    on_page = form == "table" and out is None
    for line in (f"By {found.by}.", *found.notes):
        typer.echo(printable(line), err=not on_page)
    if on_page:
        typer.echo()
    columns = {"score": [minus(f"{score:.2f}") for score in found.scores]}
    if any(found.heard):
        columns["heard as"] = [_heard(each) for each in found.heard]
    show(
        atlas,
        found.rows,
        form,
        out,
        name=shorten(" ".join(printable(words).split()), 60),
        columns=columns,
        said=_said(found),
    )


def _heard(probabilities: Mapping[str, float]) -> str:
    return ", ".join(f"{tag} {percent(p)}" for tag, p in probabilities.items())


def _said(found: Found) -> list[dict[str, object]]:
    each = zip(found.scores, found.heard, strict=True)
    return [
        {
            "score": round(score, 4),
            "by": found.by,
            "heard": {tag: round(p, 4) for tag, p in heard.items()},
        }
        for score, heard in each
    ]
