"""The tree on the page: names that come as one zooms, a tree to fold and to filter by."""

import base64
import csv
import dataclasses
import itertools
import json
import re
import zlib

import numpy as np
import pytest
from batteries.html_payloads import HTML_PAYLOADS
from opened_page import Opened, changed, drawn_names, map_of, with_tree

from songatlas.listening.sample import drawn_rows
from songatlas.types.tree import Tree

battery = pytest.mark.battery
A, A2, B = 1, 3, 5  # numbers of the nodes on the page, each before its parts
CALM = "শান্ত · 静かな"


def names(one: Opened) -> set[str]:
    return {found["name"] for found in drawn_names(one)}


def item(one: Opened, number: int):
    return one.page.locator(f"#tree [data-node='{number}']")


def said(one: Opened) -> list[str]:
    """What a screen reader calls the items, in order."""
    items = one.page.locator("#tree [role=treeitem]")
    return items.evaluate_all("found => found.map((one) => one.ariaLabel)")


def test_names_of_regions_come_first_and_those_of_their_parts_as_one_zooms(grown_atlas, opened):
    one = opened(map_of(grown_atlas))
    assert one.page.locator("#colour").input_value() == "region"
    assert names(one) == {"German", "Around B"}
    assert one.text("#legend") == "really therea neighbourhood"
    one.page.mouse.move(*one.position(30))
    seen = [names(one)]
    for _ in range(8):
        one.page.mouse.wheel(0, -200)
        seen.append(names(one))
    assert any({"Metal", CALM, "Around A.3"} <= found for found in seen[2:6])
    assert not any({"Metal", "Around B"} & found for found in seen[-1:])  # out of sight
    for found in seen:
        assert not found & {"Around B.1", "All tracks"}


@battery
def test_a_mark_beside_the_map_is_that_of_the_map(grown_atlas, opened):
    one = opened(map_of(grown_atlas))
    one.search("song 7")
    assert one.page.locator("#tree canvas").count() == 2
    one.page.select_option("#colour", "genre")
    assert one.page.locator("#tree canvas").count() == 0
    titles = one.page.locator("#rows .mark").evaluate_all("marks => marks.map((m) => m.title)")
    assert titles == ["rock" if row % 2 else "jazz" for row in one.shown()]
    assert one.page.locator("#rows .mark canvas").count() == len(titles)


@battery
def test_no_name_hides_another(grown_atlas, opened):
    long = {node.id: f"A region with a long name {node.id}" for node in grown_atlas.tree}
    one = opened(map_of(with_tree(grown_atlas, long)), viewport={"width": 390, "height": 800})
    one.page.mouse.move(*one.position(30))
    for _ in range(8):
        boxes = drawn_names(one)
        for a, b in itertools.combinations(boxes, 2):
            apart = abs(a["x"] - b["x"]) >= a["half"] + b["half"]
            assert apart or abs(a["y"] - b["y"]) >= (a["high"] + b["high"]) / 2
        one.page.mouse.wheel(0, -150)


def test_the_tree_folds_filters_and_saves(grown_atlas, opened):
    one = opened(map_of(grown_atlas), viewport={"width": 1440, "height": 860})
    assert said(one) == ["German, 60 tracks, really there", "Around B, 60 tracks, a neighbourhood"]
    assert "This music has no large regions" in one.text("#tree .opening")
    assert one.page.locator("#clusters .opening").count() == 0
    item(one, A).locator(".fold").first.click()
    assert len(said(one)) == 5
    assert len(one.shown()) == 120  # folding asks for nothing
    item(one, A2).locator(".name").click()
    assert one.shown() == list(range(20, 40))
    assert one.text("#listing-title") == f"{CALM}: 20 tracks"
    assert item(one, A2).get_attribute("aria-selected") == "true"
    assert names(one) == {CALM, "German"}
    table = list(csv.DictReader(one.save("csv").splitlines()))
    assert {row["region"] for row in table} == {f"German › {CALM}"}
    assert len(one.save("m3u8").splitlines()) == 41
    one.page.locator("#rows .row").first.click()
    assert one.state("picked") == 20
    assert f"German › {CALM}" in one.text("#track")
    item(one, A).locator(".branch").first.click()
    assert len(one.shown()) == 60
    assert names(one) >= {"Metal", CALM, "Around A.3"}  # its parts, without zooming
    item(one, A).locator(".branch").first.click()
    assert len(one.shown()) == 120
    item(one, A).locator(".fold").first.click()
    assert len(said(one)) == 2


