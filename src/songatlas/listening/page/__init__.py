"""``atlas.html``: the map of a collection as one file for any browser, without network."""

from songatlas.listening.page.html import page_html, preview_seconds_of
from songatlas.listening.page.payload import MapView, payload, payload_of_sample

__all__ = ["MapView", "page_html", "payload", "payload_of_sample", "preview_seconds_of"]
