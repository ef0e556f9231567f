import pytest

from songatlas.library.tags import read_tags


@pytest.fixture
def tags_of(tmp_path):
    def read(data, name="x.bin"):
        (tmp_path / name).write_bytes(data)
        return read_tags(tmp_path / name)

    return read
