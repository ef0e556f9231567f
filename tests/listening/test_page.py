"""The page as text: what people wrote is data in it, and it asks for nothing from outside."""

import base64
import dataclasses
import hashlib
import json
import os
import re
from html.parser import HTMLParser

import numpy as np
from batteries.html_payloads import HTML_PAYLOADS

from songatlas.listening.map import write_map
from songatlas.listening.page import MapView, page_html, payload
from songatlas.listening.page.payload import quantised
from songatlas.progress import Silent


class Elements(HTMLParser):
    """Tags with their attributes, and the text of every script."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.scripts and self.cdata_elem == "script":
            self.scripts[-1] += data


def views_of(atlas):
    n = len(atlas.tracks)
    near = (np.arange(n)[:, None] + [1, 2]) % n
    return {
        name: MapView(near=near, faithful={kind: np.ones(n) for kind in view.maps})
        for name, view in atlas.views.items()
    }


def html_of(atlas, previews=None):
    return page_html(payload(atlas, views_of(atlas), previews))


def test_what_people_wrote_is_data(hostile_atlas, harmless_atlas):
    """Every payload in every field."""
    found = Elements(html_of(hostile_atlas))
    assert found.tags == Elements(html_of(harmless_atlas)).tags
    data = json.loads(found.scripts[0])
    written = [text.replace("\ud800", "?") for text in HTML_PAYLOADS]
    for field in ("title", "artist", "album", "genre", "language", "path"):
        assert data["tracks"][field] == written
    for field in ("typical", "atypical"):
        assert data["reasons"][field] == written
    for field in ("name", "reason"):
        assert [cluster[field] for cluster in data["clusters"]] == written
    assert [cluster["traits"][0]["name"] for cluster in data["clusters"]] == written
    assert " ".join(filter(None, data["findings"][0]["parts"])) == "".join(written)


def test_languages_have_names(atlas):
    assert {*payload(atlas, views_of(atlas))["tracks"]["language"]} == {"English"}


def test_the_policy_names_this_script_and_this_style_and_no_network(atlas):
    html = html_of(atlas)
    policy = dict(
        directive.split(" ", 1)
        for directive in re.search(r'Policy" content="([^"]*)"', html)[1].split("; ")
    )
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)[1]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    for text, directive in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert policy.pop(directive) == f"'sha256-{digest}'"
    assert policy == {
        "default-src": "'none'",
        "media-src": "'self' file: data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(r"https?:|//[a-z]+\.", html.replace("// ", ""))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", script)


def test_previews_leave_no_link_and_no_folder(atlas, tmp_path):
    shared = html_of(atlas, ["data:audio/mpeg;base64,AAAA", *[""] * 11])
    assert str(tmp_path) not in shared
    assert "music/" not in shared
    assert "a/00001.ogg" not in shared
    assert "music/" in html_of(atlas)  # so the above would have found it


def test_links_lead_to_files_of_any_name(atlas, tmp_path):
    names = ["#1 ?.ogg", "100 %.ogg", "http:x.ogg", "夜.ogg", os.fsdecode(b"caf\xe9.ogg")]
    tracks = list(atlas.tracks)
    for i, name in enumerate(names):
        tracks[i] = dataclasses.replace(tracks[i], source=atlas.root / name)
    data = payload(dataclasses.replace(atlas, tracks=tuple(tracks)), views_of(atlas))
    assert data["tracks"]["link"][:5] == [
        "../music/%231%20%3F.ogg", "../music/100%20%25.ogg", "../music/http:x.ogg",
        "../music/%E5%A4%9C.ogg", "../music/caf%E9.ogg",
    ]  # fmt: skip


def test_the_file_is_the_same_every_time(atlas):
    page = write_map(atlas, Silent())
    assert page == atlas.folder / "atlas.html"
    first = page.read_bytes()
    page.unlink()
    write_map(atlas, Silent())
    assert page.read_bytes() == first


def test_points_keep_their_places():
    xy = np.random.default_rng(0).normal(size=(50, 2)) * [3, 1] + 7
    xy[4] = np.nan
    found = quantised(xy).astype(float)
    assert (found[4] == 65535).all()
    kept = np.delete(np.arange(50), 4)
    assert found[kept].max() == 65534
    assert found[kept].min() == 0
    side = np.ptp(xy[kept], axis=0).max()
    np.testing.assert_allclose(
        np.diff(found[kept], axis=0), np.diff(xy[kept], axis=0) / side * 65534, atol=1.01
    )
    assert (quantised(np.zeros((3, 2))) == 32767).all()
