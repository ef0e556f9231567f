"""``atlas.html``: the map of a collection as one file for any browser, without network."""

from songatlas.export.page.html import page_html, preview_seconds_of
from songatlas.export.page.payload import MapView, payload

__all__ = ["MapView", "page_html", "payload", "preview_seconds_of"]
