"""One self-contained page: template, style, script and data.

What the page may do is said by its content security policy: run this very script, use this very
style, play sound from disk or from itself, and nothing else. No address of any network is in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

_SCRIPTS = ("data.js", "marks.js", "map.js", "panel.js", "save.js", "main.js")
# What would end the element that the data stand in, or break a line of JavaScript.
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def page_html(data: Mapping[str, Any]) -> str:
    """The page of a payload.

    Parameters
    ----------
    data
        See :func:`songatlas.export.page.payload`: JSON-able, without NaN.

    Examples
    --------
    >>> html = page_html({"tracks": {"title": ["</script><b>"]}})
    >>> "</script><b>" in html, html.count("</script>")
    (False, 2)
    """
    style = _part("page.css")
    scripts = "\n".join(_part(name) for name in _SCRIPTS)
    script = f"(() => {{\n{scripts}}})();\n"
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "media-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )
    parts = {"policy": policy, "style": style, "script": script, "data": _json(data)}
    template = _part("page.html")
    pieces = []
    for piece in template.split("{{"):  # parts are never looked through for places of others
        name, mark, rest = piece.partition("}}")
        pieces.append(parts[name] + rest if mark else piece)
    return "".join(pieces)


def _part(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _json(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates are no text
