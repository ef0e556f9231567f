"""CPU of training the main model, by any version: ``python training.py MUSIC CSV FOLDER CACHE``.

It needs nothing but the installed songatlas, whichever that is: the training function of the run is
wrapped where that version has it, and the run ends with it. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

_HOMES = ("songatlas.stages.fit", "songatlas.pipeline.fitting")


class _DoneError(BaseException):
    """The main model has been trained."""


def main() -> None:
    """Run until the main model is trained."""
    music, metadata, out, cache = map(Path, sys.argv[1:])
    home = next(module for module in map(_module, _HOMES) if module is not None)
    train, found = home.train, {}

    def timed(*arguments: Any, **options: Any) -> Any:
        start, wall = time.process_time(), time.perf_counter()
        fit = train(*arguments, **options)
        found["cpu"], found["wall"] = time.process_time() - start, time.perf_counter() - wall
        found["epochs"], found["held_out_loss"] = len(fit.history), fit.best_loss
        raise _DoneError

    home.train = timed
    import songatlas

    options = {"metadata": metadata, "out": out, "overwrite": True}
    try:
        if hasattr(songatlas, "Machine"):
            machine = songatlas.Machine(cache=cache, workers=1)
            songatlas.run(music, machine=machine, **options)
        else:
            songatlas.run(music, cache=cache, workers=1, **options)
    except _DoneError:
        print(json.dumps(found))


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


if __name__ == "__main__":
    main()
