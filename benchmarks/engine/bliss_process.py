"""Analyse files with bliss-audio: a path a line in, CPU seconds a line out.

Run by an interpreter that has bliss-audio (GPL) and maybe nothing else, hence no imports from here.
"""

import sys
import time
from importlib.metadata import version

import bliss_audio

print(f"ready {version('bliss-audio')}", flush=True)
for line in sys.stdin:
    start = time.process_time()  # of all its threads
    try:
        analysis = bliss_audio.Song(line.rstrip("\n")).analysis
        answer = repr(time.process_time() - start) if len(analysis) else "failed: nothing"
    except Exception as error:  # noqa: BLE001 - its own errors have no common type
        answer = f"failed: {error}"
    print(answer.replace("\n", " "), flush=True)
