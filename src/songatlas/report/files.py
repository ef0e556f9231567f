"""What each file of the results folder is, in the order in which a reader wants them."""

from __future__ import annotations

from songatlas.projection import PROJECTIONS
from songatlas.toml import read_toml

_OF_A_VIEW = {
    "": ("", "the points that were clustered, n_tracks × coordinates"),
    "views/audio/": (" by sound alone", "the same tracks' points by sound alone"),
    "views/lyrics/": (" by lyrics alone", "the same tracks' points by lyrics alone"),
}


def describe_files() -> dict[str, str]:
    """Every file that a run can leave, and what it is.

    Examples
    --------
    >>> describe_files()["README.md"]
    'this page'
    """
    from songatlas.report.pictures import PICTURES  # what draws is loaded where something is drawn

    said: dict[str, dict[str, str]] = read_toml("report/files.toml")
    files = said["before_pictures"]
    for name, picture in PICTURES.items():
        numbers = name.replace(".png", ".csv")
        files |= {numbers: said["drawn"][numbers]} if numbers in said["drawn"] else {}
        files[name] = picture.shows
    files |= said["after_pictures"]
    for folder, (of, points) in _OF_A_VIEW.items():
        files[f"{folder}coordinates.npy"] = points
        for name, method in PROJECTIONS.items():
            files[f"{folder}{name}_2d.npy"] = f"{method.title} coordinates{of}"
    return files | said["last"]
