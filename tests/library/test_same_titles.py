"""Titles that thousands of files share cost as much a row as any other."""

import sys
from pathlib import Path

import pytest

from songatlas.library.called import Called
from songatlas.library.grounds import AudioFile
from songatlas.library.join import join
from songatlas.library.metadata import Row, Table
from songatlas.library.path_index import PathIndex

ROOT = Path("/music")
COLUMNS = {name: name for name in ("file", "title", "artist")}
N_FILES = 150


def files_called_intro(n, *, tagged, folder="artist {}"):
    paths = [f"{folder.format(i)}/album/01 Intro.mp3" for i in range(n)]
    says = [{"title": "Intro", "artist": f"artist {i}"} if tagged else {} for i in range(n)]
    return [AudioFile(path=p, sources=(ROOT / p,), **s) for p, s in zip(paths, says, strict=True)]


def calls_to_join(files, said):
    """Calls of Python functions, and what was described."""
    rows = tuple(
        Row(line=i + 2, cells={**dict.fromkeys(COLUMNS, ""), **cells})
        for i, cells in enumerate(said)
    )
    index = PathIndex([(file.sources[0], file.path) for file in files], bases=[ROOT], spellings=[])
    n_calls = 0

    def count(_, event, __):
        nonlocal n_calls
        n_calls += event == "call"  # also every item that a generator gives

    table = Table(path=Path("t.csv"), columns=tuple(COLUMNS), rows=rows)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        joined = join(table, COLUMNS, files, index=index)
    finally:
        sys.setprofile(before)
    return n_calls, joined.cells


@pytest.mark.parametrize(
    ("tagged", "folder", "row", "n_described"),
    [
        (True, "artist {}", {"title": "Intro", "artist": "artist {}"}, 1),
        (True, "artist {}", {"title": "Intro", "artist": "nobody {}"}, 0),
        (True, "artist {}", {"title": "Intro", "artist": ""}, 0),
        (False, "artist {}", {"title": "Intro", "artist": "artist {}"}, 1),
        (False, "artist {}", {"title": "Intro", "artist": "nobody {}"}, 0),
        (False, "{}", {"title": "Intro", "artist": "artist {}"}, 0),
        (True, "artist {}", {"file": "01 Intro.mp3", "title": "Intro", "artist": "artist {}"}, 1),
    ],
)
def test_twice_the_files_and_rows_of_one_title_take_twice_the_calls(
    tagged, folder, row, n_described
):
    calls = []
    for n in (N_FILES, 2 * N_FILES):
        files = files_called_intro(n, tagged=tagged, folder=folder)
        said = [{name: text.format(i) for name, text in row.items()} for i in range(n)]
        n_calls, cells = calls_to_join(files, said)
        assert len(cells) == n_described * n
        calls.append(n_calls)
    assert calls[1] < 2.3 * calls[0]


def test_a_name_that_thousands_of_files_have_is_not_copied_for_every_row():
    files = files_called_intro(3, tagged=False)
    index = PathIndex([(file.sources[0], file.path) for file in files], bases=[ROOT], spellings=[])
    for text in ("01 Intro.flac", "/else/01 intro.wav"):
        assert index.find_end(text)[0] is index.find_end(f"/other/{text}")[0]


@pytest.mark.parametrize("n", [3, 60])  # looked through one by one, and by their letters
def test_an_artist_may_be_part_of_a_folder(n):
    folders = {f"Live {i}/Dock {i:02d} Port/Intro.mp3": f"Dock {i:02d} Port" for i in range(n)}
    called = Called([(path, "") for path in folders], folders)
    assert called.not_by_others("ock 01") == (1, "Live 1/Dock 01 Port/Intro.mp3")
    assert called.not_by_others("Dock 01 Portal") == (0, "")
    assert called.not_by_others("rt")[0] == n
    assert called.not_by_others("Tide") == (0, "")
    assert called.not_by_others("")[0] == n
