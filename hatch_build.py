"""Compile the loops of the audio features while songatlas is built, where there is a C compiler.

Without one the build goes on: songatlas then uses numpy for the same numbers, more slowly, and
`songatlas doctor` says so. With SONGATLAS_PURE=1 nothing is compiled: one wheel for the systems
that none of the others fits.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_MODULE = "songatlas.features.audio._kernels"
_SOURCE = "src/songatlas/features/audio/_kernels.c"


class CompileKernels(BuildHookInterface):
    """Build ``_kernels`` beside its source, and put it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are collected."""
        if self.target_name != "wheel" or os.environ.get("SONGATLAS_PURE") == "1":
            return
        from setuptools import Distribution, Extension
        from setuptools.command.build_ext import build_ext

        exact = [] if sys.platform == "win32" else ["-O3", "-ffp-contract=off"]
        extension = Extension(
            _MODULE, [str(Path(self.root) / _SOURCE)], extra_compile_args=exact, optional=True
        )
        command = build_ext(Distribution({"ext_modules": [extension]}))
        with tempfile.TemporaryDirectory() as folder:
            command.build_temp, command.build_lib = folder, str(Path(self.root) / "src")
            command.ensure_finalized()
            built = Path(command.get_ext_fullpath(_MODULE))
            built.unlink(missing_ok=True)  # of another state of the source
            command.run()
        if built.exists():
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["force_include"][str(built)] = f"songatlas/features/audio/{built.name}"
        else:
            self.app.display_warning("no C compiler: audio features will take longer")
