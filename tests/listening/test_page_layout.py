"""The page on small screens."""

import pytest
from opened_page import changed, drawn_names, map_of, with_tree

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


@battery
@pytest.mark.parametrize("width", [360, 390, 700])
def test_menus_have_room_for_what_is_chosen_in_them(grown_atlas, opened, width):
    one = opened(map_of(grown_atlas), viewport={"width": width, "height": 812})
    rooms = one.page.evaluate(
        """() => ["view", "map", "colour"].flatMap((id) => {
            const menu = document.getElementById(id);
            return [...menu.options].map((option) => {
                const alone = menu.cloneNode(false);
                alone.append(option.cloneNode(true));
                alone.style.width = "auto";
                menu.after(alone);
                const needed = alone.offsetWidth;
                alone.remove();
                return [option.textContent, menu.offsetWidth - needed];
            });
        })"""
    )
    assert len(rooms) >= 6
    assert not [room for room in rooms if room[1] < 0]


@battery
def test_a_long_list_scrolls_in_its_panel_and_takes_no_map_away(grown_atlas, opened):
    for size in ({"width": 1440, "height": 900}, {"width": 375, "height": 740}):
        one = opened(map_of(grown_atlas), viewport=size)
        assert len(one.search("song")) == 120
        assert one.page.evaluate("document.documentElement.scrollHeight") == size["height"]


@battery
def test_a_phone_on_its_side_has_room_for_the_track(grown_atlas, opened):
    one = opened(map_of(grown_atlas), viewport={"width": 667, "height": 375})
    box = one.page.locator("#panel").bounding_box()
    assert box["height"] >= 190
    end = one.page.evaluate("document.documentElement.scrollHeight")
    assert box["y"] + box["height"] < end + 1  # the page scrolls to it


@battery
def test_numbers_of_tracks_stand_on_one_line_beside_long_names(grown_atlas, opened):
    long = {
        node.id: f"Around Somebody Whom Nobody Knows and {node.id}" for node in grown_atlas.tree
    }
    one = opened(map_of(with_tree(grown_atlas, long)), viewport={"width": 375, "height": 812})
    heights = one.page.locator(".branch").evaluate_all(
        """rows => rows.map((row) => ["name", "end"].map((part) => {
            const words = document.createRange();
            words.selectNodeContents(row.querySelector(`.${part}`));
            return words.getClientRects().length;
        }))"""
    )
    assert heights == [[2, 1], [2, 1]]


@battery
def test_names_leave_the_number_of_tracks_free(grown_atlas, opened):
    long = {
        node.id: f"Around somebody with a very long name {node.id}" for node in grown_atlas.tree
    }
    one = opened(map_of(with_tree(grown_atlas, long)), viewport={"width": 375, "height": 812})
    canvas, count = (one.page.locator(f"#{name}").bounding_box() for name in ("canvas", "count"))
    x, y = count["x"] - canvas["x"], count["y"] - canvas["y"]
    one.page.mouse.move(canvas["x"] + 180, canvas["y"] + 140)
    named = 0
    for _ in range(8):
        one.page.mouse.down()
        one.page.mouse.move(canvas["x"] + 180, canvas["y"] + 120)
        one.page.mouse.up()
        one.page.mouse.move(canvas["x"] + 180, canvas["y"] + 140)
        for box in drawn_names(one):
            named += 1
            apart = box["x"] + box["half"] <= x or box["x"] - box["half"] >= x + count["width"]
            above = box["y"] + box["high"] / 2 <= y
            assert apart or above or box["y"] - box["high"] / 2 >= y + count["height"]
    assert named > 8


@battery
def test_keys_stand_on_one_line_each_in_a_narrow_window(atlas, opened):
    one = opened(map_of(atlas), viewport={"width": 390, "height": 844})
    one.page.locator("#help").click()
    lines = "[...document.querySelectorAll('kbd')].map((key) => key.getClientRects().length)"
    assert {*one.page.evaluate(lines)} == {1}
