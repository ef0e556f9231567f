import pytest
from library.joined import ROOT, audio

from songatlas.library.columns import recognise
from songatlas.library.join import join
from songatlas.library.metadata import read_table
from songatlas.library.path_index import PathIndex
from songatlas.library.tags import read_tags


@pytest.fixture
def tags_of(tmp_path):
    def read(data, name="x.bin"):
        (tmp_path / name).write_bytes(data)
        return read_tags(tmp_path / name)

    return read


@pytest.fixture
def read(tmp_path):
    """Join a table of this text or these bytes to files; a file is its path, or a triple."""

    def joined(content, *files, **columns):
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = read_table(path)
        found = recognise(table.columns, overrides=columns, table="t.csv")
        known = [audio(*(file if isinstance(file, tuple) else (file,))) for file in files]
        index = PathIndex(
            [(file.sources[0], file.path) for file in known], bases=[ROOT], spellings=[]
        )
        result = join(table, found.columns, known, index=index, instead=found.instead)
        fields = {
            path: {field: cells[name] for field, name in found.columns.items()}
            for path, cells in result.cells.items()
        }
        return fields, (*found.notes, *result.notes), result.unjoined

    return joined
