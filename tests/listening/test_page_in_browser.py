"""The page in a real browser, opened from disk."""

import csv
import dataclasses
import math
import os
import re

import numpy as np
import pytest
from batteries.html_payloads import HTML_PAYLOADS
from opened_page import Opened, changed, map_of

from benchmarks.page.collection import collection_page
from songatlas.types import Part

battery = pytest.mark.battery


def test_it_opens_shows_every_track_and_the_keyboard_chooses_one(atlas, opened):
    one = opened(map_of(atlas))
    assert one.text("#count") == "12 of 12 tracks"
    assert one.text("#verdict").endswith("weak")
    one.keys("ArrowRight")
    row = one.state("picked")
    assert one.text("#track-title") == f"Song {row}"
    assert f"Song {row}, Artist {row % 4}" in one.text("#live")


def test_numbers_are_rounded_to_what_they_are(atlas, opened):
    """A minute is not 0:00, nearly all are not all, and what rounds to zero has no sign."""
    bass = dataclasses.replace(atlas.clusters[0].traits[0], unit="dB", here=-1.8, elsewhere=-0.004)
    german = dataclasses.replace(bass, kind="language", unit="share", here=0.997, elsewhere=0.004)
    first = dataclasses.replace(
        atlas.clusters[0], traits=(bass, german), confidence=0.998, silhouette=-0.12
    )
    second = dataclasses.replace(atlas.clusters[1], confidence=1.0, silhouette=-0.004)
    clusters = (first, second, *atlas.clusters[2:])
    seconds = np.where(np.arange(12) == 3, 59.7, 119.4)
    one = opened(map_of(dataclasses.replace(atlas, clusters=clusters, seconds=seconds)))
    for query, length in (("song 3", "1:00"), ("song 4", "1:59")):
        one.search(query)
        one.keys("Enter")
        assert length in one.text("#track")
    said = one.text("#clusters")
    assert "confidence over 99 %, silhouette −0.12" in said
    assert "confidence 100 %, silhouette 0.00" in said
    assert "−1.80 dB0.00 dB" in said
    assert "over 99 %under 1 %" in said


@battery
def test_search_knows_no_case_and_no_accents(atlas, opened):
    atlas = changed(atlas, 3, title="Straße nach Süden", artist="BEYONCÉ")
    atlas = changed(atlas, 5, genre="Bossa Nova")
    calm = dataclasses.replace(atlas.clusters[2], name="The calm Séa")
    atlas = dataclasses.replace(atlas, clusters=(*atlas.clusters[:2], calm))
    reasons = [*atlas.reasons]
    reasons[6] = dataclasses.replace(reasons[6], heard=("strings", "harpsichord"))
    atlas = dataclasses.replace(atlas, reasons=tuple(reasons))
    one = opened(map_of(atlas))
    one.keys("/")
    assert one.page.evaluate("document.activeElement.id") == "search"
    assert one.search("beyonce") == [3]
    assert one.search("SÜDEN straße") == [3]
    assert one.search("bossa") == [5]
    assert one.search("harpsichord") == [6]
    assert one.search("calm sea") == [8, 9, 10, 11]
    assert one.text("#listing-title") == "Found: 4 tracks"
    assert one.search("nothing like it") == []
    assert one.text("#listing-title") == "Nothing found"
    assert one.text("#listing") == "Nothing foundSave M3U8Save CSVClear"
    assert one.page.locator("#save-csv").is_disabled()
    one.search("artist 1")
    one.keys("Enter")
    assert one.state("picked") == 1
    one.keys("a")
    assert one.text("#count") == "8 of 12 tracks selected"
    assert one.page.locator("#rows .mark").first.inner_text() == atlas.clusters[0].name
    one.keys("Escape")
    assert len(one.shown()) == 12
    assert one.state("picked") == -1


