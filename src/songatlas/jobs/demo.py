"""The main job on a collection that songatlas synthesises itself."""

from __future__ import annotations

from pathlib import Path

from songatlas.jobs.run import run
from songatlas.machine import Machine
from songatlas.stages.result import RunResult
from songatlas.synthesis.collection import write_collection


def demo(
    *,
    out: str | Path = "results-demo",
    music: str | Path | None = None,
    seed: int | None = None,
    overwrite: bool = False,
    machine: Machine | None = None,
) -> RunResult:
    """Write the synthetic collection to `music` and run on it.

    Parameters
    ----------
    music
        Folder for the collection; None puts it beside `out`, with ``-music`` after its name.
    out, seed, overwrite, machine
        As for :func:`songatlas.run`; the collection itself is always the same.
    """
    machine = machine or Machine()
    progress = machine.progress
    folder = Path(music) if music is not None else Path(f"{out}-music")
    with progress.stage("Synthesising music", total=0, unit="tracks") as bar:
        seen = 0

        def report(done: int, total: int) -> None:
            nonlocal seen
            bar.advance(done - seen, total=total)
            seen = done

        write_collection(folder, progress=report)
    progress.say(f"A synthetic collection in four styles is in {folder}.")
    deaf = {"input": {"embedding": "none"}}  # the same on every machine
    return run(folder, out=out, config=deaf, seed=seed, overwrite=overwrite, machine=machine)
