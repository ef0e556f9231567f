"""The whole demonstration collection, with shorter tracks, written once."""

from pathlib import Path

import pytest

from songatlas.synthesis.collection import write_collection
from songatlas.synthesis.plan import PlannedTrack, plan_collection

SECONDS = 4.0


@pytest.fixture(scope="session")
def plan() -> tuple[PlannedTrack, ...]:
    return plan_collection()


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "music"
    write_collection(folder, seconds=SECONDS)
    return folder