@battery
def test_legend_and_clusters_filter(atlas, opened):
    one = opened(map_of(atlas))
    legend = one.page.locator("#legend button")
    legend.nth(0).click()
    assert one.shown() == list(range(4, 12))
    assert legend.nth(0).get_attribute("aria-pressed") == "false"
    legend.nth(0).click()
    one.page.locator("#clusters summary").nth(1).click()
    panel = one.text("#clusters details[open]")
    for words in ("Fast: 140 BPM", "140 BPM", "100 BPM", "Song 4", "confidence 90 %", "0.40"):
        assert words in panel
    one.page.locator("#clusters details[open] .only").click()
    assert one.shown() == [4, 5, 6, 7]
    before = one.page.evaluate("songatlas.positionOf(4)")
    one.page.select_option("#colour", "genre")
    assert one.page.evaluate("songatlas.positionOf(4)") == before
    assert sorted(one.page.locator("#legend .name").all_text_contents()) == ["jazz", "rock"]
    for colour in ("language", "confidence"):
        one.page.select_option("#colour", colour)
        assert one.page.locator("#legend button").count()


def lasso_around(one: Opened, rows: list[int]) -> None:
    points = np.array([one.position(row) for row in rows])
    (left, top), (right, bottom) = points.min(axis=0) - 8, points.max(axis=0) + 8
    mouse = one.page.mouse
    mouse.move(left, top)
    mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        mouse.move(x, y, steps=3)
    mouse.up()


@battery
def test_points_are_painted_once_while_a_lasso_is_drawn(atlas, opened):
    one = opened(map_of(atlas))
    one.page.evaluate("""() => {
      window.images = 0;
      const draw = CanvasRenderingContext2D.prototype.drawImage;
      CanvasRenderingContext2D.prototype.drawImage = function (...all) {
        window.images++;
        return draw.apply(this, all);
      };
    }""")
    frame = "() => new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(d)))"
    mouse, images = one.page.mouse, []
    one.keys("l")
    mouse.move(200, 200)
    mouse.down()
    for x, y in ((600, 200), (600, 600), (500, 650), (400, 640), (200, 600)):
        mouse.move(x, y)
        one.page.evaluate(frame)
        images.append(one.page.evaluate("window.images"))
    n_tracks = len(atlas.tracks)
    assert images[0] >= n_tracks
    assert np.diff(images).max() <= 2  # the picture of all points
    before = one.page.locator("#canvas").screenshot()
    one.keys("d")  # the other theme: another map below the line
    one.page.evaluate(frame)
    assert one.page.evaluate("window.images") - images[-1] >= n_tracks
    assert one.page.locator("#canvas").screenshot() != before
    mouse.up()
    one.page.evaluate(frame)
    assert one.state("lasso") is None
    assert not one.troubles


@battery
def test_a_track_without_shares_is_told_why(atlas, opened):
    reasons = list(atlas.reasons)
    reasons[1] = dataclasses.replace(reasons[1], shares={})
    one = opened(map_of(dataclasses.replace(atlas, reasons=tuple(reasons))))
    for row, said in ((0, "sound 75 %, lyrics 25 %"), (1, "neither: nothing in it speaks for")):
        one.page.mouse.click(*one.position(row))
        one.page.wait_for_function(f"window.songatlas.state.picked === {row}")
        assert said in one.text("#track")


@battery
def test_tracks_in_one_file_are_played_and_saved_with_their_times(atlas, opened):
    source = atlas.root / "album #1.flac"
    atlas = changed(atlas, 0, source=source, part=Part(0.0, 2.5))
    atlas = changed(atlas, 1, source=source, part=Part(2.5, math.inf))
    one = opened(map_of(atlas))
    one.search("song 1")
    one.keys("Enter")
    assert one.page.locator("#audio").get_attribute("src").endswith("album%20%231.flac#t=2.500")
    one.keys("Escape", "a")
    assert one.save("m3u8").splitlines()[1:9] == [
        "#EXTINF:180,Artist 0 - Song 0",
        "#EXTVLCOPT:start-time=0.000",
        "#EXTVLCOPT:stop-time=2.500",
        str(source),
        "#EXTINF:180,Artist 1 - Song 1",
        "#EXTVLCOPT:start-time=2.500",
        str(source),
        "#EXTINF:180,Artist 2 - Song 2",
    ]


