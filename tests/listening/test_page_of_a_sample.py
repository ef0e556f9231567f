"""The page of more tracks than a browser bears: it draws some, says so, and finds all."""

import base64
import dataclasses
import json
import re
import zlib

import numpy as np
import pytest
from batteries.html_payloads import HTML_PAYLOADS
from opened_page import changed, map_of

from songatlas.listening.page.payload import quantised
from songatlas.listening.sample import _evenly, drawn_rows, part_of

battery = pytest.mark.battery


@pytest.fixture
def small_limit(monkeypatch):
    """Pages of more than 8 tracks draw 6."""
    monkeypatch.setattr("songatlas.listening.sample.MAX_TRACKS", 8)
    monkeypatch.setattr("songatlas.listening.sample.SAMPLE", 6)


@pytest.fixture
def plain_atlas(atlas):
    """One exemplar a cluster, and maps that end at tracks which would not be drawn otherwise."""
    clusters = [
        dataclasses.replace(found, exemplars=found.exemplars[:1]) for found in atlas.clusters
    ]
    xy = np.array([[i, i % 3] for i in range(12)], np.float32)
    xy[7] = 20, 3
    views = {
        name: dataclasses.replace(view, maps={"tsne": xy, "umap": -xy})
        for name, view in atlas.views.items()
    }
    return dataclasses.replace(atlas, clusters=tuple(clusters), views=views)


def data_of(page) -> dict:
    html = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


