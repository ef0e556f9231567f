"""Power spectra have the same bits however many frames a register holds."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from songatlas.features.audio import spectrum

SOURCE = Path(spectrum.__file__).parent
COMPILER = shutil.which("cc")
pytestmark = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")
PROGRAM = """
#include <stddef.h>
typedef ptrdiff_t Py_ssize_t;
#define LANES {lanes}
#define TARGET
#define NAMED(name) name
#include "_power.h"
void call(const float *samples, const double *window, const double *turns, Py_ssize_t n_fft,
          Py_ssize_t hop, Py_ssize_t n_frames, void *room, float *out)
{{
    power_of_all(samples, window, turns, n_fft, hop, n_frames, room, out);
}}
"""


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


@pytest.fixture(scope="module", params=[1, 2])
def call(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lanes")
    source, library = folder / "lanes.c", folder / "lanes.so"
    source.write_text(PROGRAM.format(lanes=request.param))
    flags = ["-O2", "-ffp-contract=off", "-fPIC", "-shared", f"-I{SOURCE}"]
    subprocess.run([COMPILER, *flags, source, "-o", library], check=True)
    return ctypes.CDLL(str(library)).call


@pytest.mark.parametrize("n_fft", [8, 16, 1024, 2048])
@pytest.mark.parametrize("n_frames", [1, 2, 7])
def test_one_and_two_frames_at_a_time_give_what_numpy_gives(call, n_fft, n_frames):
    rng = np.random.default_rng(n_fft + n_frames)
    hop = n_fft // 4
    samples = rng.standard_normal((n_frames - 1) * hop + n_fft).astype(np.float32)
    window = rng.uniform(size=n_fft)
    room = np.empty((2 * n_fft + 4) * 2)
    room = room[-(room.ctypes.data // 8) % 4 :]  # as the registers need it, at 32 bytes
    power = np.zeros((n_frames, 1 + n_fft // 2), np.float32)
    sizes = [ctypes.c_ssize_t(n) for n in (n_fft, hop, n_frames)]
    turns = spectrum._turns(n_fft)
    call(pointer(samples), pointer(window), pointer(turns), *sizes, pointer(room), pointer(power))
    frames = np.lib.stride_tricks.sliding_window_view(samples, n_fft)[::hop]
    expected = np.fft.rfft(frames * window, axis=1)
    expected = (np.square(expected.real) + np.square(expected.imag)).astype(np.float32)
    assert power.tobytes() == expected.tobytes()