@battery
def test_a_lasso_selects_and_saves_both_lists(atlas, opened, tmp_path):
    atlas = changed(atlas, 1, title='=2+2, "x"', artist="+A", source=atlas.root / "#1 ü.ogg")
    atlas = changed(atlas, 2, source=atlas.root / os.fsdecode(b"caf\xe9.ogg"), title="a\nb")
    one = opened(map_of(atlas))
    one.keys("l")
    lasso_around(one, [0, 1, 2])
    rows = one.state("selection")
    points = np.array([one.position(row) for row in range(12)])
    low, high = points[:3].min(axis=0) - 8, points[:3].max(axis=0) + 8
    inside = ((points >= low) & (points <= high)).all(axis=1)
    assert rows == np.flatnonzero(inside).tolist()
    assert {0, 1, 2} <= set(rows) < set(range(12))
    assert one.state("lassoOn") is False
    lines = one.save("m3u8").splitlines()
    assert lines[0] == "#EXTM3U"
    places = [line for line in lines if not line.startswith("#")]
    assert len(places) == len(rows)
    assert places[:2] == [str(atlas.tracks[0].source), str(tmp_path / "music" / "#1 ü.ogg")]
    assert places[2] == f"file://{tmp_path}/music/caf%E9.ogg"
    assert lines[5] == "#EXTINF:180,Artist 2 - a b"
    table = list(csv.DictReader(one.save("csv").splitlines()))
    assert [row["path"] for row in table] == [atlas.tracks[i].path for i in rows]
    assert (table[1]["title"], table[1]["artist"]) == ('\'=2+2, "x"', "'+A")
    assert table[0]["cluster_name"] == "Fast 0"
    one.keys("Escape")
    one.search("rock")
    one.keys("Enter", "a")  # all that is found, without a mouse
    assert one.state("selection") == [1, 3, 5, 7, 9, 11]


@battery
def test_views_and_maps_switch(atlas, opened):
    view = atlas.views["audio"]
    maps = {name: -xy for name, xy in view.maps.items()}
    maps = {name: np.where(np.arange(12)[:, None] == 3, np.nan, xy) for name, xy in maps.items()}
    coordinates = view.coordinates.copy()
    coordinates[3] = np.nan
    audio = dataclasses.replace(view, maps=maps, coordinates=coordinates)
    one = opened(map_of(dataclasses.replace(atlas, views=dict(atlas.views) | {"audio": audio})))
    seen = {one.position(0)}
    one.page.select_option("#map", "umap")
    seen.add(one.position(0))
    one.page.select_option("#view", "audio")
    seen.add(one.position(0))
    one.keys("m")
    assert (one.state("view"), one.state("map")) == ("audio", "tsne")
    seen.add(one.position(0))
    assert len(seen) == 4
    assert one.text("#count") == "11 of 12 tracks, 1 without a place in this view"
    one.page.select_option("#view", "joint")
    one.page.locator("#clusters summary").nth(0).click()
    one.keys("/")
    one.search("song 3")
    one.keys("Enter", "v")
    assert "has no place here" in one.text("#track")


@battery
def test_everything_is_reached_by_keys(atlas, opened):
    one = opened(map_of(atlas))
    one.keys("ArrowRight")
    for key, axis, sign in (
        ("ArrowRight", 0, 1), ("ArrowLeft", 0, -1), ("ArrowDown", 1, 1), ("ArrowUp", 1, -1)
    ):  # fmt: skip
        before = one.state("picked")
        one.keys(key)
        after = one.state("picked")
        if before != after:
            assert sign * (one.position(after)[axis] - one.position(before)[axis]) > 0
    row = one.state("picked")
    nearest = one.page.locator("#nearest .row").evaluate_all(
        "rows => rows.map((row) => Number(row.dataset.row))"
    )
    assert len(nearest) == 10
    one.keys("n")
    assert one.state("picked") == nearest[0] != row
    one.keys("+", "+")
    assert one.state("zoom") > 1.5
    one.keys("0")
    assert one.state("zoom") == 1
    theme = one.state("theme")
    one.keys("d")
    assert one.state("theme") != theme
    one.keys("?")
    assert "arrow keys" in one.text("#dialog")
    one.keys("Escape")
    assert not one.page.locator("#dialog").is_visible()
    assert one.state("picked") >= 0  # Escape closed the dialog and no more
    one.page.locator("#nearest .row").nth(2).focus()
    one.keys("Enter")
    assert one.state("picked") >= 0
    assert one.page.evaluate("document.activeElement !== document.body")  # focus is not lost


