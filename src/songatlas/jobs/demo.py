"""The main job on a collection that songatlas synthesises itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from songatlas.config import load_config
from songatlas.machine import Machine
from songatlas.synthesis.collection import write_collection

if TYPE_CHECKING:
    from songatlas.stages.result import RunResult


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
    given = {} if seed is None else {"seed": seed}
    # deaf: the same on every machine; first, as a mistake must not cost the music
    config = load_config(overrides={"input": {"embedding": "none"}, **given})
    machine = machine or Machine()
    progress = machine.progress
    folder = Path(music) if music is not None else Path(f"{out}-music")
    with (
        ThreadPoolExecutor(1) as pool,
        progress.stage("Synthesising music", total=0, unit="tracks") as bar,
    ):
        pool.submit(import_module, "songatlas.jobs.run")  # takes as long as half of the music
        seen = 0

        def report(done: int, total: int) -> None:
            nonlocal seen
            bar.advance(done - seen, total=total)
            seen = done

        write_collection(folder, progress=report)
    progress.say(f"A synthetic collection in four styles is in {folder}.")
    from songatlas.jobs.run import run

    return run(folder, out=out, config=config, overwrite=overwrite, machine=machine)