def test_the_tree_is_walked_by_keys(grown_atlas, opened):
    one = opened(map_of(grown_atlas))

    def focus() -> str:
        return one.page.evaluate("document.activeElement.dataset.node")

    item(one, A).focus()
    one.keys("ArrowDown")
    assert focus() == str(B)
    one.keys("Home", "ArrowRight")
    assert (focus(), item(one, A).get_attribute("aria-expanded")) == (str(A), "true")
    one.keys("ArrowRight", "ArrowDown")
    assert focus() == str(A2)
    one.keys("Enter")
    assert one.shown() == list(range(20, 40))
    assert focus() == str(A2)
    assert one.text("#live") == f"German › {CALM}: 20 tracks"
    one.keys("ArrowLeft")
    assert focus() == str(A)
    one.keys("ArrowLeft")
    assert item(one, A).get_attribute("aria-expanded") == "false"
    one.keys("End", "*")
    assert focus() == str(B)
    assert len(said(one)) == 7
    one.keys("Space")
    assert one.shown() == list(range(60, 120))
    assert one.page.locator("#tree [tabindex='0']").count() == 1
    one.keys("Escape")
    assert (len(one.shown()), one.state("picked")) == (120, -1)


@battery
def test_a_name_on_the_map_chooses_its_tracks(grown_atlas, opened):
    one = opened(map_of(grown_atlas), color_scheme="dark")
    box = one.page.locator("#canvas").bounding_box()
    (found,) = (found for found in drawn_names(one) if found["name"] == "German")
    spots = [
        (found["x"] + x, found["y"] + y)
        for x in np.linspace(-found["half"], found["half"], 9)[1:-1]
        for y in (-3, 0, 3)
    ]
    points = np.array([one.position(row) for row in range(60)]) - (box["x"], box["y"])
    away = [np.hypot(*(points - spot).T).min() for spot in spots]
    x, y = spots[int(np.argmax(away))]
    one.page.mouse.click(box["x"] + x, box["y"] + y)
    assert one.shown() == list(range(60))
    before = one.position(0)
    one.page.click("#fit")
    assert one.position(0) != before
    assert one.state("zoom") > 1.2


@battery
def test_nothing_that_people_wrote_is_run(grown_atlas, opened):
    keys = [node.id for node in grown_atlas.tree]
    for start in range(0, len(HTML_PAYLOADS), len(keys)):
        names_of = dict(zip(keys, HTML_PAYLOADS[start:], strict=False))
        one = opened(map_of(with_tree(grown_atlas, names_of)))
        item(one, A).focus()
        one.keys("*", "ArrowRight", "Enter", "d")
        drawn_names(one)
        assert one.page.evaluate("window.pwned") is None
        assert one.page.locator("img, svg, iframe, link, base, object, embed, a").count() == 0


@battery
def test_search_finds_by_the_names_of_the_tree(grown_atlas, opened):
    one = opened(map_of(grown_atlas))
    assert one.search("german metal") == list(range(20))
    assert one.search("静かな") == list(range(20, 40))


@battery
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_regions_and_their_parts_have_colours_of_their_own(grown_atlas, opened, scheme):
    one = opened(map_of(grown_atlas), color_scheme=scheme)
    drawn_names(one)
    colours = one.page.evaluate(
        """() => {
            const map = document.getElementById('canvas'), copy = document.createElement('canvas');
            Object.assign(copy, { width: map.width, height: map.height });
            const pen = copy.getContext('2d', { willReadFrequently: true });
            pen.drawImage(map, 0, 0);
            const points = [5, 25, 45, 65, 95].map((i) => songatlas.positionOf(i).map(Math.round));
            return points.map(([x, y]) => pen.getImageData(x, y, 1, 1).data.join());
        }"""
    )
    assert len(set(colours)) == 5