@battery
def test_misplaced_points_say_so(atlas, opened):
    view = atlas.views["joint"]
    n = 600
    position = np.random.default_rng(0).permutation(n)
    xy = np.stack([position, position % 13], axis=1).astype(np.float32)
    true = np.stack([np.arange(n), np.zeros(n)], axis=1).astype(np.float32)
    far = make_long(atlas, n)
    views = {"joint": dataclasses.replace(view, coordinates=np.arange(n, dtype=np.float32)[:, None],
                                          maps={"tsne": xy, "umap": true})}  # fmt: skip
    one = opened(map_of(dataclasses.replace(far, views=views)))
    said = []
    for _ in range(8):
        one.keys("n")
        said.append("Misplaced" in one.text("#track"))
    assert sum(said) >= 6
    one.keys("m")
    assert "Misplaced" not in one.text("#track")
    one.keys("m")
    before = one.page.locator("#canvas").screenshot()
    one.page.click("#rings")
    assert one.text("#count").endswith("misplaced")
    assert one.page.locator("#canvas").screenshot() != before


def make_long(atlas, n):
    """The atlas with `n` tracks, all like its first."""
    rows = [0] * n
    cluster = dataclasses.replace(atlas.clusters[0], rows=tuple(range(n)))
    return dataclasses.replace(
        atlas,
        tracks=tuple(atlas.tracks[i] for i in rows),
        seconds=atlas.seconds[rows],
        labels=atlas.labels[rows],
        confidence=atlas.confidence[rows],
        reasons=tuple(atlas.reasons[i] for i in rows),
        clusters=(cluster, *atlas.clusters[1:]),
        views={},
    )


@battery
def test_twenty_thousand_points_are_drawn_and_hit(opened, tmp_path):
    page = tmp_path / "atlas.html"
    page.write_text(collection_page(20_000), encoding="utf-8")
    one = opened(page)
    assert one.text("#count") == "20,000 of 20,000 tracks"
    one.page.wait_for_function("() => window.songatlas.drawn === 20000")
    one.keys("+")
    for row in (7, 12_345, 19_999):
        one.search(f"Song {row}")
        x, y = one.position(row)
        one.page.mouse.click(x, y)
        assert one.text("#track-title") == f"Song {row}"
        one.keys("Escape", "0")


@battery
def test_nothing_that_people_wrote_is_run(hostile_atlas, opened):
    one = opened(map_of(hostile_atlas))
    one.page.click("#verdict")
    said = [text.replace("\ud800", "?") for text in HTML_PAYLOADS]
    assert "".join(said) in one.text("#dialog")
    one.keys("Escape")
    for colour in ("genre", "language", "cluster"):
        one.page.select_option("#colour", colour)
    for box in one.page.locator("#clusters summary").all():
        box.click()
    names = one.page.locator("#clusters summary .name").evaluate_all(
        "found => found.map((e) => e.textContent)"
    )
    assert names == said
    canvas = one.page.locator("#canvas")
    for row, text in enumerate(said):
        one.page.mouse.move(*one.position(row))
        one.page.evaluate(f"document.querySelector('#clusters [data-row=\"{row}\"]').click()")
        assert one.text("#track-title") == text
        details = one.text("#track")
        assert details.count(text) >= 5  # title, artist, album, genre, language, cluster, traits
    canvas.focus()
    one.keys("a")
    lines = one.save("m3u8").splitlines()
    assert len(lines) == 1 + 2 * len(said)
    table = list(csv.reader(one.save("csv").splitlines(keepends=True)))
    assert len(table) == 1 + len(said)
    assert not any(re.match(r"[=+\-@\t\r]", cell) for row in table[1:] for cell in row)
    assert one.page.evaluate("window.pwned") is None
    strangers = "img, svg, iframe, link, base, object, embed, meta[http-equiv=refresh], a"
    assert one.page.locator(strangers).count() == 0
    assert one.page.locator("script, style").count() == 3
