"""The process that decodes: one request a line on standard input, one answer on standard output.

A request is a JSON object ``{"extractor": …, "source": …, "part": …, "settings": {…}}``. The answer
is a line of JSON and the arrays after it, see :mod:`songatlas.extraction.message`. Decoders that
print, crash or hang do so here, where they cost one file; what they print is the parent's to
collect.

Run as ``python -m songatlas.extraction.worker PARENT MEGABYTES``: the process that it works for,
and the most memory that it may use.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.allocation import keep_freed
from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError, ModelError
from songatlas.extraction.job import Rows
from songatlas.extraction.message import packed
from songatlas.extraction.process import end_with, limit_memory
from songatlas.features.audio.quiet import keep_stderr
from songatlas.store.cache import CacheRow
from songatlas.types import Part

# The spectra of a clip: asked for again page by page, they cost as much as half of the transforms.
SPECTRA = 32 * 2**20  # bytes


def _frames(source: Path, part: Part | None = None, **settings: Any) -> dict[str, CacheRow]:
    from songatlas.features.audio.frames import extract_table

    table, facts = extract_table(source, AudioConfig(**settings), part)
    return {"frames": CacheRow(array=table, meta=facts)}


def _embedding(source: Path, **settings: Any) -> dict[str, CacheRow]:
    from songatlas.features.embedding.extract import extract_embedding

    return extract_embedding(source, **settings)


def _trial(source: Path) -> dict[str, CacheRow]:
    from songatlas.features.embedding.description import read_description
    from songatlas.features.embedding.extract import try_out

    n_features = try_out(read_description(source))
    return {"trial": CacheRow(array=np.array([n_features], np.float32), meta={})}


def _words(source: Path, words: str) -> dict[str, CacheRow]:
    from songatlas.features.embedding.description import read_description
    from songatlas.features.embedding.text_tower import embed_words

    tower = read_description(source).text
    if tower is None:
        raise ModelError(f"{source} must describe a text tower under [text]. It has none.")
    return {"words": CacheRow(array=embed_words(tower, words), meta={})}


EXTRACTORS: Mapping[str, Callable[..., dict[str, CacheRow]]] = {
    "frames": _frames,
    "embedding": _embedding,
    "trial": _trial,  # of a network, by the path of its description
    "words": _words,  # by its text tower, likewise
}


def answer(request: Mapping[str, Any]) -> tuple[dict[str, Any], list[memoryview]]:
    """Header and bytes of the arrays for one request."""
    rows: Rows | AudioError
    try:
        settings = request["settings"]
        if request.get("part"):
            settings = settings | {"part": Part(*request["part"])}
        rows = EXTRACTORS[request["extractor"]](Path(request["source"]), **settings)
    except AudioError as error:
        rows = error
    except ModelError as error:
        rows = AudioError("E-MODEL", str(error))
    except OSError as error:  # of the system, that another day may not see again
        rows = AudioError("E-PERM", f"it cannot be read: {error.strerror or error}")
    except MemoryError:
        rows = AudioError("E-MEMORY", "decoding it needs more memory than allowed")
    return packed(rows)


def main() -> None:
    """Serve requests until standard input ends."""
    parent, megabytes = map(int, sys.argv[1:])
    end_with(parent)
    limit_memory(megabytes)
    keep_freed(SPECTRA)
    keep_stderr()
    warnings.simplefilter("ignore")  # said once a process: not of the file that happens to be first
    # Whatever a decoder prints must not get between the answers.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    channel.write(b'{"ready": true}\n')
    channel.flush()
    for line in sys.stdin.buffer:
        header, payloads = answer(json.loads(line))
        channel.write(json.dumps(header).encode() + b"\n")
        for payload in payloads:
            channel.write(payload)
        channel.flush()
        del payloads  # not to be held beside those of the next file


if __name__ == "__main__":
    main()
