"""What is typed and pointed at on the page, and coming back to it."""

import contextlib
import functools
import http.server
import threading
from pathlib import PureWindowsPath

import pytest
from opened_page import changed, map_of

from benchmarks.page.collection import collection_page

pytestmark = pytest.mark.battery


def test_search_tells_letters_apart_that_are_no_accents(atlas, opened):
    titles = ["কাল", "কিল", "ガラス", "カラス", "Łódź", "Straße", "مُحَمَّد", "MØ"]
    for row, title in enumerate(titles):
        atlas = changed(atlas, row, title=title)
    one = opened(map_of(atlas))
    queries = ["কাল", "কিল", "ガラス", "カラス", "lodz", "STRASSE", "محمد", "mo"]
    assert [one.search(query) for query in queries] == [[row] for row in range(8)]


def test_enter_means_what_was_typed_just_now(opened, tmp_path):
    page = tmp_path / "atlas.html"
    page.write_text(collection_page(4000), encoding="utf-8")
    one = opened(page)
    one.page.focus("#search")
    one.page.evaluate(
        """() => {
          const field = document.activeElement, send = (event) => field.dispatchEvent(event);
          field.value = "no such track";
          send(new Event("input", { bubbles: true }));
          send(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        }"""
    )
    assert (one.state("query"), one.state("picked")) == ("no such track", -1)


def test_keys_of_an_input_method_are_its_own(atlas, opened):
    one = opened(map_of(atlas))
    one.search("song 5")
    for key in ("Enter", "Escape"):
        one.page.evaluate(
            """key => document.getElementById("search").dispatchEvent(
                new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true }))""",
            key,
        )
    assert one.state("picked") == -1
    assert one.page.input_value("#search") == "song 5"


def test_the_other_button_neither_moves_the_map_nor_chooses(atlas, opened):
    one = opened(map_of(atlas))
    before = one.position(5)
    one.page.mouse.move(*before)
    one.page.mouse.down(button="right")
    one.page.mouse.move(before[0] + 80, before[1], steps=3)
    assert one.position(5) == before
    one.page.mouse.move(*before)
    one.page.mouse.up(button="right")
    assert one.state("picked") == -1


def test_menus_say_what_is_shown_when_one_comes_back(atlas, opened):
    one = opened(map_of(atlas))
    one.page.select_option("#colour", "genre")
    one.page.goto("about:blank")
    one.page.go_back()
    assert one.page.input_value("#colour") == one.state("colour") == "cluster"
    one.requests[:] = [one.url]


def test_a_button_that_is_made_anew_keeps_the_focus(atlas, opened):
    one = opened(map_of(atlas))
    one.page.locator("#legend button").nth(1).focus()
    one.keys("Enter")
    assert one.shown() == [0, 1, 2, 3, 8, 9, 10, 11]
    one.keys("Enter")
    assert len(one.shown()) == 12
    one.page.locator("#clusters summary").first.click()
    one.page.locator("#clusters .only").first.focus()
    one.keys("Enter")
    assert one.shown() == [0, 1, 2, 3]
    one.keys("Enter")
    assert len(one.shown()) == 12
    one.search("song 5")
    one.page.focus("#clear")
    one.keys("Enter")
    assert one.page.evaluate("document.activeElement.id") == "canvas"


def test_the_tip_goes_when_its_point_moves_on(atlas, opened):
    one = opened(map_of(atlas))
    for move in (
        lambda: one.page.mouse.wheel(0, -400),
        lambda: one.keys("+"),
        lambda: one.page.select_option("#map", "umap"),
    ):
        one.keys("0")
        one.page.mouse.move(5, 300)
        one.page.mouse.move(*one.position(5))
        one.page.wait_for_selector("#tip", state="visible")
        move()
        one.page.wait_for_selector("#tip", state="hidden")
        assert one.state("hovered") == -1


def test_a_saved_list_leads_to_a_share_of_windows_and_to_a_web_server(atlas, opened, served):
    source = PureWindowsPath("//nas/music/a b.ogg")
    one = opened(map_of(changed(atlas, 0, source=source)))
    one.keys("a")
    assert one.save("m3u8").splitlines()[2] == "file://nas/music/a%20b.ogg"
    with served(atlas.folder.parent) as address:
        one.page.goto(f"{address}/results/atlas.html")
        one.keys("a")
        assert one.save("m3u8").splitlines()[4] == f"{address}/music/a/00001.ogg"
    one.requests[:] = [one.url]


@pytest.fixture
def served():
    """A folder on a web server on the loopback, for as long as the context lasts."""

    @contextlib.contextmanager
    def serve(folder):
        handler = functools.partial(_Quiet, directory=str(folder))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join()

    return serve


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_genres_are_coloured_as_labels_are_read(atlas, opened):
    said = {0: " Jazz", 2: "jazz ; fusion", 3: "Rock", 5: "rock;pop", 7: ""}
    for row, genre in said.items():
        atlas = changed(atlas, row, genre=genre)
    one = opened(map_of(atlas))
    one.page.select_option("#colour", "genre")
    assert sorted(one.page.locator("#legend .name").all_text_contents()) == [
        "jazz",
        "rock",
        "unknown",
    ]