def inflated(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


@pytest.mark.parametrize(
    ("sizes", "n"),
    [
        ((100, 100), 50),
        ((9000, 5, 1), 2000),
        ((700, 201, 199, 3), 900),
        ((1,) * 30 + (4000,), 100),
        ((10, 20, 30), 60),
        ((5000,), 1),
        ((3, 4), 0),
    ],
)
def test_every_group_has_its_share_and_no_small_one_vanishes(sizes, n):
    groups = np.random.default_rng(0).permutation(np.repeat(np.arange(len(sizes)) - 1, sizes))
    rows = _evenly(groups, n)
    assert len(rows) == len(np.unique(rows)) == n
    assert (np.diff(rows) > 0).all()
    taken = np.bincount(groups[rows] + 1, minlength=len(sizes))
    least = np.minimum(sizes, min(200, n // (2 * len(sizes))))
    assert (taken >= least).all()
    beyond, more = np.subtract(sizes, least), taken - least
    if beyond.sum():
        assert np.abs(more - beyond * more.sum() / beyond.sum()).max() < 1
    for k in np.flatnonzero(taken > 1):  # evenly: no gap is twice another
        places = np.searchsorted(np.flatnonzero(groups == k - 1), rows[groups[rows] == k - 1])
        assert np.ptp(np.diff(places)) <= 1


def test_the_exemplars_and_the_frame_of_every_map_are_drawn(plain_atlas, small_limit):
    rows = drawn_rows(plain_atlas)
    assert {0, 4, 8, 7} <= set(rows.tolist())
    assert len(rows) == 6
    part = part_of(plain_atlas, rows)
    for name, view in plain_atlas.views.items():
        for kind, xy in view.maps.items():
            assert np.array_equal(quantised(part.views[name].maps[kind]), quantised(xy)[rows])
    for here, there in zip(part.clusters, plain_atlas.clusters, strict=True):
        assert [rows[i] for i in here.rows] == [row for row in there.rows if row in rows]
        assert [rows[i] for i in here.exemplars] == list(there.exemplars)
    assert [track.title for track in part.tracks] == [f"Song {row}" for row in rows]


def test_as_many_as_the_limit_are_all_drawn(atlas, monkeypatch):
    whole = map_of(atlas).read_bytes()
    assert b"DATA.rest" not in whole
    monkeypatch.setattr("songatlas.listening.sample.MAX_TRACKS", 12)
    monkeypatch.setattr("songatlas.listening.sample.SAMPLE", 6)
    assert map_of(atlas).read_bytes() == whole
    monkeypatch.setattr("songatlas.listening.sample.MAX_TRACKS", 11)
    assert b"DATA.rest" in map_of(atlas).read_bytes()


def test_what_is_not_drawn_is_in_the_page_once(plain_atlas, small_limit):
    atlas = changed(plain_atlas, 2, title="Tab\there\nand there", artist="Ä", genre="")
    reasons = [*atlas.reasons]
    reasons[2] = dataclasses.replace(reasons[2], heard=("strings", "violin"))
    atlas = dataclasses.replace(atlas, reasons=tuple(reasons))
    atlas = changed(atlas, 3, title="", artist="\ud800")
    data = data_of(map_of(atlas))
    rows = drawn_rows(atlas)
    others = np.setdiff1d(np.arange(12), rows)
    assert data["tracks"]["title"] == [f"Song {row}" for row in rows]
    assert [cluster["size"] for cluster in data["clusters"]] == [4, 4, 4]
    rest = data["rest"]
    lines = [line.split("\t") for line in inflated(rest["text"]).decode().split("\n")]
    assert rest["n"] == len(lines) == len(others) == 6
    assert lines[0] == ["Tab here and there", "Ä", "", "strings violin"]
    assert lines[1] == ["00003.ogg", "?", "rock"]
    assert [line[0] for line in lines[2:]] == [f"Song {row}" for row in others[2:]]
    assert np.frombuffer(inflated(rest["clusters"]), "<i2").tolist() == (others // 4).tolist()
    for kind, xy in atlas.views["joint"].maps.items():
        found = np.frombuffer(inflated(rest["maps"][kind]), "<u2").reshape(-1, 2)
        assert np.array_equal(found, quantised(xy)[others])
    assert "Drawn: 6 of 12 tracks" in rest["sentence"]


def rest_found(one, query: str) -> list[str]:
    one.search(query)
    return one.page.locator("#rest-rows .row > span:first-child").all_text_contents()


def test_it_draws_a_sample_and_finds_every_track(plain_atlas, opened, small_limit):
    atlas = changed(plain_atlas, 5, title="Straße nach Süden", artist="BEYONCÉ", genre="Fado")
    rows = drawn_rows(atlas).tolist()
    assert 5 not in rows
    one = opened(map_of(atlas))
    one.page.wait_for_function("() => window.songatlas.drawn === 6")
    assert one.text("#sample").startswith("Drawn: 6 of 12 tracks, evenly spaced")
    assert one.text("#count") == "6 of 6 tracks, 6 more not drawn"
    sizes = one.page.locator("#clusters summary .end").all_text_contents()
    assert sizes == ["4 tracks"] * 3
    for query in ("suden STRAßE", "beyonce", "fado", "fado fast 1", "süden"):
        assert rest_found(one, query) == ["Straße nach Süden BEYONCÉ"]
        assert one.text("#rest-title") == "Found, not drawn: 1 track"
    assert rest_found(one, "fado fast 2") == []
    for row in range(12):  # each in one of the lists
        if row != 5:
            drawn = [rows[i] for i in one.search(f"song {row} artist {row % 4}")]
            others = one.page.locator("#rest-rows .row").all_text_contents()
            named = [f"Song {row} Artist {row % 4}", f"Fast {row // 4}"]
            assert (row in drawn) != ("".join(named) in others)


@battery
def test_a_track_that_is_not_drawn_is_shown_where_it_is(plain_atlas, opened, monkeypatch):
    xy = plain_atlas.views["joint"].maps["tsne"].copy()
    xy[2] = np.nan
    atlas = changed(plain_atlas, 2, title="Nowhere")
    view = dataclasses.replace(atlas.views["joint"], maps={"tsne": xy, "umap": xy})
    atlas = dataclasses.replace(atlas, views={"joint": view, "audio": atlas.views["audio"]})
    whole = opened(map_of(atlas))
    where = [whole.position(row) for row in range(12)]
    monkeypatch.setattr("songatlas.listening.sample.MAX_TRACKS", 8)
    monkeypatch.setattr("songatlas.listening.sample.SAMPLE", 6)
    rows = drawn_rows(atlas).tolist()
    others = [row for row in range(12) if row not in rows]
    one = opened(map_of(atlas))
    for i, row in enumerate(rows):
        assert one.position(i) == pytest.approx(where[row])
    before = one.page.locator("#canvas").screenshot()
    for j, row in enumerate(others):
        if row == 2:
            continue
        one.search(f"song {row} artist {row % 4}")
        one.page.locator("#rest-rows .row", has_text=f"Song {row} ").click()
        assert one.state("picked") == 6 + j
        assert one.position(6 + j) == pytest.approx(where[row])
        assert one.text("#track-title") == f"Song {row}"
        for words in (f"Artist {row % 4}", f"Fast {row // 4}", "It is not drawn"):
            assert words in one.text("#track")
        assert one.text("#live") == f"Song {row}, Artist {row % 4}, Fast {row // 4}, not drawn"
        assert one.page.locator("#rest-rows [aria-current]").count() == 1
    one.search("")
    one.page.locator("#canvas").focus()
    assert one.page.locator("#canvas").screenshot() != before  # a ring
    one.keys("ArrowLeft")
    assert one.state("picked") < 6
    one.page.locator("#search").focus()
    one.search("nowhere")
    one.keys("Enter")  # none that is drawn fits
    assert one.text("#track-title") == "Nowhere"
    assert "It has no place here." in one.text("#track")
    one.keys("m", "c", "d", "n", "v")
    assert "in the first view only" in one.text("#track")
    one.keys("Escape")
    assert one.state("picked") == -1


@battery
def test_lists_hold_what_is_drawn_and_say_so(plain_atlas, opened, small_limit):
    one = opened(map_of(plain_atlas))
    one.page.locator("#clusters summary").nth(1).click()
    one.page.locator("#clusters details[open] .only").click()
    drawn = len(one.shown())
    assert one.text("#rest-title") == f"Found, not drawn: {4 - drawn} tracks"
    one.page.locator("#clusters details[open] .all").click()
    assert one.text("#listing-title") == f"Selection: {drawn} tracks"
    assert "Lists that are saved hold drawn tracks only." in one.text("#listing")
    assert one.page.locator("#rest-title").count() == 0
    assert len(one.save("csv").splitlines()) == 1 + drawn


@battery
def test_a_browser_that_cannot_read_the_others_says_so(plain_atlas, browser, small_limit):
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script("delete window.DecompressionStream")
        page.goto(map_of(plain_atlas).as_uri())
        page.fill("#search", "song")
        page.wait_for_function("() => window.songatlas.state.query === 'song'")
        assert "finds drawn tracks only" in (page.locator("#listing").text_content() or "")


@battery
def test_nothing_that_people_wrote_is_run(hostile_atlas, opened, small_limit):
    rows = drawn_rows(hostile_atlas).tolist()
    others = [i for i in range(len(HTML_PAYLOADS)) if i not in rows]
    one = opened(map_of(hostile_atlas))
    for number, row in enumerate(others):
        one.page.evaluate(
            f"document.querySelector('#clusters [data-cluster=\"{row}\"] .only').click()"
        )
        one.page.locator("#rest-rows .row").first.click()
        said = " ".join(HTML_PAYLOADS[row].replace("\ud800", "?").split())
        assert one.text("#track-title") == said, number
    assert one.page.evaluate("window.pwned") is None
    assert one.page.locator("img, svg, iframe, link, base, object, embed, a").count() == 0
    assert one.page.locator("script, style").count() == 3
