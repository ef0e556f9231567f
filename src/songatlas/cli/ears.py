"""``songatlas ears``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from songatlas.cli import options

if TYPE_CHECKING:
    from songatlas.jobs.ears import EarComparison

_EXAMPLE = "Example:  songatlas ears compare ~/Music --ears none musicnn my-ear.toml"
ears_app = typer.Typer(
    no_args_is_help=True, help="Pretrained networks on your own music.", epilog=_EXAMPLE
)


class _SeveralValues(TyperCommand):
    """``--ears`` takes all words that follow it, up to the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given: list[str] = []
        last = ""
        for word in args:
            if word.startswith("-"):
                last = word.partition("=")[0]
            elif last == "--ears" and given[-1] != "--ears":
                given.append("--ears")
            given.append(word)
        return super().parse_args(ctx, given)


@ears_app.command("compare", cls=_SeveralValues, epilog=_EXAMPLE)
def compare_command(
    music: options.Music,
    ears: Annotated[
        list[str] | None,
        typer.Option(
            metavar="none|musicnn|FILE.toml",
            help="Ears to compare, the first with all others, as many as you like; with a comma "
            "between them, two are heard side by side.  [none musicnn]",
        ),
    ] = None,
    metadata: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Table with labels, artists …")
    ] = None,
    label_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column that ears are judged by.  [genre]")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=NAME", help="Column of a field, see 'songatlas run --help'."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="JSON", help="Also write everything to this file.")
    ] = None,
    exclude: options.Exclude = None,
    preset: options.Preset = None,
    excerpt: options.Excerpt = None,
    config: options.ConfigFile = None,
    settings: options.Set = None,
    cache: options.Cache = None,
    workers: options.Workers = None,
    timeout: options.Timeout = None,
    memory: options.Memory = None,
    quiet: options.Quiet = False,
) -> None:
    """Say which ear tells your music apart best; nothing is trained.

    With labels: whether most of the nine nearest tracks by other artists have a track's label.
    Without: whether the two halves of a track find each other, and the same neighbours.
    """
    given = locals()
    from songatlas.cli.settings import machine_of, resolve_config
    from songatlas.store.atomic import write_json

    resolved, machine = resolve_config(given), machine_of(given)
    from songatlas.jobs.ears import compare_ears

    found = compare_ears(
        music, ears or ["none", "musicnn"], metadata=metadata, config=resolved, machine=machine
    )
    for note in found.notes:
        machine.progress.say(note)
    typer.echo(_table(found), nl=False)
    if out is not None:
        import dataclasses

        write_json(out, dataclasses.asdict(found))


def _table(found: EarComparison) -> str:
    from songatlas.cli.tables import aligned
    from songatlas.jobs.ears import SCORES
    from songatlas.numerals import minus

    scores = [score for score in SCORES if score in found.rows[0].scores]
    head = ["ear", "numbers"]
    for score in scores:
        head += [SCORES[score], "difference [95 %]"]
    rows = [head]
    for row in found.rows:
        cells = [row.ear, f"{row.n_features:,}"]
        for score in scores:
            value, interval = row.differences.get(score, (None, None))
            cells += [f"{row.scores[score]:.3f}", "" if value is None else f"{value:+.3f}"]
            if interval is not None:
                cells[-1] += f" [{interval.low:+.3f}, {interval.high:+.3f}]"
        rows.append(cells)
    labelled = f", {found.n_labelled:,} with {found.label}" if found.n_labelled else ", no labels"
    line = f"{found.n_tracks:,} tracks by {found.n_artists:,} artists{labelled}; "
    return f"{line}{found.n_halved:,} halved.\n\n{minus(aligned(rows, right=range(1, len(head))))}"