@battery
def test_on_a_phone_the_tree_is_in_the_panel(grown_atlas, opened):
    one = opened(map_of(grown_atlas), viewport={"width": 360, "height": 740}, has_touch=True)
    assert one.page.locator("#panel > #tree").count() == 1
    item(one, A).locator(".branch").first.tap()
    assert len(one.shown()) == 60
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one.page.set_viewport_size({"width": 1500, "height": 740})
    one.page.wait_for_selector("main > #tree")


@battery
def test_without_a_tree_there_is_none_to_see(atlas, grown_atlas, opened):
    root = Tree(nodes=(dataclasses.replace(grown_atlas.tree.root, tracks=tuple(range(12))),))
    for tree in (Tree(), root):
        one = opened(map_of(dataclasses.replace(atlas, tree=tree)))
        assert not one.page.locator("#tree").is_visible()
        assert one.page.locator("#colour").input_value() == "cluster"
        assert one.page.locator("#colour option[value=region]").count() == 0
        assert {"Fast 0", "Fast 2"} <= names(one)


@battery
def test_a_sample_knows_the_nodes_of_all_tracks(grown_atlas, opened, monkeypatch):
    monkeypatch.setattr("songatlas.listening.sample.MAX_TRACKS", 100)
    monkeypatch.setattr("songatlas.listening.sample.SAMPLE", 30)
    rows = drawn_rows(grown_atlas)
    others = np.setdiff1d(np.arange(120), rows)
    path = map_of(changed(grown_atlas, int(others[0]), title="Elsewhere"))
    html = path.read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert [node["size"] for node in data["tree"]["nodes"]] == [120, 60, 20, 20, 20, 60, 30, 30]
    deepest = np.repeat([2, 3, 4, 6, 7], [20, 20, 20, 30, 30])
    of_drawn = np.frombuffer(base64.b64decode(data["tree"]["leaves"]), "<i4")
    of_others = np.frombuffer(zlib.decompress(base64.b64decode(data["rest"]["leaves"])), "<i4")
    assert np.array_equal(of_drawn, deepest[rows])
    assert np.array_equal(of_others, deepest[others])
    one = opened(path)
    item(one, B).locator(".branch").first.click()
    n_drawn = int((rows >= 60).sum())
    assert len(one.shown()) == n_drawn
    assert one.text("#rest-title") == f"Found, not drawn: {60 - n_drawn} tracks"
    one.keys("Escape")
    one.search("elsewhere german metal")
    one.page.locator("#rest-rows .row").click()
    assert "German › Metal" in one.text("#track")


def hidden_by(one: Opened, box: dict) -> int:
    """How many points that are asked for have their middle in the box of a name."""
    points = np.array(one.page.evaluate("songatlas.shownRows().map(songatlas.positionOf)"))
    away = np.abs(points - (box["x"], box["y"]))
    return int((away < (box["half"], box["high"] / 2)).all(axis=1).sum())


@pytest.mark.parametrize("size", [(1440, 900), (768, 1024), (375, 812)])
def test_a_name_stands_beside_the_points_that_it_names(grown_atlas, opened, size):
    viewport = dict(zip(("width", "height"), size, strict=True))
    one = opened(map_of(grown_atlas), viewport=viewport)
    for box in drawn_names(one):
        assert hidden_by(one, box) <= 1
        rows = range(60) if box["name"] == "German" else range(60, 120)
        own = np.array(one.page.evaluate(f"{[*rows]}.map(songatlas.positionOf)"))
        beyond = np.abs(own - (box["x"], box["y"])) - (box["half"], box["high"] / 2)
        assert np.hypot(*np.maximum(beyond, 0).T).min() < 40
    assert names(one) == {"German", "Around B"}


@battery
def test_clusters_of_one_place_all_have_their_names(atlas, opened):
    nowhere = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32) / 99
    nowhere[0] = (9, 9)  # the map is much larger
    views = {
        name: dataclasses.replace(view, maps={"tsne": nowhere, "umap": nowhere})
        for name, view in atlas.views.items()
    }
    one = opened(map_of(dataclasses.replace(atlas, views=views, tree=Tree())))
    boxes = drawn_names(one)
    assert {box["name"] for box in boxes} == {"Fast 0", "Fast 1", "Fast 2"}
    assert sum(hidden_by(one, box) for box in boxes) == 0
