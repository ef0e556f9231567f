"""What the terminal says when a command is done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from songatlas.errors import EXIT_COMPLETE, EXIT_SKIPPED
from songatlas.numerals import minus
from songatlas.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from songatlas.progress import Progress
    from songatlas.stages.result import RunResult
    from songatlas.types import Library
    from songatlas.types.tree import Tree

_MOST_SHOWN = 5


def exit_code(library: Library) -> int:
    """3 when files were skipped; a second copy of a track is not a loss."""
    lost = any(skip.code != "DUPLICATE" for skip in library.skipped)
    return EXIT_SKIPPED if lost else EXIT_COMPLETE


def print_summary(result: RunResult, progress: Progress) -> None:
    """What the result means, verdict, where it is, and what it cost."""
    library = result.prepared.library
    progress.say("")
    trust = result.trust
    progress.say(printable(result.opening))
    progress.say(f"Verdict: {trust.verdict}")
    for found in trust.reasons:
        progress.say(f"  {printable(found.sentence)}")
    first = result.evaluations[0]
    n_clusters = len(result.clusters)  # fewer than K where tracks are alike, or by hand
    n_tracks, n_in = len(result.tracks), sum(len(cluster.rows) for cluster in result.clusters)
    line = f"{n_tracks:,} tracks{'' if n_in == n_tracks else f', {n_in:,} of them'} in "
    line += f"{n_clusters} cluster{'' if n_clusters == 1 else 's'}"
    if first.ami is not None:
        line += f". Agreement with {result.config.evaluation.label_column}: AMI {first.ami:.3f}"
        interval = first.external["AMI"].interval
        if interval is not None:
            line += f" [{interval.low:.3f}, {interval.high:.3f}]"
    progress.say(minus(f"{line}."))
    if not result.tree.depth:  # else it is that which there are lists of
        names = [f"{c.name} ({len(c.rows):,} tracks)" for c in result.clusters]
        print_some("List", names, "all are in playlists/", progress)
    print_skipped(library, progress)
    if result.prepared.notes:
        print_some("Notes", list(result.prepared.notes), "all are in notes.txt", progress)
    times = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in result.seconds.items())
    progress.say(f"Time: {times}{_peak_memory()}.")
    print_lists(result.tree, result.config.tree.detail, result.out, progress)
    progress.say(f"Results: {result.out}/README.md")
    if library.unjoined:  # last, where it is seen
        progress.say(f"The table was not used. {printable(library.unjoined)}")


def print_lists(tree: Tree, detail: str, out: Path, progress: Progress) -> None:
    """The tree down to the level that lists are about, and where they are."""
    from songatlas.cli.outline import outline

    lines = outline(tree, detail)
    if lines:
        progress.say("")
        for line in lines:
            progress.say(line)
        progress.say(f"Playlists: {out}/playlists")


def print_skipped(
    library: Library, progress: Progress, rest: str = "all are in skipped.csv"
) -> None:
    """Files that were left out, with the sum that they belong to; all, where `rest` is empty."""
    lost = [skip for skip in library.skipped if skip.code != "DUPLICATE"]
    n_copies = len(library.skipped) - len(lost)
    found = library.n_discovered
    progress.say(
        f"{found:,} audio file{'' if found == 1 else 's'} found = {len(library.tracks):,} "
        f"analysed + {len(lost):,} skipped + {n_copies:,} duplicates."
    )
    lines = [f"{skip.path!r}: {skip.code}, {skip.reason}" for skip in lost]
    print_some("Skipped", lines, rest, progress)


def print_some(title: str, lines: list[str], rest: str, progress: Progress) -> None:
    """The first few of some lines, and where the rest is; all, where it is nowhere."""
    shown = lines[:_MOST_SHOWN] if rest else lines
    for line in shown:
        progress.say(f"  {title}: {printable(line)}")
    if len(lines) > len(shown):
        progress.say(f"  {title}: {len(lines) - len(shown):,} more; {rest}.")


def _peak_memory() -> str:
    try:
        import resource
    except ImportError:  # Windows does not tell
        return ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"; peak memory {peak / (1e6 if sys.platform == 'darwin' else 1e3):,.0f} MB"
