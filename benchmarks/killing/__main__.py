"""Run it: ``python -m benchmarks.killing MUSIC --metadata CSV --times 10``, from a checkout.

A run is left alone. The same run, with an empty cache and an empty results folder, is killed at a
random moment and started again, until it is done; then again from nothing, until so many kills
have happened. Every file of every results folder must have the bytes of the first. Exit code 1
when one has not. Options after ``--`` go to ``songatlas run``.

``--processes 1 2 4`` does so with ``--workers`` 1, 2 and 4: every run, left alone or killed, must
have the bytes of the very first.

``--placing N`` has N synthetic tracks placed by two workers of dask instead, one of which is killed
meanwhile; every array must have the bytes that this machine gives it alone.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.killing.attempt import Attempt, attempt


def main() -> None:
    """Run, kill, compare."""
    options = _options()
    if options.placing:
        _placing(options)
        return
    rng = random.Random(options.seed)
    expected: dict[str, str] = {}
    differing: set[str] = set()
    for processes in options.processes or [0]:  # 0: as many as songatlas takes
        with tempfile.TemporaryDirectory(prefix="songatlas-killing-") as name:
            differing |= _series(options, Path(name), processes, rng, expected)
    if differing:
        sys.exit(f"different: {', '.join(sorted(differing))}")


def _series(
    options: argparse.Namespace,
    place: Path,
    processes: int,
    rng: random.Random,
    expected: dict[str, str],
) -> set[str]:
    """One run left alone, then some that are killed; names of the files that differ.

    Parameters
    ----------
    expected
        Digests that all must have; where it is empty, it takes those of the run left alone.
    """
    by = signal.Signals[f"SIG{options.signal}"]
    with_so_many = f"with {processes} processes, " if processes else ""
    alone = attempt(_arguments(options, place / "alone", processes))
    undisturbed = digests(place / "alone" / "results")
    expected |= {} if expected else undisturbed
    differing = _differing(expected, undisturbed)
    print(f"{with_so_many}left alone: {alone.seconds:.0f} s, {len(undisturbed)} files", flush=True)
    killed = completed = 0
    while killed < options.times:
        here = place / "killed"
        arguments, left = _arguments(options, here, processes), options.times - killed
        killed += _one_run(arguments, rng, alone.seconds, by, left)
        completed += 1
        found = digests(here / "results")
        print(f"\nrun {completed}, done after {killed} kills in all\n{table(expected, found)}\n")
        differing |= _differing(expected, found)
        shutil.rmtree(here)
    same = "every file has the same bytes" if not differing else f"{len(differing)} files differ"
    print(f"{with_so_many}{killed} kills by {by.name} in {completed} runs: {same}.", flush=True)
    return differing


def _differing(expected: Mapping[str, str], found: Mapping[str, str]) -> set[str]:
    return {name for name, _, _, same in compared(expected, found) if not same}


def _placing(options: argparse.Namespace) -> None:
    from benchmarks.killing.placing import place_and_kill  # loads torch

    with tempfile.TemporaryDirectory(prefix="songatlas-placing-") as folder:
        went = place_and_kill(
            options.placing, Path(folder), epochs=options.epochs, seed=options.seed
        )
    print(table(went.here, went.there, "Array", "This machine", "Two workers, one killed"))
    print(
        f"{options.placing:,} tracks: here {went.seconds_here:.1f} s; by two workers "
        f"{went.seconds_there:.1f} s, one killed by −9 after {went.killed_after} of "
        f"{went.n_shards} shards. {' '.join(went.said)}"
    )
    if went.here != went.there:
        sys.exit("different from this machine's")


def _one_run(
    arguments: Sequence[str],
    rng: random.Random,
    longest: float,
    by: signal.Signals,
    most_kills: int,
) -> int:
    """Start, kill and start again until the results are there; how often it was killed."""
    kills = 0
    while True:
        after = rng.uniform(0, longest) if kills < most_kills else None
        went = attempt(arguments, after=after, by=by)
        print(_line(went, by), flush=True)
        if went.finished:
            return kills
        kills += 1


def _line(went: Attempt, by: signal.Signals) -> str:
    if went.finished:
        return f"  done after {went.seconds:.1f} s"
    ended = f"  {by.name} after {went.seconds:.1f} s, exit {went.code}"
    if went.orphan_seconds:
        ended += f", its children were gone {went.orphan_seconds:.1f} s later"
    return f"{ended}; it had last said: {went.last_line[:90]}"


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder`, by its name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def compared(
    expected: Mapping[str, str], found: Mapping[str, str]
) -> list[tuple[str, str, str, bool]]:
    """Name, digest on either side ("–" where it is missing), and whether they are the same."""
    names = sorted({*expected, *found})
    pairs = [(name, expected.get(name, "–"), found.get(name, "–")) for name in names]
    return [(name, one, other, one == other) for name, one, other in pairs]


def table(
    expected: Mapping[str, str],
    found: Mapping[str, str],
    *heads: str,
) -> str:
    """Both digests of every file, shortened, in Markdown."""
    head = " | ".join(heads or ("File", "Left alone", "Killed"))
    lines = [f"| {head} | Same |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {one[:16]} | {other[:16]} | {'yes' if same else '**no**'} |"
        for name, one, other, same in compared(expected, found)
    ]
    return "\n".join(lines)


def _arguments(options: argparse.Namespace, place: Path, processes: int) -> Sequence[str]:
    music = [str(path) for path in options.music]
    table = ["--metadata", str(options.metadata)] if options.metadata else []
    folders = ["--out", str(place / "results"), "--cache", str(place / "cache")]
    workers = ["--workers", str(processes)] if processes else []
    return [*music, *table, *folders, *workers, *options.rest]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killing", description=__doc__)
    parser.add_argument("music", type=Path, nargs="*")
    parser.add_argument("--metadata", type=Path)
    parser.add_argument("--times", type=int, default=10, help="kills, for each of --processes")
    parser.add_argument("--processes", type=int, nargs="+", metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--signal", choices=["KILL", "TERM", "INT"], default="KILL")
    parser.add_argument("--placing", type=int, default=0, metavar="N")
    parser.add_argument("--epochs", type=int, default=2, help="of training, with --placing")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    options = parser.parse_args(words[:cut])
    if not options.music and not options.placing:
        parser.error("MUSIC or --placing N is needed")
    options.rest = words[cut + 1 :]
    return options


if __name__ == "__main__":
    main()
