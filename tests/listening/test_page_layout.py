"""The page on small screens."""

import pytest
from opened_page import changed, map_of

battery = pytest.mark.battery


@battery
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(atlas, opened, scheme):
    one = opened(
        map_of(changed(atlas, 2, title="Donaudampfschifffahrtsgesellschaft" * 6)),
        viewport={"width": 360, "height": 740}, has_touch=True, color_scheme=scheme,
    )  # fmt: skip
    assert one.state("theme") == scheme
    one.page.touchscreen.tap(*one.position(2))
    assert one.state("picked") == 2
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert one.page.evaluate(wide)
    assert one.page.evaluate("document.getElementById('panel').scrollWidth <= innerWidth")
    one.search("song")
    one.page.locator("#clusters summary").nth(0).click()
    assert one.page.evaluate(wide)
    assert one.page.locator("#canvas").bounding_box()["height"] > 200
    one.page.locator("#help").tap()
    assert "two fingers" in one.text("#dialog")
    assert "arrow keys" not in one.text("#dialog")


@battery
@pytest.mark.parametrize("width", [390, 700, 900, 1100])
def test_the_legend_stands_beside_the_points_where_there_is_no_room(atlas, opened, width):
    one = opened(map_of(atlas), viewport={"width": width, "height": 844})
    sizes = set()
    for colour in ("cluster", "genre", "confidence"):
        one.page.select_option("#colour", colour)
        legend, canvas = (
            one.page.locator(f"#{name}").bounding_box() for name in ("legend", "canvas")
        )
        assert legend["y"] >= canvas["y"] + canvas["height"]
        sizes.add((canvas["width"], canvas["height"]))
    assert len(sizes) == 1
