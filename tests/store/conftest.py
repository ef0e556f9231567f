"""Every manifest that a test opened is closed after it: Python 3.13 warns of what is left open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from songatlas.store.manifest import Manifest


@pytest.fixture(autouse=True)
def close_manifests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    opened: list[Manifest] = []
    initialise = Manifest.__init__

    def remember(self: Manifest, folder: Path) -> None:
        initialise(self, folder)
        opened.append(self)

    monkeypatch.setattr(Manifest, "__init__", remember)
    yield
    for manifest in opened:
        manifest.close()
