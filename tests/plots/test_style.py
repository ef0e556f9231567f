import re
import struct
from importlib import resources

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from songatlas.errors import StorageError
from songatlas.plots.style import (
    MARKERS,
    NOISE,
    NONE,
    OTHER,
    PALETTE,
    colour_of,
    marker_of,
    new_figure,
    save,
    settled,
    style,
)

# Machado, Oliveira & Fernandes (2009), severity 1.
VISION = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def oklab(colours, vision):
    """Ottosson's OKLab × 100 of sRGB colours as they are seen."""
    rgb = np.array([matplotlib.colors.to_rgb(colour) for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    cone = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    seen = np.clip(linear @ np.transpose(vision), 0, 1)
    return 100 * np.cbrt(seen @ np.transpose(cone)) @ np.transpose(lab)


def colours_of_the_page(theme):
    marks = resources.files("songatlas.listening.page").joinpath("marks.js").read_text("utf-8")
    listed = re.search(rf"const COLOURS = .*?{theme}: \[(.*?)\]", marks, re.DOTALL)
    return tuple(re.findall("#[0-9a-f]{6}", listed[1]))


def test_the_page_has_the_colours_of_the_pictures():
    assert colours_of_the_page("light") == tuple(colour.lower() for colour in PALETTE)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("palette", [PALETTE, colours_of_the_page("dark")], ids=["light", "dark"])
def test_twelve_colours_stay_apart_for_every_kind_of_vision(palette, vision):
    points = oklab(palette, VISION[vision])
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert len(palette) == 12
    assert distances[np.triu_indices(12, 1)].min() > 7.5


def test_default_colours_would_fail_that_test():
    tab10 = oklab(matplotlib.color_sequences["tab10"], VISION["protanopia"])
    distances = np.linalg.norm(tab10[:, None] - tab10[None], axis=2)
    assert distances[np.triu_indices(10, 1)].min() < 2


def test_greys_are_no_category_colours():
    assert not {NOISE, OTHER, NONE} & set(PALETTE)


def test_colour_and_shape_together_tell_84_categories_apart():
    pairs = {(colour_of(index), marker_of(index)) for index in range(84)}
    assert len(pairs) == 84 == len(PALETTE) * len(MARKERS)


def picture():
    with style():
        figure = new_figure(3, 2, "costs $5, not $6")
        figure.subplots().plot([1, 2], [3, 4])
        return settled(figure)


def chunks(png):
    position, names = 8, []
    while position < len(png):
        length, name = struct.unpack(">I4s", png[position : position + 8])
        names.append(name.decode())
        position += 12 + length
    return names


def test_the_same_figure_gives_the_same_bytes_without_date_or_version(tmp_path):
    figure = picture()
    save(figure, tmp_path / "a.png")
    save(figure, tmp_path / "sub" / "b.png")
    save(picture(), tmp_path / "c.png")
    first = (tmp_path / "a.png").read_bytes()
    assert first == (tmp_path / "sub" / "b.png").read_bytes() == (tmp_path / "c.png").read_bytes()
    assert set(chunks(first)) <= {"IHDR", "pHYs", "IDAT", "IEND"}


def test_settings_of_the_user_neither_change_pictures_nor_are_changed(tmp_path):
    save(picture(), tmp_path / "a.png")
    theirs = {"font.size": 30, "axes.facecolor": "black", "savefig.dpi": 20, "lines.linewidth": 9}
    with matplotlib.rc_context(theirs):
        save(picture(), tmp_path / "b.png")
        assert {key: matplotlib.rcParams[key] for key in theirs} == theirs
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_dollar_is_a_dollar():
    figure = picture()
    assert not figure._suptitle.get_parse_math()
    assert figure._suptitle.get_text() == "costs $5, not $6"


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        save(Figure(), tmp_path / "file" / "a.png")


def test_a_long_title_is_cut_to_the_figure(tidy):
    with style():
        figure = new_figure(4, 3, "a very long title " * 20)
        figure.subplots()
        tidy(settled(figure))
