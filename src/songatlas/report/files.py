"""What each file of the results folder is, in the order in which a reader wants them."""

from __future__ import annotations

import tomllib
from importlib import resources

from songatlas.projection import PROJECTIONS

_OF_A_VIEW = {
    "": ("", "the points that were clustered, n_tracks × coordinates"),
    "views/audio/": (" by sound alone", "the same three arrays by sound alone"),
    "views/lyrics/": (" by lyrics alone", "the same three arrays by lyrics alone"),
}


def describe_files() -> dict[str, str]:
    """Every file that a run can leave, and what it is.

    Examples
    --------
    >>> describe_files()["README.md"]
    'this page'
    """
    from songatlas.report.pictures import PICTURES  # what draws is loaded where something is drawn

    text = resources.files(__package__).joinpath("files.toml").read_text(encoding="utf-8")
    said: dict[str, dict[str, str]] = tomllib.loads(text)
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
