"""The process that decodes: one request a line on standard input, one answer on standard output.

A request is a JSON object ``{"source": …, "config": {…}}``. The answer is a line of JSON, with
``"shape"`` and ``"seconds"`` followed by that many float32 values, or with ``"code"`` and
``"reason"``. Decoders that print, crash or hang do so here, where they cost one file.

Run as ``python -m songatlas.features.audio.worker``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.config import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.frames import extract


def answer(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Header and payload for one request."""
    try:
        frames = extract(Path(request["source"]), AudioConfig(**request["config"]))
    except AudioError as error:
        header = {
            "code": error.code,
            "reason": error.reason,
            "declared": error.declared_seconds,
            "decoded": error.decoded_seconds,
        }
        return header, b""
    except MemoryError:
        return {"code": "E-MEMORY", "reason": "decoding it needs more memory than allowed"}, b""
    array = np.hstack([frames.values, frames.mel]).astype("<f4")
    return {"shape": array.shape, "seconds": frames.seconds}, array.tobytes()


def main() -> None:
    """Serve requests until standard input ends."""
    # Whatever a decoder prints must not get between the answers.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        header, payload = answer(json.loads(line))
        channel.write(json.dumps(header).encode() + b"\n" + payload)
        channel.flush()


if __name__ == "__main__":
    main()
