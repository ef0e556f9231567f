"""One self-contained page: template, style, script and data.

What the page may do is said by its content security policy: run this very script, use this very
style, play sound from disk or from itself, and nothing else. No address of any network is in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

_SCRIPTS = (
    "data",
    "tree",
    "marks",
    "map",
    "lasso",
    "names",
    "panel",
    "branches",
    "save",
    "keys",
    "rest",
    "main",
)
_HEAD_CHARACTERS = 2000  # of a page, where it says what it holds
# What would end the element that the data stand in, or break a line of JavaScript.
_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def page_html(data: Mapping[str, Any], *, preview_seconds: float = 0.0) -> str:
    """The page of a payload.

    Parameters
    ----------
    data
        See :func:`songatlas.listening.page.payload`: JSON-able, without NaN.
    preview_seconds
        Length of the previews in `data`, which :func:`preview_seconds_of` finds again.

    Examples
    --------
    >>> html = page_html({"tracks": {"title": ["</script><b>"]}})
    >>> "</script><b>" in html, html.count("</script>")
    (False, 2)
    """
    style = _part("page.css")
    names = [name for name in _SCRIPTS if name != "rest" or name in data]
    scripts = "\n".join(_part(f"{name}.js") for name in names)
    script = f"(() => {{\n{scripts}}})();\n"
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "media-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )
    parts = {"policy": policy, "style": style, "script": script, "data": _json(data)}
    parts["preview_seconds"] = f"{preview_seconds:g}"
    template = _part("page.html")
    pieces = []
    for piece in template.split("{{"):  # parts are never looked through for places of others
        name, mark, rest = piece.partition("}}")
        pieces.append(parts[name] + rest if mark else piece)
    return "".join(pieces)


def preview_seconds_of(page: Path) -> float:
    """Length of the previews that a page was written with; 0 without them, or without a page."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            head = file.read(_HEAD_CHARACTERS)
    except OSError:
        return 0.0
    found = re.search(r'<meta name="preview-seconds" content="([\d.]+)">', head)
    return float(found[1]) if found else 0.0


def _part(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _json(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = text.translate(_ESCAPES)
    return text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates are no text
